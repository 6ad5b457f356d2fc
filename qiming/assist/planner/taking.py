"""Verbs on the parts of a plan: take one as it is or worded otherwise, leave it, publish what was taken.

What is taken goes into the school's draft of the lesson by the curriculum's own verbs, a step of its history each;
from there it is seen, taken back, published and proposed like any other change.
"""

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from qiming.assist.access import TABLE
from qiming.assist.models import LessonPlan, PlanPart
from qiming.assist.planner import facts
from qiming.assist.planner.access import PLAN
from qiming.assist.planner.making import WHY, note
from qiming.assist.planner.rules.fitting import MOST
from qiming.assist.planner.rules.parts import GUIDE, LESSON, section_in
from qiming.assist.planner.types import Source
from qiming.curriculum.authoring import services as authoring
from qiming.curriculum.authoring.drafts import move
from qiming.curriculum.authoring.texts import MOST_PIECES
from qiming.kernel import time
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.registry import queries as registry
from qiming.teaching import queries as teaching

LONGEST_TEXT = 4000
LONGEST_LINE = 200  # a step's line for the teacher, as the lesson format has it
_FIRST = -999  # places up: to the beginning
# Stands among the sources of the school's version, so that whoever reads the lesson knows how it was made.
_MADE = {"title": "本校备课", "where": "按规则组合，不是模型写的，老师看过"}
_BY_MODEL = {"title": "本校备课的部分文字", "where": "由AI生成，老师读过、改过再用"}
WORDED = Source("model", "这一段的文字由AI生成，老师读过再用的")

MOVED = UserError(
    "这一课在您备课以后改过了",
    kept="这一处没有写进去，别处采用过的都在。",
    next="照现在的样子再备一次；或者先到“本校版”看看改了什么。",
    status=409,
)


@dataclass(frozen=True, slots=True)
class Edit:
    """What the teacher worded otherwise; None is as proposed. Of a step `text` is the line for the teacher.
    `is_a_model_s`: the words came from a model and the teacher read them; what is made of them says so."""

    minutes: int | None = None
    text: str | None = None
    is_a_model_s: bool = False

    @property
    def is_any(self) -> bool:
        return self.minutes is not None or self.text is not None


AS_PROPOSED = Edit()


def take(*, actor: Actor, plan_id: UUID, key: str, edit: Edit = AS_PROPOSED) -> PlanPart:
    """Put one part into the school's draft of its lesson. Taken already: nothing more happens."""
    with transaction.atomic():
        plan, part = _locked(actor, plan_id, key)
        if part.state in (PlanPart.State.TAKEN, PlanPart.State.CHANGED):
            return part
        after = _edited(part, edit)
        fork_id = _fork(actor, plan, part.lesson_key)
        try:
            revision = _write(actor, fork_id, part, after)
            if edit.is_a_model_s:
                revision = authoring.change(actor=actor, fork_id=fork_id, how=_with_model).revision
                part.sources = [*part.sources, WORDED.as_json()]
        except authoring.Clash:
            raise MOVED from None
        part.state = PlanPart.State.CHANGED if after != part.after else PlanPart.State.TAKEN
        part.taken, part.fork_id, part.revision = after, fork_id, revision
        _decide(actor, plan, part)
    return part


def take_all(*, actor: Actor, plan_id: UUID) -> tuple[int, int]:
    """Every part still open. Returns (how many were taken, how many the lesson had no place for any more)."""
    plan = TABLE.load(actor, PLAN, LessonPlan.objects.unscoped(WHY), id=plan_id)
    keys = list(plan.parts.unscoped(WHY).filter(state=PlanPart.State.OPEN).order_by("number"))
    taken = missed = 0
    for one in keys:
        try:
            take(actor=actor, plan_id=plan_id, key=one.key)
            taken += 1
        except UserError as refusal:
            if refusal.status != MOVED.status:
                raise
            missed += 1
    return taken, missed


def leave(*, actor: Actor, plan_id: UUID, key: str) -> PlanPart:
    """Say that a part is not wanted; one already in the lesson is taken back there, in its history."""
    with transaction.atomic():
        plan, part = _locked(actor, plan_id, key)
        if part.state in (PlanPart.State.TAKEN, PlanPart.State.CHANGED):
            raise UserError(
                "这一处已经写进本校版了",
                kept="它还在本校版里。",
                next="要去掉，到“本校版”的“改过的每一步”里恢复，或者直接改。",
                status=409,
            )
        if part.state == PlanPart.State.OPEN:
            part.state = PlanPart.State.LEFT
            _decide(actor, plan, part)
    return part


def publish(*, actor: Actor, plan_id: UUID) -> authoring.Published:
    """Make the draft with what was taken the school's version, and let the plan's class have it."""
    plan = TABLE.load(actor, PLAN, LessonPlan.objects.unscoped(WHY), id=plan_id)
    if not plan.lesson_key or not _taken(plan):
        raise UserError("还没有采用哪一处", kept="课没有动。", next="先在下面选几处采用，再定为本校版。")
    offering = teaching.offering(plan.offering_id)
    fork = facts.fork_of(actor, offering, plan.lesson_key)
    if fork is None:
        raise Denied(PLAN)
    with transaction.atomic():
        done = authoring.publish(
            actor=actor, fork_id=fork.id, revision=fork.revision, offering_ids=[offering.id]
        )
        note(actor, "publish_plan", plan, {"number": done.version.number})
    return done


def _taken(plan: LessonPlan) -> bool:
    states = (PlanPart.State.TAKEN, PlanPart.State.CHANGED)
    return bool(plan.parts.unscoped(WHY).filter(state__in=states).exists())


