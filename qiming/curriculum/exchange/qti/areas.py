"""Areas of a picture marked with letters, so that a question that points can be asked by letter."""

import io
from collections.abc import Callable
from xml.sax.saxutils import quoteattr

from lxml import etree
from PIL import Image, ImageDraw, ImageFont

from qiming.curriculum.exchange.markup import escaped
from qiming.curriculum.exchange.pictures import Pictures
from qiming.curriculum.exchange.qti.declared import number
from qiming.curriculum.exchange.xml import Element, below, parse, words

Spot = tuple[float, float]


def labelled(
    image: Element, spots: list[Element], pictures: Pictures, where: str, tell: Callable[[str], None]
) -> tuple[str, str]:
    """The picture with A, B, C … on its areas: its name in our media ("" when it could not come) and its words."""
    shown = image if image.tag != "picture" else next(iter(below(image, "img")), image)
    href = shown.get("data") or shown.get("src") or ""
    plain = pictures.take(href, where, tell) if href else ""
    if not plain:
        return "", ""
    body = pictures.media[plain]
    size = (number(shown.get("width", "") or ""), number(shown.get("height", "") or ""))
    stem, _, ending = plain.removeprefix("media/").rpartition(".")
    centres = [_centre(spot) for spot in spots]
    drawn = _on_drawing(body, size, centres) if ending == "svg" else _on_pixels(body, size, centres)
    name = pictures.put(f"{stem}-letters", ending, drawn)
    alt = escaped(" ".join((shown.get("alt") or words(shown) or "图").split()))
    return name, f"{alt}（标了{len(spots)}个字母）"


def _centre(spot: Element) -> Spot:
    """The middle of an area given as rect, circle, ellipse or poly."""
    said = [number(part) or 0.0 for part in (spot.get("coords") or "").replace("%", "").split(",")]
    shape = spot.get("shape", "rect")
    if shape in ("circle", "ellipse") and len(said) >= 2:
        return said[0], said[1]
    if len(said) >= 4:
        xs, ys = said[0::2], said[1::2]
        if shape == "poly":
            return sum(xs) / len(xs), sum(ys) / len(ys)
        return (said[0] + said[2]) / 2, (said[1] + said[3]) / 2
    return 0.0, 0.0


def _on_pixels(body: bytes, size: tuple[float | None, float | None], centres: list[Spot]) -> bytes:
    with Image.open(io.BytesIO(body), formats=["PNG", "JPEG", "WEBP"]) as opened:
        kind, sheet = opened.format or "PNG", opened.convert("RGB")
    across, down = sheet.width / (size[0] or sheet.width), sheet.height / (size[1] or sheet.height)
    radius = max(9, min(sheet.size) // 22)
    font = ImageFont.load_default(radius * 1.4)
    pen = ImageDraw.Draw(sheet)
    for letter, (x, y) in zip("ABCDEFGHIJKLMNOPQRSTU", centres, strict=False):
        at = (
            min(max(x * across, radius), sheet.width - radius),
            min(max(y * down, radius), sheet.height - radius),
        )
        box = (at[0] - radius, at[1] - radius, at[0] + radius, at[1] + radius)
        pen.ellipse(box, fill="white", outline="black", width=2)
        pen.text(at, letter, fill="black", font=font, anchor="mm")
    out = io.BytesIO()
    sheet.save(out, format=kind)
    return out.getvalue()


def _on_drawing(body: bytes, size: tuple[float | None, float | None], centres: list[Spot]) -> bytes:
    root = parse(body)
    box = [number(part) or 0.0 for part in root.get("viewBox", "0 0 100 100").replace(",", " ").split()]
    left, top, width, height = box if len(box) == 4 else (0.0, 0.0, 100.0, 100.0)
    across, down = width / (size[0] or width), height / (size[1] or height)
    radius = max(min(width, height) / 22, 1.0)
    marks = "".join(
        f'<circle cx="{left + x * across:.1f}" cy="{top + y * down:.1f}" r="{radius:.1f}" fill="#fff" stroke="#000"/>'
        f'<text x="{left + x * across:.1f}" y="{top + y * down + radius * 0.5:.1f}" font-size={quoteattr(f"{radius * 1.4:.1f}")}'
        f' text-anchor="middle" fill="#000">{letter}</text>'
        for letter, (x, y) in zip("ABCDEFGHIJKLMNOPQRSTU", centres, strict=False)
    )
    root.append(parse(f'<g xmlns="http://www.w3.org/2000/svg">{marks}</g>'.encode()))
    drawn: bytes = etree.tostring(root, encoding="utf-8")
    return drawn
