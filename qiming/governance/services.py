"""Verbs of the desk: ask a school, answer, close, draw a sample, note an export."""

from datetime import date, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from qiming.governance import rules
from qiming.governance.access import ANSWER, ASK, DRAW, SEE_ASKED, TABLE
from qiming.governance.models import PlanAsk, SampleDraw
from qiming.governance.types import AskState
from qiming.kernel import audit, outbox, time
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.kernel.ids import random_code
from qiming.registry import queries as registry
from qiming.registry.types import OrgKind, OrgRef

MAX_TEXT = 500
DEFAULT_DUE = timedelta(days=7)
MAX_SAMPLE = 50


def ask_plan(*, actor: Actor, class_id: UUID, text: str, due_on: date | None = None) -> PlanAsk:
    """Ask a school about one class; one request at a time for each class."""
    group = registry.org(class_id)
    TABLE.require(actor, ASK, group)
    words = _words(text, "请写一句话，说明想请学校做什么")
    due = due_on or time.today() + DEFAULT_DUE
    if due < time.today():
        raise UserError(
            "回复的日期已经过了", next="请选今天以后的日期。", field="due_on", kept="写的话还在。"
        )
    try:
        with transaction.atomic():
            ask = PlanAsk.objects.create(
                class_group_id=class_id,
                school_year=registry.current_year().key,
                scope_path=group.path,
                text=words,
                asked_by=actor.person_id,
                asked_as=_place_of(actor, group),
                due_on=due,
            )
            audit.write(actor, ASK, thing="plan_ask", thing_id=ask.id, scope_path=group.path)
            outbox.announce("governance.plan_asked", {"ask_id": str(ask.id)}, group.path)
    except IntegrityError as error:
        raise UserError(
            "这个班已经有一个请求在办", next="等学校回复，或先办结那一个。", kept="写的话还在。"
        ) from error
    return ask


@transaction.atomic
def answer_plan(*, actor: Actor, ask_id: UUID, answer: str) -> PlanAsk:
    """The school's reply; it can be improved until the request is closed."""
    ask = TABLE.load(actor, ANSWER, PlanAsk.objects.unscoped("locked below").select_for_update(), id=ask_id)
    if ask.state == AskState.CLOSED:
        raise UserError(
            "这个请求已经办结", next="有新情况请告诉提出请求的人。", kept="写的话还在。", status=409
        )
    ask.answer = _words(answer, "请写怎么补、哪几周补")
    ask.state, ask.answered_by, ask.answered_at = AskState.ANSWERED, actor.person_id, time.now()
    ask.save(update_fields=["answer", "state", "answered_by", "answered_at"])
    audit.write(actor, ANSWER, thing="plan_ask", thing_id=ask.id, scope_path=ask.scope_path)
    return ask


@transaction.atomic
def close_ask(*, actor: Actor, ask_id: UUID) -> PlanAsk:
    """Close a request; closing twice is closing once."""
    ask = TABLE.load(actor, ASK, PlanAsk.objects.unscoped("locked below").select_for_update(), id=ask_id)
    if ask.state != AskState.CLOSED:
        ask.state, ask.closed_at = AskState.CLOSED, time.now()
        ask.save(update_fields=["state", "closed_at"])
        audit.write(
            actor, ASK, thing="plan_ask", thing_id=ask.id, scope_path=ask.scope_path, detail={"closed": True}
        )
    return ask


def load_ask(actor: Actor, ask_id: UUID) -> PlanAsk:
    """A request the actor may see."""
    return TABLE.load(actor, SEE_ASKED, PlanAsk, id=ask_id)


@transaction.atomic
def draw_sample(*, actor: Actor, place: OrgRef, size: int) -> SampleDraw:
    """Draw schools below `place` at random, each equally likely; the seed is kept so that it can be checked."""
    TABLE.require(actor, DRAW, place)
    if place.kind not in (OrgKind.CITY, OrgKind.DISTRICT):
        raise UserError("只能在市或区里抽学校")
    schools = registry.schools_under(place.path)
    if not 1 <= size <= min(MAX_SAMPLE, len(schools)):
        raise UserError(
            f"这里有{len(schools)}所学校，一次抽1到{min(MAX_SAMPLE, len(schools))}所",
            next="请改一个数。",
            field="size",
        )
    seed = random_code(12)
    chosen = rules.draw([school.id for school in schools], size, seed)
    sample = SampleDraw.objects.create(
        scope_path=place.path,
        school_year=registry.current_year().key,
        seed=seed,
        size=size,
        candidates=len(schools),
        school_ids=[str(one) for one in chosen],
        drawn_by=actor.person_id,
    )
    audit.write(actor, DRAW, thing="sample", thing_id=sample.id, scope_path=place.path, detail={"seed": seed})
    return sample


def _words(text: str, empty: str) -> str:
    words = text.strip()
    if not words:
        raise UserError(empty, field="text")
    if len(words) > MAX_TEXT:
        raise UserError(
            f"最多{MAX_TEXT}个字，现在是{len(words)}个",
            kept="写的话还在。",
            next="请写短一些。",
            field="text",
        )
    return words


def _place_of(actor: Actor, group: OrgRef) -> str:
    for place in reversed(registry.ancestors(group.path)):
        if any(grant.org_id == place.id for grant in actor.grants):
            return place.name
    return ""
