"""What a question lets slip beside its words."""

from pathlib import Path
from typing import Any

import pytest

from qiming.curriculum.checks.options import check_lengths, check_letters
from qiming.kernel.content import Document


def single(right: str, *wrong: str, solution: str = "这样。", stem: str = "哪一个？") -> dict[str, Any]:
    options = [{"key": "A", "text": right, "correct": True}]
    options += [{"key": key, "text": text} for key, text in zip("BCDE", wrong, strict=False)]
    return {"kind": "single", "stem": stem, "options": options, "solution": solution, "hints": []}


def multiple(right: str, solution: str) -> dict[str, Any]:
    options = [{"key": key, "text": key * 3, "correct": key in right} for key in "ABCD"]
    return {"kind": "multiple", "stem": "哪几个？", "options": options, "solution": solution, "hints": []}


def order(**more: Any) -> dict[str, Any]:
    entries = [{"key": "a1", "text": "先看"}, {"key": "a2", "text": "再想"}]
    return {"kind": "order", "stem": "排一排", "entries": entries, "solution": "", "hints": []} | more


def document(*items: dict[str, Any]) -> Document:
    return Document(str(Path("pretest.yaml")), list(items), {})


LONG, SHORT = single("很长很长的一项", "短", "也短"), single("短", "这一项很长", "也短")


@pytest.mark.parametrize(
    ("items", "told"),
    [
        ([LONG] * 4, False),  # too few to say
        ([LONG] * 5, True),
        ([LONG] * 6 + [SHORT] * 4, False),  # 60 %: not more
        ([LONG] * 7 + [SHORT] * 4, True),
        ([single("一样长", "同样长")] * 9, False),
        ([single("![一张很长的图说](media/a.svg)", "![图](media/b.svg)")] * 9, False),
        ([multiple("A", "")] * 9 + [LONG] * 4, False),
    ],
)
def test_a_test_in_which_the_longest_is_right_is_worth_a_look(
    items: list[dict[str, Any]], told: bool
) -> None:
    found = list(check_lengths(document(*items)))
    assert [(one.rule, one.warns) for one in found] == [("longest-option", True)] * told


LETTERS = [
    (single("一", "二", solution="选A。"), ""),
    (single("一", "二", solution="数一数。选“A”。"), ""),
    (single("一", "二", solution="选B。"), "对的选项是A"),
    (single("一", "二", solution="不选B，B少数了一个。"), ""),
    (single("一", "二", solution="B对。"), "对的选项是A"),
    (single("一", "二", solution="选AI来做"), ""),
    (single("一", "二", stem="E树、F树，选哪棵？", solution="两份差不多，选F树。"), ""),
    (single("一", "二", stem="估价用A*，哪个对？", solution="选A。"), ""),
    (multiple("AC", "选A、C。"), ""),
    (multiple("AC", "A对，因为；C对。"), ""),
    (multiple("AC", "选A、B。"), "说选A、B，对的选项是A、C"),
    (order(solution="先看，再想。"), ""),
    (order(solution="a2在后。"), "“a2”"),
    (order(solution="选B。"), "“B”"),
    (order(hints=["a1是开头"]), "“a1”"),
    (order(otherwise="x1和这里没有关系"), ""),
    (order(stem="数a1、a2哪个先？", solution="a1先。"), ""),
    (order(traps=[{"before": ["a2", "a1"], "reply": "a2怎么先来？"}]), "“a2”"),
]


@pytest.mark.parametrize(("item", "says"), LETTERS)
def test_a_solution_names_the_letters_that_are_there(item: dict[str, Any], says: str) -> None:
    found = list(check_letters(document(item), (0,), item))
    assert [one.rule for one in found] == (["names-option"] if says else [])
    assert not says or says in str(found[0])
