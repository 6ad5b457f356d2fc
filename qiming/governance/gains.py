"""Tests before and after a course, added up over the classes of a place. No class, no pupil, no small group."""

from dataclasses import dataclass

from qiming.curriculum import queries as curriculum
from qiming.governance.access import SEE_DESK, TABLE
from qiming.kernel.access import Actor, Denied
from qiming.learning import queries as learning
from qiming.learning.queries import GainOfPlace
from qiming.registry.types import OrgKind, OrgRef

LEAST_PUPILS = 10  # fewer pupils than this are not told as a share
LEAST_CLASSES = 2  # one class alone is its teacher's to see


@dataclass(frozen=True, slots=True)
class ConceptLine:
    """Whole per cents; None where too few pupils took both tests."""

    title: str
    before: int | None
    after: int | None

    @property
    def change(self) -> str:
        if self.before is None or self.after is None:
            return "人太少，不列"
        change = self.after - self.before
        return "没有变化" if change == 0 else f"{'多' if change > 0 else '少'}{abs(change)}个百分点"


@dataclass(frozen=True, slots=True)
class CourseLine:
    title: str
    classes: int
    pupils: str  # rounded down to tens, so that no small group is found by subtraction
    left_out: str
    lines: list[ConceptLine]

    @property
    def is_told(self) -> bool:
        return any(line.before is not None for line in self.lines)


def gains_of(actor: Actor, place: OrgRef, school_year: str) -> list[CourseLine]:
    """By course and concept for a school, district or city as a whole."""
    TABLE.require(actor, SEE_DESK, place)
    if place.kind is OrgKind.CLASS_GROUP or place.kind is OrgKind.TEACHING_GROUP:
        raise Denied(SEE_DESK)
    by_course: dict[str, list[GainOfPlace]] = {}
    for row in learning.gains_under(place.path, school_year):
        by_course.setdefault(row.course_key, []).append(row)
    concepts = curriculum.concepts({row.concept for rows in by_course.values() for row in rows})
    found = []
    for key, rows in by_course.items():
        course = curriculum.current_course(key)
        lines = [_line(row, concepts[row.concept].title) for row in rows if row.concept in concepts]
        most = max(rows, key=lambda row: row.pupils)
        found.append(
            CourseLine(
                title=course.title if course else key,
                classes=most.classes,
                pupils=_tens(most.pupils),
                left_out=_tens(most.left_out),
                lines=lines,
            )
        )
    return found


def _line(row: GainOfPlace, title: str) -> ConceptLine:
    if row.pupils < LEAST_PUPILS or row.classes < LEAST_CLASSES or not row.answers:
        return ConceptLine(title, None, None)
    return ConceptLine(title, round(100 * row.before / row.answers), round(100 * row.after / row.answers))


def _tens(count: int) -> str:
    return "不到10人" if count < LEAST_PUPILS else f"{count // 10 * 10}多人"
