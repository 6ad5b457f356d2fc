"""Data sets of cases for rules and of prose: what is refused, and where."""

from pathlib import Path

import pytest

from qiming.curriculum.tests.test_checks import laid, problems

RULES = """key: lanes
title: 规则
kind: rules
origin: 合成
licence: CC BY-SA 4.0
synthetic: true
facts: [{key: wet, text: 湿}, {key: cold, text: 冷}]
middles: [{key: snowy, text: 会下雪}]
labels: [{key: out, text: 出门}, {key: home, text: 在家}]
rules: [{if: [%s], then: %s}]
cases:
%s
"""
FOUR = ["one wet home", "two cold home", "three wet,cold home", "four cold out"]
PROSE = """key: lanes
title: 短文
kind: prose
origin: 合成
licence: CC BY-SA 4.0
synthetic: true
files: [a.txt]
asks: [{start: %s, there: false, truth: 没有说}]
"""


@pytest.mark.parametrize(
    ("rule", "rows", "where"),
    [
        (("wet", "home"), FOUR, []),
        (("snowy", "out"), FOUR, []),
        (("windy", "home"), FOUR, ["rules[0].if"]),
        (("wet", "cold"), FOUR, ["rules[0].then"]),
        (("wet", "home"), ["one windy home", *FOUR[1:]], ["cases[0].facts"]),
        (("wet", "home"), [*FOUR[:3], "four wet away"], ["cases[3].label"]),
        (("wet", "home"), [*FOUR[:3], "one cold out"], ["cases"]),
        (("wet", "home"), [f"{row} new" for row in FOUR], ["cases"]),
    ],
)
def test_rules_and_cases_use_known_facts_and_conclusions(
    tiny: Path, labs: Path, rule: tuple[str, str], rows: list[str], where: list[str]
) -> None:
    told = "  - {key: %s, title: 例子, facts: [%s], label: %s%s}"
    cells = [row.split() for row in rows]
    cases = [told % (*one[:3], ", new: true" if len(one) > 3 else "") for one in cells]
    laid(tiny, RULES % (*rule, "\n".join(cases)))
    assert [p.where for p in problems(tiny, labs) if not p.warns] == where


@pytest.mark.parametrize(
    ("text", "start", "where"),
    [
        ("小河弯弯向东流。" * 80, "小河", []),
        ("小河弯弯向东流。" * 80, "大海", ["asks[0].start"]),
        ("小河弯弯向东流。", "小河", ["files"]),
        ("小河弯弯向东流。" * 6000, "小河", ["files"]),
        (None, "小河", ["files[0]"]),
    ],
)
def test_prose_is_there_neither_short_nor_long_and_goes_on_from_what_is_asked(
    tiny: Path, labs: Path, text: str | None, start: str, where: list[str]
) -> None:
    laid(tiny, PROSE % start, **({} if text is None else {"a_txt": text}))
    assert [p.where for p in problems(tiny, labs) if not p.warns] == where
