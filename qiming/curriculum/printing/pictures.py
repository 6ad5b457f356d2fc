"""Drawings of a course version for its printed books."""

import base64
import io
import re
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from PIL import Image

from qiming.curriculum.models import CourseVersion, LessonVersion, MediaFile

_ADDRESS = re.compile(r"^/content/(lessons|courses)/([0-9a-f-]{36})/media/([^/]+)$")
_VIEW = re.compile(rb'viewBox="\s*[-\d.]+[ ,]+[-\d.]+[ ,]+([\d.]+)[ ,]+([\d.]+)')
_FONT = re.compile(rb'font-family="[^"]*"')


def drawings(addresses: Iterable[str]) -> dict[str, dict[str, Any]]:
    """The SVG text and its size in its own units behind each address that is ours; others are left out. A photo
    comes as an SVG around it."""
    wanted: dict[UUID, dict[str, str]] = {}
    owners: dict[str, set[UUID]] = {"lessons": set(), "courses": set()}
    for address in addresses:
        if found := _ADDRESS.match(address):
            owner = UUID(found[2])
            owners[found[1]].add(owner)
            wanted.setdefault(owner, {})[found[3]] = address
    media = dict(LessonVersion.objects.filter(id__in=owners["lessons"]).values_list("id", "media"))
    media |= dict(CourseVersion.objects.filter(id__in=owners["courses"]).values_list("id", "media"))
    digest_of = {
        address: media[version][name]
        for version, names in wanted.items()
        for name, address in names.items()
        if name in media.get(version, {})
    }
    bodies = {
        digest: (kind, bytes(body))
        for digest, kind, body in MediaFile.objects.filter(
            sha256__in=set(digest_of.values()), media_type__startswith="image/"
        ).values_list("sha256", "media_type", "body")
    }
    return {
        address: _drawing(body) if kind == "image/svg+xml" else _photo(kind, body)
        for address, digest in digest_of.items()
        for kind, body in ([bodies[digest]] if digest in bodies else [])
    }


def _photo(kind: str, body: bytes) -> dict[str, Any]:
    """A teacher's picture, made of pixels, in the frame of a drawing: set like the others."""
    with Image.open(io.BytesIO(body)) as opened:
        wide, high = opened.size
    # As wide as our drawings are in their units, so that it is set as large.
    scale = min(1.0, 640 / wide)
    width, height = wide * scale, high * scale
    data = base64.b64encode(body).decode()
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}">'
        f'<image width="{width:g}" height="{height:g}" href="data:{kind};base64,{data}"/></svg>'
    )
    return {"svg": svg, "width": width, "height": height}


def _drawing(svg: bytes) -> dict[str, Any]:
    view = _VIEW.search(svg)
    # Only the document's own font is there when it is set.
    text = _FONT.sub(b'font-family="Noto Sans SC"', svg).decode()
    wide, high = (float(view[1]), float(view[2])) if view else (400.0, 300.0)
    return {"svg": text, "width": wide, "height": high}
