"""What crosses the registry's door: roles, stages and references to places, people and school days."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import ClassVar
from uuid import UUID


class Role(StrEnum):
    """A role, held at a node of the organisation tree (a guardian reaches wards instead)."""

    CITY_OFFICER = "city_officer"
    DISTRICT_OFFICER = "district_officer"
    SCHOOL_HEAD = "school_head"
    ALLIANCE_HEAD = "alliance_head"  # the head of an alliance's lead school, at each member school
    SCHOOL_ADMIN = "school_admin"
    TEACHER = "teacher"
    PUPIL = "pupil"
    GUARDIAN = "guardian"
    VENDOR = "vendor"  # works for a company that offers products; outside the tree of schools


ROLE_NAMES: Mapping[Role, str] = {
    Role.CITY_OFFICER: "市级人员",
    Role.DISTRICT_OFFICER: "区级人员",
    Role.SCHOOL_HEAD: "校长",
    Role.ALLIANCE_HEAD: "联盟牵头校校长",
    Role.SCHOOL_ADMIN: "学校管理员",
    Role.TEACHER: "老师",
    Role.PUPIL: "学生",
    Role.GUARDIAN: "家长",
    Role.VENDOR: "企业人员",
}


class Power(StrEnum):
    """An emergency power: which verbs it includes is said by the access tables of the rooms."""

    SEE_PUPILS = "see_pupils"
    GIVE_CARDS = "give_cards"


POWER_NAMES: Mapping[Power, str] = {
    Power.SEE_PUPILS: "看学生记录",
    Power.GIVE_CARDS: "代发班级卡和小图",
}


class Help(StrEnum):
    """What is done to an account; each word is what its owner will read."""

    RESET = "reset"
    SECOND_FACTOR = "second_factor"
    UNLOCK = "unlock"
    SESSIONS = "sessions"
    LINKS = "links"


HELP_NAMES: Mapping[Help, str] = {
    Help.RESET: "重设密码",
    Help.SECOND_FACTOR: "取消两步登录",
    Help.UNLOCK: "解开登录锁定",
    Help.SESSIONS: "退出所有设备",
    Help.LINKS: "解开统一身份账号",
}


class OrgKind(StrEnum):
    """The kinds of place; a class group and a teaching group are where pupils are taught. A vendor is a company: it has
    no place in the tree of schools, and nobody's reach in that tree includes it."""

    CITY = "city"
    DISTRICT = "district"
    SCHOOL = "school"
    CLASS_GROUP = "class_group"
    TEACHING_GROUP = "teaching_group"
    VENDOR = "vendor"


class Stage(StrEnum):
    """学段."""

    PRIMARY = "primary"
    JUNIOR = "junior"
    SENIOR = "senior"


STAGE_NAMES: Mapping[Stage, str] = {Stage.PRIMARY: "小学", Stage.JUNIOR: "初中", Stage.SENIOR: "高中"}

# Where pupils are taught: the class everybody has one of, and groups that cut across classes.
TAUGHT_KINDS = (OrgKind.CLASS_GROUP, OrgKind.TEACHING_GROUP)

# Where each role is held; a teacher's also at a teaching group.
ROLE_HELD_AT: Mapping[Role, OrgKind] = {
    Role.CITY_OFFICER: OrgKind.CITY,
    Role.DISTRICT_OFFICER: OrgKind.DISTRICT,
    Role.SCHOOL_HEAD: OrgKind.SCHOOL,
    Role.SCHOOL_ADMIN: OrgKind.SCHOOL,
    Role.TEACHER: OrgKind.CLASS_GROUP,
    Role.VENDOR: OrgKind.VENDOR,
}


_GRADES = "零一二三四五六七八九"
_SENIOR = "一二三"


def grade_name(grade: int) -> str:
    """1 → 一年级, 7 → 七年级, 10 → 高一: the one way in which pages write a grade."""
    return f"高{_SENIOR[grade - 10]}" if grade >= 10 else f"{_GRADES[grade]}年级"


def stage_of_grade(grade: int) -> Stage:
    """The stage to which a grade (1–12) belongs."""
    if grade <= 6:
        return Stage.PRIMARY
    return Stage.JUNIOR if grade <= 9 else Stage.SENIOR


@dataclass(frozen=True, slots=True)
class OrgRef:
    """A place in the tree. `path` is its scope path; everything below starts with it."""

    id: UUID
    kind: OrgKind
    name: str
    path: str
    parent_id: UUID | None
    grade: int | None
    stages: tuple[Stage, ...]
    class_no: int | None = None
    is_synthetic: bool = False
    closed_on: date | None = None

    @property
    def scope_path(self) -> str:
        return self.path

    @property
    def is_taught(self) -> bool:
        """Whether courses are opened here: a class or a teaching group."""
        return self.kind in TAUGHT_KINDS

    @property
    def stage(self) -> Stage:
        """The stage of a class or group; of a school, the lowest it has."""
        if self.grade is not None:
            return stage_of_grade(self.grade)
        return self.stages[0] if self.stages else Stage.JUNIOR


@dataclass(frozen=True, slots=True)
class PupilRef:
    """A pupil in a class, or on a seat of a teaching group. `id` is the person's id; `class_id` and
    `scope_path` are those of the class or group."""

    self_field: ClassVar[str] = "id"

    id: UUID
    name: str
    seat_no: int
    class_id: UUID
    scope_path: str


@dataclass(frozen=True, slots=True)
class TeacherRef:
    """Somebody who teaches."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class SchoolYearRef:
    """学年, such as `2026-2027`."""

    key: str
    starts: date
    ends: date
    source: str
    verified: bool


@dataclass(frozen=True, slots=True)
class TermRef:
    """学期: `no` is 1 (autumn) or 2 (spring); `weeks` counts its teaching weeks."""

    year: str
    no: int
    starts: date
    ends: date
    weeks: int
    source: str
    verified: bool
    own: bool = False

    @property
    def name(self) -> str:
        return f"第{'一二'[self.no - 1]}学期"


@dataclass(frozen=True, slots=True)
class SlotTime:
    """One line of a school's period table: the `no`-th period of a day."""

    no: int
    starts: time
    ends: time
    label: str

    @property
    def minutes(self) -> int:
        start, end = self.starts, self.ends
        return (end.hour * 60 + end.minute) - (start.hour * 60 + start.minute)


@dataclass(frozen=True, slots=True)
class SlotRef:
    """A period a class could have: on `date`, the `no`-th of the day, in teaching week `week`."""

    date: date
    no: int
    starts: time
    ends: time
    week: int


@dataclass(frozen=True, slots=True)
class HolidayRef:
    """A day without lessons (`makeup_weekday` None) or a weekend day taught as another weekday (1–7)."""

    date: date
    label: str
    makeup_weekday: int | None
    source: str
    verified: bool
    own: bool = False


@dataclass(frozen=True, slots=True)
class JoinTarget:
    """Where a join code leads: the class whose pupils may enter and the page that opens after sign-in."""

    class_id: UUID
    next_url: str
