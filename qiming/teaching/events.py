"""What the teaching room announces. Payloads carry ids only."""

from __future__ import annotations

from uuid import UUID

from qiming.kernel.outbox import announce

OFFERING_OPENED = "teaching.offering_opened"
PERIOD_CONFIRMED = "teaching.period_confirmed"
PERIOD_AMENDED = "teaching.period_amended"
PLAN_CHANGED = "teaching.plan_changed"


def tell(name: str, *, class_id: UUID, school_year: str, period_id: UUID | None, scope_path: str) -> None:
    """Announce that a class's figures may have changed."""
    payload = {
        "class_id": str(class_id),
        "school_year": school_year,
        "period_id": str(period_id) if period_id else None,
    }
    announce(name, payload, scope_path)
