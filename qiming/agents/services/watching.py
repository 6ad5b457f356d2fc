"""Products whose calls go through the door, and our own agents that were filed: their verdict holds for the route, and what the ledger says of them is counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncHour

from qiming.agents.models import Call, EducationModel, Turn
from qiming.agents.services.places import tell
from qiming.agents.talk.types import Said
from qiming.agents.types import Outcome
from qiming.assurance import services as assurance
from qiming.assurance.admission import SignalKind
from qiming.assurance.queries import may_serve, products_of_agents
from qiming.kernel import time

HOURS = 3  # a call ends at the latest so long after it began, and is counted in the hour in which it began
_WHY = "the watch looks at every call; only numbers are kept"
_NOT_SENT = (Outcome.OPEN.value, Outcome.QUOTA.value, Outcome.REFUSED.value, Outcome.CRISIS.value)


def look_at_verdicts(product_id: UUID | None = None) -> int:
    """Ask for every route that stands on a product whether it may still serve each of its stages. Returns how many changed;
    every gateway hears of a change when it commits."""
    rows = EducationModel.objects.exclude(product_id=None)
    if product_id is not None:
        rows = rows.filter(product_id=product_id)
    changed = 0
    for key in list(rows.order_by("key").values_list("key", flat=True)):
        with transaction.atomic():
            changed += _look_at(EducationModel.objects.select_for_update().get(key=key))
    return changed


def _look_at(row: EducationModel) -> bool:
    held = held_of(row.product_id, row.stages)
    if held == sorted(row.held_stages):
        return False
    row.held_stages = held
    row.save(update_fields=["held_stages"])
    tell(None, "agents.hold_route", row.id, "", {"route": row.key, "held": held})
    return True


def held_of(product_id: UUID | None, stages: Iterable[str]) -> list[str]:
    """The stages that a route's product may not serve now. A product that may serve no stage doesn't serve staff either."""
    if product_id is None:
        return []
    pupils = sorted(set(stages) - {"staff"})
    may = {
        stage: may_serve(product_id, stage=stage).yes for stage in pupils or ("primary", "junior", "senior")
    }
    held = [stage for stage in pupils if not may[stage]]
    return [*held, "staff"] if "staff" in stages and not any(may.values()) else held


def feed() -> int:
    """Write down per hour what the ledger says of each product: `use` people (a call without a pseudonym is one), `model`
    calls that a model answered, `sensitive` replies ended by a word of the lists, `data` calls in which personal data were
    covered. What an hour's numbers are is set, not added: doing it again changes nothing. Returns how many hours."""
    since = time.now().replace(minute=0, second=0, microsecond=0) - timedelta(hours=HOURS)
    agents = products_of_agents()
    routes: dict[UUID, list[str]] = {product_id: [] for product_id in agents}
    for key, product_id in EducationModel.objects.exclude(product_id=None).values_list("key", "product_id"):
        if product_id:
            routes.setdefault(product_id, []).append(key)
    written = 0
    for product_id, keys in routes.items():
        for hour, counts in _hours(keys, agents.get(product_id, ""), since).items():
            assurance.note_gateway(product_id, hour, counts)
            written += 1
    return written


def _hours(routes: list[str], agent: str, since: datetime) -> dict[datetime, dict[SignalKind, int]]:
    """Per hour what is known of one product: of the calls of its routes, and of its agent those that its turns made. Who
    talked to an agent is counted by its turns, which need no model."""
    said = Turn.objects.unscoped(_WHY).filter(agent=agent, created_at__gte=since) if agent else None
    which = Q(route__in=routes)
    if said is not None:
        which |= Q(id__in=said.exclude(call_id=None).values("call_id"))
    found = {row["hour"]: _signals(row) for row in _counted(which, since)}
    for row in _talked(said) if said is not None else ():
        counts = found.setdefault(row["hour"], dict.fromkeys(SignalKind, 0))
        counts[SignalKind.USE] = max(counts[SignalKind.USE], row["people"])
    return found


def _talked(said: QuerySet[Turn]) -> Iterable[Mapping[str, Any]]:
    held = (Said.HELD.value, Said.REFUSED.value, Said.UNREADABLE.value, Said.CRISIS.value)
    rows = said.exclude(outcome__in=held).order_by().annotate(hour=TruncHour("created_at"))
    return rows.values("hour").annotate(people=Count("subject", distinct=True))


def _counted(which: Q, since: datetime) -> Iterable[Mapping[str, Any]]:
    covered = Q(findings__icontains='"data:') | Q(findings__icontains='"hidden:')
    return (
        Call.objects.unscoped(_WHY)
        .filter(which, created_at__gte=since)
        .order_by()
        .annotate(hour=TruncHour("created_at"))
        .values("hour")
        .annotate(
            people=Count("subject", distinct=True, filter=~Q(subject="") & ~Q(outcome__in=_NOT_SENT)),
            nameless=Count("id", filter=Q(subject="") & ~Q(outcome__in=_NOT_SENT)),
            model=Count("id", filter=~Q(model="")),
            sensitive=Count("id", filter=Q(outcome=Outcome.STOPPED.value, why="word")),
            data=Count("id", filter=covered),
        )
    )


def _signals(row: Mapping[str, Any]) -> dict[SignalKind, int]:
    return {
        SignalKind.USE: row["people"] + row["nameless"],
        SignalKind.MODEL: row["model"],
        SignalKind.SENSITIVE: row["sensitive"],
        SignalKind.DATA: row["data"],
    }
