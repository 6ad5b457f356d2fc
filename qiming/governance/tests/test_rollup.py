"""The sums above a school are always those of its classes, whatever happened in between."""

import importlib
from typing import Any

import pytest
from django.db import connection

from qiming.governance import jobs, queries, rollup, sums
from qiming.governance.jobs import recount_city
from qiming.governance.models import ClassCoverage, GradeCoverage
from qiming.governance.projection import project_school
from qiming.governance.tests.test_desk import figures, taught
from qiming.kernel import outbox, time
from qiming.kernel.access import Denied
from qiming.registry import queries as registry
from qiming.registry import services as registry_services
from qiming.registry.models import Organisation
from tests import world as worlds

WHY = "the test looks at the table"


def stored() -> dict[tuple[Any, str, int], dict[str, Any]]:
    hidden = {"id", "created_at", "counted_at"}
    return {
        (row["school_id"], row["school_year"], row["grade"]): {
            name: value for name, value in row.items() if name not in hidden
        }
        for row in GradeCoverage.objects.unscoped(WHY).values()
    }


def by_hand() -> dict[tuple[Any, str, int], rollup.Figures]:
    """Every class row added to its grade, one after the other."""
    found: dict[tuple[Any, str, int], rollup.Figures] = {}
    for row in ClassCoverage.objects.unscoped(WHY):
        found.setdefault((row.school_id, row.school_year, row.grade), rollup.Figures()).add(
            rollup.of_class(row)
        )
    return found


def check() -> None:
    kept, wanted = stored(), by_hand()
    assert kept.keys() == wanted.keys()
    for key, whole in wanted.items():
        assert {name: kept[key][name] for name in rollup.STORED} == {
            name: getattr(whole, name) for name in rollup.STORED
        }
        assert [kept[key][name] for name in rollup.BY_MONTH] == [
            getattr(whole, name) for name in rollup.BY_MONTH
        ]


def test_sums_follow_every_change(world: worlds.World) -> None:
    recount_city()
    check()
    taught(world, absent=(world.here.pupils[1].id,))
    outbox.deliver_all()
    check()
    one = next(iter(stored().values()))
    assert {len(one[name]) for name in rollup.BY_MONTH} == {12}
    lines = "年级,班级,座号,姓名\n七年级,1,1,陈一诺\n八年级,2,1,新同学\n八年级,3,1,另一位"
    import_id = registry_services.preview_roster(
        actor=None, school_id=world.here.school.id, name="名单.csv", data=lines.encode()
    )
    registry_services.apply_roster(actor=None, import_id=import_id)
    project_school(world.here.school.id, registry.current_year().key)
    check()
    assert {grade for school, _, grade in stored() if school == world.here.school.id} == {7, 8}


def test_a_grade_without_classes_leaves_the_sums(world: worlds.World) -> None:
    recount_city()
    group = Organisation.objects.unscoped(WHY).get(id=world.here.group.id)
    group.closed_on = registry.current_year().starts
    group.save()
    project_school(world.here.school.id, registry.current_year().key)
    check()
    assert not [key for key in stored() if key[0] == world.here.school.id]


def test_the_migration_adds_up_as_the_projection_does(world: worlds.World) -> None:
    figures(world)
    before = stored()
    GradeCoverage.objects.unscoped(WHY).delete()
    move = importlib.import_module("qiming.governance.migrations.0002_grade_sums")
    with connection.cursor() as cursor:
        cursor.execute(move.ADD_UP)
    assert stored() == before


def test_a_district_is_the_sum_of_its_schools_and_the_city_of_its_districts(world: worlds.World) -> None:
    figures(world)
    year = registry.current_year().key
    city = sums.of_place(world.city, year)
    districts = [sums.of_place(one, year).whole for one in registry.districts()]
    assert city.whole == rollup.added(districts)
    assert city.whole.schools == 3


def test_a_place_outside_stays_closed(world: worlds.World) -> None:
    stranger = world.actor("district_officer", "far")
    with pytest.raises(Denied):
        queries.desk(stranger, world.here.district, registry.current_year().key)


def test_a_queue_of_events_counts_a_school_once(world: worlds.World, monkeypatch: pytest.MonkeyPatch) -> None:
    taught(world)
    for _ in range(4):
        outbox.announce(
            "teaching.plan_changed",
            {
                "class_id": str(world.here.group.id),
                "school_year": registry.current_year().key,
                "period_id": None,
            },
            world.here.group.path,
        )
    counted: list[Any] = []

    def counts(school: Any, year: str) -> int:
        counted.append(school)
        return project_school(school, year)

    monkeypatch.setattr(jobs, "project_school", counts)
    outbox.deliver_all()
    assert counted == [world.here.school.id]
    assert ClassCoverage.objects.unscoped(WHY).get(class_group_id=world.here.group.id).confirmed_milli == 1000


def test_the_night_goes_on_where_it_was_broken_off(
    world: worlds.World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ids = {
        one.school.id for one in world.places.values()
    }  # a school without classes has nothing to remember it by
    broken = world.places["near"].school.id
    real, night = project_school, time.now()

    first: list[Any] = []

    def fails(school: Any, year: str) -> int:
        if school == broken:
            raise RuntimeError("broken roster")
        first.append(school)
        return real(school, year)

    monkeypatch.setattr(jobs, "project_school", fails)
    recount_city(unless_since=night)
    assert ids.intersection(first) == ids - {broken}
    assert "could not be counted" in caplog.text
    seen: list[Any] = []

    def counts(school: Any, year: str) -> int:
        seen.append(school)
        return real(school, year)

    monkeypatch.setattr(jobs, "project_school", counts)
    recount_city(unless_since=night)
    assert ids.intersection(seen) == {broken}
    check()
