import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.test import RequestFactory
from pytest_django import Settings

from qiming.kernel.templatetags import vite
from qiming.kernel.ui_views import components_page

Built = Callable[[dict[str, Any]], None]

MANIFEST = {
    "_a.js": {"file": "assets/a-1.js", "imports": ["_b.js"], "css": ["assets/a-1.css"]},
    "_b.js": {"file": "assets/b-1.js"},
    "src/office.ts": {
        "file": "assets/office-1.js",
        "isEntry": True,
        "imports": ["_a.js", "_b.js"],
        "css": ["assets/office-1.css"],
    },
    "css/only.css": {"file": "assets/only-1.css", "isEntry": True},
}


@pytest.fixture
def built(tmp_path: Path, settings: Settings) -> Built:
    def write(manifest: dict[str, Any]) -> None:
        folder = tmp_path / ".vite"
        folder.mkdir(exist_ok=True)
        (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")

    settings.QIMING_WEB_DIST = tmp_path
    return write


def test_an_entry_brings_its_styles_and_chunks_once_each(built: Built) -> None:
    built(MANIFEST)
    html = vite.vite("src/office.ts")
    assert html.index("a-1.css") < html.index("office-1.css")
    assert html.count("b-1.js") == 1
    assert '<script type="module" src="/static/web/assets/office-1.js"></script>' in html


def test_a_sheet_alone_has_no_script(built: Built) -> None:
    built(MANIFEST)
    assert vite.vite("css/only.css") == '<link rel="stylesheet" href="/static/web/assets/only-1.css">'


def test_without_a_build_it_says_what_to_run(built: Built) -> None:
    with pytest.raises(ImproperlyConfigured, match="make web"):
        vite.vite("src/office.ts")


def test_an_unknown_entry_names_those_there_are(built: Built) -> None:
    built(MANIFEST)
    with pytest.raises(ImproperlyConfigured, match=r"src/office\.ts"):
        vite.vite("src/nothing.ts")


@pytest.mark.parametrize(("debug", "seen"), [(True, "office-22.js"), (False, "office-1.js")])
def test_a_running_server_keeps_its_files_while_a_developer_sees_the_new(
    built: Built, settings: Settings, debug: bool, seen: str
) -> None:
    settings.DEBUG = debug
    built(MANIFEST)
    assert "office-1.js" in vite.vite("src/office.ts")
    built(MANIFEST | {"src/office.ts": {"file": "assets/office-22.js", "isEntry": True}})
    assert seen in vite.vite("src/office.ts")


def test_the_page_of_components_needs_nothing_inline(built: Built) -> None:
    built(MANIFEST)
    answer = components_page(RequestFactory().get("/design/"))
    assert isinstance(answer, HttpResponse)
    html = answer.content.decode()
    assert " style=" not in html
    assert "<style" not in html
    assert " onclick" not in html
    for words in ("八节尺", "课尺", "掌握的四种说法", "空、等、断、没有权限", "有1处要改"):
        assert words in html


@pytest.mark.parametrize("entry", ["src/pupil.ts", "src/player/main.ts"])
def test_what_a_pupil_loads_first_is_light(entry: str) -> None:
    css, preload, script = vite.assets(entry)
    files = [*css, *preload, script or ""]
    size = sum(len(gzip.compress((vite.dist_folder() / name).read_bytes())) for name in files)
    assert size <= 70 * 1024, f"{entry} loads {size / 1024:.0f} KiB; with its HTML a page may have 80"
