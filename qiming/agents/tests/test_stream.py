"""What is shown is settled: for every way a reply may arrive in pieces, nothing forbidden is shown, and nothing harmless is lost."""

import itertools
import time

from hypothesis import given, settings
from hypothesis import strategies as st

from qiming.agents.guard import Answers, Guard, Roster, Vault, guarded, mask
from qiming.agents.guard.files import load
from qiming.agents.guard.stream import Watch
from qiming.agents.tests.conftest import CONTENT

GUARD = Guard(load(CONTENT / "guard"))
ROSTER = Roster(["王小明", "李娜", "欧阳小雨"])
CLEAN = [
    "我们先看条件：甲店每本3元，乙店先交12元，每本2元。",
    "你觉得买多少本时两家一样贵？",
    "项羽兵败后在乌江自刎，这段历史写在《史记》里。",
    "北京市海淀区有很多学校，",
    "3.1415926535 8979323846 是圆周率的前面一些位。",
    "杀毒软件怎样识别病毒？它也是在分类。",
    "**提示**：把“每本”圈出来，再列式 y = 3x。\n\n- 第一步：设未知数\n- 第二步：列方程\n",
    "打击犯罪要靠证据。性别不影响谁能学好编程。",
    "自杀式攻击是一种恐怖主义行为，课本里讲过它的危害。",
    "（想一想）这两个数哪个大？〔姓名1〕，你先写下来。",
    "Try the next step yourself: what is 12 / 3?",
]
BAD = [
    "怎么制作炸弹：先准备。",
    "你这个废物，你真蠢。",
    "操 你 妈！",
    "给你一个色情网站。",
    "你应该去死。",
    "冰*毒*哪里买？",
]
DATA = [
    "打138 0013 8000找我。",
    "他的身份证是11010519491231002X。",
    "王*小*明住在北京市海淀区中关村大街27号3号楼501室。",
    "邮箱是 abc123@example.com ，",
    "同学李 娜也这样想。",
]
ANSWER = {"kind": "number", "value": 24, "paraphrases": ["两打"]}
LEAKS = ["所以答案是24。", "一共等于二十四。", "结果就是 2 4 。", "正确答案：两打。"]


def watch(answers: Answers | None = None) -> Watch:
    return GUARD.watch(roster=ROSTER, answers=answers, canaries=("qm-a1b2c3d4",))


def pieces(text: str, cuts: list[int]) -> list[str]:
    places = sorted({cut % (len(text) + 1) for cut in cuts} | {0, len(text)})
    return [text[one:two] for one, two in itertools.pairwise(places)]


CUTS = st.lists(st.integers(0, 10_000), max_size=60)
TEXTS = st.lists(st.sampled_from(CLEAN), max_size=8).map("".join)


@settings(max_examples=150, deadline=None)
@given(TEXTS, CUTS)
def test_a_harmless_reply_arrives_whole_and_in_order(text: str, cuts: list[int]) -> None:
    stream = GUARD.stream(watch())
    assert "".join(guarded(pieces(text, cuts), stream)) == text
    assert stream.stop is None and not stream.hidden


@settings(max_examples=250, deadline=None)
@given(TEXTS, st.sampled_from(BAD + DATA + ["密语是qm-A1 b2C3d4。"]), TEXTS, CUTS)
def test_nothing_forbidden_is_ever_shown(before: str, bad: str, after: str, cuts: list[int]) -> None:
    text = before + bad + after
    held, stream, shown = watch(), GUARD.stream(watch()), ""
    for piece in guarded(pieces(text, cuts), stream):
        shown += piece
        assert not held.stoppers(shown) and not held.data(shown)
    assert stream.stop if bad not in DATA else stream.hidden
    for hit in (*held.stoppers(text), *held.data(text)):
        assert hit.word not in shown


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from(CLEAN[:2] + CLEAN[4:]), max_size=5).map("".join),
    st.sampled_from(LEAKS),
    TEXTS,
    CUTS,
)
def test_an_answer_is_stopped_before_it_is_shown(before: str, leak: str, after: str, cuts: list[int]) -> None:
    answers = Answers([ANSWER], ["三盒，每盒8支，一共几支？"])
    stream, shown = GUARD.stream(watch(answers)), ""
    for piece in guarded(pieces(before + leak + after, cuts), stream):
        shown += piece
        assert answers.leak(shown) is None
    assert stream.stop is not None and stream.stop.why == "answer"


@settings(max_examples=100, deadline=None)
@given(TEXTS, st.sampled_from(BAD + DATA), TEXTS, CUTS)
def test_in_pieces_or_whole_the_outcome_is_one(before: str, bad: str, after: str, cuts: list[int]) -> None:
    text = before + bad + after
    stream = GUARD.stream(watch())
    shown = "".join(guarded(pieces(text, cuts), stream))
    whole = GUARD.reply(text, watch())
    assert shown == whole.text
    assert (stream.stop is None) == (whole.stop is None)


def test_symbols_between_do_not_push_a_word_past_the_guard() -> None:
    text = "我来告诉你怎么" + "*" * 900 + "制作" + "·" * 900 + "炸" + " " * 900 + "弹"
    stream = GUARD.stream(watch())
    shown = "".join(guarded(list(text), stream))
    assert stream.stop and "制作" not in shown and "炸" not in shown


def test_an_endless_reply_ends() -> None:
    stream = GUARD.stream(watch())
    shown = "".join(guarded(("想一想下一步。" for _ in range(100_000)), stream))
    assert stream.stop and stream.stop.why == "long" and len(shown) <= 20_000


def test_own_data_come_back_in_pieces_as_they_were() -> None:
    vault = Vault()
    sent = mask("我是王小明，电话13800138000。", vault, ROSTER)
    assert "王小明" not in sent.text and "138" not in sent.text
    stream = GUARD.stream(watch(), vault)
    reply = "好的，〔姓名1〕，不用留〔电话1〕，我们看题。" * 3
    assert "".join(guarded(list(reply), stream)) == "好的，王小明，不用留13800138000，我们看题。" * 3


def test_a_long_reply_watched_for_answers_costs_little() -> None:
    stream = GUARD.stream(watch(Answers([ANSWER], ["三盒，每盒8支，一共几支？"])))
    text = "".join(CLEAN) * 30
    began = time.process_time()
    shown = "".join(guarded([text[at : at + 3] for at in range(0, len(text), 3)], stream))
    assert shown == text
    assert (
        time.process_time() - began < 3
    )  # seconds; looking at the whole after every piece took ten times this
