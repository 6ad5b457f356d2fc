"""Courses opened, periods, attendance, evidence and the ledger of one school as lines for COPY.

What a pupil is credited with is decided by `teaching.rules.credit`, as everywhere: computing the ledger of a
simulated school again changes nothing.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from uuid import UUID

from qiming.curriculum.types import CourseRef
from qiming.kernel import time
from qiming.registry.types import SlotTime, stage_of_grade
from qiming.site.simulate.city import City
from qiming.site.simulate.copying import NOTHING, Sheet, array, text
from qiming.site.simulate.habits import OPENS_NOT, Habit, Lesson, habit_of, year_of
from qiming.site.simulate.ids import Ids
from qiming.site.simulate.people import Group
from qiming.site.simulate.shape import SchoolShape
from qiming.teaching.models import (
    Attendance,
    Offering,
    PeriodCredit,
    PeriodEvidence,
    PeriodPhoto,
    TaughtPeriod,
)
from qiming.teaching.rules.credit import EvidenceFact, PeriodFacts, credit_of
from qiming.teaching.rules.plan import Part, parts_of
from qiming.teaching.types import ActKind, AttendanceStatus, DeliveryMode, EvidenceKind, PeriodState

SHARE = 20  # minutes of an integrated period
NO_QUESTIONS = 0.4  # of the periods on the platform: joined, nothing asked
UNPLUGGED = 0.1  # of the periods of a class on the platform: held without it
WITH_PHOTO = 0.35  # of the classes that teach on paper
OTHER_TITLES = ("认识身边的人工智能", "教机器认树叶（不插电）", "机器会不会出错", "数据从哪里来")
HOST = "信息科技"


@dataclass(frozen=True, slots=True)
class Held:
    """A period as its pupils' rows need it."""

    id: str
    group: Group
    on: date
    minutes: int
    length: int
    starts: str
    ends: str
    settled: str  # when it was confirmed
    kind: EvidenceKind | None
    is_late: bool
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class Course:
    """What a class has opened: the id of the offering (none: taught otherwise), its parts, when and how long."""

    offering: str
    ref: CourseRef | None
    parts: Sequence[Part]
    slot: SlotTime
    share: int


