"""A small world for the teaching room's tests: one school, two classes, a course of eight lessons, a clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from django.test import Client

from qiming.curriculum.models import CourseVersion, ItemVersion, LessonVersion
from qiming.kernel.access import Actor, Grant
from qiming.kernel.ids import new_id
from qiming.kernel.time import SHANGHAI, frozen
from qiming.registry.models import (
    Account,
    ClassMembership,
    Organisation,
    Person,
    RoleGrant,
    SchoolYear,
    Session,
    Term,
)
from qiming.registry.types import OrgKind, Role
from qiming.teaching import queries, services
from qiming.teaching.types import DeliveryMode, OfferingRef, PeriodRef

NOW = datetime(2026, 11, 24, 9, 50, tzinfo=SHANGHAI)  # a Tuesday, before the third period


@dataclass
class World:
    city: Organisation
    district: Organisation
    school: Organisation
    other_school: Organisation
    class_1: Organisation
    class_2: Organisation
    course: CourseVersion
    lessons: list[LessonVersion]
    people: dict[str, Person] = field(default_factory=dict)
    pupils: list[Person] = field(default_factory=list)

    def actor(self, who: str) -> Actor:
        """Somebody of the small cast, with the roles of this moment."""
        person = self.people[who]
        held = RoleGrant.objects.unscoped("test").filter(person=person, ends_on=None)
        grants = tuple(Grant(one.role, one.scope_path, one.organisation_id) for one in held)
        return Actor(account_id=person.id, person_id=person.id, name=person.name, grants=grants)

    def pupil(self, seat: int) -> Actor:
        person = self.pupils[seat - 1]
        membership = ClassMembership.objects.unscoped("test").get(person=person)
        grant = Grant(Role.PUPIL, membership.scope_path, membership.class_group_id)
        return Actor(account_id=person.id, person_id=person.id, name=person.name, grants=(grant,))

    def client(self, who: str) -> Client:
        """A signed-in browser of somebody of the cast."""
        return _browser(self.people[who], Account.Kind.STAFF, who)

    def pupil_client(self, seat: int) -> Client:
        return _browser(self.pupils[seat - 1], Account.Kind.PUPIL, None)

    def ids(self, *seats: int) -> list[UUID]:
        return [self.pupils[seat - 1].id for seat in seats]

    def wish(self, **changes: object) -> services.Wish:
        given: dict[str, object] = {
            "class_id": self.class_1.id,
            "course_version_id": self.course.id,
            "mode": DeliveryMode.STANDALONE,
            "host_subject": "",
            "share_minutes": None,
            "weekday": 2,
            "slot_no": 3,
        }
        return services.Wish(**(given | changes))  # type: ignore[arg-type]

    def open(self, **changes: object) -> OfferingRef:
        return services.open_offering(actor=self.actor("teacher"), wish=self.wish(**changes))

    def first_period(self, **changes: object) -> PeriodRef:
        return queries.periods_of(self.open(**changes).id)[0]

    def live(self, *seats: int, **changes: object) -> PeriodRef:
        """The first period, running, with some pupils in."""
        period = self.first_period(**changes)
        services.start_period(actor=self.actor("teacher"), period_id=period.id)
        for seat in seats:
            services.join(actor=self.pupil(seat), code=self.code(period.id))
        return queries.period(period.id)

    def code(self, period_id: UUID) -> str:
        from qiming.teaching.models import LivePeriod

        return LivePeriod.objects.unscoped("test").get(period_id=period_id).join_code

    def taught(self, *seats: int, **changes: object) -> PeriodRef:
        period = self.live(*seats, **changes)
        services.end_period(actor=self.actor("teacher"), period_id=period.id)
        return queries.period(period.id)


def _browser(person: Person, kind: str, username: str | None) -> Client:
    account, _made = Account.objects.get_or_create(
        person=person, defaults={"kind": kind, "username": username, "password": "!"}
    )
    client = Client()
    client.force_login(account)
    # The session was made by the real clock; the tests live on another day.
    Session.objects.filter(account_id=account.id).update(expire_date=NOW + timedelta(days=30))
    return client


@pytest.fixture
def at() -> Iterator[datetime]:
    with frozen(NOW):
        yield NOW


@pytest.fixture
def world(db: None, at: datetime) -> World:
    return build_world()


def build_world(pupils: int = 5) -> World:
    city = _place(None, OrgKind.CITY, "测试市", "b")
    district = _place(city, OrgKind.DISTRICT, "示例区", "d1")
    school = _place(district, OrgKind.SCHOOL, "示例一中", "s1", stages=["junior"])
    other = _place(district, OrgKind.SCHOOL, "示例二中", "s2", stages=["junior"])
    class_1 = _place(school, OrgKind.CLASS_GROUP, "七年级（1）班", "c1", grade=7, class_no=1)
    class_2 = _place(school, OrgKind.CLASS_GROUP, "七年级（2）班", "c2", grade=7, class_no=2)
    _calendar(city)
    course, lessons = _course()
    world = World(city, district, school, other, class_1, class_2, course, lessons)
    for who, role, place in (
        ("teacher", Role.TEACHER, class_1),
        ("colleague", Role.TEACHER, class_1),
        ("stranger", Role.TEACHER, class_2),
        ("admin", Role.SCHOOL_ADMIN, school),
        ("head", Role.SCHOOL_HEAD, school),
        ("other_head", Role.SCHOOL_HEAD, other),
        ("district", Role.DISTRICT_OFFICER, district),
        ("city", Role.CITY_OFFICER, city),
    ):
        person = world.people[who] = Person.objects.create(name=f"{who}老师")
        RoleGrant.objects.create(
            person=person,
            role=role,
            organisation=place,
            scope_path=place.scope_path,
            starts_on=date(2025, 9, 1),
        )
    world.pupils = enrol(class_1, pupils)
    return world


def enrol(group: Organisation, count: int, first_seat: int = 1) -> list[Person]:
    people = [Person(id=new_id(), name=f"学生{seat}") for seat in range(first_seat, first_seat + count)]
    Person.objects.bulk_create(people)
    ClassMembership.objects.bulk_create(
        ClassMembership(
            person=person,
            class_group=group,
            scope_path=group.scope_path,
            seat_no=first_seat + index,
            starts_on=date(2025, 9, 1),
        )
        for index, person in enumerate(people)
    )
    return people


def _place(above: Organisation | None, kind: OrgKind, name: str, step: str, **facts: object) -> Organisation:
    path = f"{above.scope_path if above else ''}{step}/"
    return Organisation.objects.create(
        kind=kind, name=name, parent=above, step=step, scope_path=path, **facts
    )


def _calendar(city: Organisation) -> None:
    for key, terms in (
        ("2025-2026", ((date(2025, 9, 1), date(2026, 1, 30)), (date(2026, 3, 2), date(2026, 7, 10)))),
        ("2026-2027", ((date(2026, 9, 1), date(2027, 1, 22)), (date(2027, 2, 22), date(2027, 7, 9)))),
    ):
        starts, ends = int(key[:4]), int(key[5:])
        year = SchoolYear.objects.create(
            key=key, starts_on=date(starts, 9, 1), ends_on=date(ends, 8, 31), source="测试"
        )
        for no, (first, last) in enumerate(terms, 1):
            Term.objects.create(
                school_year=year,
                organisation=city,
                scope_path=city.scope_path,
                no=no,
                starts_on=first,
                ends_on=last,
            )


STEPS = (("look", "看一看", "read", 6), ("guess", "猜一猜", "predict", 7), ("try", "动手", "lab", 17))
LAST = (("quiz", "答一答", "quiz", 10), ("say", "说收获", "reflect", 5))
CHOICES = [{"key": "A", "text": "全对，学过的都对"}, {"key": "B", "text": "说不准，要拿新的考它"}]


def _activities() -> list[dict[str, object]]:
    steps: list[dict[str, object]] = [
        {"key": key, "title": title, "kind": kind, "minutes": minutes, "text": title, "text_html": title}
        for key, title, kind, minutes in (*STEPS, *LAST)
    ]
    steps[1]["choices"] = CHOICES
    spare: dict[str, object] = {
        "key": "compare",
        "title": "比一比",
        "kind": "unplugged",
        "minutes": 10,
        "extra": True,
        "remedy_for": ["m-train-is-enough"],
        "text": "比一比",
        "text_html": "比一比",
    }
    return [*steps[:2], spare, *steps[2:]]


def _course() -> tuple[CourseVersion, list[LessonVersion]]:
    course = CourseVersion.objects.create(
        key="g7-examples",
        content_hash="a" * 64,
        title="机器怎样从例子里学习",
        stage="junior",
        grades=[7],
        status="original proposal",
        data={"summary": "", "purpose": ""},
        misconceptions=[],
    )
    lessons = []
    for number in range(1, 9):
        lesson = LessonVersion.objects.create(
            course_version=course,
            key=f"g7l{number}",
            position=number,
            content_hash=f"{number}" * 64,
            title=f"第{number}个问题",
            minutes=45,
            data=_lesson_data(),
            guide_html="",
            slides=["<h1>一</h1>", "<h1>二</h1>", "<h1>三</h1>"],
            tasksheet_html="",
            concepts=["c052"],
        )
        ItemVersion.objects.create(
            lesson_version=lesson,
            key=f"g7l{number}-q01",
            position=1,
            content_hash="b" * 64,
            kind="single",
            concept="c052",
            difficulty=1,
            use=["class", "homework"],
            data={},
            html={"stem": "<p>题</p>", "hints": [], "solution": "", "parts": {}},
        )
        lessons.append(lesson)
    return course, lessons


def _lesson_data() -> dict[str, object]:
    return {
        "question": "学过的都认得，没见过的呢？",
        "situation": "小宇教了一个分拣程序。",
        "summary": "两次成绩分开看",
        "goals": ["能说出测试集派什么用场"],
        "concepts": ["c052"],
        "modules": [],
        "literacy": [],
        "ethics": "成绩要报得老实",
        "genai_use": "none",
        "devices": "",
        "without_devices": "用任务单",
        "activities": _activities(),
    }
