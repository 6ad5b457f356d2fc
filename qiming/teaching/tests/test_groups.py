"""A course for a teaching group: opened, run, confirmed; every pupil is credited once."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from uuid import UUID

import pytest

from qiming.kernel.access import Actor, Denied
from qiming.kernel.time import frozen
from qiming.registry import queries as registry
from qiming.registry import services as people
from qiming.registry.models import Account
from qiming.registry.types import OrgRef, Role
from qiming.teaching import queries, services
from qiming.teaching.tests.conftest import NOW, World, enrol
from qiming.teaching.types import AttendanceStatus, PeriodRef, PeriodState

YEAR = "2026-2027"


@pytest.fixture
def group(world: World) -> OrgRef:
    """Seats 1 and 2 of class 1, and two pupils of class 2."""
    world.pupils += enrol(world.class_2, 2)
    made = people.open_group(actor=None, school_id=world.school.id, name="走班A", grade=7)
    people.set_group_members(actor=None, group_id=made.id, person_ids=world.ids(1, 2, 6, 7))
    people.appoint(actor=None, person_id=world.people["colleague"].id, role=Role.TEACHER, place_id=made.id)
    return made


def pupil(world: World, seat: int) -> Actor:
    person = world.pupils[seat - 1]
    account, _ = Account.objects.get_or_create(person=person, defaults={"kind": "pupil", "password": "!"})
    return people.build_actor(account)


def hold(
    world: World, place_id: UUID, who: str, joins: tuple[int, ...] = (), *, slot_no: int = 3
) -> PeriodRef:
    """Open the course for a place and hold its first period."""
    wish = world.wish(class_id=place_id, slot_no=slot_no)
    offering = services.open_offering(actor=world.actor(who), wish=wish)
    period = queries.periods_of(offering.id)[0]
    assert period.starts_at
    with frozen(period.starts_at + timedelta(minutes=1)):
        services.start_period(actor=world.actor(who), period_id=period.id)
        for seat in joins:
            services.join(actor=pupil(world, seat), code=world.code(period.id))
        services.end_period(actor=world.actor(who), period_id=period.id)
    return period


def confirm(world: World, period: PeriodRef, who: str, absent: tuple[int, ...] = ()) -> None:
    services.confirm_period(
        actor=world.actor(who),
        period_id=period.id,
        exceptions=dict.fromkeys(world.ids(*absent), AttendanceStatus.ABSENT),
    )


def credited(world: World, *seats: int) -> list[Fraction]:
    totals = queries.totals_of_pupils(world.ids(*seats), YEAR)
    return [totals[one].periods if one in totals else Fraction(0) for one in world.ids(*seats)]


def why(world: World, period: PeriodRef, seat: int) -> str:
    credit = queries.credit_of_pupil(period.id, world.ids(seat)[0])
    assert credit
    return credit.reasons[0]


def test_the_groups_teacher_opens_runs_and_confirms(world: World, group: OrgRef) -> None:
    period = hold(world, group.id, "colleague", joins=(1, 6))
    confirm(world, period, "colleague", absent=(7,))
    assert credited(world, 1, 2, 6, 7, 3) == [1, 1, 1, 0, 0]
    assert {line.pupil_id for line in queries.ledger_of_period(period.id)} == set(world.ids(1, 2, 6, 7))


def test_only_the_groups_own_people_get_at_it(world: World, group: OrgRef) -> None:
    with pytest.raises(Denied):
        services.open_offering(actor=world.actor("stranger"), wish=world.wish(class_id=group.id))
    period = hold(world, group.id, "colleague")
    with pytest.raises(Denied):  # teaches only the home class of two of the pupils
        confirm(world, period, "teacher")
    assert queries.current_live_for(world.ids(3)[0]) is None


def test_pupils_see_the_running_period_of_their_group(world: World, group: OrgRef) -> None:
    offering = services.open_offering(actor=world.actor("colleague"), wish=world.wish(class_id=group.id))
    period = queries.periods_of(offering.id)[0]
    services.start_period(actor=world.actor("colleague"), period_id=period.id)
    for seat, is_in in ((1, True), (6, True), (3, False)):
        found = queries.current_live_for(world.ids(seat)[0])
        assert bool(found and found.period_id == period.id) is is_in


def test_what_is_planned_for_a_group_and_a_class_may_stand_in_one_slot(world: World, group: OrgRef) -> None:
    world.open()
    hold(world, group.id, "colleague")
    assert len(registry.pupils_of(group.id)) == 4


def test_nobody_is_credited_for_two_places_at_one_time(world: World, group: OrgRef) -> None:
    """The home class is confirmed as a whole while two of its pupils sat in the group."""
    of_group = hold(world, group.id, "colleague", joins=(1, 2))
    of_class = world.taught(3, 4, 5)
    assert (of_group.planned_date, of_group.slot_no) == (of_class.planned_date, of_class.slot_no)
    confirm(world, of_group, "colleague")
    confirm(world, of_class, "teacher")
    assert credited(world, 1, 2, 3, 6) == [1, 1, 1, 1]
    assert "走班A" in why(world, of_class, 1) and "同一时间" in why(world, of_class, 1)


def test_the_same_lesson_in_another_place_counts_once_a_year(world: World, group: OrgRef) -> None:
    of_class = world.taught(1)
    confirm(world, of_class, "teacher")
    of_group = hold(world, group.id, "colleague", slot_no=5)
    confirm(world, of_group, "colleague")
    assert credited(world, 1, 2, 6) == [1, 1, 1]
    assert "一学年只记一次" in why(world, of_group, 1)
    assert why(world, of_group, 6).startswith("到课")


def test_when_the_first_falls_away_the_second_counts(world: World, group: OrgRef) -> None:
    of_class = world.taught(1)
    confirm(world, of_class, "teacher")
    of_group = hold(world, group.id, "colleague", slot_no=5)
    confirm(world, of_group, "colleague")
    services.amend_period(
        actor=world.actor("teacher"),
        period_id=of_class.id,
        reason="他们在走班",
        exceptions=dict.fromkeys(world.ids(1, 2), AttendanceStatus.ABSENT),
    )
    assert credited(world, 1, 2, 3, 6) == [1, 1, 1, 1]
    assert why(world, of_group, 1).startswith("到课")
    # And back again: the group has it now, the class stands back.
    services.amend_period(
        actor=world.actor("teacher"), period_id=of_class.id, reason="其实在班里", exceptions={}
    )
    assert credited(world, 1, 2) == [1, 1]
    assert "走班A" in why(world, of_class, 1)


def test_homework_of_a_group_reaches_its_pupils(world: World, group: OrgRef) -> None:
    offering = services.open_offering(actor=world.actor("colleague"), wish=world.wish(class_id=group.id))
    services.set_homework(
        actor=world.actor("colleague"),
        offering_id=offering.id,
        task=services.Task("想一想", "g7l1", [], ["g7l1-q01"], NOW + timedelta(days=3)),
    )
    assert [len(queries.homework_for(one)) for one in world.ids(1, 6, 3)] == [1, 1, 0]


def test_whoever_changes_class_keeps_the_hours_and_is_not_paid_twice(world: World) -> None:
    first = world.taught(1)
    confirm(world, first, "teacher")
    admin = world.actor("admin")
    people.move_pupil(actor=admin, person_id=world.ids(1)[0], class_id=world.class_2.id, seat_no=9)
    with frozen(NOW + timedelta(days=7)):
        second = hold(world, world.class_2.id, "stranger", slot_no=3)
        confirm(world, second, "stranger")
    assert credited(world, 1) == [1]
    assert queries.period(second.id).state is PeriodState.CONFIRMED
