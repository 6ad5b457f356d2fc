"""Plans by rules: minutes add up, what is needed comes before, ethics and a check are there, nothing above the stage."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qiming.assist.planner.rules import bank, homework, unit, visit
from qiming.assist.planner.rules.fitting import LONGEST, SHORTEST, TooShort
from qiming.assist.planner.rules.pace import minutes_of, share
from qiming.assist.planner.rules.parts import GUIDE
from qiming.assist.planner.rules.period import plan_period
from qiming.assist.planner.rules.steps import is_for_pupils, items_of
from qiming.assist.planner.types import (
    Act,
    Belief,
    ClassFacts,
    Form,
    LessonFacts,
    Part,
    PeriodPlan,
    Role,
    StageFacts,
    Wish,
)
from qiming.assist.tests.planner_world import (
    CONTENT,
    JUNIOR,
    PUPILS,
    classes,
    confusion,
    lesson,
    lessons,
    misconceptions,
    read,
)

NOBODY = ClassFacts(PUPILS)
WEAK_BEFORE = ClassFacts(PUPILS, {"c051": Belief(10, 8, 12, 6), "c052": Belief(5, 5, 14, 12)})
wishes = st.builds(
    Wish, form=st.just(Form.SINGLE), minutes=st.integers(SHORTEST, LONGEST), has_computers=st.booleans()
)


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 9)), min_size=1, max_size=12), st.integers(0, 60)
)
def test_minutes_are_shared_out_exactly_and_none_below_its_floor(
    rows: list[tuple[int, int]], more: int
) -> None:
    floors = [floor for _, floor in rows]
    total = sum(floors) + more
    given_out = share(total, [weight for weight, _ in rows], floors)
    assert sum(given_out) == total
    assert all(got >= floor for got, floor in zip(given_out, floors, strict=True))


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(range(8)), classes(), wishes)
def test_every_plan_keeps_the_rules(at: int, known: ClassFacts, wish: Wish) -> None:
    taught = lessons()[at]
    plan = plan_period(taught, known, JUNIOR, wish)
    assert sum(block.minutes for block in plan.blocks) == wish.minutes
    assert all(1 <= block.minutes <= 45 and block.reason and block.sources for block in plan.blocks)
    roles = [block.role for block in plan.blocks]
    assert Role.ETHICS in roles and Role.CHECK in roles and Role.CORE in roles
    if Role.BEFORE in roles:
        assert roles.index(Role.BEFORE) == 0
    if not wish.has_computers:
        assert not any(block.step and is_for_pupils(block.step) for block in plan.blocks)
    assert all(part.reason and part.sources for part in plan.parts)
    assert len({part.key for part in plan.parts}) == len(plan.parts)
    _agrees_with_its_parts(taught, plan)


def _agrees_with_its_parts(taught: LessonFacts, plan: PeriodPlan) -> None:
    """With every part taken the lesson has exactly the plan's minutes."""
    steps = {key: dict(taught.parts[f"activity/{key}"]) for key in taught.parts["activities"]}
    new = 0
    for part in plan.parts:
        if part.kind == "step":
            steps[part.place.removeprefix("activity/")] = part.after
        elif part.kind == "new":
            new += part.after["step"]["minutes"]
    left = [step for step in steps.values() if not step.get("hidden") and not step.get("extra")]
    assert sum(step["minutes"] for step in left) + new == plan.minutes
    known = items_of(taught.parts)
    assert all(key in known for step in left for key in step.get("items", ()))


def test_a_class_without_answers_gets_the_lesson_as_it_stands() -> None:
    plan = plan_period(lesson(), NOBODY, JUNIOR, Wish(Form.SINGLE, 45))
    assert {block.act for block in plan.blocks} == {Act.KEEP}
    assert [part.kind for part in plan.parts] == ["section"] * 3
    assert any("没有足够的作答" in note for note in plan.notes)


def test_what_the_class_has_not_mastered_comes_first_with_the_number_of_pupils() -> None:
    plan = plan_period(lesson(), WEAK_BEFORE, JUNIOR, Wish(Form.SINGLE, 45))
    first = plan.blocks[0]
    assert (first.role, first.concept) == (Role.BEFORE, "c051")
    assert first.reason.startswith("因为12人还没掌握“监督学习流程”")
    assert first.items and all(source.key for source in first.sources)


def test_a_misconception_brings_its_spare_step_and_an_item_that_shows_it() -> None:
    known = replace(WEAK_BEFORE, confusions=(confusion("m-train-is-enough"),))
    plan = plan_period(lesson(), known, JUNIOR, Wish(Form.SINGLE, 45))
    mending = next(block for block in plan.blocks if block.role is Role.MENDING)
    assert "因为12人还以为" in mending.reason
    part = next(one for one in plan.parts if one.key == f"step-{mending.key}")
    assert "extra" not in part.after and "remedy_for" not in part.after
    assert any(source.kind == "misconception" for source in part.sources)


