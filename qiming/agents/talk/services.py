"""The verbs of talking: `say` something to an agent, `close` a turn whose model never spoke."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet

from qiming.agents import boxes, folders
from qiming.agents.folders import Agent
from qiming.agents.guard import Guard
from qiming.agents.guard import load as load_guard
from qiming.agents.models import Turn as Row
from qiming.agents.talk import events, queries
from qiming.agents.talk.box import Words, open_words
from qiming.agents.talk.box import close as closed
from qiming.agents.talk.deciding import FIXED, FROM_COURSE, FROM_DOCUMENTS, Made, decided
from qiming.agents.talk.framing import Way
from qiming.agents.talk.routes import way_for
from qiming.agents.talk.types import GROUNDED, TICKET_S, Context, Draft, Said, Turn
from qiming.assurance import queries as assurance
from qiming.kernel import time
from qiming.kernel.errors import UserError
from qiming.kernel.ids import new_id
from qiming.registry import queries as registry

LOST_AFTER: Final = timedelta(minutes=5)  # longer than any reply may take
MOST_PATIENCE_S: Final = 240
__all__ = ["FIXED", "FROM_COURSE", "FROM_DOCUMENTS", "agents", "close", "close_left", "guard", "say"]
_WHY = "the room above decides who may say something in a conversation"


@lru_cache(maxsize=4)
def _guard(root: Path) -> Guard:
    return Guard(load_guard(root / "guard"))


def guard() -> Guard:
    """The guard with this installation's words, read once."""
    return _guard(settings.CONTENT_ROOT)


def agents() -> dict[str, Agent]:
    """The agents there are, by key."""
    return folders.load(settings.CONTENT_ROOT)


def say(
    context: Context,
    text: str,
    *,
    turn_id: UUID | None = None,
    draft: Draft | None = None,
    patience_s: int = 0,
) -> Turn:
    """Say `text` to an agent; what comes back is stored. With `turn_id` (made by the page) sending twice says it once.
    `draft`: the reply without a model, where the page makes it itself (engine `own`). `patience_s`: how long a measurement
    waits for a slow model's first word, in place of the gateway's own patience; pages don't give it.

    A child in need comes first, then what cannot be read or must not leave, then the stage's rules; then the engine that
    knows the course, or a model's ticket. Raises UserError when there is no such agent, or not for this stage.
    """
    agent = agents().get(context.agent)
    if agent is None or context.mode not in agent.modes or context.stage not in agent.stages:
        raise UserError("这里没有这个智能体", kept="你写的还在。", next="请从课的页面打开。", status=404)
    turn_id = turn_id or new_id()
    with transaction.atomic():
        _one_after_another(context.conversation)
        before = Row.objects.unscoped(_WHY).filter(id=turn_id).first()
        if before is not None:
            return _again(before, context)
        _close_waiting(Row.objects.unscoped(_WHY).filter(conversation=context.conversation))
        context = replace(context, history=queries.history(context.conversation))
        made = _decided(agent, context, text, draft)
        if made.words.frame is not None:
            made.words.frame.patience_s = min(patience_s, MOST_PATIENCE_S)
        row = _store(turn_id, context, made)
        if made.alarm:
            events.crisis(
                turn=row.id, conversation=row.conversation, place_path=row.scope_path, kind=made.alarm
            )
    return replace(queries.turn_of(row, made.words, made.ticket or None), why=made.why, alarm=made.alarm)


def close(turn_id: UUID) -> Turn | None:
    """The model cannot be reached, or was never asked: the grounded reply stands in its place. A turn whose reply is
    there stays as it is; None when there is no such turn."""
    with transaction.atomic():
        row = Row.objects.unscoped(_WHY).select_for_update().filter(id=turn_id).first()
        if row is None:
            return None
        words = open_words(row.text_box, boxes.ours())
        if row.outcome == Said.WAITING.value and words is not None:
            _fall_back(row, words)
    return queries.turn_of(row)


def close_left() -> int:
    """Close turns whose ticket nobody used in time, or whose reply nobody wrote. Returns how many."""
    with transaction.atomic():
        return _close_waiting(Row.objects.unscoped(_WHY).select_for_update(skip_locked=True))


def _close_waiting(rows: QuerySet[Row]) -> int:
    """Those among `rows` that no gateway will write any more."""
    now = time.now()
    unused = Q(ticket_used_at=None, ticket_until__lt=now)
    lost = Q(ticket_used_at__lt=now - LOST_AFTER)
    left = list(rows.filter(unused | lost, outcome=Said.WAITING.value))
    for row in left:
        words = open_words(row.text_box, boxes.ours())
        if words is not None:
            _fall_back(row, words)
    return len(left)


def _fall_back(row: Row, words: Words) -> None:
    row.text_box = closed(words.fallen_back(), boxes.ours())
    row.outcome, row.engine = Said.FAILED.value, GROUNDED
    row.ticket_until = row.closed_at = time.now()
    row.save(update_fields=["text_box", "outcome", "engine", "ticket_until", "closed_at"])


def _one_after_another(conversation: UUID) -> None:
    """Two things said at once in a conversation are taken one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [conversation.int & 0x7FFFFFFFFFFFFFFF])


def _again(row: Row, context: Context) -> Turn:
    """The same thing sent twice; one of another conversation is nobody's business."""
    if row.conversation != context.conversation:
        raise UserError("这一句没有发出去", kept="你写的还在。", next="刷新页面再发一次。", status=409)
    return queries.turn_of(row)


def _decided(agent: Agent, context: Context, text: str, draft: Draft | None) -> Made:
    there = context.session.supervised or context.session.teacher

    def way() -> Way | None:
        return way_for(agent, context.stage, context.place_path, accompanied=there)

    stopped = assurance.agent_stopped(
        agent.key,
        stage=context.stage,
        school_path=registry.school_path(context.place_path),
        supervised=there,
    )
    why = f"现在不能用：{stopped.why}。" if stopped else ""
    return decided(agent, context, text, guard=guard(), way=way, draft=draft, stopped=why)


def _store(turn_id: UUID, context: Context, made: Made) -> Row:
    now = time.now()
    waits = made.outcome is Said.WAITING
    return Row.objects.create(
        id=turn_id,
        scope_path=context.place_path,
        conversation=context.conversation,
        number=context.history[-1].number + 1 if context.history else 1,
        subject=context.subject,
        agent=context.agent,
        mode=context.mode,
        stage=context.stage,
        lesson=context.lesson.key if context.lesson else "",
        item=context.item.key if context.item else "",
        outcome=made.outcome.value,
        engine=made.engine,
        move=made.move,
        rung=made.rung,
        findings=list(made.findings),
        text_box=closed(made.words, boxes.ours()),
        ticket_sha256=made.ticket_sha256,
        ticket_until=now + timedelta(seconds=TICKET_S) if waits else None,
        closed_at=None if waits else now,
    )
