"""The pages about products in classes, as each role meets them."""

from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from qiming.kernel.tests import samples
from qiming.resources.launching.models import ToolAdoption, ToolLaunch, ToolPlace, ToolWord
from qiming.resources.launching.types import Limits, State
from qiming.resources.tests import launching_scene
from qiming.resources.tests.launching_scene import LESSON, OPEN, PLAIN, Scene


class _Undo(Exception):
    """Ends the outer transaction without keeping anything."""


@pytest.fixture(scope="module")
def standing(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Scene]:
    """Made once for the module and undone after it."""
    with django_db_blocker.unblock():
        try:
            with transaction.atomic():
                yield launching_scene.build(OPEN, **PLAIN)
                raise _Undo
        except _Undo:
            pass


@pytest.fixture
def scene(standing: Scene, db: None) -> Scene:
    return standing


def page(scene: Scene, who: str, name: str, *args: object) -> str:
    answer = scene.cast.client(who).get(reverse(f"resources.{name}", args=args))
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def adopted() -> ToolAdoption:
    return ToolAdoption.objects.unscoped("test").order_by("-id")[0]


def test_from_the_teachers_need_to_the_class_by_the_pages(scene: Scene) -> None:
    cast = scene.cast
    assert "提出需要" in page(scene, "teacher", "tools")
    need = {
        "product": scene.product.id,
        "class_id": cast.klass.id,
        "lesson": "第1课",
        "purpose": "练习提问",
        "alternatives": "",
    }
    ask = reverse("resources.ask_tool")
    refused = cast.client("teacher").post(ask, need)
    assert refused.status_code == 422 and "请写没有它怎么上" in refused.content.decode()
    made = cast.client("teacher").post(ask, {**need, "alternatives": "同桌互问"})
    one = adopted()
    assert made.status_code == 302 and made["Location"] == reverse("resources.tool", args=[one.id])
    assert "1件轮到你办" in page(scene, "head", "tools")
    body = page(scene, "head", "tool", one.id)
    assert "同桌互问" in body and "学校决定选用" in body
    assert "学校决定选用</button>" not in page(scene, "teacher", "tool", one.id)
    decide = reverse("resources.tool_decide", args=[one.id])
    bad = SimpleUploadedFile("纪要.png", b"not a picture")
    answer = cast.client("head").post(decide, {"decide-minutes": "都同意", "decide-paper": bad})
    assert answer.status_code == 422 and "都同意" in answer.content.decode()
    paper = SimpleUploadedFile("纪要.png", samples.png())
    sent = {"decide-minutes": "7人到会，都同意", "decide-paper": paper, "decide-daily_launches": "100"}
    assert cast.client("head").post(decide, sent).status_code == 302
    kept = cast.client("teacher").get(reverse("resources.tool_minutes", args=[one.id]))
    assert kept.status_code == 200
    assert "本校100次" in page(scene, "district_officer", "tool", one.id)
    file = reverse("resources.tool_file", args=[one.id])
    assert cast.client("district_officer").post(file, {"file-supervised_only": "on"}).status_code == 302
    enable = reverse("resources.tool_enable", args=[one.id])
    wrong = {"enable-classes": [cast.other_class.id], "enable-until": "2099-01-01"}
    assert cast.client("admin").post(enable, wrong).status_code == 422
    good = {"enable-classes": [cast.klass.id], "enable-until": "2099-01-01"}
    assert cast.client("admin").post(enable, good).status_code == 302
    body = page(scene, "admin", "tool", one.id)
    assert "在用" in body and cast.klass.name in body and "区里加的" in body
    assert adopted().state == State.ENABLED
    assert "1所学校在用" in page(scene, "city_officer", "tool", one.id)


