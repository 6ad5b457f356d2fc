"""What the content policy would refuse, found before a browser does."""

import re
from pathlib import Path

import pytest

from qiming.kernel.templatetags.ui import icons

PACKAGE = Path(__file__).resolve().parents[2]
TEMPLATES = sorted(PACKAGE.glob("*/templates/**/*.html"))

INLINE = re.compile(r"\sstyle\s*=|<style\b|\son[a-z]+\s*=\s*[\"']|javascript:|\shx-on", re.IGNORECASE)
SCRIPT = re.compile(r"<script\b(?![^>]*(?:\bsrc=|application/json))", re.IGNORECASE)
REMOTE = re.compile(r"(?:src|href)\s*=\s*[\"'](?:https?:)?//", re.IGNORECASE)
ICON = re.compile(r"{%\s*icon\s+[\"']([\w-]+)[\"']")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_nothing_inline_nothing_from_elsewhere(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    for pattern in (INLINE, SCRIPT, REMOTE):
        found = pattern.search(text)
        assert found is None, f"{template.name}: {text[max(found.start() - 40, 0) : found.end() + 40]!r}"
    assert {name for name in ICON.findall(text) if name not in icons()} == set()
