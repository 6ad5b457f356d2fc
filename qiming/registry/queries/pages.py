"""What the registry's own pages show: lists already limited to what the actor may see."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count

from qiming.kernel import time
from qiming.kernel.access import Actor
from qiming.registry import secrets
from qiming.registry.access import TABLE
from qiming.registry.models import (
    Account,
    ClassCard,
    ClassMembership,
    Employment,
    FamilyCode,
    Guardianship,
    Organisation,
    RoleGrant,
)
from qiming.registry.queries.people import class_sizes, in_force
from qiming.registry.queries.places import prefixes, ref
from qiming.registry.types import OrgKind, OrgRef, Role

_WHY = "the page loaded its place through the access table"


@dataclass(frozen=True, slots=True)
class ClassLine:
    """One class in the list of a school."""

    group: OrgRef
    pupils: int
    teachers: str
    locked: int


@dataclass(frozen=True, slots=True)
class RosterLine:
    """One pupil in a class roster."""

    person_id: UUID
    seat_no: int
    name: str
    number_tail: str
    is_locked: bool
    guardians: int


@dataclass(frozen=True, slots=True)
class CardLine:
    """One pupil's card as it is printed."""

    person_id: UUID
    seat_no: int
    name: str
    token: str
    pictures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GrantLine:
    """One role of somebody."""

    grant_id: UUID
    role: str
    place: str
    path: str
    since: datetime
    until: date | None


@dataclass(frozen=True, slots=True)
class StaffLine:
    """One person who works at a school."""

    person_id: UUID
    name: str
    username: str
    last_seen: datetime | None
    must_change_password: bool
    classes: str
    posts: str
    since: date
    until: date | None
    lent_by: str


@dataclass(frozen=True, slots=True)
class GuardianLine:
    """One guardian of a pupil."""

    id: UUID
    name: str
    relation: str
    until: date | None


def schools_of(actor: Actor, verb: str) -> list[OrgRef]:
    """The schools at (or above whose classes) the actor may do `verb`, for the pages that are about one."""
    above = {prefix for path in TABLE.paths(actor, verb) for prefix in prefixes(path)}
    places = Organisation.objects.unscoped(_WHY).filter(
        kind=OrgKind.SCHOOL, scope_path__in=above, closed_on=None
    )
    return [ref(place) for place in places.order_by("name")]


def class_lines(actor: Actor, school: OrgRef) -> list[ClassLine]:
    """The classes of a school that the actor may see."""
    groups = Organisation.objects.for_actor(actor, "registry.see_classes").filter(
        kind=OrgKind.CLASS_GROUP, closed_on=None, scope_path__startswith=school.path
    )
    sizes = class_sizes(school.path)
    teachers = _names_by_place(school.path, Role.TEACHER)
    locked = dict(
        ClassCard.objects.unscoped(_WHY)
        .filter(scope_path__startswith=school.path, locked_at__isnull=False)
        .order_by()
        .values_list("scope_path")
        .annotate(n=Count("id"))
    )
    return [
        ClassLine(
            group=ref(group),
            pupils=sizes.get(group.id, 0),
            teachers="、".join(teachers.get(group.id, [])),
            locked=locked.get(group.scope_path, 0),
        )
        for group in groups.order_by("grade", "class_no")
    ]


def load_class(actor: Actor, verb: str, class_id: UUID) -> OrgRef:
    """A class to which the actor may do `verb`."""
    groups = Organisation.objects.unscoped("filtered by the access table").filter(kind=OrgKind.CLASS_GROUP)
    return ref(TABLE.load(actor, verb, groups, id=class_id))


def load_school(actor: Actor, verb: str, school_id: UUID) -> OrgRef:
    """A school to which the actor may do `verb`."""
    schools = Organisation.objects.unscoped("filtered by the access table").filter(kind=OrgKind.SCHOOL)
    return ref(TABLE.load(actor, verb, schools, id=school_id))


def load_pupil(actor: Actor, verb: str, person_id: UUID) -> ClassMembership:
    """The present membership of a pupil to whom the actor may do `verb`."""
    rows = ClassMembership.objects.unscoped("filtered by the access table")
    rows = rows.filter(in_force(time.today()))
    return TABLE.load(actor, verb, rows.select_related("person", "class_group"), person_id=person_id)


