"""Ten minutes of practice: chosen by mastery, with the reason; taken, finished or declined."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection, transaction

from qiming.curriculum import queries as curriculum
from qiming.curriculum.types import Item
from qiming.kernel import audit
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.kernel.time import local, now, today
from qiming.learning.access import TABLE
from qiming.learning.models import Attempt, PracticeRun
from qiming.learning.services import fits
from qiming.learning.services.common import WHY_OWN, lesson_key_of, own_offering, pupil_in, where
from qiming.mastery import Candidate, Choice, Fit, Learner, Pupil, Skill, choose_practice
from qiming.records.services import record
from qiming.records.types import Act, Result
from qiming.records.verbs import ObjectKind, Verb
from qiming.registry.types import PupilRef
from qiming.teaching import queries as teaching
from qiming.teaching.types import OfferingRef, PeriodRef, PeriodState

HELD = frozenset({PeriodState.LIVE, PeriodState.TAUGHT, PeriodState.CONFIRMED})
ITEMS = 5
_STATES = """
SELECT whole.state, one.concept, one.state
  FROM learning_learnerstate whole LEFT JOIN learning_masterystate one ON one.pupil_id = whole.pupil_id
 WHERE whole.pupil_id = %s
"""
NOTHING_TO_DO = UserError("现在没有要练的", next="上过课以后再来看看。", status=409)


@dataclass(frozen=True, slots=True)
class _Last:
    day: date
    correct: bool | None


@dataclass(frozen=True, slots=True)
class Offer:
    """Today's practice of one course: what is proposed and why, and whether it was taken."""

    offering: OfferingRef
    state: str  # offered | running | done | declined
    choices: tuple[Choice, ...]
    run_id: UUID | None = None

    @property
    def why(self) -> dict[str, int]:
        """Each reason once, and for how many questions it holds; the first question's reason first."""
        return dict(Counter(one.reason for one in self.choices))


def offer(*, actor: Actor, offering_id: UUID) -> Offer | None:
    """What could be practised today; None while there is nothing. Reads only."""
    offering, _ = own_offering(actor, offering_id)
    return offer_in(actor, offering, teaching.periods_of(offering.id))


def offer_in(actor: Actor, offering: OfferingRef, periods: Sequence[PeriodRef]) -> Offer | None:
    """The same for an offering of the pupil's own class and its periods, both known already."""
    pupil = pupil_in(actor, offering)
    row = _of_today(pupil, offering)
    if row is not None:
        return Offer(offering, row.state, tuple(Choice(**one) for one in row.choices), row.id)
    chosen = choose(offering, pupil, periods)
    return Offer(offering, "offered", tuple(chosen)) if chosen else None


def _of_today(pupil: PupilRef, offering: OfferingRef) -> PracticeRun | None:
    mine = PracticeRun.objects.unscoped(WHY_OWN).filter(pupil_id=pupil.id, offering_id=offering.id)
    return mine.filter(day=today()).first()


def choose(offering: OfferingRef, pupil: PupilRef, periods: Sequence[PeriodRef]) -> list[Choice]:
    """Items of lessons the class has had, by what this pupil needs."""
    last = _last_answers(offering, pupil)
    reached = {one.lesson_key for one in periods if one.state in HELD}
    items = [
        item
        for item in curriculum.items_of_course(offering.course_version_id, "practice")
        if lesson_key_of(item) in reached or item.key in last
    ]
    concepts = curriculum.concepts({item.concept for item in items})
    day, fit = today(), fits.fit_of(fits.version_at(now()))
    return choose_practice(
        fit,
        _pupil(pupil),
        {key: concept.prerequisites for key, concept in concepts.items()},
        [_candidate(fit, item, last.get(item.key)) for item in items],
        today=day,
        seed=f"{pupil.id} {offering.id} {day}",
        titles={key: concept.title for key, concept in concepts.items()},
        count=ITEMS,
    )


