"""Completions: counted from the feed, in its order, so that a batch never waits for it.

Counting goes on from where it stopped, in one transaction with the place where it stops now; only one counts at a time,
so the numbers of changes become visible in their order and a cursor misses nothing. What is voided is counted anew
without it.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from qiming.records.models import XapiAgent, XapiCompletion, XapiCounted
from qiming.records.xapi import feed, find, shape
from qiming.records.xapi.feed import Position
from qiming.records.xapi.progress import Progress, pairs
from qiming.records.xapi.shape import VOIDED_KEY, Plain

COUNTING: Final = 7_310_103  # advisory lock: who counts
STEP: Final = 500
Pair = tuple[UUID, str, str]  # key, identifier of the agent, IRI of the activity
_COUNTED = [one.name for one in fields(Progress)]


def count(steps: int) -> bool:
    """Count at most `steps` pages of the feed; whether that was all (or somebody else is counting)."""
    return any(_step() for _ in range(steps))


def _step() -> bool:
    """Count one page; whether there is nothing more to do."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [COUNTING])
        if not cursor.fetchone()[0]:
            return True
        counted, _ = XapiCounted.objects.get_or_create(id=1)
        after: Position | None = None
        if counted.stored is not None and counted.statement is not None:
            after = counted.stored, counted.statement
        page = feed.page(after, key=None, limit=STEP)
        if page.rows and page.after:
            counted.change = _count_rows(
                [json.loads(row.text) for row in page.rows], page.after, counted.change
            )
            counted.stored, counted.statement = page.after
            counted.save()
        return not page.has_more


def _count_rows(statements: list[Plain], upto: Position, change: int) -> int:
    """Returns the number of the last change."""
    heard: dict[Pair, list[Plain]] = {}
    anew: set[Pair] = set()
    for one in statements:
        for pair in _pairs(one):
            heard.setdefault(pair, []).append(one)
        if shape.key_of(one["verb"]["id"]) == VOIDED_KEY and (target := shape.refers_to(one)):
            anew |= _touched_by_voiding(target)
    wanted = [*heard, *(pair for pair in anew if pair not in heard)]
    agents = dict(
        XapiAgent.objects.filter(identifier__in={one for _, one, _ in wanted}).values_list("identifier", "id")
    )
    # An agent that is not there was erased since.
    wanted = [pair for pair in wanted if pair[1] in agents]
    held = _held(wanted, agents)
    rows = []
    for pair in wanted:
        key, agent, activity = pair[0], agents[pair[1]], shape.key_of(pair[2])
        said = held.get((key, agent, activity))
        now = _from_the_beginning(pair, upto[0]) if pair in anew else Progress(**asdict(said or Progress()))
        for one in heard[pair] if pair not in anew else ():
            now.hear(one)
        if now != (said or Progress()) or said is None:
            change += 1
            rows.append(
                XapiCompletion(key_id=key, agent_id=agent, activity_id=activity, change=change, **asdict(now))
            )
    XapiCompletion.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["key", "agent", "activity"],
        update_fields=["change", *_COUNTED],
    )
    return change


def _pairs(statement: Plain) -> list[Pair]:
    key = UUID(statement["authority"]["account"]["name"].removeprefix("key:"))
    return [(key, agent, activity) for agent, activity in dict.fromkeys(pairs(statement))]


def _touched_by_voiding(target: UUID) -> set[Pair]:
    """A target that was never seen, or was voided before it was counted, touches nothing that is held; counting it
    anew does no harm."""
    row = find.one(target, voided=True, key=None)
    return set(_pairs(json.loads(row.text))) if row else set()


def _from_the_beginning(pair: Pair, upto: datetime) -> Progress:
    """What stands of everything stored up to a moment."""
    made, after = Progress(), None
    while True:
        asked = find.Asked(
            agent=pair[1], activity=pair[2], key=pair[0], ascending=True, until=upto, after=after
        )
        rows, has_more = find.search(asked)
        for row in rows:
            statement = json.loads(row.text)
            if pair in _pairs(statement):
                made.hear(statement)
        if not has_more:
            return made
        after = rows[-1].stored, rows[-1].id


def _held(wanted: list[Pair], agents: dict[str, UUID]) -> dict[tuple[UUID, UUID, UUID], Progress]:
    rows = XapiCompletion.objects.filter(
        key__in={key for key, _, _ in wanted},
        agent__in={agents[agent] for _, agent, _ in wanted},
        activity__in={shape.key_of(activity) for _, _, activity in wanted},
    )
    return {
        (row.key_id, row.agent_id, row.activity_id): Progress(
            **{name: getattr(row, name) for name in _COUNTED}
        )
        for row in rows
    }


@dataclass(frozen=True, slots=True)
class Line:
    """A completion as it is told: who and what as the standard writes them."""

    change: int
    key: UUID
    actor: Plain
    activity: str
    progress: Progress

    def told(self) -> Plain:
        now = self.progress
        last = shape.stamp(now.last) if now.last else None
        score = {"best": now.score_best, "last": now.score_last} if now.score_best is not None else None
        said: dict[str, Any] = {"completed": now.completed, "passed": now.passed, "score": score}
        return {
            "actor": self.actor,
            "activity": self.activity,
            "source": f"key:{self.key}",
            **said,
            "attempts": now.attempts,
            "last": last,
        }


def changed(
    since: int, *, key: UUID | None, limit: int, agent: str | None = None, activity: str | None = None
) -> tuple[list[Line], bool]:
    """What changed after a number, in the order of the changes, and whether there is more."""
    asked = Q(change__gt=since)
    asked &= Q(key=key) if key else Q()
    asked &= Q(agent__identifier=agent) if agent else Q()
    asked &= Q(activity=shape.key_of(activity)) if activity else Q()
    found = XapiCompletion.objects.filter(asked).order_by("change").select_related("agent", "activity")
    rows = list(found.defer("activity__definition")[: limit + 1])
    lines = [
        Line(
            row.change,
            row.key_id,
            _agent(row.agent.identifier),
            row.activity.iri,
            Progress(**{name: getattr(row, name) for name in _COUNTED}),
        )
        for row in rows[:limit]
    ]
    return lines, len(rows) > limit


def through() -> datetime | None:
    """Up to which moment of storing completions are counted; None: nothing yet."""
    return XapiCounted.objects.filter(id=1).values_list("stored", flat=True).first()


def _agent(identifier: str) -> Plain:
    kind, *rest = json.loads(identifier)
    return {"account": {"homePage": rest[0], "name": rest[1]}} if kind == "account" else {kind: rest[0]}
