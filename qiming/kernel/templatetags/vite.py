"""Links to the built front end, read from the manifest that `make web` writes."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

Manifest = dict[str, dict[str, Any]]


def dist_folder() -> Path:
    """Where the built front end lies."""
    return Path(getattr(settings, "QIMING_WEB_DIST", None) or settings.WEB_DIST)


@lru_cache(maxsize=8)
def _read(path: Path, _stamp: int) -> Manifest:
    manifest: Manifest = json.loads(path.read_text(encoding="utf-8"))
    return manifest


def manifest() -> Manifest:
    """What was built. Read once per process: a running server goes on with the files it started with."""
    path = dist_folder() / ".vite" / "manifest.json"
    try:
        return _read(path, path.stat().st_mtime_ns if settings.DEBUG else 0)
    except FileNotFoundError as error:
        raise ImproperlyConfigured(
            "The front end has not been built yet (no web/dist/.vite/manifest.json). Run: make web"
        ) from error


def assets(entry: str) -> tuple[list[str], list[str], str | None]:
    """Stylesheets, preloaded chunks and the script of one entry, each once, in order of need."""
    chunks = manifest()
    if entry not in chunks:
        raise ImproperlyConfigured(
            f"The built front end has no entry {entry!r}. It has: "
            f"{', '.join(sorted(key for key, chunk in chunks.items() if chunk.get('isEntry')))}. "
            "If the file is new, run: make web"
        )
    css: list[str] = []
    preload: list[str] = []
    seen: set[str] = set()

    def walk(key: str) -> None:
        if key in seen:
            return
        seen.add(key)
        chunk = chunks[key]
        for imported in chunk.get("imports", []):
            walk(imported)
        css.extend(name for name in chunk.get("css", []) if name not in css)
        if key != entry:
            preload.append(chunk["file"])

    walk(entry)
    file = chunks[entry]["file"]
    if file.endswith(".css"):
        return [*css, file], preload, None
    return css, preload, file


def _url(name: str) -> str:
    return static(f"web/{name}")


@register.simple_tag
def vite(entry: str) -> SafeString:
    """`{% vite 'src/office.ts' %}`: the links and the script of an entry, for the page's head."""
    css, preload, script = assets(entry)
    parts = [
        format_html_join("\n", '<link rel="stylesheet" href="{}">', ((_url(name),) for name in css)),
        format_html_join("\n", '<link rel="modulepreload" href="{}">', ((_url(name),) for name in preload)),
    ]
    if script:
        parts.append(format_html('<script type="module" src="{}"></script>', _url(script)))
    return mark_safe("\n".join(part for part in parts if part))


@register.simple_tag
def vite_url(entry: str) -> str:
    """The address of one built file, for a page that loads it later (a lab, a worker)."""
    _css, _preload, script = assets(entry)
    return _url(script or assets(entry)[0][-1])
