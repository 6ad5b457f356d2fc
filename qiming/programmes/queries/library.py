"""For everybody: published cases, found by their words; who holds which name."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.contrib.postgres.search import SearchQuery
from django.db.models import Count, QuerySet

from qiming.curriculum.search.words import query as as_query
from qiming.kernel.access import Actor, Denied
from qiming.programmes.access import SUPPORT
from qiming.programmes.models import Application, Naming
from qiming.programmes.queries.kinds import programmes
from qiming.registry import queries as registry
from qiming.registry.types import STAGE_NAMES, Stage
from qiming.resources.queries import shelf_of
from qiming.resources.queries.scenarios import scenario_words

_WHY = "published: everybody may read it"
PAGE = 30
OPEN = ("noticed", "named", "checking", "warned", "fixing", "hearing", "published")


@dataclass(frozen=True, slots=True)
class Case:
    """A published case as the library lists it; schools, never people."""

    id: UUID
    title: str
    school: str
    stage: str
    scenario: str
    published_at: datetime | None
    reused: int


@dataclass(frozen=True, slots=True)
class Held:
    """A name a school holds or held."""

    school: str
    programme: str
    since: date
    until: date
    ended_on: date | None
    ended_why: str


def library(*, typed: str = "", scenario: str = "", after: int = 0) -> tuple[list[Case], int]:
    """One page of published cases, and how many were found."""
    rows: QuerySet[Application] = Application.objects.unscoped(_WHY).filter(state="published")
    if asked := as_query(typed):
        rows = rows.filter(words=SearchQuery(asked, config="simple", search_type="raw"))
    if scenario:
        rows = rows.filter(scenario=scenario)
    page = rows.defer("words", "answers", "facts").annotate(n=Count("reuses")).order_by("-published_at", "id")
    found = list(page[after : after + PAGE])
    names = {path: registry.org_by_path(path).name for path in {one.scope_path for one in found}}
    lines = [
        Case(
            one.id,
            one.title,
            names[one.scope_path],
            STAGE_NAMES[Stage(one.stage)],
            scenario_words(one.scenario),
            one.published_at,
            one.n,
        )
        for one in found
    ]
    return lines, rows.count()


def published_case(application_id: UUID) -> tuple[Application, list[str]]:
    """What everybody may read of a case or a proposed school, and which schools did it after them."""
    rows = Application.objects.unscoped(_WHY).select_related("call").defer("words")
    row = rows.filter(id=application_id, state__in=OPEN).first()
    if row is None:
        raise Denied("programmes.read")
    paths = row.reuses.order_by("created_at").values_list("school_path", flat=True)
    return row, [registry.org_by_path(path).name for path in paths]


def resource_title(row: Application) -> str:
    """What the resource that goes with it is called, while it stands on the shelf."""
    return dict(shelf_of(row.scope_path)).get(row.resource_id, "") if row.resource_id else ""


def naming_of(actor: Actor, row: Application) -> UUID | None:
    """The name that came of an application, for the head who leads others by it."""
    found = Naming.objects.for_actor(actor, SUPPORT).filter(application=row).first()
    return found.id if found else None


def register(limit: int = 500) -> list[Held]:
    """Every name given, those in force first, by school; no order by any result."""
    titles = {key: one.title for key, one in programmes().items()}
    rows = list(Naming.objects.unscoped(_WHY).order_by("since", "id")[:limit])
    names = {path: registry.org_by_path(path).name for path in {one.scope_path for one in rows}}
    held = [
        Held(
            names[one.scope_path],
            titles.get(one.programme, one.programme),
            one.since,
            one.until,
            one.ended_on,
            one.ended_why,
        )
        for one in rows
    ]
    return sorted(held, key=lambda one: (one.ended_on is not None, one.programme, one.school))
