"""The year's turn ends the old year's courses, keeps what was taught, and opens them again when it is undone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from qiming.kernel.errors import UserError
from qiming.kernel.time import at_local, frozen
from qiming.registry import queries as registry
from qiming.registry import services as people
from qiming.registry.models import Promotion, SchoolYear, Term
from qiming.teaching import queries, services
from qiming.teaching.models import Offering, TaughtPeriod
from qiming.teaching.tests.conftest import World
from qiming.teaching.types import PeriodState

TURN = date(2027, 9, 1)
WHY = "the test looks at the table"


@pytest.fixture
def world(world: World) -> World:
    year = SchoolYear.objects.create(key="2027-2028", starts_on=TURN, ends_on=date(2028, 8, 31))
    Term.objects.create(
        school_year=year,
        organisation=world.city,
        scope_path=world.city.scope_path,
        no=1,
        starts_on=TURN,
        ends_on=date(2028, 1, 21),
    )
    return world


def turn(world: World, on: date = TURN) -> Promotion:
    admin = world.actor("admin")
    key = people.prepare_turn(actor=admin, school_id=world.school.id)
    return people.confirm_turn(actor=admin, promotion_id=key, on=on)


def states(world: World) -> dict[str, int]:
    found: dict[str, int] = {}
    for state in TaughtPeriod.objects.unscoped(WHY).values_list("state", flat=True):
        found[state] = found.get(state, 0) + 1
    return found


def test_courses_close_and_hours_stay(world: World) -> None:
    period = world.taught(1, 2)
    services.confirm_period(actor=world.actor("teacher"), period_id=period.id, exceptions={})
    before = queries.totals_of_pupils(world.ids(1, 2), "2026-2027")
    planned = states(world)[PeriodState.PLANNED]
    with frozen(at_local(TURN, 8, 0)):
        row = turn(world)
        assert not Offering.objects.unscoped(WHY).get().is_open
        assert states(world) == {PeriodState.CONFIRMED: 1, PeriodState.CANCELLED: planned}
        assert queries.totals_of_pupils(world.ids(1, 2), "2026-2027") == before
        kept = queries.period(period.id)
        assert registry.org(kept.class_group_id).name == "七年级（1）班"
        people.undo_turn(actor=world.actor("admin"), promotion_id=row.id)
    assert Offering.objects.unscoped(WHY).get().is_open
    assert states(world) == {PeriodState.CONFIRMED: 1, PeriodState.PLANNED: planned}


def test_it_is_undone_until_the_first_lesson_of_the_new_year(world: World) -> None:
    with frozen(at_local(TURN, 7, 0)):
        row = turn(world)
        group = next(one for one in registry.classes_under(world.school.scope_path) if one.class_no == 1)
        day = registry.school_slots(group.id, TURN, TURN + timedelta(days=20))[0].date
    with frozen(at_local(day, 20, 0)):
        told = services.Told(
            class_id=next(
                one.id
                for one in registry.classes_under(world.school.scope_path)
                if (one.grade, one.class_no) == (8, 1)
            ),
            on=day,
            slot_no=None,
            title="新学年第一课",
            materials="",
            credited_minutes=45,
        )
        services.record_other_period(actor=world.actor("admin"), told=told)
        with pytest.raises(UserError, match="已经上过课"):
            people.undo_turn(actor=world.actor("admin"), promotion_id=row.id)


def test_a_day_before_lessons_already_held_is_refused(world: World) -> None:
    SchoolYear.objects.filter(key="2026-2027").update(starts_on=date(2026, 11, 1))
    world.taught(1)  # on 24 November
    with pytest.raises(UserError, match="按现在的班上过课"):
        turn(world, date(2026, 11, 10))
    assert Offering.objects.unscoped(WHY).get().is_open
