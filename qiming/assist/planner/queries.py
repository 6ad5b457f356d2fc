"""What the planner's pages ask."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from qiming.assist.access import TABLE
from qiming.assist.models import LessonPlan, LessonReflection, LessonVisit, PlanPart
from qiming.assist.planner import facts
from qiming.assist.planner.access import SEE_PLAN, VISIT
from qiming.assist.planner.making import WHY
from qiming.assist.planner.rules.parts import GUIDE
from qiming.curriculum.authoring import services as authoring
from qiming.curriculum.building import page_html
from qiming.kernel.access import Actor
from qiming.registry import queries as registry
from qiming.teaching import queries as teaching
from qiming.teaching.types import OfferingRef, PeriodRef

MOST_LISTED = 30


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a part in words: short facts, and a text already made safe for the page."""

    facts: tuple[tuple[str, str], ...]
    html: str = ""


@dataclass(frozen=True, slots=True)
class Beside:
    """A part as the page shows it: what stands there, what is proposed, what can be worded otherwise."""

    part: PlanPart
    before: Side | None
    after: Side
    minutes: int | None
    text: str
    state_words: str

    @property
    def is_open(self) -> bool:
        return self.part.state in (PlanPart.State.OPEN, PlanPart.State.LEFT)


def load_plan(actor: Actor, plan_id: UUID, verb: str = SEE_PLAN) -> LessonPlan:
    rows = LessonPlan.objects.unscoped(WHY).select_related("period", "offering")
    return TABLE.load(actor, verb, rows, id=plan_id)


def parts_of(plan: LessonPlan) -> list[Beside]:
    return [beside(one) for one in plan.parts.unscoped(WHY).order_by("number")]


def plans_of(offering_id: UUID, lesson_key: str | None = None) -> list[LessonPlan]:
    """Plans made for a class, the newest first; the asking page checked who may see the class."""
    rows = LessonPlan.objects.unscoped(WHY).filter(offering_id=offering_id).defer("body", "stands")
    rows = rows if lesson_key is None else rows.filter(lesson_key=lesson_key)
    return list(rows.order_by("-created_at")[:MOST_LISTED])


def has_moved(actor: Actor, plan: LessonPlan, offering: OfferingRef) -> bool:
    """Whether the lesson was changed since by something else than this plan's own parts, or the city has a newer one."""
    if not plan.lesson_key:
        return False
    stand = facts.stand_of(plan.stands[plan.lesson_key])
    fork = facts.fork_of(actor, offering, plan.lesson_key)
    if fork is None:
        return False
    own = [one.revision for one in plan.parts.unscoped(WHY) if one.revision is not None]
    newest = max([stand.revision or 1, *own])
    if not own and stand.fork_id is None:
        return fork.revision > 1
    return fork.revision > newest or authoring.newer_city(fork) is not None


def beside(part: PlanPart) -> Beside:
    """A part in words for the page."""
    shown = part.taken if part.taken is not None else part.after
    step = shown["step"] if part.kind == "new" else shown
    text = step.get("teacher" if part.kind == "step" else "text", "") if part.kind != "facts" else ""
    return Beside(
        part=part,
        before=_side(part, part.before) if part.before is not None else None,
        after=_side(part, shown),
        minutes=step["minutes"] if part.kind in ("step", "new") else None,
        text=str(text),
        state_words=PlanPart.State(part.state).label,
    )


def _side(part: PlanPart, said: dict[str, Any]) -> Side:
    if part.place == GUIDE:
        return Side((), page_html(said["text"], ""))
    if part.kind == "facts":
        return Side((("生成式工具", _GENAI.get(said.get("genai_use", "none"), "")),))
    if part.kind == "new":
        step, items = said["step"], said["items"]
        asked = "".join(f"\n{n}. {one['stem']}" for n, one in enumerate(items, start=1))
        return Side(
            (("环节", step["title"]), ("分钟", str(step["minutes"]))),
            page_html(f"{step['text']}\n{asked}", ""),
        )
    use = "不用" if said.get("hidden") else "备用" if said.get("extra") else "上课用"
    facts_of = [("环节", said["title"]), ("分钟", str(said["minutes"])), ("用不用", use)]
    if "items" in said:
        facts_of.append(("题", f"{len(said['items'])}道"))
    if part.before is not None and part.taken and said.get("teacher") != part.before.get("teacher"):
        facts_of.append(("给老师的一行", said["teacher"]))
    return Side(tuple(facts_of))


_GENAI = {"none": "不用", "teacher_demo": "只由教师演示", "guided": "教师指导下使用", "open": "可开放探究"}


def load_period(actor: Actor, period_id: UUID, verb: str) -> PeriodRef:
    """A period for a visit (its school's people) or for looking back (its class's teachers)."""
    period = teaching.period(period_id)
    TABLE.require(actor, verb, registry.school_of(period.scope_path) if verb == VISIT else period)
    return period


def plan_of_period(period: PeriodRef) -> LessonPlan | None:
    """The newest plan of a period's lesson, made for the period rather than for the class."""
    if period.offering_id is None:
        return None
    rows = LessonPlan.objects.unscoped(WHY).filter(
        offering_id=period.offering_id, lesson_key=period.lesson_key
    )
    own = rows.filter(period_id=period.id).order_by("-created_at").first()
    return own or rows.order_by("-created_at").first()


def visits_of(period_id: UUID) -> list[tuple[LessonVisit, str]]:
    """Sheets that were handed to the teacher, with who filled them."""
    rows = list(
        LessonVisit.objects.unscoped(WHY).filter(period_id=period_id, is_done=True).order_by("created_at")
    )
    names = registry.persons_named({row.made_by for row in rows})
    return [(row, names.get(row.made_by, "")) for row in rows]


def reflection_of(period_id: UUID) -> LessonReflection | None:
    return LessonReflection.objects.unscoped(WHY).filter(period_id=period_id).first()


def counted(parts: Sequence[Beside]) -> dict[str, int]:
    """How many parts are in which state."""
    states = [one.part.state for one in parts]
    taken = states.count(PlanPart.State.TAKEN) + states.count(PlanPart.State.CHANGED)
    return {"taken": taken, "open": states.count(PlanPart.State.OPEN), "all": len(states)}
