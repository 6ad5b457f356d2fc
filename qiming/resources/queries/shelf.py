"""The shelf: what is served, found by Chinese words, narrowed by kind, stage, subject, area, scenario and
what it teaches."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib.postgres.search import SearchQuery
from django.db.models import Count, Q, QuerySet

from qiming.curriculum.search.words import query as as_query
from qiming.kernel.access import Actor
from qiming.registry import queries as registry
from qiming.resources.access import BROWSE, TABLE
from qiming.resources.models import Adoption, Resource
from qiming.resources.queries.opinions import ENOUGH
from qiming.resources.queries.reach import in_reach
from qiming.resources.queries.scenarios import scenario_words
from qiming.resources.types import STAGES, Area, Kind, ShelfLine

_WHY = "what is on the shelf is for every member of staff"
PAGE = 30
FACETS = ("kind", "stage", "subject", "area", "scenario")
# What a resource teaches: filters without counts, each by an index of its own.
TEACHES = {"concept": "teaches", "outcome": "outcomes"}
MOST_SUBJECTS = 20
Counted = tuple[str, str, str, str, str, int]
"""A value of each facet, in the order of FACETS, and how many have them all."""


@dataclass(frozen=True, slots=True)
class Facet:
    """One choice of a facet: its value, its words, how many there are, whether it is chosen."""

    value: str
    words: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Shelf:
    """One page of what was found, how much there is, and the facets with their counts."""

    lines: list[ShelfLine]
    total: int
    facets: dict[str, list[Facet]]
    next_after: int | None


def shelf(
    actor: Actor, *, typed: str = "", chosen: dict[str, list[str]] | None = None, after: int = 0
) -> Shelf:
    """What fits the words and the choices, the newest first. Each facet counts what the other choices leave."""
    TABLE.require(actor, BROWSE)
    chosen = chosen or {}
    everything = _with_words(Resource.objects.unscoped(_WHY).filter(in_reach(actor), on_shelf=True), typed)
    for name, column in TEACHES.items():
        if chosen.get(name):
            everything = everything.filter(**{f"{column}__contains": chosen[name]})
    narrowed = _narrowed(everything, chosen)
    # One walk over what was found counts everything: every facet, whatever is chosen in the others, and the sum.
    tally = list(everything.order_by().values_list(*FACETS).annotate(n=Count("*")))
    total, counts = _counted(tally, chosen)
    rows = list(narrowed.defer("words").order_by("-published_at", "id")[after : after + PAGE])
    return Shelf(
        lines=lines_of(rows),
        total=total,
        facets={name: _facet(counts[name], name, chosen) for name in FACETS},
        next_after=after + PAGE if after + PAGE < total else None,
    )


def users_of(resource_id: UUID) -> list[str]:
    """The schools that use a resource, by name: schools, never people or classes."""
    rows = Adoption.objects.unscoped(_WHY).filter(resource_id=resource_id, ended_on=None)
    paths = sorted(set(rows.values_list("school_path", flat=True)))
    return [registry.org_by_path(path).name for path in paths]


def _with_words(rows: QuerySet[Resource], typed: str) -> QuerySet[Resource]:
    asked = as_query(typed)
    return rows.filter(words=SearchQuery(asked, config="simple", search_type="raw")) if asked else rows


def _narrowed(rows: QuerySet[Resource], chosen: dict[str, list[str]]) -> QuerySet[Resource]:
    wanted = Q()
    for name in FACETS:
        if chosen.get(name):
            wanted &= Q(**{f"{name}__in": chosen[name]})
    return rows.filter(wanted)


def _counted(tally: list[Counted], chosen: dict[str, list[str]]) -> tuple[int, dict[str, Counter[str]]]:
    """How many fit every choice, and for each facet how many of each value fit the choices in the other facets."""
    wanted = [(at, frozenset(chosen[name])) for at, name in enumerate(FACETS) if chosen.get(name)]
    counts = [Counter[str]() for _ in FACETS]
    everywhere, total = range(len(FACETS)), 0
    for one in tally:
        missed = [at for at, values in wanted if one[at] not in values]
        if not missed:
            total += one[-1]
        elif len(missed) > 1:
            continue
        for at in missed or everywhere:
            counts[at][str(one[at])] += one[-1]
    return total, dict(zip(FACETS, counts, strict=True))


def _facet(counts: Counter[str], name: str, chosen: dict[str, list[str]]) -> list[Facet]:
    if not any(counts):
        return []  # nothing was said of any of them
    # what nobody classed comes last, however much it is
    found = sorted(counts.items(), key=lambda one: (not one[0], -one[1], one[0]))[:MOST_SUBJECTS]
    return [
        Facet(value, facet_words(name, value), count, value in chosen.get(name, [])) for value, count in found
    ]


def facet_words(name: str, value: str) -> str:
    """A facet's value in Chinese; a subject is its own name."""
    if name == "kind":
        return Kind(value).zh
    if name == "stage":
        return STAGES.get(value, value)
    if name == "scenario":
        return scenario_words(value)
    return Area(value).zh if name == "area" else value


def lines_of(rows: Sequence[Resource]) -> list[ShelfLine]:
    ids = [row.id for row in rows]
    users = Adoption.objects.unscoped(_WHY).filter(resource_id__in=ids, ended_on=None)
    counted = users.order_by().values_list("resource_id").annotate(n=Count("school_path", distinct=True))
    schools = dict(counted)
    names = {path: registry.org_by_path(path).name for path in {row.scope_path for row in rows}}
    return [
        ShelfLine(
            id=row.id,
            kind=Kind(row.kind),
            title=row.title,
            says=row.says,
            stage=STAGES.get(row.stage, row.stage),
            subject=row.subject,
            area=Area(row.area).zh,
            owner=names[row.scope_path],
            published_at=row.published_at,
            schools=schools.get(row.id, 0),
            stars=row.stars / row.rated if row.rated >= ENOUGH else None,
            rated=row.rated,
            grade=row.grade,
            is_shared=row.alliance_id is not None,
        )
        for row in rows
    ]
