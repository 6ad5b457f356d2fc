"""What the teaching room tells lower rooms when the house opens."""

from __future__ import annotations

from django.urls import reverse

from qiming.registry import joining
from qiming.registry.types import JoinTarget
from qiming.teaching import queries


def join_target(code: str) -> JoinTarget | None:
    """A join code leads to the class of the running period; the pupil comes back to the join page."""
    live = queries.live_by_code(code) if code.strip().isdigit() else None
    if live is None:
        return None
    return JoinTarget(
        class_id=live.class_group_id, next_url=f"{reverse('teaching.join')}?code={code.strip()}"
    )


joining.register(join_target)
