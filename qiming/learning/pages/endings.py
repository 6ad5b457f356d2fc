"""Tests and the project of a course, as pupils and their teacher see them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.utils.safestring import SafeString

from qiming.curriculum import queries as curriculum
from qiming.curriculum.rules import public_item
from qiming.curriculum.types import ConceptRef, Item
from qiming.kernel.access import Actor
from qiming.learning.models import CourseTask, Judgement, ProjectMember, TestAnswer, Work
from qiming.learning.pages.player import Seat, device_name, page_data, picked_step, reads_aloud
from qiming.learning.pages.shown import said_by
from qiming.learning.services.common import WHY_OWN
from qiming.learning.services.projects import PROJECT
from qiming.learning.services.tasks import HELD, has_form
from qiming.learning.types import TESTS, Form
from qiming.registry import queries as registry
from qiming.registry.types import PupilRef
from qiming.teaching import queries as teaching
from qiming.teaching.types import OfferingRef

_WHY_CLASS = "the teacher has been let in to this class"


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task on a pupil's home: what it is, what is left to do."""

    task: CourseTask
    title: str
    course: str
    words: str
    is_open: bool
    is_done: bool


def task_lines(pupil_id: UUID, offerings: Sequence[OfferingRef]) -> list[TaskLine]:
    """What was given to the pupil's classes: the open first, in the order of a course."""
    by_id = {one.id: one for one in offerings}
    rows = list(CourseTask.objects.unscoped(WHY_OWN).filter(offering_id__in=by_id).order_by("opened_at"))
    if not rows:
        return []
    mine = TestAnswer.objects.unscoped(WHY_OWN).filter(pupil_id=pupil_id, task__in=rows).order_by()
    given: dict[UUID, int] = {}
    for task_id in mine.values_list("task_id", flat=True):
        given[task_id] = given.get(task_id, 0) + 1
    handed = dict(
        ProjectMember.objects.unscoped(WHY_OWN)
        .filter(pupil_id=pupil_id, task__in=rows)
        .values_list("task_id", "work__handed_in_at")
    )
    lines = [
        _line(row, by_id[row.offering_id], given.get(row.id, 0), bool(handed.get(row.id))) for row in rows
    ]
    return sorted(lines, key=lambda line: (not line.is_open, line.is_done))


def _line(row: CourseTask, offering: OfferingRef, given: int, handed: bool) -> TaskLine:
    form, is_open = Form(row.form), row.closed_at is None
    if form is Form.PROJECT:
        is_done = handed
        words = "交了" if handed else "还没交" if is_open else "老师收了"
    else:
        of = len(curriculum.test_items(offering.course_version_id, form))
        is_done = given >= of
        words = (
            f"答了{given}题，共{of}题"
            if is_open and given < of
            else "答完了，等老师收卷"
            if is_open
            else "收卷了"
        )
    return TaskLine(row, form.zh, offering.title, words, is_open, is_done)


def test_data(
    task: CourseTask, pupil: PupilRef, offering: OfferingRef, *, period_id: UUID | None, done_url: str
) -> dict[str, Any]:
    """The player's data for a test: no hints, no replies, what was answered stays as it is."""
    items = curriculum.test_items(offering.course_version_id, task.form)
    seat = Seat(
        pupil_id=pupil.id,
        mode="test",
        offering_id=offering.id,
        period_id=period_id,
        test_id=task.id,
        aloud=reads_aloud(offering.course_version_id),
        done_url=done_url,
    )
    step = picked_step([item.key for item in items], Form(task.form).zh)
    seed = device_name(pupil.id)
    return {
        **page_data(seat, [step], []),
        "items": {item.key: {**public_item(item, seed=seed), "hints": 0} for item in items},
        "past": _past(task, pupil),
    }


def _past(task: CourseTask, pupil: PupilRef) -> dict[str, Any]:
    rows = TestAnswer.objects.unscoped(WHY_OWN).filter(task=task, pupil_id=pupil.id)
    return {
        row.item_key: {"tries": [_given(row)], "hints": [], "solution": None, "solution_open": False}
        for row in rows
    }


def _given(row: TestAnswer) -> dict[str, Any]:
    """What the pupil's device may know of an answer before the test is closed: that it was given."""
    return {
        "id": str(row.id),
        "response": row.response,
        "correct": None,
        "reply": "",
        "waits": True,
        "late": "",
    }


@dataclass(frozen=True, slots=True)
class ResultLine:
    """One item of a closed test in a pupil's eyes."""

    item: Item
    said: SafeString | str
    correct: bool | None  # None: not answered
    solution: str  # "" while the parallel test is still to come


def result_lines(task: CourseTask, pupil_id: UUID, offering: OfferingRef) -> list[ResultLine]:
    """Right and wrong of a closed test. Worked solutions wait until no parallel test is to come: showing those of the
    test before would teach the one after."""
    mine = TestAnswer.objects.unscoped(WHY_OWN).filter(task=task, pupil_id=pupil_id)
    given = {row.item_key: row for row in mine}
    shows = _shows_solutions(task)
    lines = []
    for item in curriculum.test_items(offering.course_version_id, task.form):
        row = given.get(item.key)
        lines.append(
            ResultLine(
                item=item,
                said=said_by(item, row.response) if row else "",
                correct=row.correct if row else None,
                solution=item.solution_html if shows else "",
            )
        )
    return lines


