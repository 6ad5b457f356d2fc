from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from qiming.curriculum.rules import check_plan, genai_allowed, rules_in_force
from qiming.curriculum.types import CourseRef, LessonRef, RuleRef, StageRules


def rule(key: str, kind: str, value: Any, stage: str = "all", **kwargs: Any) -> RuleRef:
    given = {"valid_from": date(2025, 9, 1), "valid_to": None, "requires": (), "verified": True} | kwargs
    return RuleRef(key=key, kind=kind, stage=stage, value=value, text="…", source="方案", **given)


RULES = [
    rule("p8", "periods_per_year", 8, valid_to=date(2027, 8, 31)),
    rule("p12", "periods_per_year", 12, valid_from=date(2027, 9, 1)),
    rule("e", "ethics_present", True),
    rule("gj", "genai_use", "guided", "junior", requires=("verification",)),
    rule("gj-strict", "genai_use", "teacher_demo", "junior", valid_from=date(2028, 1, 1)),
    rule("gp", "genai_use", "teacher_demo", "primary"),
    rule("mj", "period_minutes", 45, "junior"),
    rule("mp", "period_minutes", 40, "primary"),
]


def junior(on: date = date(2026, 11, 24)) -> StageRules:
    return rules_in_force(RULES, on, "junior")


def course(lessons: int = 8, **kwargs: Any) -> CourseRef:
    refs = tuple(
        LessonRef(uuid4(), f"l{n}", n, f"第{n}课", 45, ("c052",), "？", "老实", kwargs.get("genai", "none"))
        for n in range(1, lessons + 1)
    )
    return CourseRef(uuid4(), "g7", "课", kwargs.get("stage", "junior"), (7,), "original proposal", refs)


@pytest.mark.parametrize(
    ("on", "periods", "genai"),
    [
        (date(2025, 8, 31), 0, "none"),
        (date(2025, 9, 1), 8, "guided"),
        (date(2027, 8, 31), 8, "guided"),
        (date(2027, 9, 1), 12, "guided"),
        (date(2028, 1, 1), 12, "teacher_demo"),
    ],
)
def test_the_rules_of_the_day_hold(on: date, periods: int, genai: str) -> None:
    rules = junior(on)
    assert (rules.periods_per_year, rules.genai_use) == (periods, genai)


def test_the_stricter_of_two_rules_holds_and_stages_differ() -> None:
    primary = rules_in_force(RULES, date(2026, 1, 1), "primary")
    assert (primary.period_minutes, primary.genai_use) == (40, "teacher_demo")
    assert not genai_allowed("guided", primary)
    assert genai_allowed("guided", junior())
    assert not genai_allowed("anything", junior())


def test_eight_periods_of_a_fitting_course_are_fine_and_say_why() -> None:
    verdict = check_plan(course(), junior(), "standalone", 8)
    assert verdict.ok
    assert "排了8课时，够每学年8课时。" in [r.text for r in verdict.reasons]
    assert all(r.source == "方案" for r in verdict.reasons if r.rule in ("periods_per_year", "genai_use"))


@pytest.mark.parametrize(
    ("mode", "slots", "share", "ok"),
    [
        ("standalone", 7, None, False),
        ("standalone", 9, None, True),
        ("integrated", 24, 15, True),
        ("integrated", 23, 15, False),
        ("integrated", 8, 90, True),
        ("integrated", 20, None, False),
        ("standalone", 0, None, False),
    ],
)
def test_periods_are_counted_by_minutes_when_integrated(
    mode: str, slots: int, share: int | None, ok: bool
) -> None:
    assert check_plan(course(), junior(), mode, slots, share_minutes=share).ok is ok


def test_refusals_name_what_is_wrong() -> None:
    wrong_stage = check_plan(course(stage="senior"), junior(), "standalone", 8)
    assert not wrong_stage.ok and "这个班在初中" in wrong_stage.reasons[0].text
    too_open = check_plan(course(genai="open"), junior(), "standalone", 8)
    assert "最多“教师指导下使用”" in next(r.text for r in too_open.reasons if not r.ok)
    bare = course()
    bare = CourseRef(
        bare.id, "g7", "课", "junior", (7,), "", (LessonRef(uuid4(), "l1", 1, "无", 45, (), "？"),)
    )
    assert [r.rule for r in check_plan(bare, junior(), "standalone", 8).reasons if not r.ok] == [
        "ethics_present"
    ]


def test_a_course_of_another_subject_needs_no_ethics_thread() -> None:
    lesson = LessonRef(uuid4(), "l1", 1, "天平", 45, ("m006",), "？")
    maths = CourseRef(uuid4(), "g7-equations", "方程", "junior", (7,), "", (lesson,), subject="math")
    assert "ethics_present" not in [r.rule for r in check_plan(maths, junior(), "standalone", 8).reasons]


def test_another_grade_of_the_stage_may_but_is_told() -> None:
    verdict = check_plan(course(), junior(), "standalone", 8, grade=8)
    assert verdict.ok and "先看看难度" in verdict.reasons[0].text


def test_more_lessons_than_slots_is_told() -> None:
    verdict = check_plan(course(10), junior(), "standalone", 8)
    assert verdict.ok and "有2课排不上" in verdict.reasons[-1].text
