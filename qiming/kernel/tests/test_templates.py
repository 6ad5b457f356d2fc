"""What a browser would refuse or leave undrawn, found before it does."""

import re
from functools import cache
from pathlib import Path

import pytest

from qiming.kernel.templatetags.ui import icons

ROOT = Path(__file__).resolve().parents[3]
PACKAGE = Path(__file__).resolve().parents[2]
TEMPLATES = sorted(PACKAGE.glob("*/templates/**/*.html"))

INLINE = re.compile(r"\sstyle\s*=|<style\b|\son[a-z]+\s*=\s*[\"']|javascript:|\shx-on", re.IGNORECASE)
SCRIPT = re.compile(r"<script\b(?![^>]*(?:\bsrc=|application/json))", re.IGNORECASE)
REMOTE = re.compile(r"(?:src|href)\s*=\s*[\"'](?:https?:)?//", re.IGNORECASE)
CLASSES = re.compile(r'class="([^"]*)"')
ICON = re.compile(r"{%\s*icon\s+[\"']([\w-]+)[\"']")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_nothing_inline_nothing_from_elsewhere(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    for pattern in (INLINE, SCRIPT, REMOTE):
        found = pattern.search(text)
        assert found is None, f"{template.name}: {text[max(found.start() - 40, 0) : found.end() + 40]!r}"
    assert {name for name in ICON.findall(text) if name not in icons()} == set()


@cache
def drawn() -> frozenset[str]:
    """Every class some stylesheet of the front end speaks of."""
    sheets = [path for folder in ("css", "src", "labs") for path in (ROOT / "web" / folder).rglob("*.css")]
    return frozenset(re.findall(r"\.([a-zA-Z][\w-]*)", "".join(path.read_text() for path in sheets)))


def classes_in(text: str) -> set[str]:
    """The classes a template writes out; those put together from values are left to the browser tests."""
    plain = re.sub(r"{%.*?%}", " ", re.sub(r"{{.*?}}", "\x00", text))
    return {
        name
        for written in CLASSES.findall(plain)
        for name in written.split()
        if "\x00" not in name and not name.endswith("-")
    }


def test_classes_are_found_between_template_tags() -> None:
    text = '<p class="tag{% if a == "b" %} need{% endif %} g-{{ n }}">'
    assert classes_in(text) == {"tag", "need"}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_every_class_is_drawn_somewhere(template: Path) -> None:
    assert classes_in(template.read_text(encoding="utf-8")) - drawn() == set()
