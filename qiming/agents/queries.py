"""Questions others may ask: what was used where, and under which pseudonym our own agents call."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, Sum

from qiming.agents import access, boxes
from qiming.agents.models import BaseModel, Call
from qiming.agents.types import Outcome
from qiming.kernel.access import Actor


def subject_of(person_id: UUID) -> str:
    """The pseudonym of a person in the ledger, as our own agents hand it to the gateway (field `user`)."""
    return boxes.ours().pseudonym("person", str(person_id))


@dataclass(frozen=True, slots=True)
class Used:
    """Calls of one route and model at a place between two days."""

    route: str
    model: str
    calls: int
    tokens: int
    fen: float
    held_by_guard: int
    failed: int


def usage(actor: Actor, path: str, since: date, until: date) -> list[Used]:
    """What was used below `path`, both days included; only where the actor may see it."""
    rows = (
        Call.objects.for_actor(actor, access.SEE)
        .filter(scope_path__startswith=path, day__gte=since, day__lte=until)
        .exclude(outcome=Outcome.OPEN.value)
    )
    guard = (Outcome.STOPPED.value, Outcome.REFUSED.value, Outcome.CRISIS.value)
    counted = (
        rows.values("route", "model")
        .annotate(
            calls=Count("id"),
            inward=Sum("prompt_tokens"),
            outward=Sum("completion_tokens"),
            held=Count("id", filter=Q(outcome__in=guard)),
            failed=Count("id", filter=Q(outcome=Outcome.FAILED.value)),
        )
        .order_by(F("calls").desc(), "route", "model")
    )
    prices = {
        one.key: (one.input_fen_per_million, one.output_fen_per_million) for one in BaseModel.objects.all()
    }
    return [_used(row, prices.get(row["model"], (0, 0))) for row in counted]


def _used(row: Mapping[str, Any], price: tuple[int, int]) -> Used:
    fen = (row["inward"] * price[0] + row["outward"] * price[1]) / 1_000_000
    tokens = row["inward"] + row["outward"]
    return Used(row["route"], row["model"], row["calls"], tokens, fen, row["held"], row["failed"])
