"""A class of three that takes the grade 7 course, whose answers say what its teacher should plan."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.test import Client

from qiming.assist.models import LessonPlan, PlanPart
from qiming.assist.planner import making
from qiming.assist.planner.types import Form, Wish
from qiming.curriculum import queries as curriculum
from qiming.curriculum.authoring.models import LessonFork
from qiming.kernel.access import Actor
from qiming.kernel.time import SHANGHAI
from qiming.learning.models import MasteryState
from qiming.registry.models import Account
from qiming.teaching import queries as teaching
from qiming.teaching import services as lessons
from qiming.teaching.types import DeliveryMode, OfferingRef, PeriodRef
from tests.world import World

NOW = datetime(2026, 11, 24, 9, 50, tzinfo=SHANGHAI)  # a Tuesday, before the third period
WHY = "test"


@dataclass(frozen=True)
class Scene:
    """The class, its course, and helpers that read as sentences."""

    world: World
    offering: OfferingRef

    @property
    def teacher(self) -> Actor:
        return self.world.actor("teacher")

    def period(self, lesson: str) -> PeriodRef:
        return next(one for one in teaching.periods_of(self.offering.id) if one.lesson_key == lesson)

    def believes(self, concept: str, *bands: str) -> None:
        """What is believed of the pupils by seat on one concept."""
        for pupil, band in zip(self.world.here.pupils, bands, strict=False):
            MasteryState.objects.create(
                scope_path=self.world.here.group.path,
                pupil_id=pupil.id,
                concept=concept,
                p=0.4,
                band=band,
                n=4,
            )

    def plans(self, lesson: str = "g7l4", minutes: int = 45, **more: Any) -> LessonPlan:
        given: dict[str, Any] = {"form": Form.SINGLE, "minutes": minutes} | more
        return making.make_plan(
            actor=self.teacher,
            offering_id=self.offering.id,
            wish=Wish(**given),
            lesson_key=lesson,
            period_id=self.period(lesson).id if lesson else None,
        )

    def part(self, plan: LessonPlan, key: str) -> PlanPart:
        return PlanPart.objects.unscoped(WHY).get(plan=plan, key=key)

    def fork(self, lesson: str = "g7l4") -> LessonFork:
        school = self.world.here.school.id
        return LessonFork.objects.unscoped(WHY).get(school_id=school, lesson_key=lesson)

    def client(self, role: str = "teacher", place: str = "here") -> Client:
        client = Client()
        client.force_login(self.world.account(role, place))
        return client

    def account(self, role: str) -> Account:
        return self.world.account(role)


def open_course(world: World) -> Scene:
    wish = lessons.Wish(
        class_id=world.here.group.id,
        course_version_id=world.course.id,
        mode=DeliveryMode.STANDALONE,
        host_subject="",
        share_minutes=None,
        weekday=2,
        slot_no=3,
    )
    offering = lessons.open_offering(actor=world.actor("teacher"), wish=wish, accept_short=True)
    return Scene(world, offering)


def item_version(offering: OfferingRef, key: str) -> UUID:
    item = curriculum.item_by_key(offering.course_version_id, key)
    assert item is not None
    return item.id
