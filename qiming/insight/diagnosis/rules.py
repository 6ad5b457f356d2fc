"""What may be told of a place, and what could be done about a concept there. No database."""

from dataclasses import dataclass

from qiming.curriculum.types import ConceptRef
from qiming.registry.types import OrgKind

LEAST_PUPILS = 10  # fewer than this are not told as a share
LEAST_CLASSES = 2  # one class alone is its teacher's to see
WEAK = 0.3  # share of pupils who still have to practise
WEAK_MARKS = 0.6  # share of an examination's marks


@dataclass(frozen=True, slots=True)
class Sum:
    """One concept at one place, added up."""

    concept: str
    classes: int = 0
    schools: int = 0
    pupils: int = 0
    practise: int = 0
    exam_classes: int = 0
    exam_pupils: int = 0
    exam_share: float | None = None

    def practise_share(self, *, is_class: bool = False) -> float | None:
        """The share who still have to practise, where enough pupils stand behind it."""
        few = not self.pupils if is_class else self.pupils < LEAST_PUPILS or self.classes < LEAST_CLASSES
        return None if few else self.practise / self.pupils

    def marks_share(self, *, is_class: bool = False) -> float | None:
        few = (
            not self.exam_pupils
            if is_class
            else self.exam_pupils < LEAST_PUPILS or self.exam_classes < LEAST_CLASSES
        )
        return None if few else self.exam_share


@dataclass(frozen=True, slots=True)
class Line:
    """A concept as the page tells it; a share is None where too few stand behind it."""

    concept: ConceptRef
    practise: float | None
    marks: float | None
    pupils: str
    schools: int

    @property
    def is_told(self) -> bool:
        return self.practise is not None or self.marks is not None

    @property
    def is_weak(self) -> bool:
        return (self.practise or 0.0) >= WEAK or (self.marks is not None and self.marks < WEAK_MARKS)

    @property
    def weight(self) -> float:
        """How much there is to do: for the order of concepts, never of places or people."""
        return max(self.practise or 0.0, 1 - self.marks if self.marks is not None else 0.0)


def tens(count: int) -> str:
    """Rounded down, so that no small group is found by subtraction."""
    return f"不到{LEAST_PUPILS}人" if count < LEAST_PUPILS else f"{count // 10 * 10}多人"


def line(one: Sum, concept: ConceptRef, *, is_class: bool) -> Line:
    most = max(one.pupils, one.exam_pupils)
    return Line(
        concept=concept,
        practise=one.practise_share(is_class=is_class),
        marks=one.marks_share(is_class=is_class),
        pupils=f"{most}人" if is_class else tens(most),
        schools=one.schools,
    )


def advice(kind: OrgKind, concept: str, lesson: str) -> str:
    """A first wording of what could be done, for whoever plans it to change."""
    about = f"「{concept}」"
    where = f"，用{lesson}" if lesson else ""
    if kind in {OrgKind.CLASS_GROUP, OrgKind.TEACHING_GROUP}:
        return f"下一节课开头再练{about}{where}，课后看新的作答"
    if kind is OrgKind.SCHOOL:
        return f"同年级老师集体备一次{about}{where}，各班再上一次"
    if kind is OrgKind.DISTRICT:
        return f"组织一次{about}的专题教研{where}，请老师带着学生的作答来"
    return f"请各区教研员看一看{about}怎样教{where}，需要时改课程里的这一课"


def change_words(before: float | None, after: float | None) -> str:
    """What became of the share who still had to practise, in plain words and without a promise of cause."""
    if before is None or after is None:
        return "人数还不够，先不说变没变"
    points = round(100 * after) - round(100 * before)
    if points == 0:
        return f"还要练的占{round(100 * after)}%，和当时一样"
    return f"还要练的从{round(100 * before)}%到{round(100 * after)}%，{'少' if points < 0 else '多'}了{abs(points)}个百分点"