def _shows_solutions(task: CourseTask) -> bool:
    if task.form == Form.POSTTEST:
        return True
    after = CourseTask.objects.unscoped(WHY_OWN).filter(offering_id=task.offering_id, form=Form.POSTTEST)
    return after.filter(closed_at__isnull=False).exists()


@dataclass(frozen=True, slots=True)
class CriterionLine:
    """A row of the rubric with what was said of a pupil's work; `choices` and `written` fill the form."""

    key: str
    title: str
    levels: list[str]
    concepts: list[str]
    own: str  # the level in words; "" when nothing was said
    own_reason: str
    given: str
    reason: str
    choices: list[tuple[int, str, bool]]
    written: str


def rubric_lines(
    project: Mapping[str, Any],
    own: Judgement | None,
    given: Judgement | None,
    *,
    fills: Judgement | None = None,
    posted: Mapping[str, str] | None = None,
) -> list[CriterionLine]:
    """The rubric row by row. The form shows what was just posted, else what `fills` says."""
    titles = curriculum.concepts({key for row in project["rubric"] for key in row.get("concepts", ())})
    return [_criterion(row, titles, own, given, fills=fills, posted=posted) for row in project["rubric"]]


def _criterion(
    row: Mapping[str, Any],
    titles: Mapping[str, ConceptRef],
    own: Judgement | None,
    given: Judgement | None,
    *,
    fills: Judgement | None,
    posted: Mapping[str, str] | None,
) -> CriterionLine:
    key, levels = str(row["key"]), list(row["levels"])
    chosen = str(fills.levels.get(key, "")) if fills else ""
    written = fills.reasons.get(key, "") if fills else ""
    if posted:
        chosen, written = posted.get(f"level-{key}", ""), posted.get(f"reason-{key}", "")
    return CriterionLine(
        key=key,
        title=row["title"],
        levels=levels,
        concepts=[titles[one].title for one in row.get("concepts", ()) if one in titles],
        own=_level(levels, own, key),
        own_reason=own.reasons.get(key, "") if own else "",
        given=_level(levels, given, key),
        reason=given.reasons.get(key, "") if given else "",
        choices=[(at, words, str(at) == chosen) for at, words in enumerate(levels)],
        written=written,
    )


def _level(levels: Sequence[str], said: Judgement | None, key: str) -> str:
    at = said.levels.get(key) if said else None
    return levels[at] if at is not None and at < len(levels) else ""


@dataclass(frozen=True, slots=True)
class ProjectPage:
    """The project as one pupil sees it."""

    task: CourseTask
    project: Mapping[str, Any]
    brief: str
    work: Work | None
    is_owner: bool
    mates: list[int]
    labs: list[Work]
    rubric: list[CriterionLine]
    own: Judgement | None
    given: Judgement | None

    @property
    def may_hand_in(self) -> bool:
        return self.task.closed_at is None and self.given is None


def project_page(
    task: CourseTask, pupil: PupilRef, offering: OfferingRef, posted: Mapping[str, str] | None = None
) -> ProjectPage:
    project = curriculum.project_of(offering.course_version_id) or {"rubric": [], "title": ""}
    member = (
        ProjectMember.objects.unscoped(WHY_OWN)
        .filter(task=task, pupil_id=pupil.id)
        .select_related("work")
        .first()
    )
    work = member.work if member else None
    said = {row.by: row for row in Judgement.objects.unscoped(WHY_OWN).filter(task=task, pupil_id=pupil.id)}
    labs = Work.objects.unscoped(WHY_OWN).filter(pupil_id=pupil.id, offering_id=offering.id, kind="lab")
    return ProjectPage(
        task=task,
        project=project,
        brief=curriculum.project_html(offering.course_version_id),
        work=work,
        is_owner=work is None or work.pupil_id == pupil.id,
        mates=[seat for one, seat, _ in makers(work, offering) if work and one != work.pupil_id],
        labs=list(labs.defer("state").order_by("-updated_at")[:20]),
        rubric=rubric_lines(
            project, said.get("self"), said.get("teacher"), fills=said.get("self"), posted=posted
        ),
        own=said.get("self"),
        given=said.get("teacher"),
    )


def makers(work: Work | None, offering: OfferingRef) -> list[tuple[UUID, int, str]]:
    """(id, seat, name) of everybody who made a work, by seat; who left the class has no seat any more."""
    if work is None:
        return []
    ids = set(ProjectMember.objects.unscoped(_WHY_CLASS).filter(work=work).values_list("pupil_id", flat=True))
    return [
        (one.id, one.seat_no, one.name)
        for one in registry.pupils_of(offering.class_group_id)
        if one.id in ids
    ]