def test_fifteen_minutes_are_left_for_what_matters() -> None:
    plan = plan_period(lesson(), WEAK_BEFORE, JUNIOR, Wish(Form.SINGLE, 15))
    assert {block.role for block in plan.blocks} == {Role.CORE, Role.CHECK, Role.ETHICS}
    left = [part for part in plan.parts if part.kind == "step" and part.after.get("hidden")]
    assert left and all("只有15分钟" in part.reason for part in left)


@pytest.mark.parametrize("minutes", [0, 1, SHORTEST - 1])
def test_less_than_ten_minutes_are_refused(minutes: int) -> None:
    with pytest.raises(TooShort):
        plan_period(lesson(), NOBODY, JUNIOR, Wish(Form.SINGLE, minutes))


def test_without_computers_the_lessons_own_way_stands_in() -> None:
    plan = plan_period(lesson(), NOBODY, JUNIOR, Wish(Form.SINGLE, 45, has_computers=False))
    new = next(part for part in plan.parts if part.key == "new-unplugged")
    assert new.after["step"]["text"] == lesson().facts["without_devices"]
    assert any(part.key == "step-try" and part.after["hidden"] for part in plan.parts)


def test_a_lesson_across_subjects_leaves_the_other_subject_its_minutes() -> None:
    wish = Wish(Form.CROSS, 45, host="数学", host_minutes=15)
    plan = plan_period(lesson(), NOBODY, JUNIOR, wish)
    assert sum(block.minutes for block in plan.blocks) == 45
    assert (plan.blocks[0].role, plan.blocks[0].minutes) == (Role.HOST, 15)
    assert "统计与概率" in next(part for part in plan.parts if part.key == "section-cross").after["text"]


@pytest.mark.parametrize(
    ("allowed", "expected"), [("none", "none"), ("teacher_demo", "teacher_demo"), ("open", None)]
)
def test_generative_tools_never_go_beyond_the_stage(allowed: str, expected: str | None) -> None:
    base = lesson()
    asks = replace(base, parts={**base.parts, "lesson": {**base.facts, "genai_use": "guided"}})
    plan = plan_period(asks, NOBODY, StageFacts("junior", 45, allowed), Wish(Form.SINGLE, 45))
    part = next((one for one in plan.parts if one.key == "facts-genai"), None)
    assert (part.after["genai_use"] if part else None) == expected


def test_no_figure_of_the_class_stands_in_what_goes_into_the_lesson() -> None:
    known = replace(WEAK_BEFORE, confusions=(confusion("m-train-is-enough"),))
    plan = plan_period(lesson(), known, JUNIOR, Wish(Form.SINGLE, 45))
    for part in plan.parts:
        assert not any(f"{n}人" in _new_words(part) for n in (12, 14, 17, PUPILS))


def _new_words(part: Part) -> str:
    return str(part.after["text"] if part.place == GUIDE else part.after)


@pytest.mark.parametrize(
    "course", ["g2-see-sort-ask", "g5-lost-and-found", "g10-build-and-account", "g7-linear-equations"]
)
def test_every_shipped_lesson_can_be_planned_in_any_time(course: str) -> None:
    subject = read(CONTENT / "courses" / course / "course.yaml").get("subject", "ai")
    for taught in lessons(course):
        for minutes in (SHORTEST, 20, 40, 45, 90):
            for has in (True, False):
                stage = replace(JUNIOR, ethics_required=subject == "ai")
                plan = plan_period(taught, NOBODY, stage, Wish(Form.SINGLE, minutes, has))
                assert sum(block.minutes for block in plan.blocks) == minutes
                assert subject != "ai" or any(block.role is Role.ETHICS for block in plan.blocks)
                _agrees_with_its_parts(taught, plan)


@settings(max_examples=25, deadline=None)
@given(classes(), st.integers(1, 12), st.sampled_from([30, 40, 45]))
def test_a_unit_adds_up_and_never_runs_ahead(known: ClassFacts, periods: int, minutes: int) -> None:
    wish = Wish(Form.UNIT, minutes, periods=periods)
    made = unit.plan_unit(lessons(), known, JUNIOR, wish, ("单元", "问什么？"))
    assert len(made.periods) <= periods
    assert all(sum(m for _, m in one.does) == one.minutes == minutes for one in made.periods)
    assert all(one.ethics and one.check and one.reason and one.sources for one in made.periods)
    order = [one.lesson_key for one in made.periods]
    by_key = {one.key: one for one in lessons()}
    taught_by = {key: one.key for one in lessons() for key in one.facts["concepts"]}
    for at, key in enumerate(order):
        needs = {
            need for own in by_key[key].facts["concepts"] for need in by_key[key].concepts[own].prerequisites
        }
        before = {taught_by[need] for need in needs if need in taught_by} - {key}
        assert not before & set(order[at + 1 :])


