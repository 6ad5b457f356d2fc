"""Places: the organisation tree, upwards and downwards."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import F, Q, QuerySet

from qiming.kernel.access import Denied
from qiming.kernel.memo import once_a_request
from qiming.registry.models import Organisation
from qiming.registry.types import TAUGHT_KINDS, OrgKind, OrgRef, Stage

_WHY = "places carry no personal data; the caller checks the right to what hangs on them"


def ref(place: Organisation) -> OrgRef:
    """The row as it crosses the door."""
    return OrgRef(
        id=place.id,
        kind=OrgKind(place.kind),
        name=place.name,
        path=place.scope_path,
        parent_id=place.parent_id,
        grade=place.grade,
        stages=tuple(Stage(stage) for stage in place.stages),
        class_no=place.class_no,
        is_synthetic=place.is_synthetic,
        closed_on=place.closed_on,
    )


@once_a_request
def org(org_id: UUID) -> OrgRef:
    """One place by its id."""
    return ref(_one(id=org_id))


def orgs(org_ids: Iterable[UUID]) -> dict[UUID, OrgRef]:
    """Several places at once; unknown ids are left out."""
    return {place.id: ref(place) for place in _open().filter(id__in=list(org_ids))}


@once_a_request
def org_by_path(path: str) -> OrgRef:
    """One place by its scope path."""
    return ref(_one(scope_path=path))


def children(org_id: UUID) -> list[OrgRef]:
    """The open places directly below: of a school its classes, not the groups that cut across them."""
    below = _open().filter(parent_id=org_id, closed_on=None).exclude(kind=OrgKind.TEACHING_GROUP)
    return [ref(place) for place in below.order_by(*_ORDER)]


def ancestors(path: str) -> list[OrgRef]:
    """The places from the city down to and including the one at `path`."""
    return list(_ancestors(path))


@once_a_request
def _ancestors(path: str) -> tuple[OrgRef, ...]:
    above = _open().filter(scope_path__in=prefixes(path)).order_by("scope_path")
    return tuple(ref(place) for place in above)


def school_of(path: str) -> OrgRef:
    """The school at or above `path`."""
    return _nearest(path, {OrgKind.SCHOOL})


def workplace_of(path: str) -> OrgRef:
    """Where somebody with a role at `path` belongs: a class's school, otherwise the place itself."""
    return _nearest(path, set(OrgKind) - set(TAUGHT_KINDS))


def _nearest(path: str, kinds: Collection[OrgKind]) -> OrgRef:
    """The lowest place of one of these kinds at or above `path`."""
    found = next((place for place in reversed(_ancestors(path)) if place.kind in kinds), None)
    if found is None:
        raise Denied("registry.see_places")
    return found


def classes_under(path: str) -> list[OrgRef]:
    """The open class groups at or below `path`, by grade and number within each school."""
    return _under(path, OrgKind.CLASS_GROUP)


def classes_of_year(path: str, year_key: str) -> list[OrgRef]:
    """The class groups at or below `path` as they were in a school year: those that went up a grade since are the
    rows closed then, and those of later years are left out."""
    rows = _open().filter(scope_path__startswith=path, kind=OrgKind.CLASS_GROUP)
    rows = rows.filter(first_year__lte=year_key)
    rows = rows.filter(Q(closed_on__isnull=True) | Q(last_year__gte=year_key) & ~Q(last_year=""))
    # A turn that was undone left closed rows of a year in which they never taught anybody.
    rows = rows.exclude(closed_on__isnull=False, first_year=F("last_year"))
    return [ref(place) for place in rows.order_by("parent__name", "grade", "class_no", "name")]


def groups_under(path: str) -> list[OrgRef]:
    """The open teaching groups at or below `path`, by grade and name within each school."""
    return _under(path, OrgKind.TEACHING_GROUP)


def schools_under(path: str) -> list[OrgRef]:
    """The open schools at or below `path`."""
    return _under(path, OrgKind.SCHOOL)


def school_ids_under(path: str) -> list[UUID]:
    """The ids of the open schools at or below `path`, in the order of the tree: a city's without their rows."""
    below = _open().filter(scope_path__startswith=path, kind=OrgKind.SCHOOL, closed_on=None)
    return list(below.order_by("scope_path").values_list("id", flat=True))


def count_schools(path: str) -> int:
    """How many open schools lie at or below `path`."""
    return _open().filter(scope_path__startswith=path, kind=OrgKind.SCHOOL, closed_on=None).count()


def schools_at(paths: Iterable[str]) -> list[OrgRef]:
    """The schools with these paths."""
    return [ref(place) for place in _open().filter(kind=OrgKind.SCHOOL, scope_path__in=list(paths))]


def districts(path: str = "") -> list[OrgRef]:
    """The district bodies at or below `path`, in their official order."""
    return _under(path, OrgKind.DISTRICT)


def vendors() -> list[OrgRef]:
    """The companies that offer products, by name."""
    return [
        ref(place) for place in _open().filter(kind=OrgKind.VENDOR, closed_on=None).order_by("name", "id")
    ]


@once_a_request
def city() -> OrgRef:
    """The city of this installation."""
    return ref(_one(kind=OrgKind.CITY, parent=None))  # by an index: asked on every page


def prefixes(path: str) -> list[str]:
    """Every path from the root to `path`: `b/4k/` → [`b/`, `b/4k/`]."""
    steps = path.split("/")[:-1]
    return ["/".join(steps[: depth + 1]) + "/" for depth in range(len(steps))]


_ORDER = ("adcode", "grade", "class_no", "name")


def _open() -> QuerySet[Organisation]:
    return Organisation.objects.unscoped(_WHY)


def _one(**lookup: object) -> Organisation:
    place = _open().filter(**lookup).first()
    if place is None:
        raise Denied("registry.see_places")
    return place


def _under(path: str, kind: OrgKind) -> list[OrgRef]:
    below = _open().filter(scope_path__startswith=path, kind=kind, closed_on=None)
    order = ("parent__name", "grade", "class_no", "name") if kind in TAUGHT_KINDS else _ORDER
    return [ref(place) for place in below.order_by(*order)]
