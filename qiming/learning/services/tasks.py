"""A test or the project of a course: given to a class, and closed."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from qiming.curriculum import queries as curriculum
from qiming.curriculum.types import Item
from qiming.kernel import audit
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.kernel.time import local, now
from qiming.learning import rules
from qiming.learning.access import TABLE
from qiming.learning.models import CourseTask, GainSum, TestAnswer
from qiming.learning.services import belief
from qiming.learning.services.common import where
from qiming.learning.types import Form
from qiming.mastery import weight_of
from qiming.records.services import record
from qiming.records.types import Act, Result
from qiming.records.verbs import ObjectKind, Verb
from qiming.registry.types import PupilRef
from qiming.teaching import queries as teaching
from qiming.teaching.types import OfferingRef, PeriodState

SET = "learning.set_task"
OVER = frozenset({PeriodState.TAUGHT, PeriodState.CONFIRMED})
HELD = OVER | {PeriodState.LIVE}
_WHY = "answers of a class whose task the actor has been let in to"


def open_task(*, actor: Actor, offering_id: UUID, form: Form) -> CourseTask:
    """Give a class the test or the project of its course. Opening twice is once."""
    offering = teaching.offering(offering_id)
    TABLE.require(actor, SET, offering)
    with transaction.atomic():
        place = {"offering_id": offering.id, "form": form}
        there = CourseTask.objects.unscoped(_WHY).filter(**place).first()
        if there:
            return there
        _may_open(offering, form)
        fresh = CourseTask(scope_path=offering.scope_path, opened_by=actor.person_id, **place)
        CourseTask.objects.bulk_create([fresh], ignore_conflicts=True)
        row = CourseTask.objects.unscoped(_WHY).get(**place)
        if row.id == fresh.id:
            _tell(actor, offering, row, "opened")
    return row


def _may_open(offering: OfferingRef, form: Form) -> None:
    if not offering.is_open:
        raise UserError("这门课已经结束", kept="做过的都存着。", next="换一门正在上的课。", status=409)
    if not has_form(offering.course_version_id, form):
        raise UserError(f"这门课这一版没有{form.zh}", next="新一版课程里有的话，重新开课就会有。", status=409)
    states = {one.state for one in teaching.periods_of(offering.id)}
    if form is Form.PRETEST and states & OVER:
        raise UserError("已经上过课了，课前测量不出起点", next="不用补做；课后测可以照开。", status=409)
    if form is Form.POSTTEST:
        if not states & HELD:
            raise UserError("一节课都还没有上", next="上完最后一课再开课后测。", status=409)
        if CourseTask.objects.unscoped(_WHY).filter(
            offering_id=offering.id, form=Form.PRETEST, closed_at=None
        ):
            raise UserError("课前测还没有收", next="先收了课前测，再开课后测。", status=409)


def has_form(course_version_id: UUID, form: Form) -> bool:
    """Whether the course as the class takes it has such a test or a project."""
    if form is Form.PROJECT:
        return curriculum.project_of(course_version_id) is not None
    return bool(curriculum.test_items(course_version_id, form))


def close_task(*, actor: Actor, task_id: UUID) -> CourseTask:
    """Close it: nothing more comes in, right and wrong may be seen, what was answered moves what is believed."""
    with transaction.atomic():
        take_turn(
            task_id, alone=True
        )  # before the row: an answer being written holds on to both in this order
        rows = CourseTask.objects.unscoped("filtered by the access table").select_for_update()
        row = TABLE.load(actor, SET, rows, id=task_id)
        if row.closed_at:
            return row
        row.closed_at, row.closed_by = now(), actor.person_id
        row.save(update_fields=["closed_at", "closed_by"])
        offering = teaching.offering(row.offering_id)
        if row.form != Form.PROJECT:
            count_in(offering, row, TestAnswer.objects.unscoped(_WHY).filter(task=row))
        _tell(actor, offering, row, "closed")
    return row


def take_turn(task_id: UUID, *, alone: bool = False) -> None:
    """Answers come in side by side; closing waits for those being written, and whoever comes later sees it closed."""
    lock = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {lock}(hashtextextended(%s, 0))", [f"learning.task.{task_id}"])


def count_in(offering: OfferingRef, task: CourseTask, answers: Iterable[TestAnswer]) -> None:
    """Let the answers of a closed test move the beliefs, say right and wrong to the record store, add up the class.
    Before that nothing the pupil can see may tell whether an answer was right."""
    items = {item.key: item for item in curriculum.test_items(offering.course_version_id, task.form)}
    by_pupil: dict[UUID, list[TestAnswer]] = defaultdict(list)
    for row in answers:
        by_pupil[row.pupil_id].append(row)
    for pupil_id, rows in sorted(by_pupil.items()):
        _believe(offering, pupil_id, rows, items=items, task=task)
    record([_scored(offering, task, row) for rows in by_pupil.values() for row in rows])
    add_up(offering)


def _believe(
    offering: OfferingRef, pupil_id: UUID, rows: list[TestAnswer], *, items: dict[str, Item], task: CourseTask
) -> None:
    pupil = PupilRef(pupil_id, "", 0, offering.class_group_id, rows[0].scope_path)
    states = belief.hold(pupil, {row.concept for row in rows})
    for at, _, _, row in sorted(
        ((_counted_at(row, task), row.client_at, row.item_key, row) for row in rows), key=lambda one: one[:3]
    ):
        if row.item_key in items:
            weight = weight_of(
                correct=row.correct, try_no=1, hints_used=0, hints_total=0, solution_shown=False
            )
            day = local(row.client_at).date()
            states.step(items[row.item_key], row.correct, weight, day=day, at=at)
    states.save()


def _counted_at(row: TestAnswer, task: CourseTask) -> datetime:
    """When an answer moved what is believed: with the closing, or when it arrived after it."""
    closed = task.closed_at or row.received_at
    return max(row.received_at, closed) if row.is_late else closed


def add_up(offering: OfferingRef) -> None:
    """The class's sums per concept, when both tests are closed; written over whenever one is counted again."""
    tasks = {
        row.form: row
        for row in CourseTask.objects.unscoped(_WHY).filter(
            offering_id=offering.id, form__in=[Form.PRETEST, Form.POSTTEST], closed_at__isnull=False
        )
    }
    if len(tasks) < 2:
        return
    items = curriculum.test_items(offering.course_version_id, Form.PRETEST)
    before, after = (_answers(tasks[form]) for form in (Form.PRETEST, Form.POSTTEST))
    both, one_only = rules.took_both(before, after)
    counted = rules.concepts_of((item.key, item.concept) for item in items)
    GainSum.objects.bulk_create(
        [
            GainSum(
                scope_path=offering.scope_path,
                offering_id=offering.id,
                course_key=offering.course_key,
                school_year=offering.school_year,
                concept=concept,
                pupils=len(both),
                items=asked,
                before=sum(before[one].get(concept, 0) for one in both),
                after=sum(after[one].get(concept, 0) for one in both),
                left_out=len(one_only),
            )
            for concept, asked in counted.items()
        ],
        update_conflicts=True,
        unique_fields=["offering", "concept"],
        update_fields=["pupils", "items", "before", "after", "left_out", "scope_path"],
    )


