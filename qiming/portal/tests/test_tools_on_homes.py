"""What first pages say about the products of classes: what happened, what waits for a word, what the next lesson uses."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qiming.assurance import events as gate
from qiming.kernel import time
from qiming.kernel.ids import new_id
from qiming.learning.pages.home import home_of, tools_of_next
from qiming.portal.tests.test_homes import opened
from qiming.registry.types import Role
from qiming.resources.launching import notices
from qiming.resources.models import ToolAdoption, ToolNoticeRead
from qiming.teaching import queries as teaching
from tests.access import tools_objects
from tests.sessions import sign_in
from tests.world import World


def client_of(world: World, role: str) -> Client:
    client = Client()
    sign_in(client, world.account(role))
    return client


def first_page(client: Client) -> str:
    return client.get("/", follow=True).content.decode()


def stopped(world: World) -> ToolAdoption:
    """A product in the class's lessons, and the gate stops it."""
    tools_objects.build(world, "g7l1")
    one = ToolAdoption.objects.unscoped("test").get()
    said = {"product_id": str(one.product_id), "why": "答非所问"}
    notices.of_product(gate.SUSPENDED, said, new_id())
    return one


def test_a_stop_stands_on_the_first_page_until_it_is_read(world: World) -> None:
    one = stopped(world)
    for role in (Role.TEACHER, Role.SCHOOL_ADMIN, Role.SCHOOL_HEAD, Role.DISTRICT_OFFICER):
        client = client_of(world, role)
        page = first_page(client)
        assert "1个有新情况" in page and "停用了，从现在起打不开。答非所问。" in page, role
        done = client.post(reverse("resources.read_notices"), {"product": one.product_id})
        assert (done.status_code, done["Location"]) == (302, "/")
        assert "有新情况" not in first_page(client), role
    assert "有新情况" not in first_page(client_of(world, Role.CITY_OFFICER))


@pytest.mark.parametrize("product", ["", "x", "../1"])
def test_reading_nonsense_changes_nothing(world: World, product: str) -> None:
    client = client_of(world, Role.TEACHER)
    assert client.post(reverse("resources.read_notices"), {"product": product})["Location"] == "/"
    assert not ToolNoticeRead.objects.exists()
    assert client_of(world, Role.PUPIL).post(reverse("resources.read_notices")).status_code in {403, 404}


def test_a_guardians_first_page_says_what_waits_for_the_familys_word(world: World) -> None:
    client = client_of(world, Role.GUARDIAN)
    assert "等您决定孩子用不用" not in first_page(client)
    one = stopped(world)
    ward = world.here.pupils[0]
    page = first_page(client)
    assert "示例对话工具等您决定孩子用不用" in page
    assert reverse("resources.family_tools", args=[ward.id]) in page
    body = client.get(reverse("resources.family_tools", args=[ward.id])).content.decode()
    digest = body.split('name="text" value="')[1].split('"')[0]
    said = {"product": one.product_id, "said": "refused", "text": digest}
    assert client.post(reverse("resources.say_tool", args=[ward.id]), said).status_code == 302
    assert "等您决定孩子用不用" not in first_page(client), "a no is an answer"


def test_a_pupils_home_shows_the_products_of_the_next_lesson(world: World) -> None:
    first = teaching.periods_of(opened(world).id)[0]
    assert first.starts_at
    pupil = world.actor(Role.PUPIL)
    with time.frozen(first.starts_at - timedelta(minutes=20)):
        home = home_of(pupil)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert tools_of_next(home)["tools"] == []
        assert len(asked) <= 1
    tools_objects.build(world, first.lesson_key)
    with time.frozen(first.starts_at - timedelta(minutes=20)):
        (tool,) = tools_of_next(home_of(pupil))["tools"]
        page = client_of(world, Role.PUPIL).get("/learn/").content.decode()
    assert f"打开{tool.title}" in page or f"{tool.title}停了" in page
    assert reverse("resources.tools_now", args=[world.here.group.id, first.lesson_key]) in page
