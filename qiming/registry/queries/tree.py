"""The organisation tree as officers see it: a page of places at a time, with what lies under each."""

from dataclasses import dataclass
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet, Value
from django.db.models.functions import Left, StrIndex, Substr

from qiming.kernel import time
from qiming.kernel.access import Actor, Denied
from qiming.registry.access import TABLE
from qiming.registry.models import ClassMembership, Organisation
from qiming.registry.queries.people import in_force
from qiming.registry.queries.places import ref
from qiming.registry.types import OrgKind, OrgRef

_WHY = "only numbers are taken from it; the page loaded its place through the access table"
SEE = "registry.see_places"
A_PAGE = 50


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """One place in the officers' tree: only numbers, no names of pupils."""

    place: OrgRef
    schools: int
    classes: int
    pupils: int


@dataclass(frozen=True, slots=True)
class Below:
    """What lies below a place: the sums, and the places of one page."""

    page: "Page[Organisation]"  # where in the list one is
    lines: list[PlaceLine]
    schools: int
    classes: int
    pupils: int


def below(actor: Actor, above: OrgRef, *, page: str | None = None) -> Below:
    """The places directly below, a page of them, with the numbers of what lies under each."""
    places = Organisation.objects.for_actor(actor, SEE).filter(parent_id=above.id, closed_on=None)
    places = places.exclude(kind=OrgKind.TEACHING_GROUP)
    shown = Paginator(places.order_by("adcode", "grade", "class_no", "name", "id"), A_PAGE).get_page(page)
    schools, classes = _places_under(above)
    pupils = _pupils_under(above)
    lines = [
        PlaceLine(
            place=ref(place),
            schools=schools.get(place.scope_path, 0),
            classes=classes.get(place.scope_path, 0),
            pupils=pupils.get(place.scope_path, 0),
        )
        for place in shown.object_list
    ]
    return Below(shown, lines, sum(schools.values()), sum(classes.values()), sum(pupils.values()))


def load_place(actor: Actor, place_id: UUID | None) -> OrgRef:
    """A place of the tree the actor may look at; without an id, the actor's own."""
    places = Organisation.objects.unscoped("filtered by the access table")
    if place_id is not None:
        return ref(TABLE.load(actor, SEE, places, id=place_id))
    paths = [path for role in TABLE.row(SEE).reaches for path in actor.paths(role)]
    if not paths:
        raise Denied(SEE)
    return ref(TABLE.load(actor, SEE, places, scope_path=min(paths, key=len)))


def _places_under(above: OrgRef) -> tuple[dict[str, int], dict[str, int]]:
    """Schools and classes by the path of the place directly below `above`."""
    rows = Organisation.objects.unscoped(_WHY).filter(
        scope_path__startswith=above.path, closed_on=None, kind__in=[OrgKind.SCHOOL, OrgKind.CLASS_GROUP]
    )
    counted = _by_child(rows, above).annotate(
        schools=Count("id", filter=Q(kind=OrgKind.SCHOOL)),
        classes=Count("id", filter=Q(kind=OrgKind.CLASS_GROUP)),
    )
    found = list(counted.values_list("child", "schools", "classes"))
    return {child: n for child, n, _ in found if n}, {child: n for child, _, n in found if n}


def _pupils_under(above: OrgRef) -> dict[str, int]:
    """Pupils of today by the path of the place directly below: answered by an index alone, whatever the city."""
    rows = ClassMembership.objects.unscoped(_WHY).filter(
        in_force(time.today()), scope_path__startswith=above.path
    )
    return dict(_by_child(rows, above).annotate(n=Count("scope_path")).values_list("child", "n"))


def _by_child(rows: QuerySet, above: OrgRef) -> QuerySet:  # type: ignore[type-arg]  # either model's rows
    """Grouped by the first step below `above`."""
    start = len(above.path)
    after = StrIndex(Substr("scope_path", start + 1), Value("/"))
    return rows.order_by().values(child=Left("scope_path", after + start))
