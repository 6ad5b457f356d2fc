"""The next step, what became of the last one, the sentences, the counted answers."""

from typing import Any
from uuid import UUID

import pytest

from qiming.curriculum.types import ConceptRef, Item, Misconception
from qiming.insight import spoken, words
from qiming.insight.rules.counting import First, bars
from qiming.insight.rules.misconceptions import held
from qiming.insight.rules.practice import advise, standing
from qiming.insight.rules.steps import after, commonest, cut, next_step
from qiming.insight.types import Answered, Held, NextStep, Remedy, StepKind

CLASS = [str(n) for n in range(12)]
LESSON = UUID(int=99)
START, DAY = 1_793_000_000.0, 86_400.0
NAMED = {"m": Misconception("m", "c1", "学过的全对，就是学会了", "再考一次")}
CONCEPTS = {
    "c1": ConceptRef("c1", "泛化", "junior", 7, (), note="能用没见过的成绩说话。"),
    "c2": ConceptRef("c2", "过拟合", "junior", 7, ("c1",), note="能看出过拟合。"),
    "c3": ConceptRef("c3", "决策树", "junior", 7, (), note="能走一棵树。"),
}
REMEDY = Remedy(LESSON, "l4", 4, "compare", "2b", "比一比", 10)


def misconception(n: int, *, single: bool = False) -> Held:
    return Held("m", frozenset(CLASS[:n]), frozenset(), frozenset(), 12, (("q1", n),), is_single=single)


def bands(**weak: int) -> dict[tuple[str, str], str]:
    found = {(p, key): "known" for p in CLASS for key in ("c1", "c2")}
    for key, n in weak.items():
        found |= {(p, key): "practise" for p in CLASS[:n]}
    return found


@pytest.mark.parametrize(
    ("answerers", "found", "weak", "kind", "n"),
    [
        (0, [], {}, StepKind.NOTHING, 0),
        (3, [misconception(3)], {}, StepKind.WAIT, 3),
        (12, [misconception(3)], {"c1": 9}, StepKind.MISCONCEPTION, 3),
        (12, [misconception(2)], {"c1": 9, "c2": 3}, StepKind.CONCEPT, 9),
        (12, [misconception(9, single=True)], {"c1": 2}, StepKind.AHEAD, 12),
        (12, [], {}, StepKind.AHEAD, 12),
    ],
)
def test_next_step(answerers: int, found: list[Held], weak: dict[str, int], kind: StepKind, n: int) -> None:
    step = next_step(CLASS, answerers, found, bands(**weak), ["c1", "c2"])
    assert (step.kind, step.n) == (kind, n)


def test_answers_without_any_judgement_wait() -> None:
    assert next_step(CLASS, 12, [], {}, ["c1"]).kind is StepKind.WAIT


def test_headings_and_hints_say_what_was_found() -> None:
    step = NextStep(StepKind.MISCONCEPTION, "m", 11, 41)
    assert words.heading(step, NAMED, CONCEPTS, REMEDY) == (
        "下节课先用10分钟做「比一比」：11人以为「学过的全对，就是学会了」"
    )
    assert words.heading(step, NAMED, CONCEPTS, None).startswith("下节课先讲清：11人以为")
    assert words.hint(step, NAMED, CONCEPTS, REMEDY, "l4").endswith("建议从2b步「比一比」开始，10分钟。")
    assert "第4课2b步" in words.hint(step, NAMED, CONCEPTS, REMEDY, "l5")
    weak = NextStep(StepKind.CONCEPT, "c1", 9, 12)
    assert words.heading(weak, NAMED, CONCEPTS, None) == "下节课先回到「泛化」：9人还要练"
    for kind in (StepKind.AHEAD, StepKind.WAIT, StepKind.NOTHING):
        step = NextStep(kind, n=2, of=12)
        assert words.heading(step, NAMED, CONCEPTS, None) and words.finding(step, NAMED, CONCEPTS)
        assert words.hint(step, NAMED, CONCEPTS, None, "l5") == ""


def answer(who: int, item: str, *, day: int, right: bool) -> Answered:
    names = [] if right else ["m"]
    return Answered(CLASS[who], item, "c1", right, names, 0, False, START + day * DAY)


def test_what_became_of_those_who_held_it() -> None:
    shows = {f"q{n}": frozenset({"m"}) for n in range(1, 6)}
    answers = [answer(who, item, day=0, right=False) for who in range(4) for item in ("q1", "q2")]
    answers += [
        answer(0, "q3", day=7, right=True),
        answer(1, "q3", day=7, right=False),
        answer(2, "q3", day=7, right=True),
        answer(2, "q4", day=7, right=False),
        answer(5, "q3", day=7, right=False),
        answer(5, "q4", day=7, right=False),
    ]
    earlier, since = cut(answers, START + 7 * DAY)
    (before,) = held(earlier, shows)
    (now,) = held(answers, shows)
    found = after("m", before, now, since, frozenset(shows))
    assert found.before == 4
    assert found.cleared == {CLASS[0]}
    assert found.still == {CLASS[1], CLASS[2]}
    assert found.unseen == {CLASS[3]}
    assert found.fresh == {CLASS[5]}
    assert after("m", before, None, since, frozenset(shows)).fresh == frozenset()


