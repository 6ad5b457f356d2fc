"""From lines of a photo to answers and to whose they are."""

import pytest

from qiming.assist.marker.rules.sheets import Line, Pupil, Question, answers_of, troubles_of, whose

Q1 = Question("q1", 1, "为什么不能只看学过的图考出来的成绩？")
Q2 = Question("q2", 2, "专门留出来考它的那一份数据叫什么？")
QUESTIONS = (Q1, Q2)
CLASS = (Pupil("a", 12, "王一诺"), Pupil("b", 2, "李安"), Pupil("c", 3, "李安"))


def page(*texts: str, left: float = 0.1) -> list[Line]:
    return [Line(text, (left, 0.05 * no, 0.9, 0.05 * no + 0.03), 0.95) for no, text in enumerate(texts, 1)]


@pytest.mark.parametrize(
    ("texts", "first", "second"),
    [
        (
            [
                "第4课 练习纸 姓名 王一诺",
                "1. 为什么不能只看学过的图考出来的成绩？",
                "因为背下来了",
                "要用新图",
                "2.专门留出来考它的那一份数据叫什么？",
                "测试集",
            ],
            "因为背下来了\n要用新图",
            "测试集",
        ),
        (
            [
                "1.为什么不能只看学过的",
                "图考出来的成绩？背下来了",
                "2.专门留出来考它的那份数据叫什么",
                "答：测试集",
            ],
            "背下来了",
            "测试集",
        ),
        (["1、背下来了", "2、测试集"], "背下来了", "测试集"),
        (["第1题：背下来了", "1. 第一", "第2题 测试集____"], "背下来了\n1. 第一", "测试集"),
        (["1.为什么不能只看学过的图考出来的成绩？", "________"], "", None),
        (["妈妈买的菜单", "白菜三斤"], None, None),
    ],
)
def test_answers_stand_under_their_questions(texts: list[str], first: str | None, second: str | None) -> None:
    found = answers_of(page(*texts), QUESTIONS)
    assert (found["q1"].text if "q1" in found else None) == first
    assert (found["q2"].text if "q2" in found else None) == second


def test_one_row_is_read_from_left_to_right_and_the_worst_line_counts() -> None:
    lines = [
        Line("背下来了", (0.5, 0.101, 0.9, 0.13), 0.9),
        Line("因为它", (0.1, 0.1, 0.4, 0.13), 0.6),
        Line("1.", (0.0, 0.1, 0.05, 0.13), 0.99),
    ]
    written = answers_of(lines, QUESTIONS)["q1"]
    assert (written.texts, written.score) == (["因为它", "背下来了"], 0.6)
    assert answers_of([], QUESTIONS) == {}


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("姓名 王一诺 座号 12", "a"),
        ("姓名：王 一 诺", "a"),
        ("座号：2", "b"),
        ("姓名李安", None),
        ("姓名李安 座号3", "c"),
        ("姓名王一诺 座号 2", None),
        ("座号 45", None),
        ("张三", None),
    ],
)
def test_whose_sheet_it_is(text: str, key: str | None) -> None:
    assert whose(page(text), CLASS) == key


def test_what_is_wrong_with_a_photo() -> None:
    good = page("1. 为什么不能只看学过的图")
    assert troubles_of(good, sharp=1.0, turn=0, found=1) == []
    assert troubles_of(page("三"), sharp=4.0, turn=0, found=0) == ["nothing"]
    assert troubles_of(good, sharp=0.01, turn=180, found=0) == ["blurred", "turned", "no_question"]
    two = [*page("姓名 王一诺 写的字够多"), Line("姓名 李安", (0.6, 0.05, 0.9, 0.08), 0.9)]
    assert troubles_of(two, sharp=1.0, turn=0, found=2) == ["two_sheets"]
