"""Actions: planned for a concept at a place, done with evidence, or given up with a reason."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction

from qiming.curriculum import queries as curriculum
from qiming.insight.access import PLAN_ACTION, SEE_ACTION, TABLE
from qiming.insight.diagnosis.queries import owners, stand_of
from qiming.insight.models import Action
from qiming.kernel import audit, time
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.registry import queries as registry

MAX_TEXT = 300
LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Plan:
    concept: str
    text: str
    owner_id: UUID
    due_on: date


def plan_action(*, actor: Actor, place_id: UUID, plan: Plan) -> Action:
    """Undertake something; what is true of the concept today is kept beside it."""
    place = registry.org(place_id)
    TABLE.require(actor, PLAN_ACTION, place)
    text = plan.text.strip()[:MAX_TEXT]
    if not text:
        raise UserError("要做什么还没有写", field="text")
    if plan.concept not in curriculum.concepts([plan.concept]):
        raise UserError("没有这个知识点", field="concept")
    today = time.today()
    if not today <= plan.due_on <= today + LONGEST:
        raise UserError("做完的日子要在今天以后、一年以内", field="due_on")
    if plan.owner_id not in {one.id for one in owners(place, actor)}:
        raise UserError("负责的人不在这个单位", field="owner")
    share, pupils = stand_of(place, plan.concept)
    with transaction.atomic():
        action = Action.objects.create(
            scope_path=place.path,
            concept=plan.concept,
            text=text,
            owner_id=plan.owner_id,
            asked_by=actor.person_id,
            due_on=plan.due_on,
            before_share=None if share is None else round(share, 3),
            before_pupils=pupils,
        )
        detail = {"concept": plan.concept, "due_on": plan.due_on.isoformat()}
        audit.write(
            actor, PLAN_ACTION, thing="action", thing_id=action.id, scope_path=place.path, detail=detail
        )
    return action


def may_close(actor: Actor, action: Action) -> bool:
    """Who is responsible, who asked for it, and those who answer for the place."""
    mine = actor.person_id in {action.owner_id, action.asked_by}
    return action.state == "open" and (mine or TABLE.allows(actor, PLAN_ACTION, action))


def close_action(*, actor: Actor, action_id: UUID, state: str, evidence: str) -> Action:
    """Say what was done, or why not. Said twice it is told as it was said first."""
    if state not in {"done", "dropped"}:
        raise Denied(SEE_ACTION)
    with transaction.atomic():
        TABLE.load(actor, SEE_ACTION, Action, id=action_id)
        action = Action.objects.for_actor(actor, SEE_ACTION).select_for_update().get(id=action_id)
        if action.state != "open":
            return action
        if not may_close(actor, action):
            raise Denied(SEE_ACTION)
        text = evidence.strip()[:MAX_TEXT]
        if not text:
            what = "做了什么、从哪里看得到" if state == "done" else "为什么不做了"
            raise UserError(f"{what}还没有写", kept="行动还在。", field="evidence")
        action.state, action.evidence = state, text
        action.closed_by, action.closed_at = actor.person_id, time.now()
        action.save(update_fields=["state", "evidence", "closed_by", "closed_at"])
        detail = {"state": state}
        audit.write(
            actor, SEE_ACTION, thing="action", thing_id=action.id, scope_path=action.scope_path, detail=detail
        )
    return action
