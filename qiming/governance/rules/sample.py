"""A random sample that anybody can draw again and get the same."""

import hashlib
from collections.abc import Sequence
from uuid import UUID


def draw(candidates: Sequence[UUID], size: int, seed: str) -> list[UUID]:
    """`size` of `candidates`, each equally likely: those whose SHA-256 of seed and id is smallest."""
    ranked = sorted(set(candidates), key=lambda one: hashlib.sha256(f"{seed}/{one}".encode()).digest())
    return ranked[: max(0, size)]
