"""People: pupils of classes, teachers, guardians' wards. The caller has checked the right before asking."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet

from qiming.kernel import time
from qiming.kernel.access import Actor, Denied
from qiming.kernel.memo import once_a_request
from qiming.registry.models import (
    Account,
    ClassMembership,
    Employment,
    GroupMembership,
    Guardianship,
    Person,
    RoleGrant,
)
from qiming.registry.queries.places import orgs, schools_at
from qiming.registry.types import OrgRef, PupilRef, Role, TeacherRef

_WHY = "the asking room checks its own access table before it asks"


SCHOOL_DEPTH = 3  # steps of a path down to a school: city, district, school


def in_force(on: date, prefix: str = "") -> Q:
    """Rows in force on a day: begun and not yet ended."""
    return Q(**{f"{prefix}starts_on__lte": on}) & (
        Q(**{f"{prefix}ends_on__isnull": True}) | Q(**{f"{prefix}ends_on__gt": on})
    )


def _memberships() -> QuerySet[ClassMembership]:
    return ClassMembership.objects.unscoped(_WHY).select_related("person")


def _latest_last(rows: QuerySet[ClassMembership]) -> QuerySet[ClassMembership]:
    """A pupil's memberships so that the last row is the one that counts: today's, else the last one had, else
    the one to come."""
    begun = ExpressionWrapper(Q(starts_on__lte=time.today()), output_field=BooleanField())
    return rows.annotate(begun=begun).order_by("begun", F("ends_on").asc(nulls_last=True), "starts_on", "id")


MOVED_AWAY = "已转走的学生"


def _ref(membership: ClassMembership) -> PupilRef:
    return PupilRef(
        id=membership.person_id,
        name=MOVED_AWAY if membership.has_moved_away else membership.person.name,
        seat_no=membership.seat_no,
        class_id=membership.class_group_id,
        scope_path=membership.scope_path,
    )


_PLACES = """
SELECT at FROM (
    (SELECT class_group_id AS at, 0 AS rank, created_at FROM registry_classmembership
      WHERE person_id = %(person)s
      ORDER BY starts_on <= %(day)s DESC, ends_on DESC NULLS FIRST, starts_on DESC, id DESC LIMIT 1)
    UNION ALL
    SELECT group_id, 1, created_at FROM registry_groupmembership
     WHERE person_id = %(person)s AND starts_on <= %(day)s AND (ends_on IS NULL OR ends_on > %(day)s)
) place ORDER BY rank, created_at
"""


def pupils_of(place_id: UUID, on: date | None = None) -> list[PupilRef]:
    """The pupils of a class or of a teaching group on a day (today), by seat number."""
    day = on or time.today()
    rows = _memberships().filter(in_force(day), class_group_id=place_id)
    return [_ref(row) for row in rows.order_by("seat_no", "id")] or _pupils_of_group(place_id, day)


def _pupils_of_group(group_id: UUID, day: date) -> list[PupilRef]:
    seats = _seats().filter(in_force(day), group_id=group_id).order_by("seat_no", "id")
    return [_group_ref(row) for row in seats]


def _seats() -> QuerySet[GroupMembership]:
    return GroupMembership.objects.unscoped(_WHY).select_related("person")


def _group_ref(row: GroupMembership) -> PupilRef:
    return PupilRef(row.person_id, row.person.name, row.seat_no, row.group_id, row.scope_path)


def pupil_in(place_id: UUID, person_id: UUID) -> PupilRef | None:
    """A pupil as a member of this class or group today; None when not in it."""
    row = _memberships().filter(in_force(time.today()), class_group_id=place_id, person_id=person_id).first()
    if row is not None:
        return _ref(row)
    seat = _seats().filter(in_force(time.today()), group_id=place_id, person_id=person_id).first()
    return _group_ref(seat) if seat else None


def seats_of_pupil(person_id: UUID) -> list[PupilRef]:
    """A pupil in each teaching group of today."""
    return [_group_ref(row) for row in _seats().filter(in_force(time.today()), person_id=person_id)]


def places_of_pupil(person_id: UUID) -> list[UUID]:
    """Where a pupil is taught today: the class (or the last one had) first, then the teaching groups."""
    return list(_places_of_pupil(person_id))


@once_a_request
def _places_of_pupil(person_id: UUID) -> tuple[UUID, ...]:
    with connection.cursor() as cursor:
        cursor.execute(_PLACES, {"person": person_id, "day": time.today()})
        found = tuple(row[0] for row in cursor.fetchall())
    if not found:
        raise Denied("registry.see_roster")
    return found


def seats_under(path: str, on: date | None = None) -> dict[UUID, list[UUID]]:
    """The pupils' ids of each teaching group below `path`."""
    rows = GroupMembership.objects.unscoped(_WHY).filter(
        in_force(on or time.today()), scope_path__startswith=path
    )
    found: dict[UUID, list[UUID]] = {}
    for group_id, person_id in rows.order_by("seat_no").values_list("group_id", "person_id"):
        found.setdefault(group_id, []).append(person_id)
    return found


