"""The yearly evaluation: it begins by itself, its grade follows from the evaluators' points."""

from datetime import timedelta
from uuid import UUID

from qiming.casework import queries as cases
from qiming.casework import services as moving
from qiming.casework.types import Moved
from qiming.kernel import time
from qiming.kernel.errors import UserError
from qiming.resources.models import Resource, ResourceVersion
from qiming.resources.types import Card

_WHY = "the installation looks at what is on the shelf"
YEAR = timedelta(days=365)
GRADES = (("a", 85), ("b", 70), ("c", 60), ("d", 0))  # from so many per cent


def begin_evaluations() -> int:
    """Let the yearly evaluation begin of what was on the shelf for a year since the last one; returns of how many."""
    rows = ResourceVersion.objects.unscoped(_WHY).filter(state="published", is_served=True)
    rows = rows.filter(published_at__lt=time.now() - YEAR).select_related("resource")
    due = [
        one.case_id
        for one in rows.order_by("published_at", "id")[:500]
        if one.case_id and (one.resource.graded_on is None or one.resource.graded_on <= time.today() - YEAR)
    ]
    for case_id in due:
        moving.move(actor=None, case_id=case_id, transition="begin_evaluation")
    return len(due)


def is_grade(version_id: UUID, grade: str) -> str:
    """The workflow's condition: the evaluators' points come to this grade."""
    found = grade_now(version_id)
    if not found:
        return "评价还没有交齐。"
    return "" if found == grade else f"按评价的平均分应评为{found.upper()}。"


def grade_now(version_id: UUID) -> str:
    """The grade of the evaluation that goes on; empty until all of it is in."""
    case = cases.follow_case([version_id]).get(version_id)
    if case is None:
        return ""
    percent = cases.percent_of(case, "yearly")
    return "" if percent is None else next(key for key, least in GRADES if percent >= least)


def note_grade(version: ResourceVersion, moved: Moved) -> None:
    """Keep the grade; a D after a D takes the resource off the shelf."""
    grade = moved.transition.removeprefix("grade_").upper()
    row = Resource.objects.unscoped(_WHY).select_for_update().defer("words").get(id=version.resource_id)
    twice = grade == "D" and row.grade == "D"
    row.grade, row.graded_on = grade, time.today()
    row.save(update_fields=["grade", "graded_on"])
    if twice and version.case_id:
        moving.move(
            actor=None, case_id=version.case_id, transition="retire", reason="连续两次年度评价都是D。"
        )


def is_important(version_id: UUID) -> str:
    return "" if _important(version_id) else "没有要慎重的内容，不用交委员会。"


def is_ordinary(version_id: UUID) -> str:
    return "有要慎重的内容，要交审核委员会。" if _important(version_id) else ""


def _important(version_id: UUID) -> bool:
    row = ResourceVersion.objects.unscoped(_WHY).filter(id=version_id).first()
    if row is None:
        raise UserError("没有这一版资源", kept="件还在原来那一步。", status=409)
    return Card.of(row.card).is_important
