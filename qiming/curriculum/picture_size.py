"""How wide and high a picture is in its own units: a drawing's viewBox, a photo's pixels."""

import io
from xml.etree import ElementTree

from PIL import Image, UnidentifiedImageError

Size = tuple[float, float]


def size_of(body: bytes) -> Size | None:
    """Width and height; None for what is no picture that can be read."""
    if body.lstrip()[:5] in (b"<?xml", b"<svg ", b"<svg\n") or b"<svg" in body[:400]:
        return _of_drawing(body)
    try:
        with Image.open(io.BytesIO(body), formats=["PNG", "JPEG", "WEBP"]) as opened:
            return float(opened.width), float(opened.height)
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
        return None


def _of_drawing(body: bytes) -> Size | None:
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        return None
    try:
        # Without a document type there are no entities to expand.
        view = ElementTree.fromstring(body).get("viewBox", "")  # noqa: S314
        figures = [float(part) for part in view.replace(",", " ").split()]
    except (ElementTree.ParseError, ValueError):
        return None
    return (figures[2], figures[3]) if len(figures) == 4 and min(figures[2:]) > 0 else None