def pupil(person_id: UUID) -> PupilRef:
    """A pupil in the class of today, or in the last class the pupil had."""
    row = _latest_last(_memberships().filter(person_id=person_id)).last()
    if row is None:
        raise Denied("registry.see_roster")
    return _ref(row)


def pupil_on(person_id: UUID, on: date) -> PupilRef | None:
    """A pupil in the class of that day; None when in none."""
    row = _memberships().filter(in_force(on), person_id=person_id).order_by("-starts_on").first()
    return _ref(row) if row else None


def pupils_named(person_ids: Iterable[UUID], seen_from: str = "") -> dict[UUID, PupilRef]:
    """Several pupils at once, each in the class of today or the last one.

    With `seen_from`, the path of a class or school: who is at another school by now has no name there.
    """
    rows = _memberships().filter(person_id__in=list(person_ids))
    found = {row.person_id: _ref(row) for row in _latest_last(rows)}
    school = school_path(seen_from) if seen_from else ""
    return {
        key: one if one.scope_path.startswith(school) else replace(one, name=MOVED_AWAY, seat_no=0)
        for key, one in found.items()
    }


def pupils_under(path: str, on: date | None = None) -> QuerySet[ClassMembership, Any]:
    """The pupils below a path, one row each: id, name, seat_no, class_id, scope_path."""
    return (
        ClassMembership.objects.unscoped(_WHY)
        .filter(in_force(on or time.today()), scope_path__startswith=path)
        .order_by("scope_path", "seat_no")
        .values(
            "seat_no",
            "scope_path",
            pupil_id=F("person_id"),
            name=F("person__name"),
            class_id=F("class_group_id"),
        )
    )


def class_sizes(path: str, on: date | None = None) -> dict[UUID, int]:
    """How many pupils each class below `path` has; a class without pupils is left out."""
    rows = (
        ClassMembership.objects.unscoped(_WHY)
        .filter(in_force(on or time.today()), scope_path__startswith=path)
        .order_by()
        .values("class_group_id")
        .annotate(n=Count("id"))
    )
    return {row["class_group_id"]: row["n"] for row in rows}


def left_before(day: date) -> QuerySet[ClassMembership, Any]:
    """The pupils (ids) whose last class ended before `day`."""
    rows = ClassMembership.objects.unscoped(_WHY)
    later = rows.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), person_id=OuterRef("person_id"))
    return rows.filter(~Exists(later), ends_on__lt=day).values("person_id")


def every_person() -> Iterator[UUID]:
    """The ids of all persons, a few thousand at a time."""
    return Person.objects.order_by().values_list("id", flat=True).iterator(chunk_size=5_000)


def last_path_of(person_id: UUID) -> str:
    """Where a pupil's last class is or was; empty for somebody who was in none."""
    row = _memberships().filter(person_id=person_id).order_by("-starts_on").first()
    return row.scope_path if row else ""