def _candidate(fit: Fit, item: Item, last: _Last | None) -> Candidate:
    return Candidate(
        item=item.key,
        concept=item.concept,
        asked=fits.asked_of(fit, item),
        last_day=last.day if last else None,
        last_correct=last.correct if last else None,
    )


def _last_answers(offering: OfferingRef, pupil: PupilRef) -> dict[str, _Last]:
    mine = Attempt.objects.unscoped(WHY_OWN).filter(pupil_id=pupil.id, offering_id=offering.id)
    rows = mine.order_by("item_key", "-received_at").distinct("item_key")
    return {
        key: _Last(local(at).date(), correct)
        for key, at, correct in rows.values_list("item_key", "received_at", "correct")
    }


def _pupil(pupil: PupilRef) -> Pupil:
    with connection.cursor() as cursor:
        cursor.execute(_STATES, [pupil.id])
        rows = cursor.fetchall()
    learner = Learner.unpack(bytes(rows[0][0])) if rows else Learner()
    return Pupil(learner, {concept: Skill.unpack(bytes(state)) for _, concept, state in rows if concept})


def decline(*, actor: Actor, offering_id: UUID) -> PracticeRun:
    """Not today; it is not asked again today, and nothing is held against the pupil."""
    return _move(actor, _today_row(actor, offering_id), "declined", Verb.DECLINED)


def begin(*, actor: Actor, offering_id: UUID) -> PracticeRun:
    """Begin, or go on with what was begun; a practice declined earlier today may be taken after all."""
    return _move(actor, _today_row(actor, offering_id), "running", Verb.INITIALIZED)


def finish(*, actor: Actor, run_id: UUID) -> PracticeRun:
    """Done for today, however much of it."""
    return _move(actor, run_id, "done", Verb.COMPLETED)


def _today_row(actor: Actor, offering_id: UUID) -> UUID:
    """The row of today, made on the first decision; two tabs make one."""
    offering, pupil = own_offering(actor, offering_id)
    row = _of_today(pupil, offering)
    if row is not None:
        return row.id
    chosen = choose(offering, pupil, teaching.periods_of(offering.id))
    if not chosen:
        raise NOTHING_TO_DO
    fresh = PracticeRun(
        scope_path=pupil.scope_path,
        pupil_id=pupil.id,
        offering_id=offering.id,
        day=today(),
        state="offered",
        choices=[{"item": one.item, "concept": one.concept, "reason": one.reason} for one in chosen],
    )
    PracticeRun.objects.bulk_create([fresh], ignore_conflicts=True)
    kept = _of_today(pupil, offering)
    assert kept is not None
    return kept.id


def _move(actor: Actor, run_id: UUID, state: str, verb: Verb) -> PracticeRun:
    with transaction.atomic():
        rows = PracticeRun.objects.unscoped("filtered by the access table").select_for_update()
        row = TABLE.load(actor, "learning.see_own", rows, id=run_id)
        if row.state == state or (row.state == "done" and state == "declined"):
            return row
        at = now()
        row.state = state
        row.started_at = row.started_at or (at if state == "running" else None)
        row.ended_at = at if state in ("done", "declined") else None
        row.save(update_fields=["state", "started_at", "ended_at"])
        _tell(row, verb)
        audit.write(
            actor,
            f"learning.practice_{state}",
            thing="practice",
            thing_id=row.id,
            scope_path=row.scope_path,
            detail={"items": len(row.choices)},
        )
    return row


def _tell(row: PracticeRun, verb: Verb) -> None:
    offering = teaching.offering(row.offering_id)
    seconds = None
    if row.started_at and row.ended_at:
        seconds = max(int((row.ended_at - row.started_at).total_seconds()), 0)
    record(
        [
            Act(
                actor_person=row.pupil_id,
                verb=verb,
                object_kind=ObjectKind.PRACTICE,
                object_id=row.id,
                at=now(),
                scope_path=row.scope_path,
                result=Result(completion=True, duration_s=seconds) if verb is Verb.COMPLETED else None,
                context=where(offering, lesson_key=None, items=[one["item"] for one in row.choices]),
            )
        ]
    )
