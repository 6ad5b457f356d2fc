"""What schools offered, what places use: for the pages of those who answer for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from qiming.casework import queries as cases
from qiming.curriculum.lending import queries as lending
from qiming.curriculum.types import CourseRef
from qiming.kernel.access import Actor, Denied, Grant
from qiming.registry import queries as registry
from qiming.registry.types import OrgRef
from qiming.resources.access import ADOPT, BROWSE, OFFER, SEE_ADOPTED, SEE_OFFERED, TABLE
from qiming.resources.models import Adoption, Resource, ResourceVersion
from qiming.resources.queries.bytes_now import may_be_shown
from qiming.resources.queries.reach import exclusion_for, may_reach
from qiming.resources.types import Kind

_WHY = "a version on the shelf is for every member of staff; others are asked of seeing.load_version"
MOST = 200
NO_DATA = ("没有", "不用", "无", "不需要", "不收集")
BEFORE = "准备"  # of a version about which no case was opened


@dataclass(frozen=True, slots=True)
class OfferedLine:
    """A version of one's school: where it stands."""

    id: UUID
    resource_id: UUID
    title: str
    number: int
    kind: Kind
    state: str
    case_id: UUID | None
    is_served: bool


@dataclass(frozen=True, slots=True)
class UsedLine:
    """A resource that a school or class uses, or used."""

    id: UUID
    resource_id: UUID
    title: str
    place: str
    since: date
    ended_on: date | None
    ended_why: str
    state: str
    is_shown: bool
    may_end: bool
    data_return: str = ""
    owes_data: bool = False
    may_return: bool = False


@dataclass(frozen=True, slots=True)
class Edition:
    """A version of a course that a school made and may offer; `version_id` is the offer about it, if there is one."""

    course: CourseRef
    own: list[str]
    version_id: UUID | None


def served_of(resource_id: UUID) -> tuple[Resource, ResourceVersion]:
    """A resource and its served version while it is what was approved; `Denied` otherwise."""
    rows = ResourceVersion.objects.unscoped(_WHY).select_related("resource")
    version = rows.filter(resource_id=resource_id, is_served=True).first()
    if version is None or not may_be_shown(version):
        raise Denied(BROWSE)
    return version.resource, version


def shown_to(actor: Actor, resource_id: UUID) -> tuple[Resource, ResourceVersion]:
    """The same, when it lies on this person's shelf."""
    resource, version = served_of(resource_id)
    if not may_reach(actor, resource) or exclusion_for(actor, resource_id) is not None:
        raise Denied(BROWSE)
    return resource, version


def history_of(resource_id: UUID) -> list[ResourceVersion]:
    """The versions that were on the shelf, the newest first."""
    rows = ResourceVersion.objects.unscoped(_WHY).filter(resource_id=resource_id)
    return list(rows.exclude(published_at=None).defer("model").order_by("-number"))


def offered_by(actor: Actor) -> list[OfferedLine]:
    """The versions of the actor's schools, the newest first."""
    rows = ResourceVersion.objects.for_actor(actor, SEE_OFFERED).select_related("resource")
    found = list(rows.defer("model").order_by("-id")[:MOST])
    words = states_of([row.id for row in found])
    return [
        OfferedLine(
            id=row.id,
            resource_id=row.resource_id,
            title=row.card["title"],
            number=row.number,
            kind=Kind(row.resource.kind),
            state=words.get(row.id, BEFORE),
            case_id=row.case_id,
            is_served=row.is_served,
        )
        for row in found
    ]


def states_of(version_ids: list[UUID]) -> dict[UUID, str]:
    """The state of each version as its workflow calls it."""
    found = cases.follow_case(version_ids)
    return {key: cases.workflow_of(case.workflow_id).states[case.state].title for key, case in found.items()}


def lacks_reviewer(version: ResourceVersion) -> bool:
    """Whether the version waits at its school and nobody but its author could look at it."""
    found = cases.follow_case([version.id]).get(version.id)
    if found is None or version.state != "self_review":
        return False
    held = cases.holders(cases.workflow_of(found.workflow_id), "provider_reviewer", found)
    return all(one.person_id == version.made_by for one in held)


def reviewers_of(version: ResourceVersion) -> int:
    """How many reviewers' sheets the approval rests on."""
    found = cases.follow_case([version.id]).get(version.id)
    if found is None:
        return 0
    workflow = cases.workflow_of(found.workflow_id)
    before_it = [key for key in ("content", "changes", "committee") if key in workflow.reviews]
    return sum(cases.standing_of(workflow, found, key).locked for key in before_it)


def used_at(actor: Actor) -> list[UsedLine]:
    """What the actor's places use and used, what is in use first."""
    rows = Adoption.objects.for_actor(actor, SEE_ADOPTED).select_related("resource")
    found = sorted(rows.order_by("-id")[:MOST], key=lambda one: one.ended_on is not None)
    silent = [row.resource_id for row in found if row.ended_on is not None and not row.data_return]
    needing = needing_data(silent) if silent else set()
    return [_used(actor, row, needing) for row in found]


