"""What was said. The caller has asked its own access table whether the person may read it: nothing here knows persons."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from qiming.agents import boxes
from qiming.agents.models import Turn as Row
from qiming.agents.talk.box import Words, open_words
from qiming.agents.talk.types import Exchange, Said, Turn

MOST_HISTORY = 40  # turns of a conversation that are read again
_WHY = "the room above decides who reads a conversation"
GONE = "（原文已到期删除）"


def turn(turn_id: UUID) -> Turn | None:
    """One turn as it stands now; None when there is none. A ticket is never shown again."""
    row = Row.objects.unscoped(_WHY).filter(id=turn_id).first()
    return turn_of(row) if row else None


def asked_in(turn_id: UUID) -> str:
    """What was said in one turn, word for word; "" when it is gone or was never there."""
    row = Row.objects.unscoped(_WHY).filter(id=turn_id).first()
    words = open_words(row.text_box, boxes.ours()) if row else None
    return words.asked if words else ""


def turns(conversation: UUID) -> list[Turn]:
    """The turns of a conversation in their order, as they stand now."""
    return [turn_of(row) for row in _rows([conversation])]


def transcript(conversation: UUID) -> list[Exchange]:
    """What was said, in order, as it was shown: with its marks."""
    return [_exchange(row, marked=True) for row in _rows([conversation])]


def history(conversation: UUID) -> tuple[Exchange, ...]:
    """The last turns of a conversation for the one that follows."""
    rows = list(_rows([conversation]).order_by("-number")[:MOST_HISTORY])
    return tuple(_exchange(row, marked=False) for row in reversed(rows))


def words_of(subject: str) -> list[dict[str, Any]]:
    """Everything one pseudonym said and was replied, for the copy of a person's data."""
    found = []
    for row in Row.objects.unscoped(_WHY).filter(subject=subject).order_by("id"):
        words = open_words(row.text_box, boxes.ours())
        told = {"asked": words.asked if words else GONE, "replied": words.shown if words else GONE}
        facts = (
            "created_at",
            "agent",
            "mode",
            "stage",
            "lesson",
            "item",
            "outcome",
            "engine",
            "move",
            "rung",
        )
        found.append({"id": row.id, **{name: getattr(row, name) for name in facts}, **told})
    return found


def _rows(conversations: Iterable[UUID]) -> Any:
    return Row.objects.unscoped(_WHY).filter(conversation__in=list(conversations)).order_by("number")


def _exchange(row: Row, *, marked: bool) -> Exchange:
    words = open_words(row.text_box, boxes.ours())
    if words is None:
        return Exchange(GONE, GONE, row.move, row.rung, row.number)
    return Exchange(words.asked, words.shown if marked else words.replied, row.move, row.rung, row.number)


def turn_of(row: Row, words: Words | None = None, ticket: str | None = None) -> Turn:
    words = words or open_words(row.text_box, boxes.ours())
    waits = row.outcome == Said.WAITING.value
    return Turn(
        id=row.id,
        conversation=row.conversation,
        number=row.number,
        outcome=Said(row.outcome),
        text=None if waits else (words.replied if words else GONE),
        ticket=ticket,
        citations=tuple(words.citations) if words else (),
        asks=tuple(words.asks) if words else (),
        label=words.label if words else "",
        engine=row.engine,
        findings=tuple(row.findings),
        move=row.move,
    )
