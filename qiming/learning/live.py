"""The class as the teacher leads it, seen from one pupil's seat."""

from typing import Any
from uuid import UUID

from qiming.kernel.access import Actor, Denied
from qiming.learning.access import TABLE
from qiming.teaching import queries as teaching
from qiming.teaching.types import LiveRef, LiveState


def live_tag(actor: Actor, period_id: UUID | None) -> str | None:
    """What the browser may already have: one question to the database while a period goes on."""
    if period_id is None:
        return None
    version = teaching.live_version(period_id)
    return f"{period_id}.{version}" if version is not None else None


def live_seen(
    actor: Actor, offering_id: UUID, lesson_key: str, period_id: UUID | None
) -> dict[str, Any] | None:
    """The running period of this lesson that the pupil has joined; None when there is none."""
    if period_id is None:
        ref = joined(actor, offering_id, lesson_key)
        if ref is None:
            return None
        period_id = ref.period_id
    try:
        state = teaching.live_state(period_id, actor.person_id)
    except Denied:
        return None
    TABLE.require(actor, "learning.learn", state)
    if state.offering_id != offering_id or state.lesson_key != lesson_key:
        return None
    return seen_by(actor, state)


def joined(actor: Actor, offering_id: UUID, lesson_key: str) -> LiveRef | None:
    ref = teaching.current_live_for(actor.person_id)
    if ref is None or not ref.has_joined:
        return None
    return ref if (ref.offering_id, ref.lesson_key) == (offering_id, lesson_key) else None


def seen_by(actor: Actor, state: LiveState) -> dict[str, Any]:
    poll = state.poll
    released = state.open_to(actor.person_id)
    return {
        "period": str(state.period_id),
        "version": state.version,
        "pace": state.pace.value,
        "released": released,
        "current": state.current_activity if state.current_activity in released else None,
        "paused": state.is_paused,
        "poll": None
        if poll is None
        else {
            "id": str(poll.id),
            "activity": poll.activity_key,
            "question": poll.question,
            "choices": [{"key": key, "text": text} for key, text in poll.choices],
            "round": poll.round_no,
            "open": poll.is_open,
            "mine": poll.mine,
        },
        "ended": state.is_ended,
    }
