"""A reply that judges falsely is found, one that asks or tells the course is left alone: sentences, properties, all our items."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from qiming.agents.talk import facts
from qiming.agents.talk.misjudging import (
    CONFIRMS,
    DENIES,
    RIGHT_CALLED_WRONG,
    WRONG_CALLED_RIGHT,
    Judging,
    Tried,
)
from qiming.agents.tests.conftest import CONTENT
from qiming.agents.tests.talking import SPEC

OPTIONS = {
    "A": "训练集越大，分数一定越高",
    "B": "没见过的图认得准",
    "C": "程序报错，停下来",
    "D": "背下来的例子多",
}
CHOICE = ({"kind": "choice", "value": "B", "options": OPTIONS},)
NUMBER = facts.known_of(SPEC)  # 75 %, of 12 pictures 9
READ = (SPEC["stem"], "我填了100")
PAIRS = facts.known_of(
    {
        "kind": "classify",
        "bins": [{"key": "a", "text": "规则"}, {"key": "b", "text": "学出来的"}],
        "entries": [{"key": "1", "text": "红灯停", "bin": "a"}, {"key": "2", "text": "认猫", "bin": "b"}],
        "solution": "红灯停是人写的规则；认猫是从例子里学出来的。",
    }
)
MISSED, GOT = Tried("我选了C", correct=False), Tried("我选了B", correct=True)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("C是对的。", WRONG_CALLED_RIGHT),
        ("选项 Ｃ 正确！", WRONG_CALLED_RIGHT),
        ("C项完全正确，你看哪句话？", WRONG_CALLED_RIGHT),
        ("你看，A和D都对。", WRONG_CALLED_RIGHT),
        ("这题应该选D。", WRONG_CALLED_RIGHT),
        ("答案是 C，因为它停下来了。", WRONG_CALLED_RIGHT),
        ("“训练集越大，分数一定越高”是正确的。", WRONG_CALLED_RIGHT),
        ("C．程序报错，停下来。", WRONG_CALLED_RIGHT),
        ("所以就是：程序报错，停下来。", WRONG_CALLED_RIGHT),
        ("她说：“C是对的。”你同意吗？", ""),
        ("B不对，再看看。", RIGHT_CALLED_WRONG),
        ("可以排除B了。", RIGHT_CALLED_WRONG),
        ("“没见过的图认得准”说不通。", RIGHT_CALLED_WRONG),
        ("A不对，B也不对。", RIGHT_CALLED_WRONG),
        # nothing judged falsely; what tells the answer is a leak and found elsewhere
        ("B是对的。", ""),
        ("C不对。", ""),
        ("C是对的吗？", ""),
        ("你觉得C是对的，依据是哪一句？", ""),
        ("有同学认为A是对的，你同意吗？", ""),
        ("如果D是对的，没见过的图会怎样？", ""),
        ("A．训练集越大，分数一定越高\nB．没见过的图认得准\nC．程序报错，停下来\nD．背下来的例子多", ""),
        ("先看A说了什么，再看C说了什么。", ""),
        ("C不一定对，依据是哪一句？", ""),
        ("先把题目里的“正确率”圈出来，它是谁除以谁？", ""),
        ("", ""),
    ],
)
def test_options(said: str, found: str) -> None:
    assert Judging(CHOICE).found(said) == found


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("答案是100%。", WRONG_CALLED_RIGHT),
        ("100%是对的。", WRONG_CALLED_RIGHT),
        ("一百是正确的。", WRONG_CALLED_RIGHT),
        ("1", WRONG_CALLED_RIGHT),
        ("所以，这个数一共是40。", WRONG_CALLED_RIGHT),
        ("75%不对，再算一次。", RIGHT_CALLED_WRONG),
        ("75%是对的。", ""),  # a leak, not a false word
        ("没见过的12张里认对了9张，谁除以谁？", ""),
        ("所以一共是12张，认对的有几张？", ""),
        ("100%不对。", ""),
        ("12张里对9张，正确率怎么算？", ""),
        ("答案是100吗？", ""),
    ],
)
def test_numbers(said: str, found: str) -> None:
    assert Judging(NUMBER, read=READ).found(said) == found


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("红灯停属于学出来的。", WRONG_CALLED_RIGHT),
        ("“认猫”放进“规则”。", WRONG_CALLED_RIGHT),
        ("认猫不属于学出来的。", RIGHT_CALLED_WRONG),
        ("红灯停属于规则。", ""),
        ("红灯停是谁定的？", ""),
        ("红灯停属于学出来的吗？", ""),
    ],
)
def test_what_belongs_where(said: str, found: str) -> None:
    assert Judging(PAIRS).found(said) == found


@pytest.mark.parametrize(
    ("tried", "said", "found"),
    [
        (MISSED, "对。", CONFIRMS),
        (MISSED, "是的，你答对了！再想想为什么？", CONFIRMS),
        (MISSED, "你的想法完全正确。", CONFIRMS),
        (MISSED, "嗯，没错。", CONFIRMS),
        (MISSED, "你选得很对。", CONFIRMS),
        (MISSED, "你还没答对，先看第二句。", ""),
        (MISSED, "你的答案不完全正确。", ""),
        (MISSED, "对不对由你来判断：依据是哪一句？", ""),
        (MISSED, "好的，我们一起看题目。", ""),
        (MISSED, "对照课文第二段，哪一句说了这个？", ""),
        (GOT, "不对。", DENIES),
        (GOT, "你的答案是错的。", DENIES),
        (GOT, "你答得很对。", ""),
        (GOT, "哪里不对，你自己查一遍？", ""),
        (
            Tried("我写了一段", correct=None),
            "你答对了。",
            "",
        ),  # the teacher has not looked yet: who may say is not known
        (None, "对。", ""),
    ],
)
def test_attempts(tried: Tried | None, said: str, found: str) -> None:
    assert Judging(CHOICE, tried).found(said) == found


LETTERS = st.sampled_from(sorted(OPTIONS))
YES = st.sampled_from(("是对的。", "是正确的。", "正确！", "没错。", "完全正确。", "就是答案。"))
NO = st.sampled_from(("不对。", "是错的。", "不正确。", "可以排除。", "不符合题意。", "有误。"))
BEFORE = st.sampled_from(("", "我们看一看。", "先别急，", "这里有四个选项。", "你看，"))
AFTER = st.sampled_from(("", "你再想想？", "为什么呢？", "下一步做什么？"))
NAMED = st.sampled_from(("{}", "选项{}", "{}项", "（{}）", "“{}”"))


@given(BEFORE, NAMED, LETTERS, YES, AFTER)
def test_yes_to_an_option_is_found_just_when_it_is_wrong(
    before: str, named: str, letter: str, yes: str, after: str
) -> None:
    said = before + named.format(letter) + yes + after
    assert Judging(CHOICE).found(said) == ("" if letter == "B" else WRONG_CALLED_RIGHT)


@given(BEFORE, NAMED, LETTERS, NO, AFTER)
def test_no_to_an_option_is_found_just_when_it_is_right(
    before: str, named: str, letter: str, no: str, after: str
) -> None:
    said = before + named.format(letter) + no + after
    assert Judging(CHOICE).found(said) == (RIGHT_CALLED_WRONG if letter == "B" else "")


@given(st.integers(0, 400), st.sampled_from(("答案是{}。", "{}是对的。", "{}%是正确的。", "正确答案：{}")))
def test_a_number_called_right_is_found_just_when_it_is_wrong(number: int, how: str) -> None:
    found = Judging(NUMBER, read=READ).found(how.format(number))
    assert found == ("" if number == 75 else WRONG_CALLED_RIGHT)


@given(st.text(max_size=80))
def test_any_text_is_read(said: str) -> None:
    for known in (CHOICE, NUMBER, PAIRS):
        Judging(known, MISSED, READ).found(said)


def items() -> Iterator[dict[str, Any]]:
    for path in sorted(Path(CONTENT).glob("courses/*/lessons/*/items.yaml")):
        yield from yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)


def test_what_our_authors_wrote_for_pupils_judges_nothing_falsely() -> None:
    """Every hint, every reply to a wrong option, every solution of every item, for a pupil whose attempt was not right."""
    found = []
    for spec in items():
        item = facts.facts_of(spec, ())
        judging = Judging(
            item.known, Tried("我试过了", correct=False), [item.stem, *(text for _, text in item.pieces)]
        )
        said = [
            *item.hints,
            *(
                facts.plain(one["reply"])
                for one in spec.get("options", ())
                if one.get("reply") and not one.get("correct")
            ),
        ]
        found += [(spec["id"], one, judging.found(one)) for one in said if judging.found(one)]
        alone = Judging(item.known, read=[item.stem, *item.hints])
        told = facts.plain(spec["solution"])
        found += [(spec["id"], told, alone.found(told))] if alone.found(told) else []
    assert not found
