"""Another wording of a part by a model: offered where a place has one, shown beside, never applied by itself."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import LazySettings
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from qiming.agents import boxes
from qiming.agents import services as chain
from qiming.agents.models import Turn as Row
from qiming.agents.services.chain import RouteFacts
from qiming.agents.talk import connecting
from qiming.agents.talk.box import Words, close, open_words
from qiming.agents.talk.types import Said
from qiming.agents.tests.test_services import LISTED, MODEL
from qiming.agents.types import Target
from qiming.assist.models import LessonPlan, PlanPart
from qiming.assist.planner import queries, taking, wording
from qiming.assist.planner.rules.wording import numbers_changed
from qiming.assist.tests.planner_scene import NOW, WHY, Scene, open_course
from qiming.kernel import time
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from tests.fixtures import standing_world, world
from tests.world import World

__all__ = ["standing_world", "world"]


@pytest.mark.parametrize(
    ("before", "after", "gone", "new"),
    [
        ("先看12张，再说3分钟。", "先看十二张，再说三分钟。", (), ()),
        ("先看12张。", "先看这些。", ("12",), ()),
        ("先看这些。", "先看20张。", (), ("20",)),
        ("分成3步，用5分钟。", "分成4步，用5分钟。", ("3",), ("4",)),
        ("1. 是百分之几？\n2. 有40张。", "有40张，百分比是多少？", (), ()),
        ("", "", (), ()),
    ],
)
def test_numbers_that_changed(before: str, after: str, gone: tuple[str, ...], new: tuple[str, ...]) -> None:
    found = numbers_changed(before, after)
    assert (found.gone, found.new) == (gone, new) and bool(found) is bool(gone or new)


@given(st.text(max_size=60))
def test_a_text_has_the_numbers_of_itself(text: str) -> None:
    assert not numbers_changed(text, text)


# ---- with a class


@pytest.fixture
def scene(world: World, settings: LazySettings) -> Iterator[Scene]:
    settings.GATEWAY_URL = ":8040"
    with time.frozen(NOW):
        yield open_course(world)


def opened(scene: Scene) -> None:
    """A model of staff's own, open at the school and connected to the planner."""
    chain.add_model(actor=None, facts=replace(MODEL, data_grades=("L1", "L2")), outward=LISTED)
    route = RouteFacts("lessons", "备课", (MODEL.key,), ("staff",), quota_class="planner")
    chain.add_route(actor=None, facts=route)
    school = scene.world.here.school.id
    chain.decide(actor=None, place_id=school, route="lessons", yes=True)
    connecting.connect(actor=None, place_id=school, agent="planner", route="lessons", stage="staff")


def planned(scene: Scene) -> tuple[LessonPlan, str]:
    """A plan, and a part of it that has a text."""
    scene.believes("c051", "practise", "practise", "nearly")
    plan = scene.plans()
    return plan, next(one.part.key for one in queries.parts_of(plan) if wording.can_word(one))


def asks(scene: Scene, plan: LessonPlan, key: str, **how: Any) -> wording.Worded:
    wish = how.get("wish", "短一些")
    return wording.ask(
        actor=scene.teacher, plan_id=plan.id, key=key, wish=wish, turn_id=how.get("turn_id") or uuid4()
    )


def says(turn_id: UUID, text: str) -> None:
    """The gateway writes what the model said."""
    row = Row.objects.unscoped(WHY).get(id=turn_id)
    words = open_words(row.text_box, boxes.ours())
    assert words is not None
    row.text_box = close(Words(asked=words.asked, replied=text, label="由AI生成"), boxes.ours())
    row.outcome = Said.ANSWERED.value
    row.save()


@pytest.mark.django_db
def test_without_a_model_there_is_no_button_and_no_way(scene: Scene) -> None:
    plan, key = planned(scene)
    teacher = scene.client()
    assert "请模型换一种说法" not in teacher.get(reverse("assist.plan", args=[plan.id])).content.decode()
    page = teacher.get(reverse("assist.wording", args=[plan.id, key])).content.decode()
    assert "没有接模型" in page and "<textarea" not in page
    with pytest.raises(UserError, match="没有接模型"):
        asks(scene, plan, key)
    assert not Row.objects.unscoped(WHY).exists()


