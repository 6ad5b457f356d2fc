"""Drawings of a course version for its printed books."""

import re
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from qiming.curriculum.models import LessonVersion, MediaFile

_ADDRESS = re.compile(r"^/content/lessons/([0-9a-f-]{36})/media/([^/]+)$")
_VIEW = re.compile(rb'viewBox="\s*[-\d.]+[ ,]+[-\d.]+[ ,]+([\d.]+)[ ,]+([\d.]+)')
_FONT = re.compile(rb'font-family="[^"]*"')


def drawings(addresses: Iterable[str]) -> dict[str, dict[str, Any]]:
    """The SVG text and its size in its own units behind each address that is ours; others are left out."""
    wanted: dict[UUID, dict[str, str]] = {}
    for address in addresses:
        if found := _ADDRESS.match(address):
            wanted.setdefault(UUID(found[1]), {})[found[2]] = address
    media = dict(LessonVersion.objects.filter(id__in=wanted).values_list("id", "media"))
    digest_of = {
        address: media[version][name]
        for version, names in wanted.items()
        for name, address in names.items()
        if name in media.get(version, {})
    }
    bodies = dict(
        MediaFile.objects.filter(sha256__in=set(digest_of.values()), media_type="image/svg+xml").values_list(
            "sha256", "body"
        )
    )
    return {
        address: _drawing(bytes(bodies[digest])) for address, digest in digest_of.items() if digest in bodies
    }


def _drawing(svg: bytes) -> dict[str, Any]:
    view = _VIEW.search(svg)
    # Only the document's own font is there when it is set.
    text = _FONT.sub(b'font-family="Noto Sans SC"', svg).decode()
    wide, high = (float(view[1]), float(view[2])) if view else (400.0, 300.0)
    return {"svg": text, "width": wide, "height": high}
