"""A class that answered: the learning room's small world, with a misconception that five items can show."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from qiming.curriculum.models import CourseVersion, ItemVersion, LessonVersion
from qiming.kernel.access import Actor
from qiming.kernel.ids import new_id
from qiming.kernel.time import frozen, now
from qiming.learning import services
from qiming.learning.tests import conftest as learning
from qiming.learning.types import WorkKind
from qiming.registry.models import Account, Guardianship, Person
from qiming.teaching.tests.conftest import NOW, build_world

PLANTED = "m-train-is-enough"
PROBES = tuple(f"g7l1-q1{n}" for n in range(4))
WRONG, RIGHT = {"choice": "B"}, {"choice": "C"}
MISCONCEPTIONS = [
    {"id": PLANTED, "concept": "c052", "text": "学过的全对，就是学会了", "remedy": "用没见过的再考一次"},
    {"id": "m-mix", "concept": "c052", "text": "两次成绩合起来算", "remedy": "分开写"},
]


@dataclass
class Answering(learning.Class):
    """A class with helpers that read as sentences."""

    def says(self, seat: int, *items: str, right: bool = False) -> None:
        """This pupil answers these items, all right or all in the way of the misconception."""
        given = RIGHT if right else WRONG
        self.sends(seat, *[self.answer(item, dict(given)) for item in items])

    def holds(self, *seats: int) -> None:
        for seat in seats:
            self.says(seat, *PROBES[:2])

    def knows(self, *seats: int) -> None:
        for seat in seats:
            self.says(seat, *PROBES, right=True)

    def writes(self, seat: int, text: str) -> None:
        services.keep_work(
            actor=self.pupil(seat),
            save_id=new_id(),
            offering_id=self.offering.id,
            lesson_key=learning.LESSON,
            activity_key="say",
            kind=WorkKind.REFLECTION,
            state={"text": text},
            hand_in=True,
        )

    def id(self, seat: int) -> UUID:
        return self.world.pupils[seat - 1].id

    def actor(self, who: str) -> Actor:
        return self.world.actor(who)

    def browser(self, who: str | int) -> Client:
        return self.client(who) if isinstance(who, int) else self.teacher_client(who)

    def guardian(self, seat: int) -> Client:
        """A browser in which this pupil's mother is signed in."""
        person = Person.objects.create(name="母亲")
        Guardianship.objects.create(
            guardian=person,
            ward_id=self.id(seat),
            scope_path=self.offering.scope_path,
            starts_on=date(2026, 9, 1),
        )
        Account.objects.create(person=person, kind="guardian", username="mother")
        return learning.sign_in(person)

    @property
    def url(self) -> str:
        return f"/insight/classes/{self.offering.class_group_id}/{self.offering.id}/"


def make(pupils: int) -> Answering:
    world = build_world(pupils)
    CourseVersion.objects.filter(pk=world.course.pk).update(misconceptions=MISCONCEPTIONS)
    lesson = LessonVersion.objects.get(key=learning.LESSON)
    for position, key in enumerate(PROBES, 20):
        _item(lesson, key, position)
    plain = learning.open_class(world)
    return Answering(plain.world, plain.offering)


def _item(lesson: LessonVersion, key: str, position: int) -> None:
    spec: dict[str, Any] = learning.SINGLE
    ItemVersion.objects.create(
        lesson_version=lesson,
        key=key,
        position=position,
        content_hash=key.ljust(64, "0"),
        kind="single",
        concept="c052",
        difficulty=2,
        use=["class"],
        data={"kind": "single", **spec},
        html={
            "stem": f"<p>{key}</p>",
            "hints": learning.HINTS,
            "solution": learning.SOLUTION,
            "parts": {"options": {one["key"]: f"<span>{one['text']}</span>" for one in spec["options"]}},
        },
    )


@pytest.fixture
def at() -> Iterator[object]:
    with frozen(NOW):
        yield NOW


@pytest.fixture
def cls(db: None, at: object) -> Iterator[Answering]:
    """Five pupils."""
    learning.forget_cached_versions()
    yield make(5)
    learning.forget_cached_versions()


@pytest.fixture
def big(db: None, at: object) -> Iterator[Answering]:
    """Twelve pupils: a full class would only be slower."""
    learning.forget_cached_versions()
    yield make(12)
    learning.forget_cached_versions()


def later(days: int = 14) -> Any:
    """The clock some days on."""
    return frozen(now() + timedelta(days=days))


__all__ = ["NOW"]