class Teaching:
    """The sheets of the teaching room for one unit."""

    def __init__(self, city: City, ids: Ids) -> None:
        self.city, self.ids = city, ids
        self._year = city.order.year
        self.offerings = Sheet(
            Offering, "id", "created_at", "scope_path", "class_group_id", "course_version_id", "course_key",
            "title", "school_year", "mode", "host_subject", "share_minutes", "period_minutes", "opened_by",
        )  # fmt: skip
        self.periods = Sheet(
            TaughtPeriod, "id", "created_at", "scope_path", "offering_id", "class_group_id", "school_year",
            "lesson_key", "lesson_version_id", "position", "part", "parts", "title", "planned_date", "slot_no",
            "starts_at", "ends_at", "state", "credited_minutes", "period_minutes", "evidence_kind", "taught_by",
            "taught_at", "confirmed_by", "confirmed_at", "is_late",
        )  # fmt: skip
        self.photos = Sheet(
            PeriodPhoto, "id", "created_at", "scope_path", "period_id", "stored_file_id", "added_by"
        )
        self.attendance = Sheet(
            Attendance,
            "id",
            "created_at",
            "scope_path",
            "period_id",
            "pupil_id",
            "status",
            "source",
            "marked_by",
        )
        self.evidence = Sheet(
            PeriodEvidence, "id", "created_at", "scope_path", "period_id", "pupil_id", "kind", "count",
            "late_count", "first_at", "last_at",
        )  # fmt: skip
        self.credits = Sheet(
            PeriodCredit, "id", "created_at", "scope_path", "period_id", "pupil_id", "class_group_id",
            "school_year", "credited_minutes", "period_minutes", "basis", "reasons", "evidence_ids",
        )  # fmt: skip

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """In the order in which they refer to each other."""
        return (self.offerings, self.periods, self.photos, self.attendance, self.evidence, self.credits)

    def school(self, shape: SchoolShape, groups: Sequence[Group]) -> None:
        """A school year of every class."""
        dice = self.city.dice("teaching", shape.number)
        habit = habit_of(dice)
        if habit is Habit.ZERO:
            return
        for number, group in enumerate(groups):
            if group.teacher is None or dice.random() < OPENS_NOT.get(habit, 0):
                continue
            self._group(group, group.teacher, number, habit, dice)

    def _group(self, group: Group, teacher: str, number: int, habit: Habit, dice: random.Random) -> None:
        table = self.city.periods[stage_of_grade(group.shape.grade)]
        slot = table[number // 5 % len(table)]
        course = self._open(group, teacher, slot, habit)
        photo = habit is Habit.PAPER and self.city.photo is not None and dice.random() < WITH_PHOTO
        lessons = year_of(habit, self.city.days[number % 5 + 1], self.city.today, dice)
        if not course.ref:
            lessons = [one for one in lessons if one.state == "confirmed"]
        for place, lesson in enumerate(lessons):
            at = table[place // 2 % len(table)] if habit is Habit.ODD else slot
            seen = bool(course.ref) and dice.random() > UNPLUGGED
            kind = EvidenceKind.PLATFORM if seen else EvidenceKind.DECLARED
            kind = EvidenceKind.DOCUMENTED if photo else kind
            held = self._period(group, course, _lesson(course, place), lesson, slot=at, kind=kind)
            if lesson.state in ("confirmed", "taught"):
                self._pupils(held, dice)

    def _open(self, group: Group, teacher: str, slot: SlotTime, habit: Habit) -> Course:
        """The offering of a class; none where the year is taught otherwise."""
        ref = self.city.courses.get(group.shape.grade)
        if ref is None or habit in (Habit.PAPER, Habit.ODD):
            return Course(NOTHING, None, (), slot, slot.minutes)
        mode = DeliveryMode.INTEGRATED if habit is Habit.INTEGRATED else DeliveryMode.STANDALONE
        share = SHARE if mode is DeliveryMode.INTEGRATED else slot.minutes
        offering = self.ids()
        self.offerings.add(
            offering, text(self.city.made_at), group.path, group.id, ref.id, ref.key, text(ref.title), self._year,
            mode.value, HOST if mode is DeliveryMode.INTEGRATED else "", share, slot.minutes, teacher,
        )  # fmt: skip
        return Course(offering, ref, parts_of(ref.lessons, mode, share), slot, share)

    def _period(
        self,
        group: Group,
        course: Course,
        what: tuple[object, ...],
        lesson: Lesson,
        *,
        slot: SlotTime,
        kind: EvidenceKind,
    ) -> Held:
        key, on, teacher = self.ids(), lesson.on, group.teacher
        starts, ends = (
            _moment(on, slot.starts.hour, slot.starts.minute),
            _moment(on, slot.ends.hour, slot.ends.minute),
        )
        confirmed = on + timedelta(days=lesson.confirmed_after)
        was_held = lesson.state in ("confirmed", "taught")
        is_confirmed = lesson.state == "confirmed"
        held = Held(
            key, group, on, course.share, slot.minutes, starts, ends, _moment(confirmed, 17, 5), kind,
            is_confirmed and bool(course.ref) and _late(self.city, on, confirmed), is_confirmed,
        )  # fmt: skip
        self.periods.add(
            key, text(self.city.made_at), group.path, course.offering, group.id, self._year,
            *what, text(on), slot.no, starts, ends, lesson.state, held.minutes, held.length,
            kind.value if is_confirmed else NOTHING, teacher if was_held else NOTHING, ends if was_held else NOTHING,
            teacher if is_confirmed else NOTHING, held.settled if is_confirmed else NOTHING,
            "t" if held.is_late else "f",
        )  # fmt: skip
        if kind is EvidenceKind.DOCUMENTED and is_confirmed:
            self.photos.add(self.ids(), held.settled, group.path, key, self.city.photo, teacher)
        return held

    def _pupils(self, held: Held, dice: random.Random) -> None:
        """Who was there, what they did, what they are credited with."""
        group, roll = held.group, dice.random
        ids, path, teacher = self.ids, group.path, group.teacher
        on_platform, asks = held.kind is EvidenceKind.PLATFORM, roll() > NO_QUESTIONS
        there = (
            group.pupils
            if held.on >= self.city.days[3][6]
            else [p for p in group.pupils if p not in group.late]
        )
        for pupil in there:
            status = _status(roll()) if held.is_confirmed else "present"
            joined = (
                on_platform and status in ("present", "late") and (not held.is_confirmed or roll() > 0.01)
            )
            if not joined and not held.is_confirmed:
                continue
            source = "platform" if joined and status == "present" else "teacher"
            by = NOTHING if source == "platform" else teacher
            self.attendance.add(ids(), held.ends, path, held.id, pupil, status, source, by)
            acts = 3 + int(roll() * 10) if joined and asks else 0
            evidence = self._evidence(held, pupil, acts) if joined else "{}"
            if held.is_confirmed:
                tail = _credit(held.minutes, held.length, held.kind, (held.is_late, joined), (status, acts))
                self.credits.add(
                    ids(), held.settled, path, held.id, pupil, group.id, self._year, tail, evidence
                )

    def _evidence(self, held: Held, pupil: str, acts: int) -> str:
        """One or two lines of evidence; their ids as an array, in the order in which the ledger reads them."""
        joined, path = self.ids(), held.group.path
        self.evidence.add(joined, held.starts, path, held.id, pupil, "joined", 1, 0, held.starts, held.starts)
        if not acts:
            return f"{{{joined}}}"
        answered = self.ids()
        self.evidence.add(answered, held.ends, path, held.id, pupil, "attempt", acts, 0, held.ends, held.ends)
        return f"{{{joined},{answered}}}"


def _status(roll: float) -> str:
    if roll > 0.025:
        return "present"
    return "late" if roll > 0.014 else "absent" if roll > 0.006 else "excused"


_LONG_AGO = date(2026, 1, 1)


@lru_cache(maxsize=4096)
def _credit(
    minutes: int, length: int, kind: EvidenceKind | None, late_joined: tuple[bool, bool], did: tuple[str, int]
) -> str:
    """Minutes, length, basis and reasons as the rule gives them, ready for COPY: few cases, millions of rows."""
    is_late, joined = late_joined
    status, acts = did
    facts = PeriodFacts(
        PeriodState.CONFIRMED, _LONG_AGO, minutes, length, kind is EvidenceKind.DOCUMENTED, is_late=is_late
    )
    nobody = UUID(int=0)
    told = [EvidenceFact(nobody, ActKind.JOINED, 1)] if joined else []
    told += [EvidenceFact(nobody, ActKind.ATTEMPT, acts)] if acts else []
    credit = credit_of(facts, AttendanceStatus(status), told, _LONG_AGO)
    basis = credit.basis.value if credit.basis else NOTHING
    return "\t".join((str(credit.credited_minutes), str(credit.period_minutes), basis, array(credit.reasons)))


@lru_cache(maxsize=20_000)
def _moment(on: date, hour: int, minute: int) -> str:
    return text(datetime(on.year, on.month, on.day, hour, minute, tzinfo=time.SHANGHAI))


@lru_cache(maxsize=4096)
def _late(city: City, on: date, confirmed: date) -> bool:
    return city.is_late(on, confirmed)


def _lesson(course: Course, place: int) -> tuple[object, ...]:
    """lesson_key, lesson_version_id, position, part, parts, title."""
    if course.ref is None or not course.parts:
        return "", NOTHING, 0, 1, 1, OTHER_TITLES[place % len(OTHER_TITLES)]
    part = course.parts[place % len(course.parts)]
    version = next(one.id for one in course.ref.lessons if one.key == part.lesson_key)
    return part.lesson_key, version, part.position, part.part, part.parts, text(part.title)
