"""What gives points, and what the marker proposes."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from qiming.assist.marker import rubrics
from qiming.assist.marker.rubrics import Criterion, from_data, to_data
from qiming.assist.marker.rules.agreement import May, agreement, may
from qiming.assist.marker.rules.matching import How, find
from qiming.assist.marker.rules.proposing import Proposal, propose
from qiming.kernel.errors import UserError
from qiming.kernel.text import fold

SEEN = Criterion("a", "说到是用学过的图考的", 1, (("用学过的图考", "原题", "背下来"),))
NEW = Criterion("b", "说到要用没见过的图考，分开写", 2, (("没见过的图", "新图"), ("分开", "两次成绩…写")))
RUBRIC = (SEEN, NEW)


def test_a_rubric_comes_back_as_it_was_stored() -> None:
    rubric = (
        Criterion(
            "a", "说出数据太少", 2, (("数据太少", "样本不够"), ("背下来",)), need=1, wrong=("越少越好",)
        ),
        Criterion("b", "说出怎么办", 1, in_order=True),
    )
    assert from_data(json.loads(json.dumps(to_data(rubric)))) == rubric
    assert [one.needed for one in rubric] == [1, 0]


@pytest.mark.parametrize(
    ("answer", "way", "how"),
    [
        ("它把图背下来了", "背下来", How.SAME),
        ("它把图 背 下 来了！", "背下来", How.SAME),
        ("它只会死记", "背下来", How.SYNONYM),
        ("它没有背下来", "背下来", How.DENIED),
        ("不是背下来的", "背下来", How.DENIED),
        ("不仅背下来，还会认新的", "背下来", How.SAME),
        ("不能不背下来", "背下来", How.NEAR),
        ("没学会，背下来而已", "背下来", How.SAME),
        ("背下来是不对的", "背下来", How.DENIED),
        ("要拿陌生的照片去考", "没见过的图片", How.SYNONYM),
        ("两次的成绩要写成两行", "两次…写", How.SAME),
        ("样本太少", "数据不够", How.SYNONYM),
        ("数据够", "数据不够", None),
        ("考试题提前见过了", "考题提前看过", How.NEAR),
        ("", "背下来", None),
        ("ＡＩ会出错", "ai出错", How.NEAR),
    ],
)
def test_where_an_answer_says_an_idea(answer: str, way: str, how: How | None) -> None:
    hit = find(answer, [way])
    assert (hit.how if hit else None) == how


@pytest.mark.parametrize(
    ("answer", "points", "is_sure"),
    [
        ("因为是拿原题考的，应该用没见过的图再考，成绩分开写。", {"a": 1, "b": 2}, True),
        ("都是死记的，换成陌生的照片考，两次各自写清楚。", {"a": 1, "b": 2}, True),
        ("用新图考，分开写", {"a": 0, "b": 2}, True),
        ("不知道", {"a": 0, "b": 0}, True),
        ("不是原题，用没见过的图，分开写", {"a": 0, "b": 2}, False),
        ("拿原题考的，要用没见过的图", {"a": 1, "b": 1}, False),
        ("这个程序很聪明，我觉得它以后一定能帮大家把垃圾分好类", {"a": 0, "b": 0}, False),
        ("原题 新图 分开", {"a": 1, "b": 2}, False),
    ],
)
def test_points_and_whether_the_marker_is_sure(answer: str, points: dict[str, int], is_sure: bool) -> None:
    found = propose(RUBRIC, answer)
    assert (found.points, found.is_sure) == (points, is_sure), found


def test_doubts_say_why() -> None:
    stem = "小林说它考了100%，错在哪里？请你说一说"
    assert "照抄" in propose(RUBRIC, "小林说它考了100%，错在哪里", stem=stem).doubts[-1]
    assert "意思可能相反" in propose(RUBRIC, "不是原题").doubts[0]
    assert "照片" in propose(RUBRIC, "原题，新图，要分开来写", read_confidence=0.4).doubts[-1]
    wrong = Criterion("a", "说到", 2, (("分开",),), wrong=("合起来算",))
    assert propose((wrong,), "分开，再合起来算").points == {"a": 0}
    order = Criterion("a", "先练后考", 2, (("训练",), ("测试",)), in_order=True)
    assert propose((order,), "先训练，再测试").points == {"a": 2}
    turned = propose((order,), "先测试，再训练")
    assert turned.points == {"a": 1} and "先后" in turned.doubts[0]
    assert not propose((Criterion("a", "说到", 2),), "随便写一点").is_sure


def test_a_right_answer_as_it_stands_needs_no_idea() -> None:
    rows = rubrics.frame({"rubric": [{"key": "a", "text": "写出测试集", "points": 1}]})
    assert propose(rows, " 测试集。", accept=["测试集"]).is_sure


TEXT = st.text(alphabet="不没学过的图原题新分开写，。 \u200bＡa1𝕏(", max_size=60)


@given(TEXT)
def test_whatever_is_written_points_stay_in_range_and_spans_in_the_answer(answer: str) -> None:
    found: Proposal = propose(RUBRIC, answer, stem="为什么")
    assert all(0 <= one.points <= one.of for one in found.judged)
    assert all(0 <= start < end <= len(answer) for start, end in found.spans)
    assert 0 <= found.confidence <= 1


def _short_items() -> list[dict[str, Any]]:
    files = sorted((Path(settings.ROOT) / "content" / "courses").glob("*/lessons/*/items.yaml"))
    return [
        one
        for file in files
        for one in yaml.safe_load(file.read_text())
        if isinstance(one, dict) and one.get("kind") == "short"
    ]


def test_the_courses_own_samples_are_never_sure_before_a_teacher_wrote_the_ideas() -> None:
    items = _short_items()
    assert len(items) > 20
    for item in items:
        rows = rubrics.derive(item)
        assert [row.points for row in rows] == [int(one["points"]) for one in item["rubric"]]
        found = propose(rows, item["sample"], accept=item["accept"], is_derived=True)
        is_accepted = fold(item["sample"]) in {fold(one) for one in item["accept"]}
        assert found.is_sure == is_accepted, item["id"]


def test_what_a_teacher_writes() -> None:
    post = {"ideas-a": "原题/背下来 ／ 死记\n\n学过的图", "need-a": "1", "wrong-a": "合起来", "order-b": "1"}
    first, second = rubrics.read_form(RUBRIC, post)
    assert first.ideas == (("原题", "背下来", "死记"), ("学过的图",)) and first.needed == 1
    assert first.wrong == ("合起来",) and second.in_order and second.ideas == ()
    assert rubrics.as_text(first) == ("原题 / 背下来 / 死记\n学过的图", "合起来")
    for bad in (
        {"need-a": "3", "ideas-a": "x"},
        {"need-a": "²"},
        {"ideas-a": "长" * 61},
        {"ideas-a": "/".join(map(str, range(13)))},
    ):
        with pytest.raises(UserError):
            rubrics.read_form(RUBRIC, bad)


@pytest.mark.parametrize(
    ("pairs", "exact", "near", "kappa"),
    [
        ([], 0.0, 0.0, None),
        ([(2, 2)] * 5, 1.0, 1.0, None),
        ([(0, 0), (1, 1), (2, 2), (3, 3)], 1.0, 1.0, 1.0),
        ([(0, 1), (1, 1), (2, 2), (3, 3)], 0.75, 1.0, 0.875),
        ([(0, 3), (3, 0)], 0.0, 0.0, -1.0),
    ],
)
def test_agreement(pairs: list[tuple[int, int]], exact: float, near: float, kappa: float | None) -> None:
    found = agreement(pairs)
    assert (found.exact, found.within_one) == (exact, near)
    assert found.kappa == (kappa if kappa is None else pytest.approx(kappa, abs=0.001))


def test_what_the_marker_may_do() -> None:
    good, bad = agreement([(1, 1)] * 9 + [(0, 1)]), agreement([(0, 1)] * 10)
    assert may(good, is_on=True, first=10, bar_percent=80) is May.ON
    assert may(good, is_on=True, first=11, bar_percent=80) is May.TRIAL
    assert may(bad, is_on=True, first=10, bar_percent=80) is May.BELOW
    assert may(good, is_on=False, first=0, bar_percent=0) is May.OFF
