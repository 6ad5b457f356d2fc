"""From what the rooms store to the lake's columns: places, pseudonymous numbers, whole numbers."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from qiming.curriculum import queries as curriculum
from qiming.insight.lake.tables import NO_DISTRICT, month_of, week_of
from qiming.kernel import keys, time
from qiming.learning import queries as learning
from qiming.records.types import ToldAct
from qiming.registry import queries as registry
from qiming.registry.types import OrgKind, OrgRef
from qiming.teaching.queries import CreditRow, PeriodRow

KEY = "insight.lake"
OTHER = "other"  # taught without an opened course
# Kinds whose object is a thing of the content: its key may be told. Works, periods, homework are somebody's.
THINGS = frozenset({"course", "lesson", "activity", "item", "lab", "test"})
AT_ONCE = 2000
Row = dict[str, Any]
Part = tuple[str, str]


@dataclass(slots=True)
class Numbers:
    """Pseudonymous numbers by the key that lies in the database."""

    key: bytes
    _kept: dict[tuple[str, UUID], int] = field(default_factory=dict)

    @classmethod
    def kept(cls) -> "Numbers":
        return cls(keys.kept_key(KEY))

    def of(self, kind: str, one: UUID) -> int:
        return keys.number(self.key, kind, one)

    def place(self, one: UUID) -> int:
        """Of a school or class: few, and asked for at every row."""
        known = self._kept.get(("place", one))
        if known is None:
            known = self._kept["place", one] = self.of("place", one)
        return known


@dataclass(slots=True)
class Places:
    """Where a scope path lies: (district's key, grade, school's number, class's number)."""

    numbers: Numbers
    districts: dict[str, OrgRef]
    _kept: dict[str, tuple[str, Row]] = field(default_factory=dict)

    @classmethod
    def now(cls, numbers: Numbers) -> "Places":
        return cls(numbers, {key_of(one.path): one for one in registry.districts()})

    @property
    def names(self) -> dict[str, str]:
        return {key: one.name for key, one in self.districts.items()} | {NO_DISTRICT: "市直属"}

    def of(self, path: str) -> tuple[str, Row]:
        found = self._kept.get(path)
        if found is None:
            found = self._kept[path] = self._look(path)
        return found

    def _look(self, path: str) -> tuple[str, Row]:
        above = {one.kind: one for one in registry.ancestors(path)}
        group = above.get(OrgKind.CLASS_GROUP) or above.get(OrgKind.TEACHING_GROUP)
        district, school = above.get(OrgKind.DISTRICT), above.get(OrgKind.SCHOOL)
        return key_of(district.path) if district else NO_DISTRICT, {
            "grade": group.grade if group else None,
            "school": self.numbers.place(school.id) if school else None,
            "class_group": self.numbers.place(group.id) if group else None,
        }


def key_of(path: str) -> str:
    """A district's key: the last step of its path."""
    return path.rstrip("/").rpartition("/")[2]


def statement(act: ToldAct, places: Places) -> tuple[Part, Row]:
    """One act as a row, with the part it lies in."""
    numbers, more = places.numbers, act.more
    district, place = places.of(act.scope_path)
    day = time.local(act.at).date()
    attempt = more.get("attempt")
    return (month_of(day), district), {
        "person": numbers.of("person", act.actor_person),
        "at": act.at,
        "day": day,
        "week": week_of(day),
        "verb": act.verb,
        "kind": act.object_kind,
        "thing": act.object_id if act.object_kind in THINGS and not _is_id(act.object_id) else None,
        "lesson": act.lesson_key,
        "course": act.course_key,
        "concept": more.get("concept"),
        "period": numbers.of("period", act.period_id) if act.period_id else None,
        "attempt": numbers.of("attempt", UUID(str(attempt))) if attempt else None,
        "given_in": more.get("given_in"),
        "try_no": more.get("try_no"),
        "hints": more.get("hints_used"),
        "solution": more.get("solution_shown"),
        "success": act.success,
        "score_milli": None if act.score_scaled is None else round(act.score_scaled * 1000),
        "duration_s": act.duration_s,
        **place,
        "number": numbers.of("statement", act.id),
    }


def _is_id(text: str) -> bool:
    """Whether an object is named by one of our own ids: those never leave the database."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def credit(row: CreditRow, year: str, places: Places) -> tuple[Part, Row]:
    district, place = places.of(row.scope_path)
    return (month_of(row.on), district), {
        "person": places.numbers.of("person", row.pupil_id),
        "period": places.numbers.of("period", row.period_id),
        "day": row.on,
        "school_year": year,
        "mode": row.mode or OTHER,
        "basis": row.basis,
        "credited_minutes": row.credited_minutes,
        "period_minutes": row.period_minutes,
        **place,
    }


def period(row: PeriodRow, year: str, places: Places) -> tuple[Part, Row]:
    district, place = places.of(row.scope_path)
    return (month_of(row.on), district), {
        "period": places.numbers.of("period", row.period_id),
        "day": row.on,
        "school_year": year,
        "subject": row.subject,
        "state": row.state,
        "mode": row.mode or OTHER,
        "evidence": row.evidence_kind,
        "credited_minutes": row.credited_minutes,
        "period_minutes": row.period_minutes,
        **place,
    }


def pupils_of(path: str, places: Places, on: date) -> dict[UUID, Row]:
    """The pupils below a path today, each once."""
    found: dict[UUID, Row] = {}
    required: dict[str, int] = {}
    stages = {one.id: one.stage.value for one in registry.classes_under(path)}
    for one in registry.pupils_under(path):
        stage = stages.get(one["class_id"])
        if stage is None:
            continue
        if stage not in required:
            required[stage] = curriculum.stage_rules(on, stage).periods_per_year
        found[one["pupil_id"]] = {
            "person": places.numbers.of("person", one["pupil_id"]),
            **places.of(one["scope_path"])[1],
            "required": required[stage],
        }
    return found


def mastery_of(pupils: Mapping[UUID, Row]) -> Iterator[Row]:
    """What is believed of these pupils, by band."""
    for some in _chunks(list(pupils)):
        for (pupil_id, concept), view in learning.mastery_of(some).items():
            pupil = pupils[pupil_id]
            yield {
                "person": pupil["person"],
                "concept": concept,
                "answers": view.n,
                "band": str(view.band),
                **{name: pupil[name] for name in ("grade", "school", "class_group")},
            }


def _chunks(ids: list[UUID]) -> Iterable[list[UUID]]:
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))
