"""What was used at a place: sums from the ledger. Nobody's name or pseudonym leaves here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from qiming.agents import access
from qiming.agents.desk.figures import Chart, chart, number, too_few, yuan
from qiming.agents.desk.places import below
from qiming.agents.models import BaseModel, Call, EducationModel, QuotaDay, QuotaRule
from qiming.agents.rules.quotas import whose
from qiming.agents.types import Outcome, Per, Quota
from qiming.kernel import time
from qiming.kernel.access import Actor
from qiming.registry.types import OrgKind, OrgRef

DAYS = 14
_GUARD = (Outcome.STOPPED.value, Outcome.REFUSED.value, Outcome.CRISIS.value)
_FAILED = (Outcome.FAILED.value, Outcome.LOST.value)
_WHY = "the place was checked by the access table; only sums are read"


@dataclass(slots=True)
class Sums:
    """Calls added up. `fen` by today's prices."""

    calls: int = 0
    tokens: int = 0
    fen: float = 0.0
    held: int = 0
    failed: int = 0
    over: int = 0

    def add(self, row: dict[str, Any], price: tuple[int, int]) -> None:
        inward, outward = row["inward"] or 0, row["outward"] or 0
        self.calls += row["calls"]
        self.tokens += inward + outward
        self.fen += (inward * price[0] + outward * price[1]) / 1_000_000
        self.held += row["held"]
        self.failed += row["failed"]
        self.over += row["over"]

    @property
    def tokens_said(self) -> str:
        return number(self.tokens)

    @property
    def yuan(self) -> str:
        return yuan(self.fen)


@dataclass(frozen=True, slots=True)
class RouteLine:
    """One route and the base model that answered; `model` "" where none was reached."""

    route: str
    model: str
    sums: Sums


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """One place below. `sums` None: too few people used it to show."""

    place: OrgRef
    sums: Sums | None


@dataclass(frozen=True, slots=True)
class Left:
    """A quota that counts for the place as a whole, and what is left of it today; None: not limited."""

    says: str
    requests: tuple[int, int] | None
    tokens: tuple[int, int] | None
    minutes: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Desk:
    """A place's use over `DAYS` days."""

    place: OrgRef
    total: Sums
    charts: list[Chart]
    routes: list[RouteLine]
    places: list[PlaceLine]
    hidden: int
    left: list[Left]
    today: int = field(default=0)


def desk(actor: Actor, place: OrgRef) -> Desk:
    """The last days at a place the actor may see."""
    until = time.today()
    days = [until - timedelta(days=ago) for ago in reversed(range(DAYS))]
    rows = _rows(actor, place, days[0])
    prices = _prices()
    total = Sums()
    by_day: dict[date, Sums] = defaultdict(Sums)
    by_route: dict[tuple[str, str], Sums] = defaultdict(Sums)
    for row in _counted(rows, "day", "route", "model"):
        price = prices.get(row["model"], (0, 0))
        for sums in (total, by_day[row["day"]], by_route[row["route"], row["model"]]):
            sums.add(row, price)
    places, hidden = _places(rows, place, prices)
    return Desk(
        place,
        total,
        _charts(days, by_day.__getitem__) if total.calls else [],
        _routes(by_route),
        places,
        hidden,
        _left(place, until),
        by_day[until].calls,
    )


def _rows(actor: Actor, place: OrgRef, since: date) -> QuerySet[Call]:
    rows = Call.objects.for_actor(actor, access.SEE).filter(scope_path__startswith=place.path, day__gte=since)
    return rows.exclude(outcome=Outcome.OPEN.value)


def _counted(rows: QuerySet[Call], *keys: str) -> Iterable[dict[str, Any]]:
    counted: Iterable[dict[str, Any]] = (
        rows.order_by()
        .values(*keys)
        .annotate(
            calls=Count("id"),
            inward=Sum("prompt_tokens"),
            outward=Sum("completion_tokens"),
            held=Count("id", filter=Q(outcome__in=_GUARD)),
            failed=Count("id", filter=Q(outcome__in=_FAILED)),
            over=Count("id", filter=Q(outcome=Outcome.QUOTA.value)),
        )
    )
    return counted


