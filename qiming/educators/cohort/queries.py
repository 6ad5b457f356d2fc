"""Outputs: one's own, those of a training in numbers, and who may read one. Reviewers never read whose it is."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from qiming.casework import queries as cases
from qiming.curriculum import queries as curriculum
from qiming.curriculum.authoring.queries import version_of_lesson
from qiming.curriculum.lending import queries as lending
from qiming.curriculum.lending import windows
from qiming.curriculum.types import CourseRef, OutcomeRef
from qiming.educators import dated
from qiming.educators.access import OWN, RUN_TRAINING, TABLE
from qiming.educators.cohort.rules import Asked, Mapped, Period, mapped
from qiming.educators.models import Enrolment, Output, Training
from qiming.kernel import time
from qiming.kernel.access import Actor, Denied

_WHY = "who may see it is asked of the person, the table and its case"
STATES = {
    "drafting": "在写",
    "in_review": "评审",
    "redo": "改后再交",
    "certified": "通过，已发证书",
    "not_accepted": "没有通过",
    "revoked": "证书已撤销",
    "withdrawn": "已收回",
}
OPEN = ("drafting", "redo")


@dataclass(frozen=True, slots=True)
class Example:
    """A version of a course that the school made, with the lessons in it that this person published: (id, title)."""

    course: CourseRef
    lessons: tuple[tuple[UUID, str], ...]


def load(actor: Actor, output_id: UUID) -> Output:
    """The output, for whoever wrote it, who runs its training, and who may follow its case."""
    rows = Output.objects.unscoped(_WHY).select_related("enrolment__training")
    row = rows.filter(id=output_id).first()
    if row is None or not sees(actor, row):
        raise Denied(OWN)
    return row


def sees(actor: Actor, row: Output) -> bool:
    if row.person_id == actor.person_id or TABLE.allows(actor, RUN_TRAINING, row.enrolment.training):
        return True
    if row.case_id is None or row.state == "drafting":
        return False
    try:
        cases.load_case(actor, row.case_id)
    except Denied:
        return False
    return True


def own_enrolment(actor: Actor, enrolment_id: UUID) -> Enrolment:
    """One's own enrolment in a training that asks for an output."""
    rows = Enrolment.objects.unscoped("a person's own").select_related("training")
    row = rows.filter(id=enrolment_id, person_id=actor.person_id, training__asks_output=True).first()
    if row is None:
        raise Denied(OWN)
    return row


def plan_of(row: Output) -> list[Period]:
    return [Period.of(one) for one in row.plan]


def outcomes_for(row: Output) -> list[OutcomeRef]:
    """What a period of the output may name: the outcomes of its stage seen at the person's school."""
    return curriculum.outcomes(row.stage, row.scope_path)


def mapping_of(row: Output) -> Mapped:
    asked = {one.key: Asked(one.theme, one.theme_title) for one in outcomes_for(row)}
    return mapped(plan_of(row), asked, dated.cohort(time.today()))


def why_unmapped(output_id: UUID) -> str:
    """The workflow's condition: what the machine found lacking; empty when the plan meets the syllabus."""
    return "；".join(mapping_of(Output.objects.unscoped(_WHY).get(id=output_id)).faults[:6])


def why_no_example(output_id: UUID) -> str:
    """The workflow's condition: a lesson that the person published with the editor of lessons."""
    row = Output.objects.unscoped(_WHY).get(id=output_id)
    return "" if example_of(row) else "还没有选课例：在编辑器里改好一课、发布，再选。"


def redo_left(output_id: UUID) -> str:
    row = Output.objects.unscoped(_WHY).get(id=output_id)
    return "" if row.redos < dated.cohort(time.today()).redos else "改的次数已经用完。"


def no_redo_left(output_id: UUID) -> str:
    return "" if redo_left(output_id) else "还可以请他改一次。"


def examples(person_id: UUID, school_path: str) -> list[Example]:
    """The school's versions in which this person published a lesson, the newest first."""
    found = [_example(course, person_id) for course, _ in lending.editions_of(school_path)]
    return [one for one in found if one.lessons]


def _example(course: CourseRef, person_id: UUID) -> Example:
    own = []
    for lesson_id, title, _ in lending.own_lessons(course.id):
        made = version_of_lesson(lesson_id)
        if made is not None and made.made_by == person_id:
            own.append((lesson_id, title))
    return Example(course, tuple(own))


def example_of(row: Output) -> Example | None:
    """The lesson example that was chosen, while it is the person's own."""
    if row.course_version_id is None or lending.whose(row.course_version_id) != row.scope_path:
        return None
    found = _example(curriculum.course(row.course_version_id), row.person_id)
    return found if found.lessons else None


def standing_of(training: Training) -> list[tuple[str, int]]:
    """How many outputs of a training stand where; those who have not begun come first."""
    rows = Output.objects.unscoped(_WHY).filter(enrolment__training=training)
    counts = Counter(rows.values_list("state", flat=True))
    waiting = Enrolment.objects.unscoped(_WHY).filter(
        training=training, state=Enrolment.State.OUTPUT_DUE, output=None
    )
    return [
        ("还没有开始写", waiting.count()),
        *((zh, counts[key]) for key, zh in STATES.items() if counts[key]),
    ]


def listed(training: Training) -> list[Output]:
    """The outputs of a training, without names, in the order they were begun."""
    return list(Output.objects.unscoped(_WHY).filter(enrolment__training=training).order_by("id"))


def of_enrolments(enrolment_ids: Collection[UUID]) -> dict[UUID, Output]:
    rows = Output.objects.unscoped("a person's own").filter(enrolment__in=list(enrolment_ids))
    return {row.enrolment_id: row for row in rows}


def shows_lessons(actor: Actor, lesson_ids: Collection[UUID]) -> bool:
    """For curriculum: whether an output that this person may see has all of these lessons in its example."""
    rows = Output.objects.unscoped(_WHY).filter(lessons__contains=list(lesson_ids))
    return any(sees(actor, row) for row in rows.select_related("enrolment__training"))


windows.register(shows_lessons)
