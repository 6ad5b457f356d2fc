"""Dated rules: which are in force, and whether a plan for a class keeps them, with the reasons."""

from collections.abc import Sequence
from datetime import date

from qiming.curriculum.types import (
    GENAI_ORDER,
    GENAI_WORDS,
    STAGE_WORDS,
    CourseRef,
    PlanReason,
    PlanVerdict,
    RuleRef,
    StageRules,
)
from qiming.registry.types import grade_name

DEFAULT_MINUTES = {"primary": 40, "junior": 45, "senior": 45}


def rules_in_force(rules: Sequence[RuleRef], on: date, stage: str) -> StageRules:
    """The strictest of the rows that hold on the day for the stage (or for all stages)."""
    held = tuple(
        rule
        for rule in rules
        if rule.stage in (stage, "all")
        and rule.valid_from <= on
        and (rule.valid_to is None or on <= rule.valid_to)
    )
    of_kind = {kind: [rule for rule in held if rule.kind == kind] for kind in {rule.kind for rule in held}}
    genai = min(of_kind.get("genai_use", ()), key=lambda rule: _level(rule.value), default=None)
    return StageRules(
        on=on,
        stage=stage,
        periods_per_year=max((int(rule.value) for rule in of_kind.get("periods_per_year", ())), default=0),
        period_minutes=max(
            (int(rule.value) for rule in of_kind.get("period_minutes", ())),
            default=DEFAULT_MINUTES.get(stage, 45),
        ),
        genai_use=str(genai.value) if genai else "none",
        genai_requires=genai.requires if genai else (),
        ethics_required=any(rule.value is True for rule in of_kind.get("ethics_present", ())),
        rules=held,
    )


def genai_allowed(use: str, rules: StageRules) -> bool:
    """Whether a lesson may use generative tools in this way at this stage."""
    return _level(use) <= _level(rules.genai_use)


def check_plan(
    course: CourseRef,
    rules: StageRules,
    mode: str,
    slots: int,
    *,
    share_minutes: int | None = None,
    grade: int | None = None,
) -> PlanVerdict:
    """Whether `slots` planned periods of this course keep the rules. `mode` is standalone or integrated; an
    integrated period counts only the `share_minutes` given to the course. Hours, ethics and generative tools are
    asked of AI courses alone; another subject's periods count for none of the AI hours."""
    if not course.about_ai:
        reasons = [_stage_fits(course, rules, grade), _all_lessons_fit(course, mode, slots), _OTHER_SUBJECT]
        return PlanVerdict(all(reason.ok for reason in reasons), tuple(reasons))
    reasons = [
        _stage_fits(course, rules, grade),
        _enough_periods(rules, mode, slots, share_minutes),
        _ethics(course, rules),
        _generative_use(course, rules),
        _all_lessons_fit(course, mode, slots),
    ]
    return PlanVerdict(all(reason.ok for reason in reasons), tuple(reasons))


def _stage_fits(course: CourseRef, rules: StageRules, grade: int | None) -> PlanReason:
    written = "、".join(grade_name(g) for g in course.grades)
    if course.stage != rules.stage:
        here = STAGE_WORDS.get(rules.stage, rules.stage)
        return PlanReason("stage", False, f"这门课是给{course.stage_words}写的，这个班在{here}。")
    if grade is not None and grade not in course.grades:
        return PlanReason(
            "stage", True, f"这门课按{written}写，这个班是{grade_name(grade)}：同学段可以用，请先看看难度。"
        )
    return PlanReason("stage", True, f"课程和班级同在{course.stage_words}。")


def _enough_periods(rules: StageRules, mode: str, slots: int, share: int | None) -> PlanReason:
    row = rules.row("periods_per_year")
    need, minutes = rules.periods_per_year, rules.period_minutes
    if mode == "integrated":
        counted = slots * min(share or 0, minutes)
        ok = counted >= need * minutes
        text = f"融合{slots}节，每节算{share or 0}分钟，共{counted}分钟，折合{counted / minutes:.1f}课时"
    else:
        ok = slots >= need
        text = f"排了{slots}课时"
    text += f"，够每学年{need}课时。" if ok else f"，不够每学年{need}课时。"
    return PlanReason("periods_per_year", ok, text, row.source if row else "", row.verified if row else False)


def _ethics(course: CourseRef, rules: StageRules) -> PlanReason:
    row = rules.row("ethics_present")
    without = [lesson.title for lesson in course.lessons if not lesson.ethics]
    source, verified = (row.source, row.verified) if row else ("", False)
    if rules.ethics_required and without:
        return PlanReason(
            "ethics_present", False, f"这几课没有伦理线：{'、'.join(without)}。", source, verified
        )
    return PlanReason("ethics_present", True, "每一课都有伦理与社会的内容。", source, verified)


def _generative_use(course: CourseRef, rules: StageRules) -> PlanReason:
    row = rules.row("genai_use")
    over = [lesson.title for lesson in course.lessons if not genai_allowed(lesson.genai_use, rules)]
    source, verified = (row.source, row.verified) if row else ("", False)
    most = GENAI_WORDS[rules.genai_use]
    if over:
        text = f"{STAGE_WORDS.get(rules.stage, rules.stage)}最多“{most}”，这几课超出了：{'、'.join(over)}。"
        return PlanReason("genai_use", False, text, source, verified)
    return PlanReason("genai_use", True, f"生成式工具的用法都在本学段允许的“{most}”之内。", source, verified)


def _all_lessons_fit(course: CourseRef, mode: str, slots: int) -> PlanReason:
    lessons = len(course.lessons)
    if mode == "integrated" or slots >= lessons:
        return PlanReason("lessons", True, f"课程共{lessons}课。")
    return PlanReason(
        "lessons",
        True,
        f"课程共{lessons}课，排了{slots}课时，有{lessons - slots}课排不上，请先选好上哪几课。",
    )


_OTHER_SUBJECT = PlanReason("subject", True, "这不是人工智能课，每一节都不折算人工智能课时。")


def _level(use: object) -> int:
    return GENAI_ORDER.index(str(use)) if str(use) in GENAI_ORDER else len(GENAI_ORDER)
