"""How the class chose where nobody is right: numbers, from five answers on, only of the own class, never who."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiming.kernel.access import Denied
from qiming.learning.labs import choices, tally, words
from qiming.learning.labs.choices import Chosen, ClassChoice, counted
from qiming.learning.labs.tally import MOST_CHOICE, MOST_CHOICES, Tally
from qiming.learning.labs.tests.test_class import did
from qiming.learning.tests.conftest import LESSON, Class
from qiming.teaching.tests.conftest import enrol

ABOUT = "小车该让谁"


def chose(about: Any, choice: Any) -> words.Said:
    return words.cleaned("chose", {"about": about, "choice": choice})


def told(cls: Class, client: Any, lesson: str = LESSON) -> Any:
    place = {"offering": str(cls.offering.id), "lesson": lesson, "activity": "try"}
    return client.get("/api/learning/labs/choices", place)


def test_the_most_chosen_stand_first_and_few_answers_are_left_out() -> None:
    seen = [{ABOUT: "停下"}] * 4 + [{ABOUT: "绕开", "别的": "是"}] * 2
    assert counted(seen) == [ClassChoice(ABOUT, 6, (Chosen("停下", 4, 67), Chosen("绕开", 2, 33)))]
    assert [one.about for one in counted(seen, least=1)] == ["别的", ABOUT]
    assert counted([]) == []


@given(
    st.lists(st.dictionaries(st.sampled_from("甲乙丙"), st.sampled_from("一二三"), max_size=3), max_size=30)
)
def test_nobody_is_counted_twice_or_lost(seen: list[dict[str, str]]) -> None:
    found = {one.about: one for one in counted(seen, least=1)}
    for about in "甲乙丙":
        answered = sum(about in one for one in seen)
        assert (about in found) == (answered > 0)
        if answered:
            assert found[about].answered == sum(one.n for one in found[about].counts) == answered


def test_the_last_choice_counts_and_what_is_none_is_left() -> None:
    run = tally.after(
        Tally(), [chose(ABOUT, "停下"), chose(ABOUT, "绕开"), chose("", "x"), chose(3, "x"), chose("y", {})]
    )
    assert run.choices == {ABOUT: "绕开"}
    assert tally.read(run.as_json()) == run
    many = tally.after(Tally(), [chose(f"问题{n}" * 40, "长" * 300) for n in range(40)])
    assert len(many.choices) <= MOST_CHOICES
    assert all(len(about) <= MOST_CHOICE and len(one) <= MOST_CHOICE for about, one in many.choices.items())


def test_a_class_sees_numbers_from_five_on(cls: Class) -> None:
    cls.world.pupils += enrol(cls.world.class_1, 4, len(cls.world.pupils) + 1)
    for seat in range(1, 5):
        did(cls, seat, ("chose", {"about": ABOUT, "choice": "停下"}))
    assert told(cls, cls.client(1)).json() == {"choices": []}
    did(cls, 5, ("chose", {"about": ABOUT, "choice": "<b>绕开</b>"}))
    answer = told(cls, cls.client(6))
    [one] = answer.json()["choices"]
    assert (one["about"], one["answered"]) == (ABOUT, 5)
    assert one["counts"] == [
        {"choice": "停下", "n": 4, "share": 80},
        {"choice": "<b>绕开</b>", "n": 1, "share": 20},
    ]
    assert not any(str(pupil.id) in answer.content.decode() for pupil in cls.world.pupils)


def test_the_teacher_sees_them_under_the_grid_and_the_page_is_fresh(cls: Class) -> None:
    url = f"/marking/labs/{cls.offering.id}/{LESSON}/try/"
    teacher = cls.teacher_client()
    before = teacher.get(f"{url}board/")
    assert "大家怎么选" not in before.content.decode()
    did(cls, 1, ("chose", {"about": ABOUT, "choice": "<b>停下</b>"}))
    html = teacher.get(f"{url}board/", headers={"If-None-Match": before["ETag"]}).content.decode()
    assert "大家怎么选" in html
    assert ABOUT in html
    assert "&lt;b&gt;停下" in html
    assert "<b>停下" not in html


def test_other_people_and_other_lessons_are_not_told(cls: Class) -> None:
    did(cls, 1, ("chose", {"about": ABOUT, "choice": "停下"}))
    assert told(cls, cls.teacher_client()).status_code in (403, 404)
    assert told(cls, cls.client(1), "no-such-lesson").json() == {"choices": []}
    with pytest.raises(Denied):
        choices.of_own_class(
            actor=cls.teacher, offering_id=cls.offering.id, lesson_key=LESSON, activity_key="try"
        )
