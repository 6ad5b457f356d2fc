"""How keys and signatures are written: base58 and base64url with their multibase letter, Multikey, JWK."""

import base64
import binascii
from typing import Final

_ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VALUE: Final = {letter: value for value, letter in enumerate(_ALPHABET)}
ED25519_PUBLIC: Final = b"\xed\x01"  # the multicodec prefix, as a varint
ED25519_PRIVATE: Final = b"\x80\x26"
MAX_TEXT: Final = 200


def base58(data: bytes) -> str:
    """`data` in base58 (Bitcoin's alphabet), leading zero bytes kept as "1"."""
    number, out = int.from_bytes(data), ""
    while number:
        number, rest = divmod(number, 58)
        out = _ALPHABET[rest] + out
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + out


def from_base58(text: str) -> bytes:
    """The bytes that `base58` wrote; `ValueError` for anything it would not have written."""
    if len(text) > MAX_TEXT or any(letter not in _VALUE for letter in text):
        raise ValueError("not base58")
    number = 0
    for letter in text:
        number = number * 58 + _VALUE[letter]
    body = number.to_bytes((number.bit_length() + 7) // 8)
    return b"\0" * (len(text) - len(text.lstrip("1"))) + body


def multikey(public: bytes) -> str:
    """A public Ed25519 key (32 bytes) as a Multikey, `z6Mk…`."""
    return "z" + base58(ED25519_PUBLIC + public)


def from_multikey(text: str, prefix: bytes = ED25519_PUBLIC) -> bytes:
    """The 32 bytes of a Multikey of this kind; `ValueError` for anything else."""
    data = from_base58(text[1:]) if text.startswith("z") else b""
    if len(data) != 34 or not data.startswith(prefix):
        raise ValueError("not an Ed25519 Multikey")
    return data[2:]


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def from_base64url(text: str) -> bytes:
    """The bytes of unpadded base64url; `ValueError` for padding, other letters, or bits that say nothing."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("not base64url") from error
    if base64url(data) != text:
        raise ValueError("not base64url")
    return data
