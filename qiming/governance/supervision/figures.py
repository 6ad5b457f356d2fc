"""The figures that rooms hold of one school, by name: what a round freezes and what a school is never asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db.models import Sum

from qiming.governance.models import ClassCoverage
from qiming.governance.supervision.rules import Held
from qiming.governance.tasks.models import DatedTask
from qiming.kernel import time
from qiming.registry import queries as registry
from qiming.registry.types import OrgRef

_WHY = "of a school in a round that an officer opens"


@dataclass(frozen=True, slots=True)
class Value:
    """`part` of `whole`; a count alone has a whole of what it was counted among, 0 where that is unbounded."""

    part: int
    whole: int


Count = Callable[[OrgRef, str], Value]


def _pupils(school: OrgRef, year: str, column: str) -> Value:
    rows = ClassCoverage.objects.unscoped(_WHY).filter(school_id=school.id, school_year=year)
    found = rows.aggregate(part=Sum(column), whole=Sum("pupils"))
    return Value(found["part"] or 0, found["whole"] or 0)


def _hours_met(school: OrgRef, year: str) -> Value:
    return _pupils(school, year, "enough")


def _without_hours(school: OrgRef, year: str) -> Value:
    return _pupils(school, year, "zero")


def _on_platform(school: OrgRef, year: str) -> Value:
    rows = ClassCoverage.objects.unscoped(_WHY).filter(school_id=school.id, school_year=year)
    kinds = list(rows.values_list("by_evidence", flat=True))
    return Value(sum(one.get("platform", 0) for one in kinds), sum(sum(one.values()) for one in kinds))


def _with_teacher(school: OrgRef, year: str) -> Value:
    classes = {one.id for one in registry.classes_of_year(school.path, year)}
    return Value(len(classes & registry.classes_with_teacher(school.path)), len(classes))


def _late_tasks(school: OrgRef, year: str) -> Value:
    rows = DatedTask.objects.unscoped(_WHY).filter(scope_path=school.path)
    late = rows.filter(state="doing", due_on__lt=time.today()).count()
    return Value(late, rows.exclude(state="dropped").count())


_KNOWN: tuple[tuple[Held, Count], ...] = (
    (
        Held(
            "hours_met",
            "课时满的学生",
            "teaching",
            frozenset({"class_hours", "hours_met"}),
            ("课时", "几节课", "多少节", "节数"),
            "%",
        ),
        _hours_met,
    ),
    (
        Held("without_hours", "零课时的学生", "teaching", frozenset({"without_hours"}), ("没有上过",), "人"),
        _without_hours,
    ),
    (
        Held(
            "on_platform",
            "有平台记录的课",
            "teaching",
            frozenset({"evidence", "lesson_records"}),
            ("授课记录", "上课记录"),
            "%",
        ),
        _on_platform,
    ),
    (
        Held(
            "with_teacher",
            "有任课老师的班",
            "registry",
            frozenset({"teachers", "classes", "pupils"}),
            ("多少名老师", "几名老师", "任课老师", "多少个班", "几个班", "多少名学生", "学生人数"),
            "%",
        ),
        _with_teacher,
    ),
    (
        Held("late_tasks", "过期的任务", "governance", frozenset({"tasks"}), ("任务完成", "任务进展"), "项"),
        _late_tasks,
    ),
)
HELD: Mapping[str, Held] = {held.key: held for held, _ in _KNOWN}
COUNT: Mapping[str, Count] = {held.key: count for held, count in _KNOWN}