@pytest.mark.django_db
def test_a_proposal_stands_beside_and_is_taken_by_the_teacher_alone(scene: Scene) -> None:
    opened(scene)
    plan, key = planned(scene)
    teacher, there = scene.client(), reverse("assist.wording", args=[plan.id, key])
    assert there in teacher.get(reverse("assist.plan", args=[plan.id])).content.decode()
    turn_id = uuid4()
    wish = f"短一些，别提{scene.world.here.pupils[0].name}"
    sent = teacher.post(there, {"turn_id": turn_id, "text": wish}, headers={"X-Fragment": "1"})
    assert sent.status_code == 200 and "data-ticket" in sent.content.decode()
    row = Row.objects.unscoped(WHY).get(id=turn_id)
    frame = getattr(open_words(row.text_box, boxes.ours()), "frame", None)
    before = scene.part(plan, key)
    text = queries.beside(before).text
    assert frame is not None and (frame.stage, frame.route) == ("staff", "lessons")
    told = "\n".join(one["content"] for one in frame.messages)
    assert text[:20] in told and scene.world.here.pupils[0].name not in told
    assert row.agent == "planner" and str(scene.teacher.person_id) not in row.subject
    says(turn_id, "请大家先自己试，用99分钟。")
    page = teacher.get(there).content.decode()
    assert "请大家先自己试" in page and "由AI生成" in page and "多了99" in page
    assert scene.part(plan, key).state == PlanPart.State.OPEN  # nothing by itself
    form = {"part": key, "act": "edit", "text": "请大家先自己试一试。", "wording": turn_id}
    assert teacher.post(reverse("assist.plan_parts", args=[plan.id]), form).status_code == 302
    taken = scene.part(plan, key)
    assert taken.state == PlanPart.State.CHANGED and taken.sources[-1] == taking.WORDED.as_json()
    sources = scene.fork().parts["lesson"]["sources"]
    assert any(one["where"].startswith("由AI生成") for one in sources)
    assert "已经定了" in teacher.get(there).content.decode()
    with pytest.raises(UserError, match="已经定了"):
        asks(scene, plan, key)


@pytest.mark.django_db
def test_when_the_model_does_not_answer_the_text_stays(scene: Scene) -> None:
    opened(scene)
    plan, key = planned(scene)
    turn_id = uuid4()
    first, again = asks(scene, plan, key, turn_id=turn_id), asks(scene, plan, key, turn_id=turn_id)
    assert first.turn.ticket and again.turn.ticket is None and Row.objects.unscoped(WHY).count() == 1
    teacher = scene.client()
    one = reverse("assist.wording_one", args=[plan.id, key, turn_id])
    told = teacher.post(one).content.decode()
    assert "没有换成" in told and "用这一段" not in told
    form = {"part": key, "act": "edit", "text": "别的话。", "wording": turn_id}
    teacher.post(reverse("assist.plan_parts", args=[plan.id]), form)
    assert scene.part(plan, key).sources[-1] != taking.WORDED.as_json()  # own words, none of a model


@pytest.mark.django_db
def test_turned_off_replayed_too_long_and_strange_people(scene: Scene) -> None:
    opened(scene)
    plan, key = planned(scene)
    teacher, there = scene.client(), reverse("assist.wording", args=[plan.id, key])
    empty = teacher.post(there, {"turn_id": uuid4(), "text": " "}, headers={"X-Fragment": "1"})
    long = teacher.post(there, {"turn_id": uuid4(), "text": "长" * 201})
    assert empty.status_code == 422 and long.status_code == 422 and "长" * 20 in long.content.decode()
    assert teacher.get(reverse("assist.wording", args=[plan.id, "nothing"])).status_code == 404
    strange = reverse("assist.wording_one", args=[plan.id, key, uuid4()])
    assert teacher.get(strange).status_code == 404
    asked = asks(scene, plan, key)
    head = scene.client("school_head")
    assert head.get(there).status_code in (403, 404)
    assert scene.client("teacher", "near").get(there).status_code == 404
    with pytest.raises(Denied):
        wording.proposal(
            scene.world.actor("school_head"), queries.beside(scene.part(plan, key)), asked.turn.id
        )
    chain.switch_off(actor=None, place_id=None, target=Target.ROUTE, key="lessons", reason="演练")
    assert "没有接模型" in teacher.get(there).content.decode()
    assert "请模型换一种说法" not in teacher.get(reverse("assist.plan", args=[plan.id])).content.decode()