@given(st.integers(1, 10), st.sampled_from([40, 45]))
@settings(max_examples=20, deadline=None)
def test_a_project_fills_its_periods_exactly(periods: int, minutes: int) -> None:
    project = read(CONTENT / "courses/g7-learning-from-examples/project.yaml")
    made = unit.plan_project(project, lessons(), Wish(Form.PROJECT, minutes, periods=periods))
    assert len(made.periods) == periods
    assert all(sum(m for _, m in one.does) == minutes for one in made.periods)
    assert made.periods[-1].does[-1][0] == "展示与评议"
    assert all(one.ethics for one in made.periods)


def test_a_course_without_a_project_says_so() -> None:
    with pytest.raises(unit.NoProject):
        unit.plan_project({}, lessons(), Wish(Form.PROJECT, 45, periods=3))


def _items() -> list[dict[str, Any]]:
    return [dict(item) for one in lessons() for item in items_of(one.parts).values()]


@given(classes(), st.integers(1, 40))
@settings(max_examples=30, deadline=None)
def test_a_bank_fills_its_table_or_says_what_is_missing(known: ClassFacts, total: int) -> None:
    concepts = ["c050", "c051", "c052"]
    table = bank.blueprint(concepts, known, total)
    assert sum(table.values()) == total
    made = bank.assemble(_items(), table, [], "junior")
    assert sum(cell.found for cell in made.cells) == len(made.items) == total - made.missing
    assert len({item["id"] for item in made.items}) == len(made.items)
    for cell in made.cells:
        there = [i for i in made.items if (i["concept"], i["difficulty"]) == (cell.concept, cell.difficulty)]
        assert len(there) == cell.found <= cell.wanted


def test_a_bank_of_no_items_is_empty_and_counts_all_as_missing() -> None:
    made = bank.assemble([], bank.blueprint(["c050"], NOBODY, 10), [], "junior")
    assert (made.items, made.missing, made.minutes) == ((), 10, 0)


@given(st.integers(0, homework.LONGEST), st.sampled_from(range(8)), st.sampled_from(["primary", "junior"]))
@settings(max_examples=40, deadline=None)
def test_homework_stays_within_its_minutes(minutes: int, at: int, stage: str) -> None:
    items = list(items_of(lessons()[at].parts).values())
    held = {one["id"] for one in misconceptions()[:10]}
    for group in homework.design(items, held, minutes, stage, 7):
        assert group.minutes == minutes_of(group.items, stage) <= minutes
        assert all("practice" in item["use"] for item in group.items)
        if group.key == "known":
            assert all(item["difficulty"] > 1 for item in group.items)


@pytest.mark.parametrize(("grade", "sets"), [(1, 0), (2, 0), (3, 3), (None, 3)])
def test_the_youngest_have_no_written_homework(grade: int | None, sets: int) -> None:
    assert len(homework.design(list(items_of(lesson().parts).values()), set(), 10, "primary", grade)) == sets


def test_a_visit_looks_at_every_block_of_the_plan() -> None:
    plan = plan_period(lesson(), WEAK_BEFORE, JUNIOR, Wish(Form.SINGLE, 45))
    made = visit.indicators(plan)
    assert [one.at for one in made[:-2]] == [block.title for block in plan.blocks]
    assert len({one.key for one in made}) == len(made)


START = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def _at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def test_what_was_taught_stands_beside_what_was_planned() -> None:
    planned = [("look", "看一看", 6), ("try", "动手", 17), ("say", "说收获", 5)]
    out = [("look", _at(0)), ("try", _at(6.4)), ("compare", _at(30)), ("try", _at(33))]
    lines = visit.beside(planned, out, _at(44.6), {"compare": "比一比"})
    assert [(one.key, one.planned, one.taught) for one in lines] == [
        ("look", 6, 6),
        ("try", 17, 36),
        ("say", 5, None),
        ("compare", None, 3),
    ]
    assert sum(one.taught or 0 for one in lines) == 45
    assert visit.findings(lines)[0] == "“动手”多用了19分钟"
    assert "“说收获”没有发，原来排了5分钟" in visit.findings(lines)


def test_a_period_not_held_on_the_platform_has_nothing_beside_its_plan() -> None:
    lines = visit.beside([("look", "看一看", 6)], [], None, {})
    assert [(one.planned, one.taught) for one in lines] == [(6, None)]


def test_who_is_stuck_is_who_had_not_got_there_at_the_end() -> None:
    answers = [
        ("a", "q1", False, False),
        ("a", "q1", True, False),
        ("b", "q1", False, False),
        ("c", "q1", True, True),
        ("a", "q2", None, False),
    ]
    assert [(one.item_key, one.n, one.of, one.pupils) for one in visit.stuck(answers)] == [
        ("q1", 2, 3, ("b", "c"))
    ]
