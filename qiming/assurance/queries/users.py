"""Which schools use a product: told by the room that lets them, which lies above this one."""

from collections.abc import Callable
from uuid import UUID

Users = Callable[[UUID], list[str]]
"""From a product to the names of the schools that use it: schools, never people or classes."""

_TELLERS: list[Users] = []


def register_users(tell: Users) -> Users:
    """Let a higher room say which schools use a product; the public register shows it."""
    if tell not in _TELLERS:
        _TELLERS.append(tell)
    return tell


def users_of(product_id: UUID) -> list[str]:
    """The names of the schools that use a product, each once."""
    return sorted({name for tell in _TELLERS for name in tell(product_id)})
