"""What looking at web pages needs of the machine. Loads nothing: a page of the house may ask, too."""

import shutil
from importlib.util import find_spec
from pathlib import Path

from qiming.assurance.runner.places import shipped

_NAMES = ("chromium", "chromium-browser", "google-chrome")


def missing() -> str:
    """What is needed and not here ("" when everything is), in Chinese."""
    if find_spec("playwright") is None:
        return "没有装 Playwright：pip install 'qiming[accessibility]'"
    if chromium() is None:
        return "这台机器上没有 Chromium 浏览器，测不了网页"
    if not axe().is_file():
        return "没有 axe-core：先运行 make web，或把 axe.min.js 放到 web/node_modules/axe-core/"
    return ""


def chromium() -> str | None:
    """The browser's program."""
    return next(filter(None, map(shutil.which, _NAMES)), None)


def axe() -> Path:
    """The script that looks."""
    return shipped("web", "node_modules", "axe-core", "axe.min.js")
