"""Units → schools → class groups: how many, how large, of which kind. Pure and the same for the same seed."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from qiming.registry.types import Stage, stage_of_grade
from qiming.site.simulate.facts import GRADES, Unit, share_out, units

MOST_IN_CLASS = 45
CLASS_SIZES = (34, 38, 40, 42, 45)  # what a school fills a class to before it opens another
MOST_CLASSES = 99  # of one grade in one school


class Kind(Enum):
    """What kind of school: the word in its name and its grades."""

    PRIMARY = ("小学", 1, 6)
    JUNIOR = ("初级中学", 7, 9)
    NINE = ("九年一贯制学校", 1, 9)
    COMPLETE = ("中学", 7, 12)
    SENIOR = ("高级中学", 10, 12)
    TWELVE = ("十二年一贯制学校", 1, 12)

    @property
    def word(self) -> str:
        return self.value[0]

    @property
    def grades(self) -> range:
        return range(self.value[1], self.value[2] + 1)

    @property
    def stages(self) -> list[Stage]:
        return list(dict.fromkeys(stage_of_grade(grade) for grade in self.grades))


# 小学, 初中, 九年一贯, 完中, 高中 of 2007: the last year for which the kinds were found (data from the city's survey).
KINDS: Mapping[Kind, int] = {
    Kind.PRIMARY: 1235,
    Kind.JUNIOR: 300,
    Kind.NINE: 61,
    Kind.COMPLETE: 262,
    Kind.SENIOR: 66,
}
FEW: Sequence[Sequence[Kind]] = ((), (Kind.TWELVE,), (Kind.PRIMARY, Kind.COMPLETE))


class TooFewSchools(ValueError):
    """More pupils than these schools can hold."""


@dataclass(frozen=True, slots=True)
class ClassShape:
    grade: int
    class_no: int
    size: int


@dataclass(frozen=True, slots=True)
class SchoolShape:
    """A school to be: `number` counts through the whole city."""

    number: int
    name: str
    kind: Kind
    classes: tuple[ClassShape, ...]

    @property
    def pupils(self) -> int:
        return sum(one.size for one in self.classes)


@dataclass(frozen=True, slots=True)
class UnitShape:
    """A unit to be: `number` counts through the city."""

    number: int
    name: str
    schools: tuple[SchoolShape, ...]

    @property
    def pupils(self) -> int:
        return sum(one.pupils for one in self.schools)


def city(*, pupils: int, schools: int, seed: int) -> list[UnitShape]:
    """The whole city, unit by unit."""
    if pupils < 1 or schools < 1:
        raise TooFewSchools("a city has at least one school and one pupil")
    found = units(pupils, schools)
    counts = _schools_of(found, schools)
    numbers = iter(range(1, schools + 1))
    return [_unit(number, unit, counts[unit.name], numbers, seed) for number, unit in enumerate(found, 1)]


def _schools_of(found: Sequence[Unit], schools: int) -> dict[str, int]:
    """Every unit has one, the others by the number of pupils."""
    more = share_out(schools - len(found), {unit.name: unit.total for unit in found})
    return {name: 1 + count for name, count in more.items()}


def _unit(number: int, unit: Unit, count: int, numbers: Iterator[int], seed: int) -> UnitShape:
    dice = random.Random(f"{seed}/{unit.name}")  # noqa: S311 - an invented city
    kinds = _kinds(count)
    weights = [dice.lognormvariate(0, 0.35) for _ in kinds]
    by_grade = {grade: _split(unit.pupils[grade], grade, kinds, weights) for grade in GRADES}
    schools = []
    for place, kind in enumerate(kinds):
        size = dice.choice(CLASS_SIZES)
        groups = tuple(
            one for grade in kind.grades for one in _classes(grade, by_grade[grade].get(place, 0), size)
        )
        short = unit.name.removesuffix("区") if len(unit.name) > 2 else unit.name
        school_no = next(numbers)
        schools.append(SchoolShape(school_no, f"{short}模拟第{place + 1}{kind.word}", kind, groups))
    return UnitShape(number, unit.name, tuple(schools))


def _kinds(count: int) -> list[Kind]:
    """Kinds for `count` schools such that every grade finds a place."""
    if count < len(FEW):
        return list(FEW[count])
    needed = {Kind.PRIMARY: 1, Kind.COMPLETE: 1}
    rest = share_out(count - sum(needed.values()), KINDS)
    return [kind for kind in KINDS for _ in range(rest[kind] + needed.get(kind, 0))]


def _split(count: int, grade: int, kinds: Sequence[Kind], weights: Sequence[float]) -> dict[int, int]:
    """The pupils of one grade over the schools that have it."""
    within = {
        place: Fraction(weights[place]).limit_denominator(10**6)
        for place, kind in enumerate(kinds)
        if grade in kind.grades
    }
    return share_out(count, within)


def _classes(grade: int, pupils: int, size: int) -> Iterator[ClassShape]:
    """As many classes as are needed, of sizes that differ by one at most."""
    number = -(-pupils // size)
    if number > MOST_CLASSES:
        raise TooFewSchools(
            f"a grade of {pupils} pupils in one school: more than {MOST_CLASSES} classes. Ask for more schools"
        )
    for class_no in range(1, number + 1):
        yield ClassShape(grade, class_no, pupils // number + (class_no <= pupils % number))
