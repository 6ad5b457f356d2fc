"""Tests and projects as the rooms above ask for them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Count, F, Sum

from qiming.curriculum import queries as curriculum
from qiming.kernel.time import local, today
from qiming.learning.models import CourseTask, GainSum, Judgement, TestAnswer
from qiming.learning.types import TESTS

_WHY = "the asking room checks its own access table before it asks"


@dataclass(frozen=True, slots=True)
class TestFacts:
    """A test of a class: by pupil who took it, how many right answers per concept."""

    __test__ = False

    is_closed: bool
    right: Mapping[UUID, Mapping[str, int]] = field(default_factory=dict)


def test_facts(offering_id: UUID, form: str) -> TestFacts | None:
    """The pretest or posttest of an offering; None when it was never given."""
    task = CourseTask.objects.unscoped(_WHY).filter(offering_id=offering_id, form=form).first()
    if task is None:
        return None
    right: dict[UUID, dict[str, int]] = {}
    rows = TestAnswer.objects.unscoped(_WHY).filter(task=task).order_by()
    for pupil_id, concept, correct in rows.values_list("pupil_id", "concept", "correct"):
        mine = right.setdefault(pupil_id, {})
        mine[concept] = mine.get(concept, 0) + bool(correct)
    return TestFacts(task.closed_at is not None, right)


@dataclass(frozen=True, slots=True)
class GainOfPlace:
    """Sums over the classes of a place for one concept of a course; `before` and `after` of `answers` right."""

    course_key: str
    concept: str
    classes: int
    pupils: int
    answers: int
    before: int
    after: int
    left_out: int


def gains_under(scope_path: str, school_year: str) -> list[GainOfPlace]:
    """What classes below a place had right before and after, added up by course and concept."""
    rows = (
        GainSum.objects.unscoped(_WHY)
        .filter(scope_path__startswith=scope_path, school_year=school_year, pupils__gt=0)
        .values("course_key", "concept")
        .annotate(
            classes=Count("id"),
            pupils_=Sum("pupils"),
            answers=Sum(F("pupils") * F("items")),
            before_=Sum("before"),
            after_=Sum("after"),
            left=Sum("left_out"),
        )
        .order_by("course_key", "concept")
    )
    return [
        GainOfPlace(
            one["course_key"], one["concept"], one["classes"], one["pupils_"], one["answers"], one["before_"],
            one["after_"], one["left"],
        )
        for one in rows
    ]  # fmt: skip


def judgements_of(pupil_id: UUID) -> list[Judgement]:
    """What teachers said of a pupil's projects, the latest first."""
    rows = Judgement.objects.unscoped(_WHY).filter(pupil_id=pupil_id, by="teacher")
    return list(rows.select_related("task__offering").order_by("-judged_at"))


def is_in_test(pupil_id: UUID, offering_id: UUID) -> bool:
    """Whether a test of the course lies before this pupil: open, begun by the pupil or given today, not yet whole."""
    rows = CourseTask.objects.unscoped(_WHY).filter(offering_id=offering_id, form__in=TESTS, closed_at=None)
    for task in rows.select_related("offering"):
        answered = TestAnswer.objects.unscoped(_WHY).filter(task=task, pupil_id=pupil_id).count()
        asked = len(curriculum.test_items(task.offering.course_version_id, task.form))
        if answered < asked and (answered or local(task.opened_at).date() == today()):
            return True
    return False