def test_only_what_enough_pupils_show_is_commonest() -> None:
    assert commonest([misconception(2)], 3) is None
    assert commonest([misconception(5, single=True)], 3) is None
    assert commonest([], 1) is None


def item(kind: str, **data: Any) -> Item:
    html: dict[str, dict[str, str]] = {
        part: {one["key"]: f"<i>{one['key']}</i>" for one in data[part]}
        for part in ("options", "entries", "left", "right", "bins")
        if part in data
    }
    return Item(
        LESSON, LESSON, "q1", 1, "v", kind, "c1", 2, (), "<p>题</p>", {"kind": kind, **data}, (), "", html
    )


CHOICE = item(
    "single",
    options=[
        {"key": "A", "correct": True},
        {"key": "B", "misconception": "m", "reply": "再想"},
        {"key": "C", "misconception": "x", "reply": "再想"},
    ],
)
SORT = item(
    "classify",
    bins=[{"key": "x"}, {"key": "y"}],
    entries=[{"key": "a", "bin": "x"}, {"key": "b", "bin": "y"}],
    traps=[
        {"entry": "a", "bin": "y", "misconception": "m", "reply": "再想"},
        {"entry": "b", "bin": "x", "misconception": "m", "reply": "再想"},
    ],
)


def test_choices_are_counted_per_option() -> None:
    firsts = [First({"choice": key}, key == "A", []) for key in "AABBBC"]
    lines = bars(CHOICE, firsts, NAMED, "m")
    assert [(one.key, one.n, one.of, one.kind) for one in lines] == [
        ("A", 2, 6, "yes"),
        ("B", 3, 6, "hot"),
        ("C", 1, 6, ""),
    ]
    assert [one.share for one in lines] == [33, 50, 17]
    assert [one.share for one in bars(CHOICE, [], NAMED)] == [0, 0, 0]


def test_other_kinds_are_counted_per_mistake() -> None:
    firsts = [
        First({}, True, []),
        First({}, False, ["m"]),
        First({}, False, ["m", "m"]),
        First({}, False, []),
        First({}, None, []),
        First({}, False, ["unknown"]),
    ]
    lines = bars(SORT, firsts, NAMED, "m")
    assert [(one.html, one.n, one.kind) for one in lines] == [
        ("全对", 1, "yes"),
        ("「学过的全对，就是学会了」", 2, "hot"),
        ("别的错法", 1, ""),
        ("等老师看", 1, ""),
    ]


@pytest.mark.parametrize(
    ("thing", "response", "said"),
    [
        (CHOICE, {"choice": "B"}, "选B　<i>B</i>"),
        (
            item("multiple", options=CHOICE.data["options"]),
            {"choices": ["C", "A"]},
            "选A　<i>A</i>；选C　<i>C</i>",
        ),
        (item("order", entries=SORT.data["entries"]), {"order": ["b", "a"]}, "<i>b</i> → <i>a</i>"),
        (
            item("match", left=[{"key": "l"}], right=[{"key": "r"}]),
            {"pairs": {"l": "r"}},
            "<i>l</i> — <i>r</i>",
        ),
        (SORT, {"bins": {"a": "x", "b": "x"}}, "<i>x</i>：<i>a</i>、<i>b</i>；<i>y</i>：（空）"),
        (item("numeric"), {"value": "3/4"}, "填3/4"),
        (item("short"), {"text": "<script>"}, "写：&lt;script&gt;"),
        (CHOICE, {"choice": "Z"}, "这次作答按当时的题记下，现在读不出来"),
        (SORT, {"bins": None}, "这次作答按当时的题记下，现在读不出来"),
    ],
)
def test_answers_in_words(thing: Item, response: dict[str, object], said: str) -> None:
    assert str(spoken.said(thing, response)) == said


def test_a_slip_shows_only_what_went_wrong() -> None:
    assert str(spoken.slip(SORT, {"bins": {"a": "y", "b": "y"}}, "m")) == "把“<i>a</i>”放进“<i>y</i>”"
    assert str(spoken.slip(CHOICE, {"choice": "B"}, "m")) == "选B　<i>B</i>"
    assert str(spoken.slip(CHOICE, {"choice": "C"}, "m")) == "选C　<i>C</i>"


def test_what_a_pupil_practises_next_and_why() -> None:
    stands = standing(list(CONCEPTS.values()), {"c2": "practise", "c1": "practise", "c3": "nearly"})
    told = advise(stands)
    assert [(one.concept.key, one.reason) for one in told] == [
        ("c1", "学「过拟合」要用到它，先把它练稳。"),
        ("c2", "最近的题里「过拟合」还没有站稳。"),
        ("c3", "快了，再独立答对一两次就稳了。"),
    ]


def test_whoever_has_everything_is_told_to_practise_nothing() -> None:
    stands = standing(list(CONCEPTS.values()), dict.fromkeys(CONCEPTS, "known"))
    assert advise(stands) == [] and not stands.is_empty
    assert standing([], {}).is_empty
