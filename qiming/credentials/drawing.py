"""The picture of a certificate: a plain seal with what it is for and who gave it; the certificate is baked into it."""

import io
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from PIL import Image, ImageDraw, ImageFont

from qiming.credentials.models import Certificate
from qiming.credentials.rules import pictures

SIDE = 480  # pixels
_PAPER, _JADE, _INK = (253, 252, 249), (11, 107, 93), (24, 33, 31)
_FONT = "NotoSansSC_400Regular.ttf"


def picture(row: Certificate, text: str) -> bytes:
    """The picture of a certificate as a PNG that carries `text` (the signed document or the token)."""
    return pictures.bake(_drawn(str(row.achievement.body["name"]), row.about_title, row.issuer.name), text)


@lru_cache(maxsize=64)
def _drawn(name: str, about: str, by: str) -> bytes:
    sheet = Image.new("RGB", (SIDE * 2, SIDE * 2), _PAPER)
    pen = ImageDraw.Draw(sheet)
    for inset, width in ((24, 12), (48, 3)):
        pen.ellipse((inset, inset, SIDE * 2 - inset, SIDE * 2 - inset), outline=_JADE, width=width)
    pen.line((280, 652, SIDE * 2 - 280, 652), fill=_JADE, width=4)
    _write(pen, name, top=300, size=84, colour=_JADE, wide=700)
    _write(pen, about, top=480, size=48, colour=_INK, wide=620)
    _write(pen, by, top=690, size=42, colour=_INK, wide=520)
    out = io.BytesIO()
    sheet.resize((SIDE, SIDE), Image.Resampling.LANCZOS).quantize(64).save(out, "PNG", optimize=True)
    return out.getvalue()


def _write(
    pen: ImageDraw.ImageDraw, text: str, *, top: int, size: int, colour: tuple[int, int, int], wide: int
) -> None:
    """A line or two in the middle, set smaller until it fits; nothing on a server whose front end isn't built."""
    path = Path(settings.WEB_DIST) / "fonts" / _FONT
    if not path.exists():
        return
    for at in range(size, 27, -4):
        font = ImageFont.truetype(path, at)
        lines = _lines(text, font, wide)
        if len(lines) <= 2:
            break
    for number, line in enumerate(lines[:2]):
        pen.text((SIDE, top + number * at * 1.3), line, fill=colour, font=font, anchor="ma")


def _lines(text: str, font: ImageFont.FreeTypeFont, wide: int) -> list[str]:
    lines = [""]
    for letter in text:
        if font.getlength(lines[-1] + letter) > wide:
            lines.append("")
        lines[-1] += letter
    return lines
