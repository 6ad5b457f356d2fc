"""What the pages about teaching groups show."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from qiming.kernel import time
from qiming.kernel.access import Actor
from qiming.registry.access import TABLE
from qiming.registry.models import ClassCard, ClassMembership, Organisation, RoleGrant
from qiming.registry.queries.people import in_force, pupils_of, pupils_under, seats_under
from qiming.registry.queries.places import classes_under, orgs, ref
from qiming.registry.types import OrgKind, OrgRef, Role

_WHY = "the page loaded its place through the access table"


@dataclass(frozen=True, slots=True)
class GroupLine:
    """One teaching group in the list of a school."""

    group: OrgRef
    pupils: int
    teachers: str


@dataclass(frozen=True, slots=True)
class SeatLine:
    """One pupil of a group with the home class."""

    person_id: UUID
    seat_no: int
    name: str
    home: str
    is_locked: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """A pupil who may be chosen."""

    person_id: UUID
    seat_no: int
    name: str
    is_in: bool


@dataclass(frozen=True, slots=True)
class ClassChoices:
    """A class with its pupils to choose from."""

    group: OrgRef
    pupils: list[Choice]

    @property
    def chosen(self) -> int:
        return sum(one.is_in for one in self.pupils)


def load_group(actor: Actor, verb: str, group_id: UUID) -> OrgRef:
    """An open teaching group to which the actor may do `verb`."""
    groups = Organisation.objects.unscoped("filtered by the access table")
    return ref(
        TABLE.load(actor, verb, groups.filter(kind=OrgKind.TEACHING_GROUP, closed_on=None), id=group_id)
    )


def group_lines(actor: Actor, school: OrgRef) -> list[GroupLine]:
    """The open groups of a school that the actor may see."""
    groups = Organisation.objects.for_actor(actor, "registry.see_classes").filter(
        kind=OrgKind.TEACHING_GROUP, closed_on=None, scope_path__startswith=school.path
    )
    seats = seats_under(school.path)
    teachers: dict[UUID, list[str]] = {}
    grants = RoleGrant.objects.unscoped(_WHY).filter(
        in_force(time.today()), role=Role.TEACHER, scope_path__startswith=school.path
    )
    for place_id, name in grants.order_by("created_at").values_list("organisation_id", "person__name"):
        teachers.setdefault(place_id, []).append(name)
    return [
        GroupLine(ref(one), len(seats.get(one.id, ())), "、".join(teachers.get(one.id, ())))
        for one in groups.order_by("grade", "name")
    ]


def seat_lines(group: OrgRef) -> list[SeatLine]:
    """The pupils of a group by seat."""
    pupils = pupils_of(group.id)
    ids = [pupil.id for pupil in pupils]
    homes = dict(
        ClassMembership.objects.unscoped(_WHY)
        .filter(in_force(time.today()), person_id__in=ids)
        .values_list("person_id", "class_group_id")
    )
    names = orgs(set(homes.values()))
    locked = set(
        ClassCard.objects.unscoped(_WHY)
        .filter(person_id__in=ids, locked_at__isnull=False)
        .values_list("person_id", flat=True)
    )
    return [
        SeatLine(
            pupil.id,
            pupil.seat_no,
            pupil.name,
            names[homes[pupil.id]].name if pupil.id in homes else "",
            pupil.id in locked,
        )
        for pupil in pupils
    ]


def choices(school: OrgRef, group: OrgRef, chosen: Collection[UUID]) -> list[ClassChoices]:
    """The school's classes with pupils, those of the group's grade first."""
    pupils: dict[UUID, list[Choice]] = {}
    for row in pupils_under(school.path):
        one = Choice(row["pupil_id"], row["seat_no"], row["name"], row["pupil_id"] in chosen)
        pupils.setdefault(row["class_id"], []).append(one)
    found = [ClassChoices(one, pupils.get(one.id, [])) for one in classes_under(school.path)]
    return sorted(
        (one for one in found if one.pupils),
        key=lambda one: (one.group.grade != group.grade, one.group.grade or 0, one.group.class_no or 0),
    )


def in_order(group: OrgRef, chosen: Collection[UUID]) -> list[UUID]:
    """The chosen ids by class and seat, ids of nobody in the school last: the verb refuses them."""
    school_path = group.path.rstrip("/").rpartition("/")[0] + "/"
    rank = {
        row["pupil_id"]: number
        for number, row in enumerate(
            pupils_under(school_path).order_by("class_group__grade", "class_group__class_no", "seat_no")
        )
    }
    return sorted(chosen, key=lambda one: (rank.get(one, len(rank)), str(one)))
