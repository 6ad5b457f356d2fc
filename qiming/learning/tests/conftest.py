"""The teaching room's small world, with a lesson that has an item of every kind and a running offering."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from qiming.curriculum import queries as curriculum
from qiming.curriculum.models import Concept, ConceptGraph, ItemVersion, LessonVersion
from qiming.kernel.access import Actor
from qiming.kernel.ids import new_id
from qiming.kernel.time import now
from qiming.learning import services
from qiming.learning.types import Answer, Outcome
from qiming.registry.models import Account, Person, Session
from qiming.teaching import services as teaching
from qiming.teaching.tests.conftest import NOW, World, build_world
from qiming.teaching.types import OfferingRef, PeriodRef

__all__ = ["NOW"]

HINTS = ["<p>先分清两次成绩。</p>", "<p>装上以后遇到的是哪一种？</p>"]
SOLUTION = "<p>没见过的成绩才说明问题。</p>"
SINGLE = {
    "options": [
        {"key": "A", "text": "合起来算", "misconception": "m-mix", "reply": "还差一点。两次能加在一起吗？"},
        {
            "key": "B",
            "text": "学会了",
            "misconception": "m-train-is-enough",
            "reply": "还差一点。原题说明什么？",
        },
        {"key": "C", "text": "没见过的认对四分之三", "correct": True, "reply": "对，分得清。"},
    ]
}
ITEMS: dict[str, tuple[str, dict[str, Any]]] = {
    "g7l1-q02": ("single", SINGLE),
    "g7l1-q03": (
        "multiple",
        {"options": [{"key": k, "text": k, "correct": k in "AC", "misconception": "m-mix"} for k in "ABCD"]},
    ),
    "g7l1-q04": ("order", {"entries": [{"key": k, "text": k} for k in "abc"], "traps": []}),
    "g7l1-q05": (
        "match",
        {
            "left": [{"key": "l1", "text": "学"}, {"key": "l2", "text": "考"}],
            "right": [{"key": "r1", "text": "训练集"}, {"key": "r2", "text": "测试集"}],
            "pairs": {"l1": "r1", "l2": "r2"},
        },
    ),
    "g7l1-q06": (
        "classify",
        {
            "bins": [{"key": "x", "text": "练"}, {"key": "y", "text": "考"}],
            "entries": [{"key": "a", "text": "一", "bin": "x"}, {"key": "b", "text": "二", "bin": "y"}],
        },
    ),
    "g7l1-q07": ("numeric", {"answer": {"value": 0.75, "tolerance": 0.005}}),
    "g7l1-q08": (
        "short",
        {
            "accept": ["测试集"],
            "rubric": [
                {"key": "a", "text": "说到没见过", "points": 1},
                {"key": "b", "text": "说到分开", "points": 2},
            ],
            "sample": "没见过的要分开看",
        },
    ),
}
RIGHT: dict[str, dict[str, Any]] = {
    "g7l1-q02": {"choice": "C"},
    "g7l1-q03": {"choices": ["A", "C"]},
    "g7l1-q04": {"order": ["a", "b", "c"]},
    "g7l1-q05": {"pairs": {"l1": "r1", "l2": "r2"}},
    "g7l1-q06": {"bins": {"a": "x", "b": "y"}},
    "g7l1-q07": {"value": "75%"},
    "g7l1-q08": {"text": "测试集"},
}
LESSON = "g7l1"


@dataclass
class Class:
    """A class that has opened the course, and helpers that read as sentences."""

    world: World
    offering: OfferingRef

    def pupil(self, seat: int) -> Actor:
        return self.world.pupil(seat)

    @property
    def teacher(self) -> Actor:
        return self.world.actor("teacher")

    def answer(self, item: str = "g7l1-q02", response: dict[str, Any] | None = None, **more: Any) -> Answer:
        given = {"choice": "B"} if response is None else response
        plain = Answer(new_id(), LESSON, item, given, client_at=now())
        return replace(plain, **more)

    def sends(self, seat: int, *answers: Answer) -> list[Outcome]:
        return services.record_attempts(actor=self.pupil(seat), offering_id=self.offering.id, answers=answers)

    def period(self, lesson: str = LESSON) -> PeriodRef:
        from qiming.teaching import queries

        return next(one for one in queries.periods_of(self.offering.id) if one.lesson_key == lesson)

    def runs(self, *seats: int) -> PeriodRef:
        """The period of lesson 1, running, with some pupils in."""
        period = self.period()
        teaching.start_period(actor=self.teacher, period_id=period.id)
        for seat in seats:
            teaching.join(actor=self.pupil(seat), code=self.world.code(period.id))
        return period

    def client(self, seat: int) -> Client:
        return sign_in(self.world.pupils[seat - 1])

    def teacher_client(self, who: str = "teacher") -> Client:
        return sign_in(self.world.people[who])

    def sets_homework(self, **more: Any) -> UUID:
        task = teaching.Task("想一想", LESSON, [], ["g7l1-q02", "g7l1-q07"], now() + timedelta(days=2))
        return teaching.set_homework(
            actor=self.teacher, offering_id=self.offering.id, task=replace(task, **more)
        ).id


def sign_in(person: Person) -> Client:
    """A browser in which this person is signed in."""
    kind = "staff" if person.name.endswith("老师") else "pupil"
    username = f"u{person.id.hex[-12:]}" if kind == "staff" else None
    account, _ = Account.objects.get_or_create(person=person, defaults={"kind": kind, "username": username})
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    # Django dates a session by the real clock, the tests live by their own.
    Session.objects.filter(session_key=client.session.session_key).update(
        expire_date=now() + timedelta(hours=8)
    )
    return client


def forget_cached_versions() -> None:
    for cached in (
        curriculum._lesson_refs,
        curriculum._lesson,
        curriculum._item,
        curriculum._items_of_lesson,
        curriculum._misconceptions,
        curriculum.grades_of,
        curriculum.test_items,
        curriculum._with_root,
    ):
        cached.cache_clear()


@pytest.fixture
def world(db: None, at: object) -> World:
    return build_world()


@pytest.fixture
def at() -> Iterator[object]:
    from qiming.kernel.time import frozen

    with frozen(NOW):
        yield NOW


@pytest.fixture
def cls(world: World) -> Iterator[Class]:
    forget_cached_versions()
    yield open_class(world)
    forget_cached_versions()


def open_class(world: World) -> Class:
    lesson = LessonVersion.objects.get(key=LESSON)
    data = lesson.data
    for step in data["activities"]:
        if step["key"] == "quiz":
            step["items"] = list(ITEMS)
        if step["key"] == "try":
            step["lab"] = {
                "id": "image-classifier",
                "dataset": "recyclables",
                "settings": {},
                "goals": [],
                "hints": [],
            }
        if step["key"] == "say":
            step["prompt"], step["starters"] = "说说你的收获", ["我原来以为……"]
    LessonVersion.objects.filter(pk=lesson.pk).update(data=data)
    for position, (key, (kind, spec)) in enumerate(ITEMS.items(), 2):
        ItemVersion.objects.create(
            lesson_version=lesson,
            key=key,
            position=position,
            content_hash=key.ljust(64, "0"),
            kind=kind,
            concept="c052" if position < 5 else "c051",
            difficulty=2,
            use=["class", "practice", "homework"],
            data={"kind": kind, **spec},
            html={"stem": f"<p>{key}</p>", "hints": HINTS, "solution": SOLUTION, "parts": _parts(spec)},
        )
    graph = ConceptGraph.objects.create(
        key="ai", title="图谱", status="original proposal", source="测试", content_hash="g"
    )
    for key, title, before in (("c051", "例子", []), ("c052", "泛化", ["c051"])):
        Concept.objects.create(
            graph=graph,
            key=key,
            title=title,
            stage="junior",
            grade=7,
            strand="实现方法",
            note="能",
            prerequisites=before,
        )
    return Class(world, world.open())


def _parts(spec: dict[str, Any]) -> dict[str, dict[str, str]]:
    return {
        part: {one["key"]: f"<span>{one['text']}</span>" for one in spec[part]}
        for part in ("options", "entries", "left", "right", "bins")
        if part in spec
    }
