"""Past periods go to the class whose pupils were there: never to today's seventh grade for last year's."""

from __future__ import annotations

from datetime import date

import pytest

from qiming.kernel import tables
from qiming.kernel.errors import UserError
from qiming.registry.models import ClassMembership, Organisation, RoleGrant
from qiming.teaching import services
from qiming.teaching.models import PastImport
from qiming.teaching.rules.dated import began
from qiming.teaching.rules.past import HEADINGS
from qiming.teaching.tests.conftest import World

LINE = ("七年级（1）班", "2025-10-15", "3", "机器怎样认图片", "", "", "", "", "")


def preview(world: World) -> PastImport:
    data = tables.xlsx([("以往课时", list(HEADINGS), [LINE])])
    return services.preview_past(actor=world.actor("teacher"), name="以往.xlsx", data=data)


def roster_begins(day: date) -> None:
    ClassMembership.objects.unscoped("test").update(starts_on=day)


@pytest.mark.parametrize(
    ("grade", "day"),
    [
        (7, date(2026, 9, 1)),
        (8, date(2025, 9, 1)),
        (1, date(2026, 9, 1)),
        (6, date(2021, 9, 1)),
        (12, date(2024, 9, 1)),
    ],
)
def test_when_a_class_began(grade: int, day: date) -> None:
    assert began(grade, date(2026, 9, 1)) == day


def test_a_class_that_had_not_begun_gets_nothing(world: World) -> None:
    roster_begins(date(2026, 9, 1))
    kept = preview(world)
    assert kept.rows == [] and "还没有入学" in kept.problems[0]["text"]
    told = services.Told(world.class_1.id, date(2025, 10, 15), 3, "机器怎样认图片", "", 45)
    with pytest.raises(UserError, match="还没有入学"):
        services.record_other_period(actor=world.actor("teacher"), told=told)


def test_a_class_a_year_on_or_with_a_roster_of_that_day_does(world: World) -> None:
    assert len(preview(world).rows) == 1  # there is a roster of that day
    roster_begins(date(2026, 9, 1))
    Organisation.objects.unscoped("test").filter(id=world.class_1.id).update(grade=8)
    assert len(preview(world).rows) == 1  # eighth grade now, seventh then


def test_a_name_two_schools_share_is_not_guessed(world: World) -> None:
    twin = Organisation.objects.create(
        kind="class_group",
        name="七年级（1）班",
        parent=world.other_school,
        step="c9",
        scope_path=f"{world.other_school.scope_path}c9/",
        grade=7,
        class_no=1,
    )
    RoleGrant.objects.create(
        person=world.people["teacher"],
        role="teacher",
        organisation=twin,
        scope_path=twin.scope_path,
        starts_on=date(2025, 9, 1),
    )
    kept = preview(world)
    assert kept.rows == [] and "2所学校" in kept.problems[0]["text"]
