"""The pairing graph as pages show it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from qiming.kernel.access import Actor
from qiming.programmes.access import BOARD, SUPPORT
from qiming.programmes.models import Naming, Support
from qiming.programmes.queries.calls import programme_of
from qiming.programmes.queries.named import Edge, had_this_year, leads_whom
from qiming.programmes.rules.drawing import Picture, draw
from qiming.registry import queries as registry
from qiming.registry.types import OrgKind

MOST_LOG = 60
MOST_GRAPHS = 120


@dataclass(frozen=True, slots=True)
class Owed:
    """A duty of the year: how much was done of how much."""

    title: str
    had: int
    least: int

    @property
    def share(self) -> int:
        return min(100, round(100 * self.had / self.least)) if self.least else 100


@dataclass(frozen=True, slots=True)
class Logged:
    """One thing that was done. `confirmed_on` is None until the partner's head said so."""

    day: date
    school: str
    says: str
    confirmed_on: date | None


def namings_of(actor: Actor) -> list[tuple[Naming, int]]:
    """The names of this head's schools, those in force first, with how many schools each leads."""
    rows = Naming.objects.for_actor(actor, SUPPORT).select_related("application__call")
    found = sorted(rows, key=lambda one: (one.ended_on is not None, one.since))
    return [(one, sum(edge.ended_on is None for edge in leads_whom(one))) for one in found]


def partners_for(naming: Naming) -> list[tuple[str, str]]:
    """(id, name) of the city's schools, other districts first: those that are led already are left out."""
    have = {one.school for one in leads_whom(naming) if one.ended_on is None}
    chain = registry.ancestors(naming.scope_path)
    near = next((one.path for one in chain if one.kind is OrgKind.DISTRICT), naming.scope_path)
    schools = [one for one in registry.schools_under(registry.city().path) if one.path != naming.scope_path]
    schools.sort(key=lambda one: (one.path.startswith(near), one.name))
    return [(str(one.id), one.name) for one in schools if one.name not in have]


def graph_of(naming: Naming, edges: list[Edge]) -> Picture:
    """The picture of one named school."""
    name = registry.org_by_path(naming.scope_path).name
    return draw(name, [(one.school, one.noted, one.confirmed, one.ended_on is not None) for one in edges])


def sums(naming: Naming) -> list[Owed]:
    """The year's duties, done and owed."""
    had = had_this_year(naming.application)
    duties = programme_of(naming.application.call).duties
    return [Owed(one.title, had.get(one.key, 0), one.least) for one in duties]


def supports_of(naming: Naming) -> list[Logged]:
    """What was done, the newest first."""
    rows = Support.objects.filter(pairing__naming=naming).select_related("pairing")
    found = list(rows.order_by("-day", "-id")[:MOST_LOG])
    names = {path: registry.org_by_path(path).name for path in {one.pairing.partner_path for one in found}}
    return [Logged(one.day, names[one.pairing.partner_path], one.says, one.confirmed_on) for one in found]


def drawn(actor: Actor) -> list[tuple[UUID, str, Picture]]:
    """(application, what it is called, its picture) of every school below an office that holds a name now; those that
    lead nobody first."""
    rows = Naming.objects.for_actor(actor, BOARD).filter(ended_on=None).select_related("application__call")
    found = [(one, leads_whom(one)) for one in rows.order_by("since", "id")[:MOST_GRAPHS]]
    found.sort(key=lambda one: len(one[1]))
    return [
        (one.application_id, programme_of(one.application.call).title, graph_of(one, edges))
        for one, edges in found
    ]
