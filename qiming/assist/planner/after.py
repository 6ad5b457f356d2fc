"""Verbs around a period: set homework in three sets, fill a visit's sheet, write what one thinks afterwards."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from qiming.assist.access import TABLE
from qiming.assist.models import LessonReflection, LessonVisit
from qiming.assist.planner import around, queries
from qiming.assist.planner.access import LOOK_BACK, PLAN, VISIT
from qiming.assist.planner.making import WHY
from qiming.assist.planner.rules.visit import LEVELS
from qiming.kernel import audit, time
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.registry import queries as registry
from qiming.teaching import queries as teaching
from qiming.teaching import services as teaching_services
from qiming.teaching.services import Task
from qiming.teaching.types import HomeworkRef

LONGEST_NOTE = 2000


def set_sets(
    *,
    actor: Actor,
    offering_id: UUID,
    lesson_key: str,
    sets: Mapping[str, tuple[str, tuple[str, ...], tuple[UUID, ...]]],
    due_at: datetime,
) -> list[HomeworkRef]:
    """Homework for each group that has items and pupils: `sets` maps a group to (title, items, pupils)."""
    TABLE.require(actor, PLAN, teaching.offering(offering_id))
    given = []
    with transaction.atomic():
        for title, items, pupils in sets.values():
            if not items or not pupils:
                continue
            task = Task(title, lesson_key, (), items, due_at, pupil_ids=pupils)
            given.append(teaching_services.set_homework(actor=actor, offering_id=offering_id, task=task))
    if not given:
        raise UserError("没有一组既有题又有人", kept="没有布置。", next="改一下分钟数，或者直接从题目里挑。")
    return given


def fill_visit(
    *, actor: Actor, period_id: UUID, marks: Mapping[str, str], note: str, done: bool
) -> LessonVisit:
    """Keep what an observer saw; one sheet each. With `done` the teacher may read it."""
    period = queries.load_period(actor, period_id, VISIT)
    if len(note) > LONGEST_NOTE:
        raise UserError(
            f"最多写{LONGEST_NOTE}个字", kept="上一次存好的还在。", next="删短一些再存。", field="note"
        )
    allowed = {key for key, _ in LEVELS}
    with transaction.atomic():
        rows = LessonVisit.objects.unscoped(WHY).select_for_update()
        sheet = rows.filter(period_id=period.id, made_by=actor.person_id).first()
        if sheet is None:
            sheet = LessonVisit(
                scope_path=registry.school_of(period.scope_path).path,
                period_id=period.id,
                indicators=around.plain_plan(period, queries.plan_of_period(period)),
                made_by=actor.person_id,
            )
        known = {one["key"] for one in sheet.indicators}
        sheet.marks = {key: mark for key, mark in marks.items() if key in known and mark in allowed}
        sheet.note, sheet.is_done = note.strip(), done or sheet.is_done
        sheet.changed_at = time.now()
        sheet.save()
        audit.write(
            actor,
            "assist.visit",
            thing="lesson_visit",
            thing_id=sheet.id,
            scope_path=sheet.scope_path,
            detail={"marks": len(sheet.marks), "done": sheet.is_done},
        )
    return sheet


def reflect(*, actor: Actor, period_id: UUID, text: str, next_time: str) -> LessonReflection:
    """Keep what the teacher thinks of a period, beside its figures."""
    period = queries.load_period(actor, period_id, LOOK_BACK)
    if not 1 <= len(text.strip()) <= LONGEST_NOTE or len(next_time) > LONGEST_NOTE:
        raise UserError(
            f"请写1到{LONGEST_NOTE}个字", kept="写的还在这一页上。", next="改好再存。", field="text"
        )
    with transaction.atomic():
        row, _ = LessonReflection.objects.unscoped(WHY).update_or_create(
            period_id=period.id,
            defaults={
                "scope_path": period.scope_path,
                "text": text.strip(),
                "next_time": next_time.strip(),
                "made_by": actor.person_id,
                "changed_at": time.now(),
            },
        )
        audit.write(
            actor, "assist.reflect", thing="lesson_reflection", thing_id=row.id, scope_path=row.scope_path
        )
    return row
