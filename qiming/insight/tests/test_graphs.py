"""The concept graph with a class or a pupil drawn into it."""

import pytest

from qiming.insight.tests.conftest import Answering
from qiming.trust.models import AccessLog


def page(cls: Answering, who: str | int, address: str) -> tuple[int, str]:
    answer = cls.browser(who).get(address)
    return answer.status_code, answer.content.decode()


def test_a_class_stands_on_its_graph(big: Answering) -> None:
    big.knows(1, 4, 6, 8, 9, 10)
    status, text = page(big, "teacher", f"{big.url}graph/")
    assert status == 200 and "人还看不出" in text and 'class="g-share yes"' in text
    assert f'href="{big.url}concepts/' in text and "还没有学到" in text
    assert AccessLog.objects.unscoped("the test looks").filter(what="班级知识图谱").count() == 12


def test_an_administrator_gets_no_links_to_answers(big: Answering) -> None:
    big.knows(1, 4, 6)
    status, text = page(big, "admin", f"{big.url}graph/")
    assert status == 200 and f'href="{big.url}concepts/' not in text


@pytest.mark.parametrize(("who", "status"), [("teacher", 200), (1, 200), (2, 404), ("district", 403)])
def test_a_pupil_stands_on_the_graph(cls: Answering, who: str | int, status: int) -> None:
    cls.knows(1)
    found, text = page(cls, who, f"/insight/pupils/{cls.id(1)}/graph/")
    assert found == status
    if status == 200:
        assert f'href="/insight/pupils/{cls.id(1)}/' in text and "已经掌握" in text
        # What a pupil may not browse is shown, not linked.
        assert ('href="/concepts/' in text) == (who == "teacher")


def test_the_next_lessons_concepts_are_there_before_any_answer(cls: Answering) -> None:
    _, text = page(cls, "teacher", f"{cls.url}graph/")
    assert "学到0个" in text
