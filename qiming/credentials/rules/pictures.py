"""A certificate baked into a PNG: an iTXt chunk named `openbadgecredential`, as Open Badges 3.0 says."""

import struct
import zlib
from collections.abc import Iterator
from typing import Final

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
KEYWORD: Final = b"openbadgecredential"
OLD_KEYWORD: Final = b"openbadges"  # of the versions before 3.0
MAX_CHUNKS: Final = 2000


class OldBadge(ValueError):
    """The picture carries a badge of an earlier version."""


class Damaged(ValueError):
    """The picture is cut off or changed."""


def bake(png: bytes, text: str) -> bytes:
    """`png` with the certificate in it; whatever it carried before is left out."""
    out = [SIGNATURE]
    for kind, body in _chunks(png):
        if kind != b"iTXt":
            out.append(_chunk(kind, body))
        if kind == b"IHDR":
            out.append(_chunk(b"iTXt", KEYWORD + b"\0\0\0\0\0" + text.encode()))
    return b"".join(out)


def unbake(png: bytes) -> str | None:
    """The text baked into a picture, None when there is none. Raises `Damaged`, `OldBadge`."""
    found = None
    for kind, body in _chunks(png):
        keyword, _, rest = body.partition(b"\0")
        if kind in {b"iTXt", b"tEXt"} and keyword == OLD_KEYWORD:
            raise OldBadge
        if kind != b"iTXt" or keyword != KEYWORD:
            continue
        if found is not None or rest[:2] != b"\0\0":
            raise Damaged  # two certificates, or a packed one: the standard has neither
        _, _, text = rest[2:].split(b"\0", 2) if rest[2:].count(b"\0") >= 2 else (b"", b"", b"")
        try:
            found = text.decode()
        except UnicodeDecodeError as error:
            raise Damaged from error
    return found


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    at, count = len(SIGNATURE), 0
    while at < len(png):
        head = png[at : at + 8]
        if len(head) < 8 or count >= MAX_CHUNKS:
            raise Damaged
        (length,), kind = struct.unpack(">I", head[:4]), head[4:]
        body, crc = png[at + 8 : at + 8 + length], png[at + 8 + length : at + 12 + length]
        if len(crc) < 4 or zlib.crc32(kind + body) != int.from_bytes(crc):
            raise Damaged
        yield kind, body
        at, count = at + 12 + length, count + 1
        if kind == b"IEND":
            return
    raise Damaged


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
