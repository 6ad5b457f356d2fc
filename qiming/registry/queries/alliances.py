"""What the pages about alliances and second schools show."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Prefetch, Q

from qiming.kernel import time
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.registry.access import TABLE
from qiming.registry.models import Alliance, AllianceMember, Employment, Organisation, StaffInvitation
from qiming.registry.queries.people import in_force
from qiming.registry.queries.places import ancestors, ref
from qiming.registry.types import OrgKind, OrgRef

SEE = "registry.see_alliances"
_WHY = "the page loaded its place through the access table"


@dataclass(frozen=True, slots=True)
class MemberLine:
    """One school of an alliance and where it stands."""

    member: AllianceMember
    school: OrgRef
    state: str
    is_in: bool
    may_answer: bool
    may_leave: bool


@dataclass(frozen=True, slots=True)
class AllianceLine:
    """One alliance with its schools."""

    alliance: Alliance
    lead: OrgRef
    members: list[MemberLine]
    is_on: bool
    may_lead: bool

    @property
    def joined(self) -> int:
        return sum(one.is_in for one in self.members)

    @property
    def waiting(self) -> list[MemberLine]:
        return [one for one in self.members if one.may_answer]


@dataclass(frozen=True, slots=True)
class Invited:
    """Being asked to work at a school too."""

    invitation_id: UUID
    school: str
    district: str
    expires_on: date
    works_until: date | None


@dataclass(frozen=True, slots=True)
class Workplace:
    """A school somebody works at."""

    school: OrgRef
    since: date
    until: date | None
    lent_by: str


def alliance_lines(actor: Actor, *, only_on: bool = False) -> list[AllianceLine]:
    """The alliances of the schools the actor may see, those in force first."""
    seen = AllianceMember.objects.for_actor(actor, SEE).values("alliance_id")
    led = Alliance.objects.for_actor(actor, SEE).values("id")
    rows = (
        Alliance.objects.unscoped("those the actor sees from either side")
        .filter(Q(id__in=seen) | Q(id__in=led))
        .select_related("lead")
        .prefetch_related(_members())
        .order_by("-starts_on", "-id")
    )
    lines = [_line(actor, row) for row in rows]
    return sorted((one for one in lines if one.is_on or not only_on), key=lambda one: not one.is_on)


def load_alliance(actor: Actor, alliance_id: UUID) -> AllianceLine:
    """One alliance the actor may see, from the lead's or a member's side."""
    found = next((one for one in alliance_lines(actor) if one.alliance.id == alliance_id), None)
    if found is None:
        TABLE.load(actor, SEE, Alliance, id=alliance_id)
        raise AssertionError("load refuses what no list holds")
    return found


def allied(school_paths: Iterable[str]) -> dict[UUID, str]:
    """The alliances in force that these schools lead or belong to, by id, with their names."""
    paths, today = list(school_paths), time.today()
    if not paths:
        return {}
    inside = AllianceMember.objects.unscoped(_WHY).filter(
        in_force(today), scope_path__in=paths, state=AllianceMember.State.ACCEPTED
    )
    rows = Alliance.objects.unscoped(_WHY).filter(
        in_force(today), Q(scope_path__in=paths) | Q(id__in=inside.values("alliance_id"))
    )
    return dict(rows.order_by("name", "id").values_list("id", "name"))


def alliance_name(alliance_id: UUID) -> str:
    """Its name, in force or over; empty where there is none."""
    rows = Alliance.objects.unscoped(_WHY).filter(id=alliance_id)
    return rows.values_list("name", flat=True).first() or ""


def _members() -> "Prefetch[str]":
    rows = AllianceMember.objects.unscoped(_WHY).select_related("school").order_by("school__name", "id")
    return Prefetch("members", queryset=rows)


def _line(actor: Actor, row: Alliance) -> AllianceLine:
    is_on = row.ends_on is None or row.ends_on > time.today()
    may_lead = is_on and TABLE.allows(actor, "registry.lead_alliance", row)
    members = [_member(actor, one, is_on=is_on) for one in row.members.all()]
    return AllianceLine(row, ref(row.lead), members, is_on, may_lead)


def _member(actor: Actor, one: AllianceMember, *, is_on: bool) -> MemberLine:
    today = time.today()
    over = one.ends_on is not None and one.ends_on <= today
    mine = TABLE.allows(actor, "registry.answer_alliance", one)
    leaves = TABLE.allows(actor, "registry.leave_alliance", one)
    accepted = one.state == AllianceMember.State.ACCEPTED
    return MemberLine(
        member=one,
        school=ref(one.school),
        state="已退出" if over and accepted else one.get_state_display(),
        is_in=is_on and accepted and not over,
        may_answer=is_on and mine and one.state == AllianceMember.State.ASKED and not over,
        may_leave=is_on and leaves and accepted and not over,
    )


def lead_schools_of(school: OrgRef) -> list[str]:
    """The lead schools whose teachers this school may borrow."""
    today = time.today()
    rows = AllianceMember.objects.unscoped(_WHY).filter(
        in_force(today), in_force(today, "alliance__"), school_id=school.id, state="accepted"
    )
    return list(rows.order_by("alliance__lead__name").values_list("alliance__lead__name", flat=True))


def open_invitations(school: OrgRef) -> list[StaffInvitation]:
    """What this school has asked and nobody has answered, with the account names as they were typed."""
    rows = StaffInvitation.objects.unscoped(_WHY).filter(
        school_id=school.id, state="open", expires_on__gt=time.today()
    )
    return list(rows.order_by("-created_at"))


def invitations_for(person_id: UUID) -> list[Invited]:
    """Which schools ask this person to work there too."""
    rows = (
        StaffInvitation.objects.unscoped("the person's own")
        .filter(person_id=person_id, state="open", expires_on__gt=time.today())
        .select_related("school__parent")
        .order_by("created_at")
    )
    return [
        Invited(
            row.id,
            row.school.name,
            row.school.parent.name if row.school.parent else "",
            row.expires_on,
            row.works_until,
        )
        for row in rows
    ]


def workplaces_of(person_id: UUID) -> list[Workplace]:
    """The schools somebody works at today."""
    rows = (
        Employment.objects.unscoped("the person's own")
        .filter(in_force(time.today()), person_id=person_id)
        .select_related("school", "alliance__lead")
        .order_by("starts_on", "created_at")
    )
    return [
        Workplace(ref(row.school), row.starts_on, row.ends_on, row.alliance.lead.name if row.alliance else "")
        for row in rows
    ]


def schools_named(names: Iterable[str]) -> list[OrgRef]:
    """The schools with these full names; one whose name stands in two districts is written with its district:
    `东城区 示例一中`."""
    found = []
    for typed in names:
        words = typed.split()
        schools = Organisation.objects.unscoped(_WHY).filter(kind=OrgKind.SCHOOL, closed_on=None)
        schools = schools.filter(name=words[-1] if words else "")
        if len(words) > 1:
            schools = schools.filter(parent__name=words[0])
        hits = list(schools.select_related("parent")[:3])
        if not hits:
            raise UserError(
                f"没有找到“{typed.strip()[:40]}”",
                next="请写学校的全称；同名的学校前面写上区。",
                field="schools",
            )
        if len(hits) > 1:
            where = "、".join(hit.parent.name for hit in hits if hit.parent)
            raise UserError(
                f"“{words[-1]}”不止一所（{where}）",
                next=f"前面写上区，比如“{hits[0].parent.name if hits[0].parent else ''} {words[-1]}”。",
                field="schools",
            )
        found.append(ref(hits[0]))
    return found


def schools_nearby(path: str) -> list[str]:
    """The names of the district's schools, to choose from while typing."""
    district = next((one for one in ancestors(path) if one.kind is OrgKind.DISTRICT), None)
    if district is None:
        return []
    rows = Organisation.objects.unscoped(_WHY).filter(
        kind=OrgKind.SCHOOL, closed_on=None, parent_id=district.id
    )
    return list(rows.order_by("name").values_list("name", flat=True))
