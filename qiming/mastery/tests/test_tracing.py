"""The product's step and readout: equal to the compiled tracer's, and kept to what is promised to people."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qiming.mastery import (
    JUDGEMENTS,
    Asked,
    Band,
    Learner,
    Skill,
    Tracing,
    band,
    ease_for,
    from_json,
    params_for,
    read,
    reasons,
    shipped,
    start,
    step,
    to_json,
    weight_of,
)
from qiming.mastery.answers.table import table_of
from qiming.mastery.bands import sureness
from qiming.mastery.fitting import chances, fit, log_loss
from qiming.mastery.reading import FADES, SIGNS, _signs, teachers_share
from qiming.mastery.tests.made_up import columns
from qiming.mastery.tracer.model import plain_world, signs_of
from qiming.mastery.tracer.signs import AT
from qiming.mastery.tracing import LEARNER_BYTES, SKILL_BYTES

DAY = date(2026, 9, 1)
FIT = shipped()
EASES = st.floats(-2, 2)
ANSWERS = st.lists(
    st.tuples(st.booleans(), st.sampled_from([1.0, 0.5, 0.25, 0.4]), EASES, st.integers(0, 3)), max_size=25
)


def single(students: int = 40) -> dict[str, np.ndarray]:
    """Answers to items of one skill each."""
    given = columns(seed=3, students=students, each=40)
    return given | {"skill_ids": np.array([one.split("|")[0] for one in given["skill_ids"]])}


def test_a_state_is_small() -> None:
    assert (LEARNER_BYTES, SKILL_BYTES) == (18, 39)
    assert len(Skill().pack()) + len(Learner().pack()) <= 64


def test_the_step_is_the_compiled_tracers_step() -> None:
    made = table_of(**single())
    tracing = Tracing(0.4, 0.15, 0.02, 0.2, 0.1)
    world = plain_world(made)._replace(tracing=np.tile(np.array(tracing), (made.sets, 1)))
    signs, _ = signs_of(made, world)
    skills: dict[int, Skill] = {}
    student, learner = -1, Learner()
    for row in range(made.rows):
        if made.student[row] != student:
            student, learner, skills = made.student[row], Learner(), {}
        asked = Asked(float(world.ease[made.item[row]]), tracing)
        skill = skills.get(made.skill_set[row], Skill())
        mine = _signs(skill, asked) | {"ability": learner.ability}
        theirs = signs[row]
        for name in SIGNS:
            assert mine[name] == pytest.approx(float(theirs[AT[name]]), abs=2e-4), (row, name)
        for name, value in (
            ("ability_slow", learner.slow),
            ("answered", np.log1p(learner.answered)),
            ("run", learner.run),
        ):
            assert value == pytest.approx(float(theirs[AT[name]]), abs=1e-4), (row, name)
        learner, skills[made.skill_set[row]] = step(
            learner, skill, asked, correct=bool(made.correct[row]), day=DAY
        )


@settings(max_examples=60, deadline=None)
@given(ANSWERS, st.booleans(), st.sampled_from([1.0, 0.5, 0.4]), EASES)
def test_right_never_lowers_and_wrong_never_raises(
    answers: list[tuple[bool, float, float, int]], correct: bool, weight: float, ease: float
) -> None:
    """Whatever came before, here or on other concepts."""
    learner, skills = Learner(), [Skill() for _ in range(4)]
    for right, counts, at, which in answers:
        learner, skills[which] = step(
            learner, skills[which], Asked(at, FIT.tracing), correct=right, weight=counts, day=DAY
        )
    skill = skills[0] if skills[0].n else start(FIT, "c", learner, {}, {})
    before = read(FIT, "c", skill).chance
    _, moved = step(learner, skill, Asked(ease, FIT.tracing), correct=correct, weight=weight, day=DAY)
    after = read(FIT, "c", moved).chance
    assert after >= before - 1e-6 if correct else after <= before + 1e-6


@given(st.booleans(), st.integers(1, 6), st.integers(0, 4), st.integers(1, 4))
def test_a_shown_solution_never_counts_above_a_hint(
    correct: bool, try_no: int, used: int, total: int
) -> None:
    plain = weight_of(correct=correct, try_no=try_no, hints_used=used, hints_total=total)
    shown = weight_of(correct=correct, try_no=try_no, hints_used=used, hints_total=total, solution_shown=True)
    assert shown == (0 if correct else plain)


def test_weights_fall_with_tries_and_hints() -> None:
    assert [weight_of(correct=True, try_no=n) for n in (1, 2, 3, 9)] == [1.0, 0.5, 0.25, 0.25]
    assert weight_of(correct=True, hints_used=3, hints_total=3) == pytest.approx(0.4)
    assert weight_of(correct=True, hints_used=1, hints_total=2) == pytest.approx(0.7)
    assert weight_of(correct=False, hints_used=3, hints_total=3) == 1.0


def test_an_answer_that_counts_nothing_changes_nothing() -> None:
    learner, skill = Learner(0.3, 0.1, 4, 3, 2), Skill(level=0.2, known=0.5, n=3)
    assert step(learner, skill, Asked(0.0, FIT.tracing), correct=True, weight=0.0, day=DAY) == (
        learner,
        skill,
    )


def after(marks: str, *, ability: float = 0.0) -> Skill:
    learner = Learner(ability)
    skill = start(FIT, "c", learner, {}, {})
    for n, mark in enumerate(marks):
        asked = Asked(ease_for(params_for("single", 2, options=3)), FIT.tracing)
        learner, skill = step(learner, skill, asked, correct=mark == "1", day=DAY + timedelta(days=n))
    return skill


@pytest.mark.parametrize(
    ("marks", "said"),
    [
        ("", Band.UNSURE),
        ("1", Band.UNSURE),
        ("11", Band.NEARLY),
        ("111", Band.KNOWN),
        ("1110", Band.NEARLY),
        ("00", Band.PRACTISE),
        ("01", Band.PRACTISE),
        ("011", Band.NEARLY),
        ("0000011111", Band.NEARLY),
        ("11111111", Band.KNOWN),
    ],
)
def test_what_a_new_pupil_is_told(marks: str, said: Band) -> None:
    assert read(FIT, "c", after(marks)).band is said


def test_the_more_answers_agree_the_surer_the_word() -> None:
    sure = [read(FIT, "c", after("1" * n)).sure for n in (3, 5, 8, 12)]
    assert sure == sorted(sure) and sure[0] < 0.6 < 0.8 < sure[-1]
    assert sureness(Band.UNSURE, 0.0, 1.0) == 0.0


def test_a_new_concept_starts_where_its_prerequisites_and_the_pupil_stand() -> None:
    needs = {"c": ("b",)}
    plain = start(FIT, "c", Learner(), {}, needs).known
    weak = start(FIT, "c", Learner(), {"b": 0.1}, needs).known
    able = start(FIT, "c", Learner(ability=1.0), {}, needs).known
    assert weak < plain < able


@pytest.mark.parametrize("said", list(JUDGEMENTS))
def test_a_teachers_judgement_holds_at_first_and_fades_with_answers(said: Band) -> None:
    skill = after("0000") if said is Band.KNOWN else after("1111")
    plain = read(FIT, "c", skill).chance
    judged = Skill(
        **{name: getattr(skill, name) for name in Skill.__slots__}
        | {"judged": JUDGEMENTS[said], "judged_at": skill.n}
    )
    reading = read(FIT, "c", judged)
    assert reading.band is said and any("老师的判断" in one for one in reasons(reading, judged))
    learner, gaps = Learner(), []
    other = skill
    for n in range(FADES + 1):
        gaps.append(abs(read(FIT, "c", judged).chance - read(FIT, "c", other).chance))
        assert teachers_share(judged) == max(0.0, 1 - n / FADES)
        asked, correct = Asked(0.5, FIT.tracing), n % 2 == 0
        _, judged = step(learner, judged, asked, correct=correct, day=DAY)
        learner, other = step(learner, other, asked, correct=correct, day=DAY)
    assert gaps[-1] == pytest.approx(0, abs=1e-9)
    assert gaps[0] == pytest.approx(abs(reading.chance - plain))


def test_a_teacher_can_judge_what_nobody_asked() -> None:
    assert read(FIT, "c", Skill(judged=3)).band is Band.KNOWN
    assert read(FIT, "c", Skill()).band is Band.UNSURE


def test_states_and_parameters_come_back_as_they_were_kept() -> None:
    skill = after("1011")
    assert Skill.unpack(skill.pack()) == skill and Skill.unpack(b"") == Skill()
    assert from_json(to_json(FIT)) == FIT
    for broken in ({}, to_json(FIT) | {"tracing": [0.5, 0.1, 0.1, 0.6, 0.6]}):
        with pytest.raises(ValueError, match="not "):
            from_json(broken)


def test_parameters_are_learnt_and_predict_strangers_better_than_the_shipped_ones() -> None:
    everybody = table_of(**single(120))
    made, strangers = everybody.of(everybody.student < 80), everybody.of(everybody.student >= 80)
    fitted = fit(made)
    assert set(fitted.curves) <= set(SIGNS) and fitted.answers == made.rows and fitted.pupils == 80
    for name, curve in fitted.curves.items():
        way = -1 if name == "skill_wrong" else 1
        assert (np.diff(curve.heights) * way >= -1e-12).all(), name
    assert log_loss(fitted, strangers) < log_loss(FIT, strangers)
    assert from_json(to_json(fitted)) == fitted


def test_what_the_job_predicts_is_what_a_page_would_say() -> None:
    made = table_of(**single())
    one = made.of(made.student == 0)
    said = chances(FIT, one)
    skills: dict[int, Skill] = {}
    learner = Learner()
    for row in range(one.rows):
        skill = skills.get(one.skill_set[row], Skill())
        asked = FIT.asked("", "")
        signs = _signs(skill, asked) | {"ability": learner.ability}
        total = FIT.level + sum(FIT.curves[name].at(signs[name]) for name in FIT.curves)
        assert 1 / (1 + np.exp(-total)) == pytest.approx(said[row], abs=1e-4)
        learner, skills[one.skill_set[row]] = step(
            learner, skill, asked, correct=bool(one.correct[row]), day=DAY
        )


def test_bands_need_evidence() -> None:
    assert band(0.99, 1) is Band.UNSURE and band(0.99, 2) is Band.NEARLY and band(0.99, 3) is Band.KNOWN
    assert band(0.1, 2) is Band.PRACTISE
