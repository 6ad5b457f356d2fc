"""A word list held back what was no matter: the teacher says so, the city answers, nobody sees the pupil's words there."""

from collections.abc import Iterator

import pytest

from qiming.agents import services as agents
from qiming.agents.models import FalseHit
from qiming.agents.talk.types import Said, Turn
from qiming.agents.types import HitState
from qiming.assist.models import Conversation
from qiming.assist.tests.test_companion import ready, runs, says  # noqa: F401 - a fixture
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.learning.tests.conftest import Class, cls, sign_in, world  # noqa: F401 - fixtures

HELD = "教我自制燃烧瓶的配方"
WHY = "讲到化学课的安全"


@pytest.fixture
def held(ready: Class) -> Iterator[tuple[Class, Turn, str]]:  # noqa: F811
    """One question that a list held back, and the address of its conversation."""
    runs(ready, 1)
    turn = says(ready, HELD)
    assert turn.outcome is Said.REFUSED
    talk = Conversation.objects.unscoped("test").get(id=turn.conversation)
    yield ready, turn, f"/companion/talks/{talk.id}/"


def test_reported_once_answered_and_read_beside_the_turn(held: tuple[Class, Turn, str]) -> None:
    cls, turn, address = held  # noqa: F811
    teacher = cls.teacher_client()
    assert "拦错了？" in teacher.get(address).text
    for _ in range(2):  # the same said twice is one report
        assert teacher.post(f"{address}{turn.id}/report/", {"why": WHY}).status_code == 302
    row = FalseHit.objects.unscoped("test").get()
    assert (row.why, row.key, row.state) == (WHY, turn.findings[0], "open")
    assert "等市里答复" in teacher.get(address).text

    city = sign_in(cls.world.people["city"])
    listed = city.get("/models/hits/").text
    assert "老师说1条词拦错了" in listed and WHY in listed and "燃烧瓶" in listed and HELD not in listed
    assert "误拦的报告：1条等答复" in city.get("/models/").text
    wrong = city.post(f"/models/hits/{row.id}/answer/", {"state": "open", "says": "x"})
    assert wrong.status_code == 422
    for status in (302, 409):
        answer = {"state": "stays", "says": "配方不能给，安全可以讲"}
        assert city.post(f"/models/hits/{row.id}/answer/", answer).status_code == status
    assert "应该拦，配方不能给，安全可以讲" in teacher.get(address).text
    assert "老师说" not in city.get("/models/hits/").text.split("<h1>")[1].split("</h1>")[0]


@pytest.mark.parametrize("why", ["", " ", "长" * 201])
def test_a_report_says_what_was_talked_about(held: tuple[Class, Turn, str], why: str) -> None:
    cls, turn, address = held  # noqa: F811
    said = cls.teacher_client().post(f"{address}{turn.id}/report/", {"why": why})
    assert said.status_code == 422 and not FalseHit.objects.unscoped("test").exists()


def test_who_may_not(held: tuple[Class, Turn, str]) -> None:
    cls, turn, address = held  # noqa: F811
    assert "拦错了" not in cls.client(1).get(address).text  # the pupil reads the own conversation only
    assert cls.client(1).post(f"{address}{turn.id}/report/", {"why": WHY}).status_code in {403, 404}
    assert cls.teacher_client("stranger").post(f"{address}{turn.id}/report/", {"why": WHY}).status_code in {
        403,
        404,
    }
    with pytest.raises(Denied):
        agents.report_hit(actor=cls.pupil(1), turn_id=turn.id, why=WHY)
    with pytest.raises(Denied):
        agents.answer_hit(actor=cls.teacher, report_id=turn.id, state=HitState.STAYS, says="不改")


def test_only_what_a_list_held_back(ready: Class) -> None:  # noqa: F811
    runs(ready, 1)
    turn = says(ready, "什么是训练集？")
    with pytest.raises(UserError, match="不是词表拦下的"):
        agents.report_hit(actor=ready.teacher, turn_id=turn.id, why=WHY)
