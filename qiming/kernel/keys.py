"""Keys for pseudonymous numbers: made once, kept in the database, never written anywhere else."""

import hashlib
import hmac
import secrets
from uuid import UUID

from qiming.kernel.models import KeptKey

KEY_BYTES = 32


def kept_key(name: str) -> bytes:
    """The key of this name; made when it is first asked for."""
    row, _ = KeptKey.objects.get_or_create(name=name, defaults={"key": secrets.token_bytes(KEY_BYTES)})
    return bytes(row.key)


def number(key: bytes, kind: str, of: UUID) -> int:
    """A whole number of 63 bits for one thing; of two hundred million, two fall together with odds of 1 in 450.

    For people (two million: odds of 1 in 4.6 million) that is as good as never."""
    told = hmac.new(key, kind.encode() + of.bytes, hashlib.sha256).digest()
    return int.from_bytes(told[:8]) >> 1