@dataclass(frozen=True, slots=True)
class WorkLine:
    work: Work
    names: list[str]
    is_judged: bool


@dataclass(frozen=True, slots=True)
class ClassTask:
    """One of the three on the teacher's page."""

    form: Form
    is_there: bool
    task: CourseTask | None
    of: int  # pupils
    items: tuple[Item, ...]
    project: Mapping[str, Any] | None = None
    took: int = 0
    finished: int = 0
    missing: list[str] = field(default_factory=list)
    works: list[WorkLine] = field(default_factory=list)

    @property
    def size(self) -> int:
        return len(self.items)

    @property
    def is_open(self) -> bool:
        return self.task is not None and self.task.closed_at is None


def class_tasks(actor: Actor, offering: OfferingRef) -> list[ClassTask]:
    """Pretest, posttest and project of a class with who did what."""
    rows = CourseTask.objects.for_actor(actor, "learning.set_task").filter(offering_id=offering.id)
    tasks = {row.form: row for row in rows}
    pupils = registry.pupils_of(offering.class_group_id)
    found = []
    for form in (Form.PRETEST, Form.POSTTEST, Form.PROJECT):
        is_there, task = has_form(offering.course_version_id, form), tasks.get(form)
        items = curriculum.test_items(offering.course_version_id, form) if form in TESTS else ()
        project = curriculum.project_of(offering.course_version_id) if form is Form.PROJECT else None
        plain = ClassTask(form, is_there, task, len(pupils), items, project)
        if task is None:
            found.append(plain)
        elif form in TESTS:
            found.append(_test_stand(plain, task, pupils))
        else:
            found.append(_project_stand(plain, task, pupils))
    return found


def held(offering: OfferingRef) -> tuple[int, int]:
    """How many of the course's lessons were held, and how many there are."""
    lessons = {one.key for one in curriculum.lessons_of(offering.course_version_id)}
    had = {one.lesson_key for one in teaching.periods_of(offering.id) if one.state in HELD}
    return len(had & lessons), len(lessons)


def headline(tasks: Sequence[ClassTask]) -> str:
    """What waits for the teacher first; else what this page is for."""
    unjudged = sum(not line.is_judged for one in tasks for line in one.works)
    if unjudged:
        return f"{unjudged}件作品等你评"
    for one in tasks:
        if one.is_open and one.form in TESTS:
            left = one.of - one.finished
            return f"{one.form.zh}开着，{left}人还没答完" if left else f"{one.form.zh}都答完了，可以收卷"
    return "一头一尾各测一次，结课做一件作品"


def _test_stand(plain: ClassTask, task: CourseTask, pupils: Sequence[PupilRef]) -> ClassTask:
    rows = TestAnswer.objects.unscoped(_WHY_CLASS).filter(task=task).order_by()
    given: dict[UUID, int] = {}
    for pupil_id in rows.values_list("pupil_id", flat=True):
        given[pupil_id] = given.get(pupil_id, 0) + 1
    here = {one.id: given.get(one.id, 0) for one in pupils}
    return replace(
        plain,
        took=sum(count > 0 for count in here.values()),
        finished=sum(count >= plain.size for count in here.values()),
        missing=[one.name for one in pupils if not here[one.id]],
    )  # fmt: skip


def _project_stand(plain: ClassTask, task: CourseTask, pupils: Sequence[PupilRef]) -> ClassTask:
    names = {one.id: one.name for one in pupils}
    members = ProjectMember.objects.unscoped(_WHY_CLASS).filter(task=task, work__handed_in_at__isnull=False)
    by_work: dict[UUID, list[str]] = {}
    works: dict[UUID, Work] = {}
    inside: set[UUID] = set()
    for one in members.select_related("work").defer("work__state").order_by("work__handed_in_at", "id"):
        works[one.work_id] = one.work
        by_work.setdefault(one.work_id, []).append(names.get(one.pupil_id, "离开本班的同学"))
        inside.add(one.pupil_id)
    judged = set(
        Judgement.objects.unscoped(_WHY_CLASS)
        .filter(task=task, by="teacher")
        .values_list("pupil_id", flat=True)
    )
    return replace(
        plain,
        took=len(inside & set(names)),
        missing=[one.name for one in pupils if one.id not in inside],
        works=[WorkLine(works[key], by_work[key], works[key].pupil_id in judged) for key in works],
    )  # fmt: skip


def project_of_work(work: Work, offering: OfferingRef) -> tuple[Mapping[str, Any], list[Judgement]]:
    """The project a work answers, and what was said of it: the owner's own view, the teacher's judgement."""
    project = curriculum.project_of(offering.course_version_id) or {"rubric": [], "title": ""}
    rows = Judgement.objects.unscoped(_WHY_CLASS).filter(
        pupil_id=work.pupil_id, task__offering_id=offering.id, task__form=Form.PROJECT
    )
    return project, list(rows)


def is_project(work: Work) -> bool:
    return work.activity_key == PROJECT and not work.lesson_key
