"""The concept graph with a class or a pupil drawn into it."""

import pytest

from qiming.curriculum.models import Concept
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


def _elsewhere() -> None:
    graph = Concept.objects.get(key="c052").graph
    for key, title, stage, grade in (("c001", "会思考吗", "primary", 1), ("c073", "顺坡走", "senior", 10)):
        Concept.objects.create(
            graph=graph, key=key, title=title, stage=stage, grade=grade, strand="实现方法", note="能"
        )


@pytest.mark.parametrize(
    ("stage", "there", "chosen"),
    [
        ("", {"泛化", "例子"}, "已学和本学段"),
        ("?stage=primary", {"会思考吗"}, "小学"),
        ("?stage=junior", {"泛化", "例子"}, "初中"),
        ("?stage=senior", {"顺坡走"}, "高中"),
        ("?stage=all", {"会思考吗", "泛化", "例子", "顺坡走"}, "全部"),
        ("?stage=none", {"泛化", "例子"}, "已学和本学段"),
    ],
)
@pytest.mark.parametrize("whose", ["class", "pupil"])
def test_the_drawing_and_the_list_are_of_the_stage_asked_for(
    cls: Answering, whose: str, stage: str, there: set[str], chosen: str
) -> None:
    _elsewhere()
    cls.knows(1)
    base = cls.url if whose == "class" else f"/insight/pupils/{cls.id(1)}/"
    _, text = page(cls, "teacher", f"{base}graph/{stage}")
    drawing, words = text.split('id="as-list"')
    for title in ("会思考吗", "泛化", "例子", "顺坡走"):
        assert (f'aria-label="{title}，' in drawing) == (title in there) == (f">{title}<" in words), title
    assert f'aria-current="true">{chosen}</a>' in drawing and drawing.count('aria-current="true"') == 1
    assert f"{len(there)}个知识点" in drawing


def test_what_was_met_in_another_stage_is_there_unasked(cls: Answering) -> None:
    _elsewhere()
    cls.knows(1)
    Concept.objects.filter(key="c052").update(stage="primary", grade=3)
    _, text = page(cls, "teacher", f"{cls.url}graph/")
    assert "泛化" in text and "会思考吗" not in text


def test_a_subject_of_one_stage_has_nothing_to_choose(cls: Answering) -> None:
    _, text = page(cls, "teacher", f"{cls.url}graph/")
    assert "按学段看" not in text


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
