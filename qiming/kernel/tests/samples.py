"""Files as people and attackers send them, made here: nothing hostile lies in the tree."""

import io
import zipfile
import zlib
from typing import Any

from PIL import Image
from PIL.PngImagePlugin import PngInfo

PLACE = "SECRET-PLACE-39.9042"


def drawing(width: int = 64, height: int = 48, mode: str = "RGB") -> Image.Image:
    made = Image.new(mode, (width, height))
    for x in range(0, width, 8):
        made.putpixel((x, height // 2), tuple([200, 30, 40, 128][: len(made.getbands())]))
    return made


def _saved(made: Image.Image, kind: str, **how: Any) -> bytes:
    out = io.BytesIO()
    made.save(out, format=kind, **how)
    return out.getvalue()


def jpeg(width: int = 64, height: int = 48) -> bytes:
    """A phone's photo: lying on its side, with place, device and a comment in it."""
    exif = Image.Exif()
    exif[0x0112] = 6  # shown turned by a quarter
    exif[0x010F] = "Some phone"
    exif[0x9286] = PLACE
    exif.get_ifd(0x8825).update({1: "N", 2: (39.0, 54.0, 15.0), 3: "E", 4: (116.0, 24.0, 26.0)})
    return _saved(drawing(width, height), "JPEG", exif=exif, comment=PLACE.encode())


def png(width: int = 64, height: int = 48, mode: str = "RGBA") -> bytes:
    said = PngInfo()
    said.add_text("Location", PLACE)
    said.add_itxt("XML:com.adobe.xmp", f"<gps>{PLACE}</gps>")
    return _saved(drawing(width, height, mode), "PNG", pnginfo=said)


def webp() -> bytes:
    return _saved(drawing(), "WEBP", xmp=PLACE.encode(), exif=PLACE.encode())


def png_bomb(side: int = 30_000) -> bytes:
    """Nine hundred million pixels in a few kilobytes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4) + kind + body + zlib.crc32(kind + body).to_bytes(4)

    heading = side.to_bytes(4) + side.to_bytes(4) + bytes([8, 0, 0, 0, 0])
    body = zlib.compress(b"\x00" * 1_000_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", heading) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def text_bomb() -> bytes:
    """A small picture with a packed text of a hundred megabytes."""
    good = png(mode="RGB")
    body = b"Comment\x00\x00" + zlib.compress(b"a" * 100_000_000)
    chunk = len(body).to_bytes(4) + b"zTXt" + body + zlib.crc32(b"zTXt" + body).to_bytes(4)
    return good[:33] + chunk + good[33:]


def gif_script() -> bytes:
    """A picture to one reader, a script to another."""
    return b"GIF89a/*" + b"\x00" * 32 + b"*/=1;alert(1)//"


def pdf(*objects: bytes, packed: bytes = b"", stream_head: bytes = b"/Type /ObjStm /N 1 /First 4") -> bytes:
    """A PDF of one empty page, with `objects` beside it and `packed` in an object stream."""
    parts = [
        b"%PDF-1.7",
        b"1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj",
        b"2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj",
        b"3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >> endobj",
        *objects,
    ]
    if packed:
        body = zlib.compress(packed)
        head = b"9 0 obj << %s /Filter /FlateDecode /Length %d >>" % (stream_head, len(body))
        parts.append(head + b"\nstream\n" + body + b"\nendstream endobj")
    return b"\n".join([*parts, b"trailer << /Root 1 0 R >>", b"%%EOF\n"])


def archive(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, body in parts.items():
            opened.writestr(name, body)
    return out.getvalue()


def virus_text() -> bytes:
    """The text every virus scanner must know; in pieces, so that this file is not taken for it."""
    return rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"
