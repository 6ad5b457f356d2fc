from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from qiming.mastery import (
    Asked,
    Band,
    Candidate,
    Choice,
    Learner,
    Pupil,
    Skill,
    answer_words,
    choose_practice,
    ease_for,
    params_for,
    read,
    shipped,
    step,
    summary,
)
from qiming.mastery.practice import scaled
from qiming.mastery.reading import Reading

TODAY = date(2026, 11, 20)
FIT = shipped()
EASES = {difficulty: ease_for(params_for("single", difficulty, options=4)) for difficulty in (1, 2, 3)}


def skill(marks: str, days_ago: int = 1) -> Skill:
    learner, one = Learner(), Skill()
    for mark in marks:
        asked = Asked(EASES[2], FIT.tracing)
        learner, one = step(learner, one, asked, correct=mark == "1", day=TODAY - timedelta(days=days_ago))
    return one


def item(concept: str, difficulty: int = 2, **more: object) -> Candidate:
    asked = Asked(EASES[difficulty], FIT.tracing)
    return Candidate(f"{concept}-{difficulty}", concept, asked, **more)  # type: ignore[arg-type]


def pool(*concepts: str) -> list[Candidate]:
    return [item(concept, difficulty) for concept in concepts for difficulty in (1, 2, 3)]


def choose(
    skills: dict[str, Skill],
    candidates: list[Candidate],
    needs: dict[str, list[str]] | None = None,
    **more: int,
) -> list[Choice]:
    return choose_practice(
        FIT,
        Pupil(Learner(), skills),
        needs or {},
        candidates,
        today=TODAY,
        seed="s",
        titles={"a": "甲", "b": "乙"},
        **more,
    )


def test_what_others_build_on_comes_first_and_says_so() -> None:
    chosen = choose({"a": skill("00"), "b": skill("0")}, pool("a", "b"), {"b": ["a"]}, count=2)
    assert {one.concept for one in chosen} == {"a"}
    assert chosen[0].reason == "“乙”要用到“甲”，先把它练稳。"


def test_a_known_concept_comes_back_when_its_review_is_due() -> None:
    known = skill("11111", days_ago=60)
    chosen = choose({"a": known, "b": skill("01")}, pool("a", "b"))
    assert known.memory is not None and known.memory.due <= TODAY
    assert chosen[0].concept == "a" and "回头" in chosen[0].reason


def test_items_near_three_in_four_come_first() -> None:
    weak, able = skill("00"), skill("111")
    assert choose({"a": weak}, pool("a"), count=1)[0].item == "a-1"
    assert choose({"a": able}, pool("a"), count=1)[0].item == "a-3"


def test_an_item_just_answered_rests() -> None:
    fresh = [
        item("a", 1, last_day=TODAY, last_correct=False),
        item("a", 2, last_day=TODAY - timedelta(days=2), last_correct=True),
        item("a", 3, last_day=TODAY - timedelta(days=1), last_correct=False),
    ]
    assert [one.item for one in choose({"a": skill("00")}, fresh)] == ["a-3"]


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(st.sampled_from("abcdef"), st.text("01", max_size=4)),
    st.dictionaries(st.sampled_from("abcdef"), st.lists(st.sampled_from("abcdef"), max_size=3)),
    st.lists(st.sampled_from("abcdef"), max_size=6, unique=True),
    st.integers(0, 8),
)
def test_any_graph_gives_a_bounded_choice_without_repeats(
    marks: dict[str, str], needs: dict[str, list[str]], concepts: list[str], count: int
) -> None:
    skills = {key: skill(one) for key, one in marks.items()}
    chosen = choose(skills, pool(*concepts), needs, count=count)
    assert chosen == choose(skills, pool(*concepts), needs, count=count)
    assert len(chosen) <= count and len({one.item for one in chosen}) == len(chosen)
    assert all(one.reason and not any(sign.isdigit() for sign in one.reason) for one in chosen)


@given(st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_the_frontiers_scale_keeps_the_order_and_the_bands(a: float, b: float) -> None:
    low, high = (scaled(Reading(p, Band.KNOWN, 0.0, ())) for p in sorted((a, b)))
    assert 0 <= low <= high <= 1
    assert scaled(Reading(0.9, Band.NEARLY, 0.0, ())) < 0.95 <= scaled(Reading(0.83, Band.KNOWN, 0.0, ()))


def test_what_each_answer_did_and_what_they_come_to() -> None:
    assert (
        answer_words(correct=True, try_no=2, hints_used=1, solution_shown=False, weight=0.3)
        == "答对，第2次试，看了1步提示，算得轻一些"
    )
    assert "只算看过" in answer_words(correct=True, try_no=3, hints_used=0, solution_shown=True, weight=0)
    four = skill("1111")
    assert read(FIT, "a", four).band is Band.KNOWN
    assert summary(Band.KNOWN, four, 4).startswith("已经掌握：算数的作答4次，答对4次")
    assert summary(Band.NEARLY, skill("11"), 2).startswith("快了") and "证据不够" in summary(
        Band.UNSURE, Skill(), 0
    )