def _prices() -> dict[str, tuple[int, int]]:
    rows = BaseModel.objects.values_list("key", "input_fen_per_million", "output_fen_per_million")
    return {key: (inward, outward) for key, inward, outward in rows}


def _charts(days: list[date], of: Callable[[date], Sums]) -> list[Chart]:
    sums = [of(day) for day in days]
    return [
        chart("调用", "次", days, [one.calls for one in sums]),
        chart("用量", "个 token", days, [one.tokens for one in sums]),
        chart("费用", "元", days, [round(one.fen / 100, 2) for one in sums]),
        chart("防护拦下", "次", days, [one.held for one in sums]),
        chart("没有答成", "次", days, [one.failed for one in sums]),
    ]


def _routes(by_route: dict[tuple[str, str], Sums]) -> list[RouteLine]:
    titles = dict(EducationModel.objects.values_list("key", "title"))
    names = dict(BaseModel.objects.values_list("key", "title"))
    lines = [
        RouteLine(titles.get(route, route), names.get(model, model), sums)
        for (route, model), sums in by_route.items()
    ]
    return sorted(lines, key=lambda one: (-one.sums.calls, one.route, one.model))


def _places(
    rows: QuerySet[Call], place: OrgRef, prices: dict[str, tuple[int, int]]
) -> tuple[list[PlaceLine], int]:
    """The places one step below that used something; of classes only those in which enough people did."""
    found = {one.path: one for one in below(place)}
    steps = place.path.count("/") + 1
    sums: dict[str, Sums] = defaultdict(Sums)
    people: dict[str, set[str]] = defaultdict(set)
    keys = ("scope_path", "model", "subject") if place.kind is OrgKind.SCHOOL else ("scope_path", "model")
    for row in _counted(rows, *keys):
        path = "/".join(row["scope_path"].split("/")[:steps]) + "/"
        sums[path].add(row, prices.get(row["model"], (0, 0)))
        if row.get("subject"):
            people[path].add(row["subject"])
    few: frozenset[str] = frozenset()
    if place.kind is OrgKind.SCHOOL:
        # A class whose callers gave no pseudonyms counts as one person.
        few = too_few({path: max(1, len(people[path])) for path in sums if path in found})
    lines = [
        PlaceLine(found[path], None if path in few else one) for path, one in sums.items() if path in found
    ]
    return sorted(lines, key=lambda one: -(one.sums.calls if one.sums else 0)), len(few)


def _left(place: OrgRef, day: date) -> list[Left]:
    """The quotas that hold for the place as a whole: its own, and those above that count it as one of many."""
    found = []
    for rule in rules_for(place):
        quota = Quota(rule.id, rule.scope_path, Per(rule.per), rule.quota_class)
        if Per(rule.per) is Per.PUPIL or (Per(rule.per) is Per.PLACE and rule.scope_path != place.path):
            continue
        counted_as = whose(quota, place.path, "")
        if counted_as is None or counted_as not in ("", f":{place.path}"):
            continue
        used = QuotaDay.objects.filter(bucket=f"{rule.id}{counted_as}", day=day).first()
        found.append(_one_left(rule, used))
    return found


def _one_left(rule: QuotaRule, used: QuotaDay | None) -> Left:
    def of(most: int | None, gone: int) -> tuple[int, int] | None:
        return None if most is None else (max(0, most - gone), most)

    requests, tokens, seconds = (used.requests, used.tokens, used.seconds) if used else (0, 0, 0)
    says = f"{rule.quota_class}类的教育模型" if rule.quota_class else "所有教育模型"
    minutes = of(rule.minutes, -(-seconds // 60))
    return Left(says, of(rule.requests, requests), of(rule.tokens, tokens), minutes)


def rules_for(place: OrgRef) -> list[QuotaRule]:
    """The quota rules at and above a place, the widest first."""
    steps = place.path.rstrip("/").split("/")
    above = ["/".join(steps[:at]) + "/" for at in range(1, len(steps) + 1)]
    rows = QuotaRule.objects.unscoped(_WHY).filter(scope_path__in=above)
    return sorted(rows, key=lambda one: (one.scope_path.count("/"), one.per, one.quota_class))
