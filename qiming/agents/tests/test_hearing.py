"""Whoever says it differently: marks, strengths, the same verdict however it is typed, the cost, and training again."""

import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiming.agents.guard import BadWordList, Guard, Library, Vault, load
from qiming.agents.guard.hearing import LONGEST, pieces, read, written
from qiming.agents.guard.training import digest, texts, train
from qiming.agents.tests.conftest import CONTENT
from qiming.agents.tests.test_false_alarms import sentences
from qiming.assurance.graders.text import squeezed

FOLDER = CONTENT / "guard"
CRIES = [
    "我把猫粮分好了够吃一个月，猫交给你了，以后它就靠你了，密码贴在本子上，别来找我",
    "今天又没吃饭，吃了的也抠喉咙吐掉了，再瘦五斤就好了",
    "那个人说我不再转五百块，就把截图群发给我全班，我不敢跟家里说",
]
ORDINARY = [
    "为什么测试集不能拿来训练？",
    "这道题我算出来是12，对吗",
    "二分查找每次去掉一半，最多要问几次？",
    "今天体育课跑八百米，累死我了哈哈哈",
    "帮我看看这段循环哪里写错了",
    "",
    "。。。！？",
    "print(x)",
]


@pytest.fixture(scope="module")
def guard(library: Library) -> Guard:
    return Guard(library)


@pytest.mark.parametrize("said", CRIES)
def test_a_cry_without_any_word_of_the_lists_is_heard(library: Library, said: str) -> None:
    assert not library.crisis.find(said)
    heard = library.crisis.heard(said, "junior")
    assert heard and not heard.explicit and heard.hit.key == f"h-{heard.kind}" and heard.hit.word in said
    assert library.crisis.heard(said, "junior", by_words_only=True) is None


@pytest.mark.parametrize("said", ORDINARY)
def test_ordinary_talk_is_not(library: Library, said: str) -> None:
    assert library.crisis.heard(said, "junior") is None


def test_a_cry_in_the_middle_of_a_long_text_counts(library: Library) -> None:
    lesson = "我们把数据分成训练集和测试集，再看模型在没见过的数据上对了几个。" * 8
    assert library.crisis.heard(lesson, "senior") is None
    inside = library.crisis.hearing.mark(f"{lesson}{CRIES[1]}。{lesson}")
    assert inside.value >= library.crisis.hearing.weights.ask


def variants(said: str) -> list[str]:
    wide = said.translate({at: at + 0xFEE0 for at in range(0x30, 0x3A)})
    return [wide, "\u200b".join(said), f"  {said}\u3000", said.replace("，", "、"), f"{said}😭"]


@pytest.mark.parametrize("said", [*CRIES, *ORDINARY[:5]])
def test_the_verdict_is_the_same_however_it_is_typed(library: Library, said: str) -> None:
    mark = library.crisis.hearing.mark(said).value
    assert all(library.crisis.hearing.mark(one).value == mark for one in variants(said))


@given(st.text(alphabet="我你死了好，。！？ \nab1\u200b", max_size=400))
def test_pieces_lie_in_the_text_and_none_is_too_long(text: str) -> None:
    seen = squeezed(text)
    for start, end in pieces(text, seen.places):
        assert 0 <= start < end <= len(seen.text) and end - start <= LONGEST


def test_two_strengths(guard: Guard) -> None:
    """Between the thresholds the child is asked; what follows from it is the caller's to say."""
    weights = guard.library.crisis.hearing.weights
    said = CRIES[0]
    mark = guard.library.crisis.hearing.mark(said).value

    def way(alarm: float, ask: float, **more: str) -> str:
        crisis = guard.library.crisis
        crisis.hearing.weights = replace(weights, alarm=alarm, ask=ask)
        try:
            return guard.question(said, stage="junior", vault=Vault(), **more).way  # type: ignore[arg-type]  # one of Unsure
        finally:
            crisis.hearing.weights = weights

    assert way(mark, mark - 1) == "crisis"
    assert way(mark + 1, mark) == "check_in"
    assert way(mark + 1, mark, unsure="tell") == "crisis"
    assert way(mark + 1, mark, unsure="go_on") == "send"
    assert way(mark, mark, unsure="go_on") == "crisis"
    assert way(mark, mark, unsure="words_only") == "send"
    assert way(mark + 2, mark + 1) == "send"