def persons_named(person_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Names by person id; unknown ids are left out."""
    return dict(Person.objects.filter(id__in=set(person_ids)).values_list("id", "name"))


def classes_of(actor: Actor) -> list[OrgRef]:
    """The classes and teaching groups the actor teaches, by grade and number."""
    taught = [grant.org_id for grant in actor.grants if grant.role == Role.TEACHER]
    found = with_school(orgs(taught).values())
    return sorted(found, key=lambda place: (place.grade or 0, place.class_no or 0, place.name))


def with_school(places: Iterable[OrgRef]) -> list[OrgRef]:
    """Classes and groups as they are; when they lie in several schools, each with its school's name before it."""
    found = list(places)
    if len({school_path(place.path) for place in found}) < 2:
        return found
    names = {one.path: one.name for one in schools_at({school_path(place.path) for place in found})}
    return [replace(place, name=f"{names[school_path(place.path)]} {place.name}") for place in found]


def school_path(path: str) -> str:
    """The path of the school of a class, a group or a school itself."""
    return "/".join(path.split("/")[:SCHOOL_DEPTH]) + "/"


def classes_taught_by(person_ids: Iterable[UUID], on: date | None = None) -> dict[UUID, list[UUID]]:
    """Class ids by teacher."""
    taught: dict[UUID, list[UUID]] = {}
    for person_id, class_id in (
        _grants(on)
        .filter(role=Role.TEACHER, person_id__in=list(person_ids))
        .values_list("person_id", "organisation_id")
    ):
        taught.setdefault(person_id, []).append(class_id)
    return taught


def teachers_of(class_id: UUID, on: date | None = None) -> list[TeacherRef]:
    """Who teaches a class."""
    rows = _grants(on).filter(role=Role.TEACHER, organisation_id=class_id).select_related("person")
    return [TeacherRef(row.person_id, row.person.name) for row in rows.order_by("created_at")]


def classes_with_teacher(path: str, on: date | None = None) -> set[UUID]:
    """The classes below `path` that somebody teaches."""
    rows = _grants(on).filter(role=Role.TEACHER, scope_path__startswith=path)
    return set(rows.values_list("organisation_id", flat=True))


def staff_of(path: str, role: Role, on: date | None = None) -> list[TeacherRef]:
    """Who holds `role` at exactly the place with this path."""
    rows = _grants(on).filter(role=role, scope_path=path).select_related("person")
    return [TeacherRef(row.person_id, row.person.name) for row in rows.order_by("created_at")]


def employed_at(school_id: UUID, on: date | None = None) -> list[TeacherRef]:
    """Everybody who works at a school, by name."""
    rows = Employment.objects.unscoped(_WHY).filter(in_force(on or time.today()), school_id=school_id)
    return [
        TeacherRef(row.person_id, row.person.name)
        for row in rows.select_related("person").order_by("person__name")
    ]


def places_held(person_ids: Iterable[UUID]) -> dict[UUID, list[str]]:
    """The paths at which each person works or holds a role today."""
    wanted, held = list(person_ids), dict[UUID, list[str]]()
    works = Employment.objects.unscoped(_WHY).filter(in_force(time.today()), person_id__in=wanted)
    roles = _grants(None).filter(person_id__in=wanted)
    columns = ("person_id", "scope_path")
    for person_id, path in {*works.values_list(*columns), *roles.values_list(*columns)}:
        held.setdefault(person_id, []).append(path)
    return held


def staff_by_account(username: str, path: str) -> TeacherRef | None:
    """The member of staff who signs in with this name and works or holds a role at or below `path`."""
    account = Account.objects.filter(username=username, kind=Account.Kind.STAFF, is_active=True).first()
    if account is None or account.person is None:
        return None
    held = places_held([account.person.id]).get(account.person.id, [])
    if not any(place.startswith(path) for place in held):
        return None
    return TeacherRef(account.person.id, account.person.name)


def wards_of(guardian_id: UUID, on: date | None = None) -> list[PupilRef]:
    """The pupils somebody is guardian of."""
    ids = (
        Guardianship.objects.unscoped(_WHY)
        .filter(in_force(on or time.today()), guardian_id=guardian_id)
        .values_list("ward_id", flat=True)
    )
    found = pupils_named(ids)
    return sorted(found.values(), key=lambda ward: (ward.scope_path, ward.seat_no))


def _grants(on: date | None) -> QuerySet[RoleGrant]:
    return RoleGrant.objects.unscoped(_WHY).filter(in_force(on or time.today()))
