"""Sums of tests for places above the class: no small group, no single class, nobody's name."""

import pytest

from qiming.governance.gains import gains_of
from qiming.kernel.access import Denied
from qiming.learning.models import GainSum
from qiming.registry import queries as registry
from qiming.teaching import services as teaching
from qiming.teaching.types import DeliveryMode
from tests import world as worlds


def sums(world: worlds.World, place: str, pupils: int, before: int, after: int) -> None:
    """A class's sums of one concept asked by two items."""
    here = world.places[place]
    wish = teaching.Wish(
        class_id=here.group.id,
        course_version_id=world.course.id,
        mode=DeliveryMode.STANDALONE,
        host_subject="",
        share_minutes=None,
        weekday=2,
        slot_no=3,
    )
    offering = teaching.open_offering(actor=world.actor("teacher", place), wish=wish, accept_short=True)
    GainSum.objects.create(
        scope_path=here.group.path,
        offering_id=offering.id,
        course_key=offering.course_key,
        school_year=offering.school_year,
        concept="c052",
        pupils=pupils,
        items=2,
        before=before,
        after=after,
        left_out=3,
    )


def test_a_single_class_is_its_teachers_to_see(world: worlds.World) -> None:
    sums(world, "here", 40, 30, 60)
    [course] = gains_of(world.actor("school_head"), world.here.school, registry.current_year().key)
    assert (
        course.lines[0].change == "人太少，不列"
        and course.pupils == "40多人"
        and course.left_out == "不到10人"
    )


def test_two_classes_are_added_up(world: worlds.World) -> None:
    sums(world, "here", 40, 30, 60)
    sums(world, "near", 20, 10, 30)
    [course] = gains_of(world.actor("district_officer"), world.here.district, registry.current_year().key)
    line = course.lines[0]
    assert (course.classes, course.pupils, line.before, line.after) == (2, "60多人", 33, 75)
    assert line.change == "多42个百分点"
    page = worlds_page(world, "district_officer", world.here.district.id)
    assert "多42个百分点" in page and world.here.group.name not in page


def test_fewer_than_ten_pupils_are_not_told(world: worlds.World) -> None:
    sums(world, "here", 4, 1, 8)
    sums(world, "near", 5, 1, 8)
    [course] = gains_of(world.actor("district_officer"), world.here.district, registry.current_year().key)
    assert course.lines[0].before is None and course.pupils == "不到10人"
    page = worlds_page(world, "district_officer", world.here.district.id)
    assert "这里先不列" in page and "%" not in page.split("<main", 1)[1].split("</main", 1)[0]


def test_nothing_yet_and_not_ones_own(world: worlds.World) -> None:
    assert "还没有课前课后可比" in worlds_page(world, "city_officer", world.city.id)
    with pytest.raises(Denied):
        gains_of(world.actor("school_head", "far"), world.here.school, registry.current_year().key)
    with pytest.raises(Denied):
        gains_of(world.actor("school_head"), world.here.group, registry.current_year().key)


def worlds_page(world: worlds.World, role: str, place_id: object) -> str:
    from django.test import Client

    from tests.sessions import sign_in

    client = Client()
    sign_in(client, world.account(role))
    return client.get(f"/desk/{place_id}/gains/").content.decode()