def roster(group: OrgRef) -> list[RosterLine]:
    """The pupils of a class with the state of their cards."""
    rows = (
        ClassMembership.objects.unscoped(_WHY)
        .filter(in_force(time.today()), class_group_id=group.id)
        .select_related("person", "person__card")
        .order_by("seat_no")
    )
    guarded = dict(
        Guardianship.objects.unscoped(_WHY)
        .filter(in_force(time.today()), scope_path=group.path)
        .order_by()
        .values_list("ward_id")
        .annotate(n=Count("id"))
    )
    return [
        RosterLine(
            person_id=row.person_id,
            seat_no=row.seat_no,
            name=row.person.name,
            number_tail=row.pupil_number_tail,
            is_locked=_card(row) is not None and row.person.card.locked_at is not None,
            guardians=guarded.get(row.person_id, 0),
        )
        for row in rows
    ]


def card_lines(group: OrgRef) -> list[CardLine]:
    """The cards of a class, as they are printed."""
    rows = (
        ClassMembership.objects.unscoped(_WHY)
        .filter(in_force(time.today()), class_group_id=group.id, person__card__isnull=False)
        .select_related("person", "person__card")
        .order_by("seat_no")
    )
    return [
        CardLine(
            person_id=row.person_id,
            seat_no=row.seat_no,
            name=row.person.name,
            token=secrets.card_token(row.person.card.id, row.person.card.token_serial),
            pictures=secrets.pin_pictures(row.person.card.id, row.person.card.pin_serial),
        )
        for row in rows
    ]


def open_family_codes(person_id: UUID) -> int:
    """How many unused family codes of a pupil are still good."""
    codes = FamilyCode.objects.unscoped(_WHY).filter(ward_id=person_id, used_at=None)
    return codes.filter(expires_at__gt=time.now()).count()


def guardian_lines(person_id: UUID) -> list[GuardianLine]:
    """A pupil's guardians of today."""
    rows = Guardianship.objects.unscoped(_WHY).filter(in_force(time.today()), ward_id=person_id)
    return [
        GuardianLine(row.id, row.guardian.name, row.relation, row.ends_on)
        for row in rows.select_related("guardian").order_by("created_at")
    ]


def staff_lines(actor: Actor, school: OrgRef) -> list[StaffLine]:
    """Who works at a school, by name."""
    rows = (
        Employment.objects.for_actor(actor, "registry.see_staff")
        .filter(in_force(time.today()), school_id=school.id)
        .select_related("person", "person__account", "alliance__lead")
        .order_by("person__name", "id")
    )
    grants: dict[UUID, list[RoleGrant]] = {}
    for grant in _grants_under(school.path):
        grants.setdefault(grant.person_id, []).append(grant)
    return [_staff_line(row, grants.get(row.person_id, [])) for row in rows]


def load_staff(actor: Actor, verb: str, school: OrgRef, person_id: UUID) -> StaffLine:
    """Somebody of a school to whom the actor may do `verb`."""
    rows = Employment.objects.unscoped("filtered by the access table").filter(
        in_force(time.today()), school_id=school.id
    )
    row = TABLE.load(
        actor, verb, rows.select_related("person", "person__account", "alliance__lead"), person_id=person_id
    )
    return _staff_line(row, [grant for grant in _grants_under(school.path) if grant.person_id == person_id])


def grant_lines(school: OrgRef, person_id: UUID) -> list[GrantLine]:
    """The roles somebody holds at a school or its classes."""
    return [
        GrantLine(
            grant.id, grant.role, grant.organisation.name, grant.scope_path, grant.created_at, grant.ends_on
        )
        for grant in _grants_under(school.path)
        if grant.person_id == person_id
    ]


def _card(row: ClassMembership) -> ClassCard | None:
    return getattr(row.person, "card", None)


def _names_by_place(path: str, role: Role) -> dict[UUID, list[str]]:
    names: dict[UUID, list[str]] = {}
    for grant in _grants_under(path):
        if grant.role == role:
            names.setdefault(grant.organisation_id, []).append(grant.person.name)
    return names


def _grants_under(path: str) -> list[RoleGrant]:
    return list(
        RoleGrant.objects.unscoped(_WHY)
        .filter(in_force(time.today()), scope_path__startswith=path)
        .select_related("person", "organisation")
        .order_by("organisation__grade", "organisation__class_no", "created_at")
    )


def _staff_line(row: Employment, grants: list[RoleGrant]) -> StaffLine:
    account: Account = row.person.account
    posts = {Role.SCHOOL_HEAD: "校长", Role.SCHOOL_ADMIN: "学校管理员"}
    return StaffLine(
        person_id=row.person_id,
        name=row.person.name,
        username=account.username or "",
        last_seen=account.last_login,
        must_change_password=account.must_change_password,
        classes="、".join(g.organisation.name for g in grants if g.role == Role.TEACHER),
        posts="、".join(posts[Role(g.role)] for g in grants if g.role in posts),
        since=row.starts_on,
        until=row.ends_on,
        lent_by=row.alliance.lead.name if row.alliance else "",
    )
