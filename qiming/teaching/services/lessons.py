"""Which version of a lesson a class has: the city's, or the one its school made of it.

There is one answer, `Offering.course_version_id`. Choosing a version moves the offering to the course version that
holds it; what was taught keeps the version it was taught with, and a running period the one it opened with.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from qiming.curriculum import queries as curriculum
from qiming.curriculum.authoring.editions import with_lesson
from qiming.kernel import audit
from qiming.kernel.access import Actor
from qiming.kernel.scope import ScopedQuerySet
from qiming.teaching.access import PLAN, TABLE
from qiming.teaching.models import Offering, TaughtPeriod
from qiming.teaching.types import PeriodState

WHY = "the offering was loaded for the actor, or a period of it ends"


def use_lesson(*, actor: Actor, offering_id: UUID, lesson_version_id: UUID) -> bool:
    """Let a class have this version of a lesson. True: from now on. False: when the running period is over."""
    with transaction.atomic():
        rows = Offering.objects.unscoped("filtered by the access table").select_for_update()
        offering = TABLE.load(actor, PLAN, rows, id=offering_id, is_open=True)
        before = offering.next_version_id or offering.course_version_id
        version_id = with_lesson(before, lesson_version_id, scope_path=offering.scope_path)
        # Held before looking: a period that starts just now waits, and starts with the new version.
        planned = _planned(offering)
        running = _periods(offering).filter(state=PeriodState.LIVE).exists()
        if running:
            offering.next_version_id = None if version_id == offering.course_version_id else version_id
            offering.save(update_fields=["next_version_id"])
        else:
            _move(offering, version_id, planned)
        if version_id != before:
            audit.write(
                actor,
                "teaching.use_lesson",
                thing="offering",
                thing_id=offering.id,
                scope_path=offering.scope_path,
                detail={"lesson_version": str(lesson_version_id), "waits": running},
            )
    return not (running and offering.next_version_id)


def apply_waiting(offering_id: UUID | None) -> None:
    """A period ended: what was chosen meanwhile is in force. Inside the caller's transaction."""
    if offering_id is None:
        return
    rows = Offering.objects.unscoped(WHY).select_for_update()
    offering = rows.filter(id=offering_id, next_version_id__isnull=False).first()
    if offering is not None and offering.next_version_id is not None:
        _move(offering, offering.next_version_id, _planned(offering))


def take_version_of_class(period: TaughtPeriod) -> None:
    """A period that was over goes on with what the class has now. The caller saves it."""
    if period.offering is None:
        return
    lesson = curriculum.lesson_of_course(period.offering.course_version_id, period.lesson_key)
    if lesson:
        period.lesson_version_id = lesson.id


def _periods(offering: Offering) -> ScopedQuerySet[TaughtPeriod]:
    return TaughtPeriod.objects.unscoped(WHY).filter(offering=offering)


def _planned(offering: Offering) -> list[TaughtPeriod]:
    rows = _periods(offering).filter(state=PeriodState.PLANNED).order_by("id")
    return list(rows.select_for_update(of=("self",)))


def _move(offering: Offering, version_id: UUID, planned: list[TaughtPeriod]) -> None:
    offering.course_version_id, offering.next_version_id = version_id, None
    offering.save(update_fields=["course_version_id", "next_version_id"])
    lessons = {lesson.key: lesson for lesson in curriculum.lessons_of(version_id)}
    for period in planned:
        lesson = lessons.get(period.lesson_key)
        if lesson and period.lesson_version_id != lesson.id:
            period.lesson_version_id, period.title = lesson.id, lesson.title
            period.save(update_fields=["lesson_version_id", "title"])
