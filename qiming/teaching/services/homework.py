"""Setting homework: activities or items of one lesson, for the class or some pupils, due at a moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from qiming.curriculum import queries as curriculum
from qiming.kernel import audit
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.kernel.time import now
from qiming.records.services import record
from qiming.records.types import Act
from qiming.records.verbs import ObjectKind, Verb
from qiming.registry import queries as registry
from qiming.teaching.access import SET_HOMEWORK, TABLE
from qiming.teaching.models import Homework, Offering
from qiming.teaching.queries.refs import homework_ref
from qiming.teaching.types import HomeworkRef

MAX_PARTS = 30


@dataclass(frozen=True, slots=True)
class Task:
    title: str
    lesson_key: str
    activity_keys: Sequence[str]
    item_keys: Sequence[str]
    due_at: datetime
    note: str = ""
    pupil_ids: Sequence[UUID] | None = None  # None: the whole class


def set_homework(*, actor: Actor, offering_id: UUID, task: Task) -> HomeworkRef:
    """Give homework to the class of an open course."""
    with transaction.atomic():
        rows = Offering.objects.unscoped("filtered by the access table")
        offering = TABLE.load(actor, SET_HOMEWORK, rows, id=offering_id, is_open=True)
        _check_words(task)
        _check_parts(offering, task)
        homework = Homework.objects.create(
            scope_path=offering.scope_path,
            offering=offering,
            class_group_id=offering.class_group_id,
            title=task.title.strip(),
            note=task.note.strip(),
            lesson_key=task.lesson_key,
            activity_keys=list(dict.fromkeys(task.activity_keys)),
            item_keys=list(dict.fromkeys(task.item_keys)),
            pupil_ids=_pupils(offering, task.pupil_ids),
            due_at=task.due_at,
            set_by=actor.person_id,
        )
        _write(actor, homework, "homework_set")
        record([_act(actor, homework)])
    return homework_ref(homework)


def change_due(*, actor: Actor, homework_id: UUID, due_at: datetime) -> HomeworkRef:
    """Move the due moment; what was handed in is judged by the new one."""
    with transaction.atomic():
        homework = _locked(actor, homework_id)
        if due_at <= now():
            raise UserError("截止时间要在现在以后", field="due_at")
        homework.due_at, homework.is_open = due_at, True
        homework.save(update_fields=["due_at", "is_open"])
        _write(actor, homework, "homework_moved")
    return homework_ref(homework)


def withdraw_homework(*, actor: Actor, homework_id: UUID) -> HomeworkRef:
    """Take homework back: pupils no longer see it as to do; what they handed in stays."""
    with transaction.atomic():
        homework = _locked(actor, homework_id)
        if homework.is_open:
            homework.is_open = False
            homework.save(update_fields=["is_open"])
            _write(actor, homework, "homework_withdrawn")
    return homework_ref(homework)


def _locked(actor: Actor, homework_id: UUID) -> Homework:
    rows = Homework.objects.unscoped("filtered by the access table").select_for_update()
    return TABLE.load(actor, SET_HOMEWORK, rows, id=homework_id)


def _check_words(task: Task) -> None:
    if not 2 <= len(task.title.strip()) <= 80:
        raise UserError("请给作业起个名（2到80字）", kept="选好的都还在。", field="title")
    if len(task.note.strip()) > 500:
        raise UserError("给学生的话最多500字", kept="选好的都还在。", field="note")
    if task.due_at <= now():
        raise UserError("截止时间要在现在以后", kept="选好的都还在。", field="due_at")


def _check_parts(offering: Offering, task: Task) -> None:
    if not task.activity_keys and not task.item_keys:
        raise UserError("至少选一个环节或一道题", kept="写好的都还在。", field="parts")
    if len(task.activity_keys) + len(task.item_keys) > MAX_PARTS:
        raise UserError(f"一次作业最多{MAX_PARTS}项", kept="写好的都还在。", field="parts")
    lesson = curriculum.lesson_of_course(offering.course_version_id, task.lesson_key)
    if lesson is None:
        raise UserError("这门课里没有这一课", next="从列表里选一课。", field="lesson_key")
    items = {item.key for item in curriculum.items_of(lesson.id)}
    activities = {activity.key for activity in lesson.activities}
    if not set(task.activity_keys) <= activities or not set(task.item_keys) <= items:
        raise UserError("选的内容不在这一课里", next="刷新页面，再选一次。", field="parts")


def _pupils(offering: Offering, pupil_ids: Sequence[UUID] | None) -> list[UUID] | None:
    if pupil_ids is None:
        return None
    wanted = list(dict.fromkeys(pupil_ids))
    known = {pupil.id for pupil in registry.pupils_of(offering.class_group_id)}
    if not wanted:
        raise UserError("还没有选学生", next="选几个学生，或者布置给全班。", field="pupil_ids")
    if not set(wanted) <= known:
        raise UserError("选的学生里有人不在这个班", next="刷新名单，再选一次。", field="pupil_ids")
    return wanted


def _act(actor: Actor, homework: Homework) -> Act:
    return Act(
        actor_person=actor.person_id,
        verb=Verb.ASSIGNED,
        object_kind=ObjectKind.HOMEWORK,
        object_id=homework.id,
        name=homework.title,
        at=now(),
        scope_path=homework.scope_path,
        context={
            "offering_id": homework.offering_id,
            "lesson_key": homework.lesson_key,
            "due": homework.due_at.isoformat(),
        },
    )


def _write(actor: Actor, homework: Homework, verb: str) -> None:
    audit.write(
        actor,
        f"teaching.{verb}",
        thing="homework",
        thing_id=homework.id,
        scope_path=homework.scope_path,
        detail={"parts": len(homework.activity_keys) + len(homework.item_keys)},
    )