def _locked(actor: Actor, plan_id: UUID, key: str) -> tuple[LessonPlan, PlanPart]:
    rows = LessonPlan.objects.unscoped(WHY).select_for_update(of=("self",))
    plan = TABLE.load(actor, PLAN, rows, id=plan_id)
    part = plan.parts.unscoped(WHY).filter(key=key).first()
    if part is None:
        raise Denied(PLAN)
    return plan, part


def _decide(actor: Actor, plan: LessonPlan, part: PlanPart) -> None:
    part.decided_by, part.decided_at = actor.person_id, time.now()
    part.save()
    note(actor, f"part_{part.state}", plan, {"part": part.key, "revision": part.revision})


def _fork(actor: Actor, plan: LessonPlan, lesson_key: str) -> UUID:
    """The school's draft, begun from the version that was planned from unless there is one."""
    offering = teaching.offering(plan.offering_id)
    there = facts.fork_of(actor, offering, lesson_key)
    if there is not None:
        return there.id
    stand = facts.stand_of(plan.stands[lesson_key])
    school = registry.school_of(plan.scope_path)
    return authoring.start_fork(actor=actor, lesson_version_id=stand.base_id, school_id=school.id).id


def _edited(part: PlanPart, edit: Edit) -> dict[str, Any]:
    """The part as it will be written. Says what is wrong with what was typed."""
    after: dict[str, Any] = copy.deepcopy(part.after)
    minutes, text = edit.minutes, edit.text.strip().replace("\r\n", "\n") if edit.text is not None else None
    step = after["step"] if part.kind == "new" else after
    if minutes is not None and part.kind in ("new", "step"):
        if not 1 <= minutes <= MOST:
            raise UserError(
                f"一个环节1到{MOST}分钟", kept="这一处还没有写进去。", next="改一下分钟数。", field="minutes"
            )
        step["minutes"] = minutes
    if text is None or part.kind == "facts":
        return after
    longest = LONGEST_LINE if part.kind == "step" else LONGEST_TEXT
    if not 1 <= len(text) <= longest:
        raise UserError(f"请写1到{longest}个字", kept="这一处还没有写进去。", next="改好再用。", field="text")
    step["teacher" if part.kind == "step" else "text"] = text
    return after


def _write(actor: Actor, fork_id: UUID, part: PlanPart, after: Mapping[str, Any]) -> int:
    """The change itself; returns the draft's revision with it."""
    if part.kind == "new":
        _add(actor, fork_id, after)
        fork = authoring.change(actor=actor, fork_id=fork_id, how=_with_source)
    elif part.kind == "section":

        def with_section(parts: dict[str, Any]) -> dict[str, Any]:
            return _with_source(_with_section(parts, part, dict(after)))

        fork = authoring.change(actor=actor, fork_id=fork_id, how=with_section)
    else:
        fork = authoring.save_block(
            actor=actor,
            fork_id=fork_id,
            place=part.place,
            base=part.before or {},
            mine=dict(after),
            then=_with_source,
        )
    return fork.revision


def _add(actor: Actor, fork_id: UUID, after: Mapping[str, Any]) -> None:
    """A new step with its items, behind the step it follows; the first one of the lesson where it follows none."""
    keys = [_add_item(actor, fork_id, item) for item in after["items"]]
    more = {"items": keys} if keys else {}
    place = authoring.add_block(
        actor=actor,
        fork_id=fork_id,
        order="activities",
        make=lambda key: {**after["step"], **more, "key": key},
        after=after["behind"],
    )
    if not after["behind"]:
        how = move("activities", place.removeprefix("activity/"), _FIRST)
        authoring.change(actor=actor, fork_id=fork_id, how=how)


def _add_item(actor: Actor, fork_id: UUID, item: Mapping[str, Any]) -> str:
    """An earlier lesson's item as one of this lesson's own; its key."""

    def make(key: str) -> dict[str, Any]:
        return {**item, "id": key, "use": ["class"]}

    place = authoring.add_block(actor=actor, fork_id=fork_id, order="items", make=make, after="")
    return place.removeprefix("item/")


def _with_section(parts: dict[str, Any], part: PlanPart, piece: dict[str, Any]) -> dict[str, Any]:
    """The guide with a section, in the place of the one an earlier plan wrote there; what a colleague wrote there
    meanwhile is not written over."""
    guide = parts.get(GUIDE)
    if guide is None or section_in(parts, piece["key"]) != part.before:
        raise MOVED
    sections = [one for one in guide["sections"] if one["key"] != piece["key"]]
    at = next((n for n, one in enumerate(guide["sections"]) if one["key"] == piece["key"]), len(sections))
    if len(sections) >= MOST_PIECES:
        raise UserError("教案的节数满了", kept="教案没有动。", next="到“本校版”里删掉几节自己写的再来。")
    return {**parts, GUIDE: {**guide, "sections": [*sections[:at], piece, *sections[at:]]}}


def _with_source(parts: dict[str, Any]) -> dict[str, Any]:
    """The lesson with this room named among its sources, once."""
    return _naming(parts, _MADE)


def _with_model(parts: dict[str, Any]) -> dict[str, Any]:
    return _naming(parts, _BY_MODEL)


def _naming(parts: dict[str, Any], source: Mapping[str, str]) -> dict[str, Any]:
    lesson = parts[LESSON]
    if source in lesson.get("sources", ()):
        return parts
    return {**parts, LESSON: {**lesson, "sources": [*lesson.get("sources", ()), dict(source)]}}
