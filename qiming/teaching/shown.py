"""Whether a work may stand before the class. The room that keeps the works answers; this is where it says how."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

Check = Callable[[UUID, UUID], bool]

_checks: list[Check] = []


def ask_first(check: Check) -> Check:
    """Register who is asked before every showing: check(work_id, class_group_id)."""
    _checks.append(check)
    return check


def may_stand(work_id: UUID, class_group_id: UUID) -> bool:
    """Whether this work may be shown to this class now. Nobody to ask means no."""
    return bool(_checks) and all(check(work_id, class_group_id) for check in _checks)
