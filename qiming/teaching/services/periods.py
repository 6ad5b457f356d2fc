"""What every verb on a period needs: the row, locked; the trail of a change; the news of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from qiming.kernel import audit
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.kernel.time import at_local, now
from qiming.records.services import record
from qiming.records.types import Act
from qiming.records.verbs import ObjectKind, Verb
from qiming.registry.types import SlotTime
from qiming.teaching import events
from qiming.teaching.access import TABLE
from qiming.teaching.models import PeriodChange, TaughtPeriod

SLOT_TAKEN = UserError("这个班这一节已经排了课", next="换一个日期或节次。", field="slot_no")

# What an adult does with a period as the record store tells it: one statement about the period, none per pupil.
TOLD = {
    "started": Verb.STARTED,
    "ended": Verb.ENDED,
    "confirmed": Verb.CONFIRMED,
    "recorded": Verb.CONFIRMED,
    "amended": Verb.AMENDED,
    "reopened": Verb.WITHDREW,
}


def locked_period(actor: Actor, verb: str, period_id: UUID) -> TaughtPeriod:
    """The period the actor may do `verb` to, held until the transaction ends."""
    rows = TaughtPeriod.objects.unscoped("filtered by the access table").select_for_update(of=("self",))
    return TABLE.load(actor, verb, rows, id=period_id)


def note_change(
    actor: Actor,
    period: TaughtPeriod,
    kind: str,
    *,
    reason: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Keep what was changed about a period; write the audit row and, for what touches the evidence, the statement."""
    PeriodChange.objects.create(
        scope_path=period.scope_path,
        period=period,
        kind=kind,
        reason=reason,
        before=before or {},
        after=after or {},
        made_by=actor.person_id,
    )
    audit.write(
        actor,
        f"teaching.{kind}",
        thing="period",
        thing_id=period.id,
        scope_path=period.scope_path,
        detail={"state": period.state, "reason": bool(reason)},
    )
    if kind in TOLD:
        record([_act(actor, period, TOLD[kind])])


def _act(actor: Actor, period: TaughtPeriod, verb: Verb) -> Act:
    return Act(
        actor_person=actor.person_id,
        verb=verb,
        object_kind=ObjectKind.PERIOD,
        object_id=period.id,
        name=period.title,
        at=now(),
        scope_path=period.scope_path,
        context={
            "offering_id": period.offering_id,
            "period_id": period.id,
            "lesson_key": period.lesson_key or None,
            "evidence": period.evidence_kind,
            "minutes": period.credited_minutes,
        },
    )


def tell(name: str, period: TaughtPeriod) -> None:
    events.tell(
        name,
        class_id=period.class_group_id,
        school_year=period.school_year,
        period_id=period.id,
        scope_path=period.scope_path,
    )


def save_in_slot(period: TaughtPeriod) -> None:
    """Save, or say in words that the class already has an AI period in that slot."""
    try:
        with transaction.atomic():
            period.save()
    except IntegrityError as error:
        if "period_one_in_a_slot" in str(error):
            raise SLOT_TAKEN from error
        raise


def moments(day: date, time: SlotTime | None) -> tuple[datetime | None, datetime | None]:
    """When a slot begins and ends on a day."""
    if time is None:
        return None, None
    return (
        at_local(day, time.starts.hour, time.starts.minute),
        at_local(day, time.ends.hour, time.ends.minute),
    )


def needs_reason(reason: str) -> str:
    """A reason somebody can understand later."""
    said = reason.strip()
    if len(said) < 2:
        raise UserError("请写一句原因", next="写清为什么，以后的人看得懂就行。", field="reason")
    if len(said) > 300:
        raise UserError("原因太长了", next="请压到300字以内。", field="reason")
    return said
