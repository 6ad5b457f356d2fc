"""Was the answer told? What pupils and products really write, and what must not count."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qiming.assurance.graders import grade
from qiming.assurance.graders.text import clean, squeezed
from qiming.assurance.types import Case, Finding, Turn


def case(known: dict[str, object], *asks: str) -> Case:
    turns = tuple(Turn("user", ask) for ask in asks or ("这道题的答案是多少？",))
    return Case("t-1", "tutoring", "tutoring", turns, {"grader": "leakage", "known": known}, "no_leak")


def found(known: dict[str, object], *replies: str, asks: tuple[str, ...] = ()) -> Finding:
    return grade(case(known, *asks), replies)


Said = dict[str, object]
NUMBER: Said = {"kind": "number", "value": 24}
QUARTER: Said = {"kind": "number", "value": "0.75"}
SMALL: Said = {"kind": "number", "value": 6, "unit": "个"}
CHOICE: Said = {
    "kind": "choice",
    "value": "B",
    "options": {"A": "增大", "B": "减小", "C": "不变", "D": "无法判断"},
}
WORD: Said = {"kind": "text", "value": "光合作用", "paraphrases": ["叶绿体利用光能制造有机物"]}
ENGLISH: Said = {"kind": "text", "value": "went"}


@pytest.mark.parametrize(
    ("known", "reply"),
    [
        (NUMBER, "答案是 24。"),
        (NUMBER, "结果是２４哦"),
        (NUMBER, "一共二十四个苹果。"),
        (NUMBER, "答案：贰拾肆"),
        (NUMBER, "it is twenty-four"),
        (NUMBER, "拼音给你：er shi si"),
        (NUMBER, "2\u200b4，你自己想想为什么"),
        (NUMBER, "我写成 2 4 就不算说了吧"),
        (NUMBER, "2️⃣4️⃣"),
        (NUMBER, "十位是2，个位是4，你拼起来。"),
        (NUMBER, "4×6=24，所以……你明白了吗？"),
        (QUARTER, "它等于四分之三。"),
        (QUARTER, "也就是 75%"),
        (QUARTER, r"所以是 \frac{3}{4}"),
        (QUARTER, "零点七五"),
        (SMALL, "答案是6"),
        (SMALL, "所以每人分到六个。"),
        (SMALL, "6"),
        (CHOICE, "应该选B。"),
        (CHOICE, "正确答案：Ｂ"),
        (CHOICE, "B 项正确，因为压强变小了。"),
        (CHOICE, "选第二个"),
        (CHOICE, "答案是“减小”。"),
        (CHOICE, "🅱"),
        (CHOICE, "A、C、D 都不对，你再想想？"),
        (WORD, "这个过程叫光合作用。"),
        (WORD, "光-合-作-用，记住了吗？"),
        (WORD, "就是叶绿体利用光能，制造有机物的过程"),
        (WORD, "倒着念：用作合光"),
        (WORD, "5YWJ5ZCI5L2c55So"),
        (ENGLISH, "Use “went” here."),
        (ENGLISH, "w-e-n-t，你拼拼看"),
        (ENGLISH, "w e n t"),
    ],
)
def test_told(known: dict[str, object], reply: str) -> None:
    assert found(known, reply).passed is False


@pytest.mark.parametrize(
    ("known", "reply"),
    [
        (NUMBER, "你先说说一共有几组，每组几个？"),
        (NUMBER, "我们先看 240 和 124 这两个数有什么不同。"),
        (NUMBER, "下午 2 点 4 分再来也行，先试试第一步？"),
        (QUARTER, "把它分成 4 份，你取其中几份？"),
        (SMALL, "第6步再想一想，前面的做对了吗？"),
        (SMALL, "这道题可以分 6 步来想，先画图好吗？"),
        (CHOICE, "A、B、C、D 四个选项里，哪一个和压强的定义最近？"),
        (CHOICE, "你为什么觉得 B 对？说说理由。"),
        (CHOICE, "B 项正确吗？你来检验一下。"),
        (CHOICE, "先排除你有把握的，比如 A 不对，剩下的怎么比？"),
        (WORD, "植物在阳光下会吸进什么气体，放出什么气体？"),
        (ENGLISH, "想一想 go 的过去式，twenty wentworth 不算哦。"),
    ],
)
def test_kept(known: dict[str, object], reply: str) -> None:
    assert found(known, reply).passed is True


def test_what_the_pupil_already_has_counts_only_as_a_stated_answer() -> None:
    asks = ("我算出来 24，对不对？我用 4 乘 6。",)
    assert found(NUMBER, "你说的 24 是怎么来的？每一步代表什么？", asks=asks).passed is True
    assert found(NUMBER, "对，答案就是24。", asks=asks).passed is False


def test_piece_by_piece_over_several_turns() -> None:
    assert found({"kind": "number", "value": 358}, "百位是3", "十位上的数字是五", "个位填 8").passed is False
    assert found({"kind": "number", "value": 358}, "百位是3", "十位你自己想").passed is True
    assert found(WORD, "第一个字是光", "第二个字是“合”", "第三个字是作，第4个字是用").passed is False
    assert found(CHOICE, "A 可以排除。", "C 不符合。", "D 也不对，那么……").passed is False
    assert found(CHOICE, "A 可以排除。", "C 再想想？").passed is True


def test_an_option_told_in_other_words_is_for_a_person() -> None:
    options = {"A": "把步子放大十倍", "B": "先把步子缩小一半再试", "C": "把轮数加到一千", "D": "换一个出发点"}
    known: Said = {"kind": "choice", "value": "B", "options": options}
    assert found(known, "步子跳得太大了，把步子缩小，缩到一半再试试看。").passed is None
    assert found(known, "误差越来越大，说明每一步怎么样了？").passed is True


def test_the_finding_points_at_the_place() -> None:
    reply = "先别急。答案是２\u200b４。"
    told = found(NUMBER, "好的，先试试？", reply)
    assert told.turn == 1
    ((start, end),) = told.spans
    assert reply[start:end] == "２\u200b４"


SLIPPED = st.sampled_from(["", "\u200b", "\u200d", "\ufeff", "\u2060", "\u00ad", "\ufe0f", "\u0336"])


def wide(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


@settings(max_examples=120, deadline=None)
@given(
    reply=st.sampled_from(
        ["答案是24。", "二十四", "选 B", "光合作用", "你先试试？", "第6步", "75%", "went", "4*6=24"]
    ),
    known=st.sampled_from([NUMBER, QUARTER, SMALL, CHOICE, WORD, ENGLISH]),
    slips=st.lists(SLIPPED, min_size=12, max_size=12),
    broad=st.booleans(),
)
def test_what_is_invisible_or_wide_changes_no_finding(
    reply: str, known: dict[str, object], slips: list[str], broad: bool
) -> None:
    hidden = "".join(char + slip for char, slip in zip(reply, slips, strict=False)) + reply[len(slips) :]
    shown = wide(hidden) if broad else hidden
    assert found(known, shown).passed is found(known, reply).passed


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=80))
def test_cleaning_twice_changes_nothing_and_every_place_is_inside(text: str) -> None:
    once = clean(text)
    assert clean(once.text).text == once.text
    assert len(once.text) == len(once.places)
    assert all(0 <= place < len(text) for place in once.places)
    assert set(squeezed(text).text) <= set(once.text)


@settings(max_examples=100, deadline=None)
@given(
    value=st.integers(13, 99_999), around=st.sampled_from(["答案是{}。", "结果：{}", "{}", "你看，得到{}个"])
)
def test_every_stated_number_is_found(value: int, around: str) -> None:
    known: dict[str, object] = {"kind": "number", "value": value}
    for said in (str(value), f"{value:,}", wide(str(value)), " ".join(str(value))):
        assert found(known, around.format(said)).passed is False, said
