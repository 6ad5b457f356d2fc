"""Products of the test field by name: which of them a tool may be."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from qiming.kernel.access import Actor


def choices(actor: Actor, *, also: UUID | None = None) -> dict[str, str]:
    """Product id → its name, for the registration form."""
    return {str(one): title for one, title in titles([also] if also else []).items()}


def titles(product_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Names of products by id."""
    return {one: f"产品 {str(one)[:8]}" for one in product_ids}