def test_a_stop_by_the_page_says_why_and_what_instead(scene: Scene) -> None:
    one = scene.in_use()
    spot = ToolPlace.objects.unscoped("test").get()
    now = reverse("resources.tools_now", args=[scene.cast.klass.id, LESSON])
    pupil = scene.cast.pupil_client()
    first = pupil.get(now, headers={"X-Fragment": "1"})
    assert "打开示例答疑" in first.content.decode()
    same = {"X-Fragment": "1", "If-None-Match": first["ETag"]}
    assert pupil.get(now, headers=same).status_code == 304
    stop = reverse("resources.tool_stop", args=[one.id])
    assert scene.cast.client("head").post(stop, {"stop-reason": "家长反映太慢"}).status_code == 302
    body = pupil.get(now, headers=same).content.decode()
    assert "示例答疑停了" in body and "家长反映太慢" in body and "同桌互相提问" in body
    body = pupil.get(reverse("resources.open_tool", args=[spot.id])).content.decode()
    assert "现在打不开" in body and "同桌互相提问" in body and "/go/" not in body


def test_a_web_page_is_opened_through_a_page_that_says_what_it_is(scene: Scene) -> None:
    scene.in_use()
    spot = ToolPlace.objects.unscoped("test").get()
    pupil = scene.cast.pupil_client()
    body = pupil.get(reverse("resources.open_tool", args=[spot.id])).content.decode()
    assert "示例智学公司" in body and "会说错" in body and "没有姓名" in body
    where = body.split('href="')
    go = next(one.split('"')[0] for one in where if "/go/" in one.split('"')[0])
    stranger = scene.cast.pupil_client(1).get(go)
    assert stranger["Location"] == reverse(
        "resources.open_tool", args=[spot.id]
    )  # another's token opens nothing
    assert not ToolLaunch.objects.unscoped("test").exists()
    answer = pupil.get(go)
    assert answer["Location"] == "https://tutor.example.com/launch"
    assert ToolLaunch.objects.unscoped("test").count() == 1


def test_a_teacher_places_a_product_and_takes_it_away(scene: Scene) -> None:
    scene.in_use(Limits())
    spot = ToolPlace.objects.unscoped("test").get()
    away = reverse("resources.take_tool_away", args=[spot.id])
    assert scene.cast.client("other_teacher").post(away).status_code == 404
    assert scene.cast.client("teacher").post(away).status_code == 302
    assert scene.cast.pupil_client().get(reverse("resources.open_tool", args=[spot.id])).status_code == 404


def test_a_family_reads_what_a_product_gets_and_answers(scene: Scene) -> None:
    scene.takes("answers")
    scene.in_use()
    cast = scene.cast
    ward = cast.pupils[0]
    guardian = cast.client("guardian")
    where = reverse("resources.family_tools", args=[ward.id])
    body = guardian.get(where).content.decode()
    assert "还有1个产品等您决定" in body and "学生写下的回答" in body and "示例智学公司" in body
    digest = body.split('name="text" value="')[1].split('"')[0]
    say = reverse("resources.say_tool", args=[ward.id])
    sent = {"product": scene.product.id, "said": "given", "text": digest}
    assert guardian.post(say, sent).status_code == 302
    assert "撤回同意" in guardian.get(where).content.decode()
    assert guardian.post(say, {**sent, "said": "maybe"}).status_code == 422
    other = reverse("resources.family_tools", args=[cast.pupils[1].id])
    assert guardian.get(other).status_code == 404
    assert "由监护人决定" in cast.pupil_client().get(where).content.decode()
    assert "示例答疑" in guardian.get(reverse("trust.consent", args=[ward.id])).content.decode()


def test_slips_are_typed_seat_by_seat(scene: Scene) -> None:
    scene.takes("answers")
    scene.in_use()
    where = reverse("resources.tool_words", args=[scene.cast.klass.id, scene.product.id])
    teacher = scene.cast.client("teacher")
    assert "0/2人可以用" in teacher.get(where).content.decode()
    answer = teacher.post(where, {"a-1": "yes", "a-2": "perhaps"})
    assert answer["Location"].endswith("?done=1")
    assert "1/2人可以用" in teacher.get(where).content.decode()
    assert ToolWord.objects.unscoped("test").count() == 1
    assert scene.cast.client("other_teacher").get(where).status_code == 404