def _answers(task: CourseTask) -> dict[UUID, dict[str, int]]:
    """By pupil who took the test: how many right answers per concept."""
    found: dict[UUID, dict[str, int]] = {}
    rows = TestAnswer.objects.unscoped(_WHY).filter(task=task).order_by()
    for pupil_id, concept, correct in rows.values_list("pupil_id", "concept", "correct"):
        mine = found.setdefault(pupil_id, {})
        mine[concept] = mine.get(concept, 0) + bool(correct)
    return found


def load_open(task_id: UUID, offering: OfferingRef, forms: Iterable[Form], verb: str) -> CourseTask:
    """A task of the offering, or refused like a missing one."""
    row = CourseTask.objects.unscoped(_WHY).filter(id=task_id, offering_id=offering.id).first()
    if row is None or row.form not in set(forms):
        raise Denied(verb)
    return row


def _scored(offering: OfferingRef, task: CourseTask, row: TestAnswer) -> Act:
    return Act(
        actor_person=row.pupil_id,
        verb=Verb.SCORED,
        object_kind=ObjectKind.ITEM,
        object_id=row.item_key,
        at=now(),
        scope_path=row.scope_path,
        result=Result(success=row.correct, score_scaled=float(row.correct)),
        context=where(offering, lesson_key=None, concept=row.concept, given_in="test", form=task.form),
    )


def _tell(actor: Actor, offering: OfferingRef, row: CourseTask, what: str) -> None:
    form = Form(row.form)
    record(
        [
            Act(
                actor_person=actor.person_id,
                verb=Verb.ASSIGNED if what == "opened" else Verb.ENDED,
                object_kind=ObjectKind.TEST if form is not Form.PROJECT else ObjectKind.WORK,
                object_id=row.id,
                name=form.zh,
                at=now(),
                scope_path=row.scope_path,
                context=where(offering, lesson_key=None, form=form.value),
            )
        ]
    )
    audit.write(
        actor,
        f"learning.{what}_task",
        thing="course_task",
        thing_id=row.id,
        scope_path=row.scope_path,
        detail={"form": form.value, "offering": str(offering.id)},
    )