def _used(actor: Actor, row: Adoption, needing: set[UUID]) -> UsedLine:
    owes = row.ended_on is not None and not row.data_return and row.resource_id in needing
    may_decide = TABLE.allows(actor, ADOPT, row)
    return UsedLine(
        id=row.id,
        resource_id=row.resource_id,
        title=row.resource.title,
        place=_place_words(row),
        since=row.since,
        ended_on=row.ended_on,
        ended_why=row.ended_why,
        state=_use_words(row),
        is_shown=row.resource.on_shelf,
        may_end=row.ended_on is None and may_decide,
        data_return=row.data_return,
        owes_data=owes,
        may_return=owes and may_decide,
    )


def needing_data(resource_ids: Iterable[UUID]) -> set[UUID]:
    """Those of which some version that was served says that it needs data."""
    rows = ResourceVersion.objects.unscoped(_WHY).filter(resource_id__in=set(resource_ids))
    said = rows.exclude(published_at=None).values_list("resource_id", "card__data_needs")
    return {key for key, needs in said if not str(needs).strip().rstrip("。").startswith(NO_DATA)}


def adoption_at(actor: Actor, resource_id: UUID) -> list[Adoption]:
    """The actor's places that use this resource now."""
    rows = Adoption.objects.for_actor(actor, SEE_ADOPTED).filter(resource_id=resource_id, ended_on=None)
    return list(rows.order_by("id"))


def places_to_adopt(actor: Actor, resource: Resource) -> list[OrgRef]:
    """The schools and classes for which the actor may decide and that do not use the resource yet. Its own school has
    it anyway."""
    using = set(
        Adoption.objects.for_actor(actor, SEE_ADOPTED)
        .filter(resource=resource, ended_on=None)
        .values_list("scope_path", flat=True)
    )
    found: dict[UUID, OrgRef] = {}
    for path in sorted(TABLE.paths(actor, ADOPT)):
        school = registry.org_by_path(path)
        for place in (school, *registry.classes_under(path)):
            covered = any(place.path.startswith(one) for one in using)
            if not covered and not place.path.startswith(resource.scope_path):
                found[place.id] = place
    return list(found.values())


def editions_for(actor: Actor) -> list[Edition]:
    """The versions of courses that the actor's schools made, with the offer about each."""
    paths = {registry.school_of(grant.scope_path).path for grant in _offering(actor)}
    made = [one for path in sorted(paths) for one in lending.editions_of(path)]
    offers = dict(
        ResourceVersion.objects.for_actor(actor, SEE_OFFERED)
        .filter(course_version_id__in=[course.id for course, _ in made])
        .exclude(state__in=("rejected", "withdrawn"))
        .values_list("course_version_id", "id")
    )
    return [Edition(course, own, offers.get(course.id)) for course, own in made]


def own_resources(actor: Actor, course_key: str) -> list[Resource]:
    """The actor's school's resources of this course: another version may be a new version of one of them."""
    rows = Resource.objects.for_actor(actor, OFFER).filter(course_key=course_key, kind=Kind.PACK)
    return list(rows.defer("words").order_by("title", "id"))


def own_of(actor: Actor, *kinds: Kind) -> list[Resource]:
    """The actor's schools' tools and agents, or models."""
    rows = Resource.objects.for_actor(actor, OFFER).filter(kind__in=kinds)
    return list(rows.defer("words").order_by("title", "id")[:MOST])


def schools_to_offer(actor: Actor) -> list[OrgRef]:
    """The schools in whose name the actor may offer something."""
    found = [registry.school_of(grant.scope_path) for grant in _offering(actor)]
    return sorted({one.id: one for one in found}.values(), key=lambda one: one.name)


def page_of(version_id: UUID) -> str:
    """The address of a version, for the case about it."""
    return f"/resources/versions/{version_id}/"


def _offering(actor: Actor) -> list[Grant]:
    roles = {str(role) for role in TABLE.row(OFFER).reaches}
    return [grant for grant in actor.grants if grant.role in roles]


def _use_words(row: Adoption) -> str:
    """In use, ended, or stopped and why."""
    if row.ended_on:
        return "已结束"
    if row.resource.on_shelf:
        return "在用"
    rows = ResourceVersion.objects.unscoped(_WHY).filter(resource_id=row.resource_id, state="suspended")
    stopped = rows.first()
    case = cases.follow_case([stopped.id]).get(stopped.id) if stopped else None
    reason = cases.history(case)[-1].reason if case else ""
    return f"停用中：{reason}" if reason else "停用中"


def _place_words(row: Adoption) -> str:
    place = registry.org(row.place_id)
    return (
        place.name
        if row.scope_path == row.school_path
        else f"{registry.school_of(row.scope_path).name}{place.name}"
    )
