"""Identifiers: time-ordered keys for rows, short codes for people to read aloud."""

import secrets
from uuid import UUID

from uuid_utils.compat import uuid7

# No 0/O, 1/I/L: a code is read from a wall and typed by a child.
READABLE = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
DIGITS = "0123456789"
PATH_STEP = "0123456789abcdefghjkmnpqrstvwxyz"


def new_id() -> UUID:
    """A UUIDv7 made in Python, so that a row's key is known before the row is written."""
    return uuid7()


def random_code(length: int, alphabet: str = READABLE) -> str:
    """An unguessable code of `length` characters of `alphabet`."""
    return "".join(secrets.choice(alphabet) for _ in range(length))
