"""The states of a pupil worked out again from everything that moved them: answers, marks, tests, a teacher's judgements.

Each event is counted with the parameters that held at its moment, so that a replay comes to the states as they are kept; where it
does not, something was mended by hand or marked anew, and the difference is told."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from qiming.curriculum import queries as curriculum
from qiming.curriculum.types import Item
from qiming.kernel.time import local
from qiming.learning.models import (
    Attempt,
    BandChange,
    LearnerState,
    MasteryCorrection,
    MasteryState,
    TestAnswer,
)
from qiming.learning.services import fits
from qiming.learning.services.kept_states import WHY as _WHY
from qiming.learning.services.kept_states import begun, write
from qiming.mastery import JUDGEMENTS, Band, Learner, Skill, read, step, weight_of


@dataclass(frozen=True, slots=True)
class Event:
    """Something that moves a state at a moment; `row` breaks ties as the rows were made."""

    at: datetime
    row: str
    what: Attempt | TestAnswer | MasteryCorrection

    @property
    def order(self) -> tuple[datetime, str]:
        return self.at, self.row


@dataclass(slots=True)
class Replayed:
    """A pupil's states from events, and the right answers that let further ones of the day count nothing."""

    learner: Learner = field(default_factory=Learner)
    skills: dict[str, Skill] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    right_on: set[tuple[str, UUID, date]] = field(default_factory=set)
    counted: dict[UUID, float] = field(default_factory=dict)
    right: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Difference:
    """A concept whose kept state is not what the answers come to."""

    pupil_id: UUID
    concept: str
    before: str
    after: str
    by: float


def replay(pupil_id: UUID) -> Replayed:
    """From nothing, in the order in which it happened."""
    done = Replayed()
    for event in sorted(_events(pupil_id), key=lambda one: one.order):
        if isinstance(event.what, MasteryCorrection):
            _judged(done, event.what)
        else:
            _answered(done, event.what, event.at)
    return done


def _events(pupil_id: UUID) -> Iterator[Event]:
    attempts = Attempt.objects.unscoped(_WHY).filter(pupil_id=pupil_id, correct__isnull=False)
    for row in attempts.defer("response", "reply", "comment", "points"):
        yield Event(row.marked_at or row.received_at, str(row.statement_id), row)
    tests = TestAnswer.objects.unscoped(_WHY).filter(pupil_id=pupil_id, task__closed_at__isnull=False)
    for answer in tests.select_related("task__offering").defer("response"):
        # answers of a closed test are counted together, in the order they were given
        closed = answer.task.closed_at or answer.received_at
        at = max(answer.received_at, closed) if answer.is_late else closed
        yield Event(at, f"{answer.client_at.timestamp():020.6f} {answer.item_key}", answer)
    corrections = MasteryCorrection.objects.unscoped(_WHY).filter(pupil_id=pupil_id, ended_at=None)
    for one in corrections:
        yield Event(one.made_at, str(one.id), one)


def _answered(done: Replayed, row: Attempt | TestAnswer, at: datetime) -> None:
    item = _item_of(row)
    if item is None:
        return
    correct, weight = bool(row.correct), 1.0
    if isinstance(row, Attempt):
        key = (row.item_key, row.offering_id, local(row.received_at).date())
        again = key in done.right_on and row.marked_at is None
        if correct:
            done.right_on.add(key)
        if again:
            return
        weight = weight_of(
            correct=correct,
            try_no=row.try_no,
            hints_used=row.hints_used,
            hints_total=len(item.hints),
            solution_shown=row.solution_shown,
        )
    done.counted[row.id] = weight
    if not weight:
        return
    version = fits.version_at(at)
    fit = fits.fit_of(version)
    known = {key: one.known for key, one in done.skills.items() if one.n}
    skill = begun(fit, item.concept, done.learner, done.skills.get(item.concept, Skill()), known)
    day = local(row.client_at).date()
    done.learner, done.skills[item.concept] = step(
        done.learner, skill, fits.asked_of(fit, item), correct=correct, weight=weight, day=day
    )
    done.versions[item.concept] = version
    done.right[item.concept] = done.right.get(item.concept, 0) + correct


def _item_of(row: Attempt | TestAnswer) -> Item | None:
    if isinstance(row, Attempt):
        return curriculum.item(row.item_version_id)
    items = curriculum.test_items(row.task.offering.course_version_id, row.task.form)
    return next((item for item in items if item.key == row.item_key), None)


def _judged(done: Replayed, row: MasteryCorrection) -> None:
    skill = done.skills.get(row.concept, Skill())
    done.skills[row.concept] = judged(skill, Band(row.band))


def judged(skill: Skill, verdict: Band | None) -> Skill:
    """With a teacher's judgement as evidence, or without any."""
    if verdict is None:
        return replace(skill, judged=0, judged_at=0)
    return replace(skill, judged=JUDGEMENTS[verdict], judged_at=skill.n)


def rebuild(pupil_id: UUID, *, mend: bool = True) -> list[Difference]:
    """Replay and tell the difference; written, with every band that moved. Readings keep the version they were made with."""
    with transaction.atomic():
        whole = LearnerState.objects.unscoped(_WHY).select_for_update().filter(pupil_id=pupil_id).first()
        rows = list(
            MasteryState.objects.unscoped(_WHY)
            .select_for_update()
            .filter(pupil_id=pupil_id)
            .order_by("concept")
        )
        if not rows:
            return []
        done = replay(pupil_id)
        found = [one for row in rows if (one := _difference(row, done)) is not None]
        kept = Learner.unpack(bytes(whole.state)) if whole else Learner()
        if kept != done.learner and not found:
            found.append(Difference(pupil_id, "", "", "", abs(kept.ability - done.learner.ability)))
        if mend and found:
            _write(rows, done, found)
    return found


def _difference(row: MasteryState, done: Replayed) -> Difference | None:
    skill = done.skills.get(row.concept, Skill())
    kept = Skill.unpack(bytes(row.state))
    # Where nothing counted yet, what a start was worked out as says nothing.
    if kept == skill or (not kept.n and not skill.n and kept.judged == skill.judged):
        return None
    said = read(fits.fit_of(_version(row, done)), row.concept, skill)
    return Difference(row.pupil_id, row.concept, row.band, said.band.value, abs(said.chance - row.p))


def _version(row: MasteryState, done: Replayed) -> int:
    return max(row.fit, done.versions.get(row.concept, 0))


def _write(rows: list[MasteryState], done: Replayed, found: list[Difference]) -> None:
    first = rows[0]
    LearnerState.objects.bulk_create(
        [LearnerState(scope_path=first.scope_path, pupil_id=first.pupil_id)], ignore_conflicts=True
    )
    write(
        first.pupil_id,
        done.learner,
        {row.concept: (row.id, done.skills.get(row.concept, Skill()), _version(row, done)) for row in rows},
    )
    by_concept = {row.concept: row for row in rows}
    BandChange.objects.bulk_create(
        [
            BandChange(
                scope_path=first.scope_path,
                pupil_id=first.pupil_id,
                concept=one.concept,
                before=one.before,
                after=one.after,
                why="replayed",
                fit=_version(by_concept[one.concept], done),
            )
            for one in found
            if one.concept and one.before != one.after
        ]
    )


def everybody() -> Iterator[UUID]:
    """Whoever has a belief, in the order of their ids."""
    rows = MasteryState.objects.unscoped(_WHY).order_by("pupil_id").values_list("pupil_id", flat=True)
    yield from rows.distinct().iterator(chunk_size=2000)
