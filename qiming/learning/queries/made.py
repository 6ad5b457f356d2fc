"""Works, progress, homework handed in."""

from collections.abc import Iterable
from uuid import UUID

from qiming.curriculum import queries as curriculum
from qiming.kernel.access import Denied
from qiming.kernel.scope import ScopedQuerySet
from qiming.learning import rules
from qiming.learning.models import Attempt, Progress, Submission, Work
from qiming.learning.types import HandIn, Standing
from qiming.registry import queries as registry
from qiming.teaching import queries as teaching
from qiming.teaching.types import HomeworkRef

WHY = "the asking room checks its own access table before it asks"


def works_of(pupil_id: UUID) -> ScopedQuerySet[Work]:
    """What a pupil made, the latest first."""
    return Work.objects.unscoped(WHY).filter(pupil_id=pupil_id).order_by("-updated_at", "-id")


def works_of_offering(offering_id: UUID, lesson_key: str | None = None) -> ScopedQuerySet[Work]:
    rows = Work.objects.unscoped(WHY).filter(offering_id=offering_id)
    if lesson_key is not None:
        rows = rows.filter(lesson_key=lesson_key)
    return rows.order_by("activity_key", "pupil_id")


def work(work_id: UUID) -> Work:
    row = Work.objects.unscoped(WHY).filter(id=work_id).first()
    if row is None:
        raise Denied("learning.see_work")
    return row


def progress_of(offering_id: UUID, lesson_key: str, pupil_ids: Iterable[UUID]) -> ScopedQuerySet[Progress]:
    rows = Progress.objects.unscoped(WHY).filter(offering_id=offering_id, lesson_key=lesson_key)
    return rows.filter(pupil_id__in=list(pupil_ids))


def submissions(homework_id: UUID) -> ScopedQuerySet[Submission]:
    return Submission.objects.unscoped(WHY).filter(homework_id=homework_id)


def standing(homework: HomeworkRef) -> Standing:
    """How a homework stands; two questions, whatever the class."""
    pupils = {one.id for one in registry.pupils_of(homework.class_group_id) if homework.is_for(one.id)}
    rows = submissions(homework.id).filter(pupil_id__in=pupils).values_list("state", "is_late")
    given = list(rows)
    return Standing(
        of=len(pupils),
        given=len(given),
        waiting=sum(state == "waiting" for state, _ in given),
        late=sum(is_late for _, is_late in given),
    )


def hand_ins(homework_id: UUID) -> list[HandIn]:
    """One line per pupil the homework is for, by seat number, handed in or not."""
    homework = teaching.homework(homework_id)
    offering = teaching.offering(homework.offering_id)
    lesson = curriculum.lesson_of_course(offering.course_version_id, homework.lesson_key)
    keys = rules.homework_items(homework, lesson) if lesson else []
    given = {row.pupil_id: row for row in submissions(homework_id)}
    answered = Attempt.objects.unscoped(WHY).filter(homework_id=homework_id, item_key__in=keys)
    done: dict[UUID, set[str]] = {}
    for pupil_id, key in answered.values_list("pupil_id", "item_key"):
        done.setdefault(pupil_id, set()).add(key)
    pupils = [one for one in registry.pupils_of(homework.class_group_id) if homework.is_for(one.id)]
    return [_line(one.id, given.get(one.id), len(done.get(one.id, ())), len(keys)) for one in pupils]


def _line(pupil_id: UUID, row: Submission | None, done: int, of: int) -> HandIn:
    if row is None:
        return HandIn(pupil_id, "missing", done, of)
    score = None if row.score_scaled is None else float(row.score_scaled)
    return HandIn(
        pupil_id,
        row.state,
        done,
        of,
        handed_in_at=row.handed_in_at,
        is_late=row.is_late,
        score_scaled=score,
        comment=row.comment,
        submission_id=row.id,
    )
