"""Autosave of activities, works kept and handed in, acts in labs."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from qiming.curriculum import queries as curriculum
from qiming.curriculum.types import Activity
from qiming.kernel import audit
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.kernel.time import now
from qiming.learning import rules
from qiming.learning.judging import queue as judging
from qiming.learning.labs.counting import count_hand_in, counting, lab_of, statement_of
from qiming.learning.models import Progress, Work
from qiming.learning.services.common import WHY_OWN, lesson_in, own_offering, where
from qiming.learning.services.drafts import NOT_A_WORK, STILL_HERE, Draft, fitting, hold_work, take_in
from qiming.learning.services.places import periods_of
from qiming.learning.types import KeptWork, LabAct, Saved, WorkKind
from qiming.records.services import record
from qiming.records.types import Act, Result
from qiming.records.verbs import ObjectKind, Verb
from qiming.registry.types import PupilRef
from qiming.teaching.services import note_evidence
from qiming.teaching.types import ActKind, OfferingRef

MOST_ACTS = 50
BAD_FIELDS = UserError("自动保存的内容读不懂", kept=STILL_HERE, next="刷新页面再试；还不行请告诉老师。")
NO_ACTIVITY = UserError("这节课里没有这一步", kept=STILL_HERE, next="刷新页面看看。", status=404)


def keep_progress(
    *,
    actor: Actor,
    offering_id: UUID,
    lesson_key: str,
    activity_key: str,
    fields: object,
    done: bool,
    period_id: UUID | None = None,
) -> Saved:
    """Keep what was filled in; of two writings of a field the later one stays, in whatever order they arrive."""
    offering, pupil = own_offering(actor, offering_id)
    step = _step(offering, lesson_key, activity_key)
    cleaned = rules.clean_fields(fields)
    if cleaned is None:
        raise BAD_FIELDS
    with transaction.atomic():
        row = _held_progress(pupil, offering, lesson_key, activity_key)
        merged = rules.merge_fields(row.state, cleaned, now())
        if len(merged) > rules.MAX_FIELDS:
            raise BAD_FIELDS
        newly_done = done and row.done_at is None
        if merged == row.state and not newly_done:
            return Saved(activity_key, row.state, row.done_at is not None, row.version)
        row.state, row.version, row.updated_at = merged, row.version + 1, now()
        row.done_at = row.updated_at if newly_done else row.done_at
        row.save(update_fields=["state", "version", "updated_at", "done_at"])
        if newly_done:
            _completed(actor, offering, pupil, lesson_key=lesson_key, step=step, row=row, period_id=period_id)
    return Saved(activity_key, row.state, row.done_at is not None, row.version)


def _held_progress(pupil: PupilRef, offering: OfferingRef, lesson_key: str, activity_key: str) -> Progress:
    mine = Progress.objects.unscoped(WHY_OWN).select_for_update()
    place = {
        "pupil_id": pupil.id,
        "offering_id": offering.id,
        "lesson_key": lesson_key,
        "activity_key": activity_key,
    }
    row = mine.filter(**place).first()
    if row is None:
        Progress.objects.bulk_create([Progress(scope_path=pupil.scope_path, **place)], ignore_conflicts=True)
        row = mine.get(**place)
    return row


def _completed(
    actor: Actor,
    offering: OfferingRef,
    pupil: PupilRef,
    *,
    lesson_key: str,
    step: Activity,
    row: Progress,
    period_id: UUID | None,
) -> None:
    at = row.done_at or now()
    period = _period(offering, period_id)
    record(
        [
            Act(
                actor_person=pupil.id,
                verb=Verb.COMPLETED,
                object_kind=ObjectKind.ACTIVITY,
                object_id=f"{lesson_key}/{step.key}",
                name=step.title,
                at=at,
                scope_path=pupil.scope_path,
                result=Result(completion=True),
                context=where(offering, lesson_key=lesson_key, period_id=period, kind=step.kind),
            )
        ]
    )
    note_evidence(
        pupil=pupil,
        offering_id=offering.id,
        period_id=period,
        lesson_key=lesson_key,
        kind=ActKind.ACTIVITY,
        at=at,
    )
    audit.write(
        actor,
        "learning.completed",
        thing="progress",
        thing_id=row.id,
        scope_path=pupil.scope_path,
        detail={"lesson": lesson_key, "activity": step.key},
    )


def keep_work(
    *,
    actor: Actor,
    save_id: UUID,
    offering_id: UUID,
    lesson_key: str,
    activity_key: str,
    kind: WorkKind,
    state: object,
    base: int = 0,
    page: str = "",
    client_at: datetime | None = None,
    hand_in: bool = False,
    period_id: UUID | None = None,
) -> KeptWork:
    """Keep a work's present draft. A draft written on another page in the meantime is set aside as a version;
    handing in freezes a version; an older draft that arrives late is set aside too."""
    offering, pupil = own_offering(actor, offering_id)
    step = _step(offering, lesson_key, activity_key)
    if (kind == WorkKind.LAB) != (step.kind == "lab"):
        raise NOT_A_WORK
    state = fitting(state, pupil.id, hand_in=hand_in)
    received = now()
    draft = Draft(save_id, state, rules.when_answered(client_at, received), base, page, hand_in)
    place = {
        "pupil_id": pupil.id,
        "offering_id": offering.id,
        "lesson_key": lesson_key,
        "activity_key": step.key,
    }
    with transaction.atomic():
        row, fresh = hold_work(place, draft, scope_path=pupil.scope_path, kind=kind, title=step.title)
        if row.save_id == save_id and not fresh:
            return KeptWork(row.id, activity_key, row.version, row.handed_in_at)
        other = take_in(row, draft, received, fresh=fresh)
        if hand_in and kind == WorkKind.LAB:
            count_hand_in(pupil, place | {"lab": lab_of(step)})
            judging.ask_marks(row, state)
        if fresh or hand_in:
            _made(actor, offering, pupil, row, _period(offering, period_id), handed_in=hand_in)
    return KeptWork(row.id, activity_key, row.version, row.handed_in_at, other)


def _made(
    actor: Actor,
    offering: OfferingRef,
    pupil: PupilRef,
    row: Work,
    period_id: UUID | None,
    *,
    handed_in: bool,
) -> None:
    reflection = row.kind == WorkKind.REFLECTION
    record(
        [
            Act(
                actor_person=pupil.id,
                verb=Verb.SUBMITTED if handed_in else Verb.CREATED,
                object_kind=ObjectKind.REFLECTION if reflection else ObjectKind.WORK,
                object_id=row.id,
                name=row.title,
                at=row.client_at,
                scope_path=pupil.scope_path,
                context=where(
                    offering,
                    lesson_key=row.lesson_key,
                    period_id=period_id,
                    activity=row.activity_key,
                    kind=row.kind,
                ),
            )
        ]
    )
    note_evidence(
        pupil=pupil,
        offering_id=offering.id,
        period_id=period_id,
        lesson_key=row.lesson_key,
        kind=ActKind.REFLECTION if reflection else ActKind.WORK,
        at=row.client_at,
    )
    audit.write(
        actor,
        "learning.handed_in_work" if handed_in else "learning.began_work",
        thing="work",
        thing_id=row.id,
        scope_path=pupil.scope_path,
        detail={"lesson": row.lesson_key, "activity": row.activity_key, "version": row.version},
    )


def keep_acts(
    *,
    actor: Actor,
    offering_id: UUID,
    lesson_key: str,
    activity_key: str,
    acts: Sequence[LabAct],
    period_id: UUID | None = None,
) -> int:
    """Keep what happened in a lab as statements, each once; returns how many were new."""
    if len(acts) > MOST_ACTS:
        raise UserError(
            f"一次最多送{MOST_ACTS}条", kept=STILL_HERE, next="刷新页面会分几次再送。", status=413
        )
    offering, pupil = own_offering(actor, offering_id)
    step = _step(offering, lesson_key, activity_key)
    place = {"offering_id": offering.id, "lesson_key": lesson_key, "activity_key": activity_key}
    with transaction.atomic():
        with counting(pupil, place | {"lab": lab_of(step)}, acts) as fresh:
            period = _period(offering, period_id) if fresh else None
            context = where(offering, lesson_key=lesson_key, period_id=period, lab=lab_of(step))
            record(
                [statement_of(pupil, f"{lesson_key}/{step.key}", step.title, one, context) for one in fresh]
            )
        if fresh:
            note_evidence(
                pupil=pupil,
                offering_id=offering.id,
                period_id=period,
                lesson_key=lesson_key,
                kind=ActKind.WORK,
                at=now(),
            )
            audit.write(
                actor,
                "learning.did_in_lab",
                thing="offering",
                thing_id=offering.id,
                scope_path=pupil.scope_path,
                detail={"lesson": lesson_key, "activity": activity_key, "acts": len(fresh)},
            )
    return len(fresh)


def _step(offering: OfferingRef, lesson_key: str, activity_key: str) -> Activity:
    lesson_in(offering, lesson_key)
    step = curriculum.activity_of_course(offering.course_version_id, lesson_key, activity_key)
    if step is None:
        raise NO_ACTIVITY
    return step


def _period(offering: OfferingRef, period_id: UUID | None) -> UUID | None:
    """The period, when it is one of the offering's that is going on or was; else none."""
    return period_id if period_id and period_id in periods_of(offering, {period_id}) else None
