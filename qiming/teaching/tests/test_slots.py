"""What the teaching room shows on other rooms' pages."""

from __future__ import annotations

from qiming.registry.models import Organisation
from qiming.teaching.tests.conftest import World


def test_courses_lead_to_opening_them_only_who_may(world: World) -> None:
    where = f"/teach/open/?course={world.course.id}"
    for who, sees in (("teacher", True), ("admin", True), ("head", False), ("district", False)):
        assert (where in world.client(who).get("/courses/").content.decode()) is sees, who


def test_the_course_asked_for_is_chosen_with_a_class_it_fits(world: World) -> None:
    Organisation.objects.unscoped("test").filter(id=world.class_1.id).update(grade=8)
    body = world.client("admin").get(f"/teach/open/?course={world.course.id}").content.decode()
    assert f'value="{world.class_2.id}" selected' in body
    assert f'value="{world.course.id}" selected' in body


def test_a_class_that_has_the_course_is_not_chosen_first(world: World) -> None:
    page = f"/teach/open/?course={world.course.id}"
    assert f'value="{world.class_1.id}" selected' in world.client("admin").get(page).content.decode()
    world.open()
    assert f'value="{world.class_2.id}" selected' in world.client("admin").get(page).content.decode()


def test_an_officer_is_not_led_to_the_teachers_desk(world: World) -> None:
    period = world.first_period()
    assert 'href="/teach/"' in world.client("head").get(f"/teach/periods/{period.id}/").content.decode()
    assert (
        'href="/teach/"' not in world.client("district").get(f"/teach/periods/{period.id}/").content.decode()
    )
