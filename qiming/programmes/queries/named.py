"""The pairing graph, and what a named school did in a year."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, Q

from qiming.kernel import time
from qiming.kernel.access import Actor
from qiming.programmes.access import SUPPORT, TABLE
from qiming.programmes.models import Application, Naming, Pairing, Support
from qiming.registry import queries as registry

_WHY = "counted for the yearly check of this school, or read by its head"
YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Edge:
    """One pair: the other school, since when, how many supports and how many of them are confirmed."""

    id: UUID
    school: str
    since: date
    ended_on: date | None
    noted: int
    confirmed: int


@dataclass(frozen=True, slots=True)
class Led:
    """Something that was done for one's own school and waits for its head's word."""

    id: UUID
    school: str
    day: date
    says: str


def had_this_year(application: Application) -> dict[str, int]:
    """What counts for the yearly check: partners now, confirmed supports and published cases of the last 365 days."""
    since = time.today() - YEAR
    pairs = Pairing.objects.filter(naming__application=application)
    supports = Support.objects.filter(
        pairing__naming__application=application, day__gt=since, confirmed_by__isnull=False
    )
    cases = Application.objects.unscoped(_WHY).filter(
        scope_path=application.scope_path, state="published", published_at__date__gt=since
    )
    return {
        "partners": pairs.filter(ended_on=None).count(),
        "supports": supports.count(),
        "published": cases.count(),
    }


def leads(actor: Actor, naming_id: UUID) -> Naming:
    """A name in force or over, for the head who holds it."""
    found: Naming = TABLE.load(
        actor, SUPPORT, Naming.objects.unscoped(_WHY).select_related("application__call"), id=naming_id
    )
    return found


def leads_whom(naming: Naming) -> list[Edge]:
    """Whom a named school leads, those of today first."""
    confirmed = Count("supports", filter=Q(supports__confirmed_by__isnull=False))
    rows = Pairing.objects.filter(naming=naming).annotate(noted=Count("supports"), confirmed=confirmed)
    found = list(rows.order_by("ended_on", "since", "id"))
    names = _names({one.partner_path for one in found})
    return [
        Edge(one.id, names[one.partner_path], one.since, one.ended_on, one.noted, one.confirmed)
        for one in sorted(found, key=lambda one: (one.ended_on is not None, one.since))
    ]


def led_by(actor: Actor) -> list[Led]:
    """What was done for the schools of this head and is not confirmed yet."""
    at = Q(pk__in=[])
    for path in TABLE.paths(actor, SUPPORT):
        at |= Q(pairing__partner_path=path)
    rows = (
        Support.objects.filter(at, confirmed_by=None).select_related("pairing__naming").order_by("day", "id")
    )
    found = list(rows)
    names = _names({one.pairing.naming.scope_path for one in found})
    return [Led(one.id, names[one.pairing.naming.scope_path], one.day, one.says) for one in found]


def _names(paths: set[str]) -> dict[str, str]:
    return {path: registry.org_by_path(path).name for path in paths}
