"""Numbers as people write them, and text as a reader sees it."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qiming.assurance.graders.numbers import numbers, value_of
from qiming.assurance.graders.text import clean, holds, sentences, spread, squeezed

DIGITS = "零一二三四五六七八九"


def in_chinese(value: int) -> str:
    """Whole numbers below 100,000,000 as a Chinese reads them out."""
    if value >= 10_000:
        high, low = divmod(value, 10_000)
        gap = "零" if 0 < low < 1000 else ""
        return in_chinese(high) + "万" + (gap + in_chinese(low) if low else "")
    said, skipped = "", False
    for power, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // power % 10
        if digit:
            said += ("零" if skipped else "") + DIGITS[digit] + unit
            skipped = False
        elif said and value % power:
            skipped = True
    return said or "零"


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("一共二十四个", ["1", "24"]),
        ("贰拾肆", ["24"]),
        ("1,234.5 元", ["1234.5"]),
        ("－3 度", ["-3"]),
        ("负三分之二", ["-2/3"]),
        ("百分之七十五", ["0.75"]),
        ("75%", ["0.75"]),
        ("零点七五", ["0.75"]),
        ("二〇二六年", ["2026"]),
        ("1又1/2", ["3/2"]),
        (r"\frac{3}{4}", ["3/4", "3", "4"]),
        ("７／８", ["7", "7/8", "8"]),
        ("three hundred and sixty-five", ["365"]),
        ("②", ["2"]),
        ("没有数", []),
        ("5/0", ["5", "0"]),
    ],
)
def test_numbers_are_read(text: str, values: list[str]) -> None:
    found = [one.value for one in numbers(clean(text).text)]
    assert sorted(found) == sorted(Fraction(value) for value in values)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 99_999_999))
def test_what_is_read_out_in_chinese_is_understood(value: int) -> None:
    assert [one.value for one in numbers(in_chinese(value))] == [value]
    assert value_of(in_chinese(value)) == value


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="0123456789.,/%-+一二十百千万亿点分之负又 \\frac{}", max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    for one in numbers(clean(text).text):
        assert 0 <= one.start < one.end <= len(clean(text).text)


@pytest.mark.parametrize(
    ("said", "value"),
    [
        (24, 24),
        (0.75, "3/4"),
        ("3/4", "3/4"),
        ("20%", "1/5"),
        ("五", 5),
        ("x", None),
        (True, None),
        ("", None),
    ],
)
def test_an_authors_number(said: str | float, value: str | int | None) -> None:
    assert value_of(said) == (None if value is None else Fraction(value))


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("ＡＢＣ１２３", "abc123"),
        ("р\u200bаsswоrd", "password"),
        ("🅰🅱", "ab"),
        ("①②", "12"),
        ("光\ufeff合\u00ad作用", "光合作用"),
        ("⼀⼆", "一二"),
        ("b̶a̶d̶", "bad"),
    ],
)
def test_text_is_read_as_a_reader_sees_it(written: str, seen: str) -> None:
    assert clean(written).text == seen


def test_places_lead_back_into_the_text_as_written() -> None:
    written = "答：光-\u200b合 作用！"
    found = holds(squeezed(written), ["没有", "光合作用"])
    assert found is not None and written[slice(*found)] == "光-\u200b合 作用"
    assert clean("").span(0, 1) == (0, 0)


def test_words_of_letters_are_whole_words() -> None:
    assert spread("went").search("he w-e-n-t home") and not spread("went").search("twenty")
    assert sentences("一。二！\n三？") == ["一。", "二！", "三？"]
