"""What the server said to handed-in programs, for a class."""

from dataclasses import dataclass
from uuid import UUID

from qiming.learning.models import JudgeRun

WHY = "the asking room checks its own access table before it asks"


@dataclass(frozen=True, slots=True)
class JudgedStep:
    """The programs handed in at one step of a lesson: each work counts once, as it was handed in last."""

    lesson_key: str
    activity_key: str
    handed_in: int
    whole: int  # ran to the end and passed every check
    waiting: int

    @property
    def part(self) -> int:
        return self.handed_in - self.whole - self.waiting


def judged_steps(offering_id: UUID) -> list[JudgedStep]:
    """By lesson and step; one question."""
    rows = JudgeRun.objects.unscoped(WHY).filter(offering_id=offering_id, kind="marks")
    latest = rows.exclude(state="replaced").order_by("work_id", "-work_version").distinct("work_id")
    found: dict[tuple[str, str], list[tuple[str, bool]]] = {}
    for lesson, step, state, passed, of, outcome in latest.values_list(
        "lesson_key", "activity_key", "state", "passed", "of", "outcome"
    ):
        clean = outcome.get("ending") == "done" and not outcome.get("error")
        found.setdefault((lesson, step), []).append((state, clean and passed == of))
    return [
        JudgedStep(
            lesson,
            step,
            len(works),
            sum(state == "done" and whole for state, whole in works),
            sum(state != "done" for state, _ in works),
        )
        for (lesson, step), works in sorted(found.items())
    ]
