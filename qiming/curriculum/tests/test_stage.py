"""The stage checker: how much to read, how many periods, how generative tools are used; each finding says its rule."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiming.curriculum.checks.load import BANDS, count, levels, limits_for, rare, sentences
from qiming.curriculum.tests.conftest import COURSE, LESSON
from qiming.curriculum.tests.test_checks import problems
from qiming.kernel.content import Problem

Bend = Callable[[str, str, str], None]
LESSON_FILE = f"{LESSON}/lesson.yaml"


def of(rule: str, found: list[Problem]) -> list[Problem]:
    return [one for one in found if one.rule == rule]


def test_the_table_is_whole() -> None:
    table = levels()
    assert (sum(one == 1 for one in table.values()), sum(one == 2 for one in table.values())) == (3500, 3000)
    assert (table["一"], table["矗"], table["乂"], table.get("齉")) == (1, 1, 2, 2)


@pytest.mark.parametrize(
    ("text", "characters"),
    [
        ("点一点。", 3),
        ("![八只小熊](media/a.svg)", 0),
        ("一共12.5个，用AI看", 7),
        ("`code 不读` **读我**", 2),
        ("[去看看](https://x.example)", 3),
        ("", 0),
    ],
)
def test_only_what_is_read_counts(text: str, characters: int) -> None:
    assert count(text) == characters


def test_sentences_end_where_a_reader_stops() -> None:
    assert sentences("先看。再想！\n- 说一说\n") == ["先看", "再想", "- 说一说"]


@given(st.text(max_size=80))
def test_counting_never_fails_and_pieces_add_up_to_no_less(text: str) -> None:
    whole = count(text)
    assert whole >= 0 and all(count(one) <= max(whole, count(one)) for one in sentences(text))


def test_words_a_lesson_explains_are_not_rare() -> None:
    assert rare("阈值和矗立", 1) == ["阈"]
    assert rare("阈值和矗立", 1, ["阈值"]) == []
    assert rare("齉", 2) == [] and rare("䶮", 2) == ["䶮"]


def test_limits_grow_with_the_grade() -> None:
    assert [limits_for(grade).last_grade for grade in (1, 2, 3, 6, 7, 12)] == [2, 2, 4, 6, 9, 12]
    for smaller, larger in pairwise(BANDS):
        assert smaller.screen < larger.screen and smaller.sentence < larger.sentence
    assert [band.period for band in BANDS] == [60, None, None, None, None]


def test_a_screen_too_long_says_where_and_that_the_limit_is_ours(tiny: Path, labs: Path, bend: Bend) -> None:
    bend(LESSON_FILE, "text: 答题。", f"text: {'把这句话读完要花很久，' * 40}")
    found = problems(tiny, labs)
    [screen] = of("reading-screen", found)
    assert screen.warns and screen.where.endswith(".text") and screen.line > 1
    assert "400个字" in screen.words.zh and "启明课程组的建议值" in screen.words.zh and screen.words.remedy_zh
    assert of("reading-sentence", found)


def test_grade_two_reads_fewer_than_sixty(tiny: Path, labs: Path, bend: Bend) -> None:
    bend(f"{COURSE}/course.yaml", "grades: [7]", "grades: [2]")
    [said] = of("reading-period", problems(tiny, labs))
    assert not said.warns and "要少于60个" in said.words.zh


def test_a_course_short_of_a_year_is_told(tiny: Path, labs: Path, bend: Bend) -> None:
    assert not of("periods-per-year", problems(tiny, labs))
    bend("rules/stage_rules.yaml", "stage: all, value: 1", "stage: all, value: 8")
    [said] = of("periods-per-year", problems(tiny, labs))
    assert said.warns and "每学年要8课时" in said.words.zh


def test_generative_use_says_how(tiny: Path, labs: Path, bend: Bend) -> None:
    bend(LESSON_FILE, "genai_use: none", "genai_use: guided")
    [said] = of("genai-how", problems(tiny, labs))
    assert said.warns and "核验" in said.words.zh
    guide = tiny / LESSON / "guide.md"
    guide.write_text(guide.read_text(encoding="utf-8") + "\n每人照核验单核对一遍。\n", encoding="utf-8")
    assert not of("genai-how", problems(tiny, labs))


def test_a_rung_that_repeats_leads_nowhere(tiny: Path, labs: Path, bend: Bend) -> None:
    bend(
        f"{LESSON}/items.yaml",
        "[以后遇到的是哪一种图？, 哪一次用的是这种图？]",
        "[以后遇到的是哪一种图？, 以后遇到的是哪一种图？]",
    )
    [said] = of("hint-ladder", problems(tiny, labs))
    assert not said.warns and said.where == "[0].hints[1]"


def test_every_finding_names_file_place_rule_and_what_to_do(tiny: Path, labs: Path, bend: Bend) -> None:
    bend(f"{COURSE}/course.yaml", "grades: [7]", "grades: [2]")
    bend(LESSON_FILE, "minutes: ", "minutes: 1")
    for one in problems(tiny, labs):
        assert one.file and one.line >= 1 and one.rule and one.words.zh and one.words.remedy_zh
        assert one.as_dict()["rule"] == one.rule and f"[{one.rule}]" in str(one)
