"""Bitstring Status List 1.0: one bit per certificate, 1 for taken back; the first certificate is the leftmost bit."""

import gzip
import io
from collections.abc import Iterable
from typing import Final

from qiming.credentials.rules.encoding import base64url, from_base64url

SIZE: Final = 131_072  # bits; the standard's least, so that one entry hides among many


def encode(taken_back: Iterable[int]) -> str:
    """The list as the standard writes it: packed bits, gzip, base64url with the multibase letter."""
    bits = bytearray(SIZE // 8)
    for index in taken_back:
        bits[index // 8] |= 0x80 >> (index % 8)
    return "u" + base64url(gzip.compress(bytes(bits), mtime=0))


def is_set(encoded: str, index: int) -> bool:
    """Whether the bit is set; `ValueError` for a list that cannot be read or is too short."""
    if not encoded.startswith("u"):
        raise ValueError("not a bitstring")
    with gzip.GzipFile(fileobj=io.BytesIO(from_base64url(encoded[1:]))) as packed:
        try:
            bits = packed.read(SIZE // 8)
        except (OSError, EOFError) as error:
            raise ValueError("not a bitstring") from error
    return bool(bits[index // 8] & (0x80 >> (index % 8))) if index // 8 < len(bits) else _short()


def _short() -> bool:
    raise ValueError("the list is too short")