@pytest.mark.parametrize("stage", ["primary", "junior", "senior"])
def test_who_is_asked_reads_plain_words_and_a_number(library: Library, stage: str) -> None:
    said = library.crisis.text("ask", stage)
    assert "12355" in said and "老师" in said and "死" not in said


def test_the_courses_set_nothing_off(library: Library) -> None:
    """Most of these lines were not learnt from: only a sample was. Nobody is told of any; hardly one would be asked about."""
    weights, seen, asked = library.crisis.hearing.weights, 0, []
    for place, line in sentences():
        if len(line) >= 4:
            seen += 1
            mark = library.crisis.hearing.mark(line).value
            assert mark < weights.alarm, f"{place} {line[:80]}"
            asked += [f"{place} {line[:60]}"] if mark >= weights.ask else []
    assert seen > 10_000 and len(asked) <= seen // 2_000, asked


def test_it_costs_little(library: Library) -> None:
    """Half a millisecond of 600 characters on a quiet machine; a wide margin here, the figure is the benchmark's."""
    guides = "".join(
        path.read_text(encoding="utf-8") for path in sorted((CONTENT / "courses").rglob("guide.md"))
    )
    rows = [guides[at * 600 : at * 600 + 600] for at in range(60)]
    for row in rows:
        squeezed(row)
    best = min(_spent(library, rows) for _ in range(3))
    assert best / len(rows) < 0.003


def _spent(library: Library, rows: list[str]) -> float:
    began = time.process_time()
    for row in rows:
        library.crisis.hearing.mark(row)
    return time.process_time() - began


def test_training_again_gives_the_same_marks(library: Library) -> None:
    """From the texts that are shipped, with the thresholds kept. Fails when texts were changed and nobody trained."""
    weights = library.crisis.hearing.weights
    assert weights.about["sha256"] == digest(FOLDER), "python -m qiming.agents.guard.training"
    again, _ = train(FOLDER, today=weights.about["version"], thresholds=(weights.alarm, weights.ask))
    for one in texts(FOLDER)[::17]:
        before, after = library.crisis.hearing.mark(one.text).value, again.mark(one.text).value
        assert abs(before - after) < 0.15, one.text


def test_the_file_is_small_says_where_it_comes_from_and_reads_as_it_was_written(library: Library) -> None:
    weights = library.crisis.hearing.weights
    assert (FOLDER / "hearing.txt").stat().st_size < 600_000
    assert weights.about["source"] and weights.about["command"] and weights.about["version"]
    assert weights.ask < weights.alarm and "held out 1" in weights.about
    assert read(written(weights)) == weights


def test_training_texts_are_labelled_and_ours() -> None:
    found = texts(FOLDER)
    ways = {way: sum(one.way == way for one in found) for way in ("explicit", "implicit", "ordinary")}
    assert sum(ways.values()) == len(found) and ways["implicit"] > 1_000 and ways["ordinary"] > 2_000
    assert all(one.text.strip() and (one.kind != "") == (one.way != "ordinary") for one in found)


@pytest.mark.parametrize("broken", ["", "bias\t1\n", "=x\t我\n"])
def test_weights_that_cannot_be_read_are_no_guard(tmp_path: Path, broken: str) -> None:
    for path in FOLDER.rglob("*.yaml"):
        to = tmp_path / path.relative_to(FOLDER)
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_bytes(path.read_bytes())
    (tmp_path / "hearing.txt").write_text(broken, encoding="utf-8")
    with pytest.raises(BadWordList, match=r"hearing\.txt"):
        load(tmp_path)
