"""Everybody's first page: the right one, with what the person may do and nothing else."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from qiming.kernel import time
from qiming.portal.navigation import entries
from qiming.portal.teacher import class_years, day_of
from qiming.registry import queries as registry
from qiming.registry import services as people
from qiming.registry.models import Account
from qiming.teaching import queries as teaching
from qiming.teaching import services
from qiming.teaching.types import DeliveryMode, OfferingRef
from tests.sessions import sign_in
from tests.world import PASSWORD, World


def opened(world: World) -> OfferingRef:
    """A course opened at the beginning of the year, a period each week."""
    year = registry.current_year()
    slot = registry.school_slots(world.here.group.id, year.starts, time.today())[0]
    wish = services.Wish(
        world.here.group.id,
        world.course.id,
        DeliveryMode.STANDALONE,
        "",
        None,
        slot.date.isoweekday(),
        slot.no,
    )
    teacher = world.actor("teacher")  # as of today: nobody had a role at the beginning of the year
    with time.frozen(time.at_local(slot.date, 0, 30)):
        return services.open_offering(actor=teacher, wish=wish, accept_short=True)


@pytest.mark.parametrize(
    ("role", "ends_at"),
    [
        ("city_officer", "/desk/"),
        ("district_officer", "/desk/"),
        ("school_head", "/desk/"),
        ("pupil", "/learn/"),
        ("teacher", "/"),
        ("school_admin", "/"),
        ("guardian", "/"),
    ],
)
def test_where_each_role_begins(world: World, role: str, ends_at: str) -> None:
    client = Client()
    sign_in(client, world.account(role))
    response = client.get("/", follow=True)
    assert (response.status_code, response.request["PATH_INFO"]) == (200, ends_at)


def test_somebody_without_a_role_is_told_what_is_missing(world: World) -> None:
    person_id, _ = people.create_staff(
        actor=None, place_id=world.here.school.id, name="新来的", username="newcomer", password=PASSWORD
    )
    client = Client()
    sign_in(client, Account.objects.get(person_id=person_id))
    response = client.get("/")
    assert response.status_code == 200
    assert "还没有班级或工作归你" in response.content.decode()


def test_a_stranger_is_shown_the_door() -> None:
    response = Client().get("/")
    assert response.status_code == 302
    assert response["Location"].startswith("/sign-in/")


def test_a_day_without_a_course_asks_to_open_one(world: World) -> None:
    day = day_of(world.actor("teacher"))
    assert day.next_period is None
    assert [todo.act for todo in day.todos] == ["开课"]


def test_the_next_period_leads_the_day(world: World) -> None:
    offering = opened(world)
    first = teaching.periods_of(offering.id)[0]
    assert first.starts_at
    teacher = world.actor("teacher")
    with time.frozen(first.starts_at - timedelta(minutes=20)):
        day = day_of(teacher)
    assert day.next_period and day.next_period.id == first.id
    assert day.lesson and sum(int(str(step["minutes"])) for step in day.steps) == 45
    assert day.week.count >= 1


def test_a_period_that_went_by_is_neither_planned_nor_taught(world: World) -> None:
    offering = opened(world)
    periods = teaching.periods_of(offering.id)
    assert periods[1].starts_at
    teacher = world.actor("teacher")
    with time.frozen(periods[1].starts_at - timedelta(minutes=20)):
        (year,) = class_years([world.here.group], time.today())
        todos = day_of(teacher).todos
    assert (year.confirmed, year.planned) == (0, len(periods) - 1)
    assert todos[0].need == "过了时间，没有记录"


def test_navigation_names_only_what_may_be_opened(world: World) -> None:
    client = Client()
    for role in ("city_officer", "school_head", "school_admin", "teacher", "pupil", "guardian"):
        sign_in(client, world.account(role))
        found = entries(world.actor(role), "/")
        assert found, role
        assert {client.get(entry.url, follow=True).status_code for entry in found} == {200}, role


def test_one_entry_is_active(world: World) -> None:
    active = [entry.label for entry in entries(world.actor("teacher"), "/courses/") if entry.active]
    assert active == ["备课"]


def test_the_teachers_home_asks_a_bounded_number_of_times(
    world: World, django_assert_max_num_queries: Any
) -> None:
    opened(world)
    actor = world.actor("teacher")
    with django_assert_max_num_queries(30):
        day_of(actor)
