"""Questions about complaints, reports and incidents."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from qiming.kernel import time
from qiming.kernel.access import Actor, Denied
from qiming.registry import queries as registry
from qiming.registry.types import ROLE_NAMES, OrgRef, Role, TeacherRef
from qiming.trust.access import TABLE
from qiming.trust.models import Incident, Report
from qiming.trust.rules.reports import CATEGORIES, Category, next_holder
from qiming.trust.types.reports import ReportState, StepKind

HANDLE = "trust.handle_reports"
SEE_INCIDENTS = "trust.see_incidents"
_WHY = "limited to the lists the actor's roles hold, on the next line"


@dataclass(frozen=True, slots=True)
class Said:
    """One step of a report as it is read: who (a role; a name only where it may be known), when, what."""

    kind: StepKind
    at: datetime
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class Told:
    """A report as a page shows it."""

    id: UUID
    category: Category
    state: ReportState
    at: datetime
    due_on: date
    place: str
    scope_path: str
    page: str
    by: str
    is_urgent: bool
    is_anonymous: bool
    is_late: bool
    holders: list[str]
    steps: list[Said]
    may_go_up: bool


def mine(actor: Actor) -> list[Told]:
    """What the actor reported under the own name, latest first."""
    rows = Report.objects.unscoped("one's own reports").filter(reporter_id=actor.person_id)
    return _told(rows.order_by("-created_at")[:100], to_reporter=True)


def own(actor: Actor, report_id: UUID) -> Told:
    """One's own report; `Denied` when it is another's."""
    rows = Report.objects.unscoped("one's own report").filter(id=report_id, reporter_id=actor.person_id)
    return _only(rows, to_reporter=True)


def by_code_hash(code_hash: str) -> Told:
    """The anonymous report of a code."""
    rows = Report.objects.unscoped("the code is the right").filter(code_hash=code_hash)
    return _only(rows, to_reporter=True)


def held_by(actor: Actor) -> QuerySet[Report]:
    """The reports on the lists of the actor's roles, but for those the actor wrote."""
    lists = Q(pk__in=[])
    for grant in actor.grants:
        if grant.role in TABLE.row(HANDLE).reaches:
            lists |= Q(holders__contains=[grant.role], scope_path__startswith=grant.scope_path)
    return Report.objects.unscoped(_WHY).filter(lists).exclude(reporter_id=actor.person_id)


def to_handle(actor: Actor, *, closed: bool = False) -> list[Told]:
    """The actor's list: urgent first, then by due day."""
    rows = held_by(actor).exclude(state=ReportState.CLOSED)
    if closed:
        rows = held_by(actor).filter(state=ReportState.CLOSED)
    return _told(rows.order_by("-is_urgent", "due_on", "id")[:200])


def waiting_count(actor: Actor) -> int:
    """How many reports wait for an answer on the actor's lists."""
    return held_by(actor).filter(state=ReportState.OPEN).count()


def handled(actor: Actor, report_id: UUID) -> Told:
    """A report on one of the actor's lists."""
    return _only(held_by(actor).filter(id=report_id))


def places_of(actor: Actor) -> list[OrgRef]:
    """The places a person may report to: own school or office, the schools of wards."""
    paths = [registry.workplace_of(grant.scope_path).path for grant in actor.grants]
    paths += [registry.school_of(ward.scope_path).path for ward in registry.wards_of(actor.person_id)]
    found = {path: registry.org_by_path(path) for path in dict.fromkeys(paths)}
    return list(found.values()) or [registry.city()]


def people_of(place: OrgRef, holders: Iterable[Role]) -> list[str]:
    """The named persons behind roles at or above a place: `校长 李老师`."""
    names = []
    for role in holders:
        names += [f"{ROLE_NAMES[role]} {one.name}" for one in _holders(place, role)[:3]] or [ROLE_NAMES[role]]
    return names


def incidents(actor: Actor) -> QuerySet[Incident]:
    """The incidents of the places the actor answers for, open ones first."""
    return Incident.objects.for_actor(actor, SEE_INCIDENTS).order_by("-state", "-found_at")


def has_role_at(place: OrgRef, role: Role) -> bool:
    """Whether somebody holds `role` at or above the place."""
    return bool(_holders(place, role))


def _holders(place: OrgRef, role: Role) -> list[TeacherRef]:
    """Who holds a role at the nearest place at or above `place` where anybody does."""
    for at in reversed(registry.ancestors(place.path)):
        if staff := registry.staff_of(at.path, role):
            return staff
    return []


def _only(rows: QuerySet[Report], *, to_reporter: bool = False) -> Told:
    found = _told(rows[:1], to_reporter=to_reporter)
    if not found:
        raise Denied(HANDLE)
    return found[0]


def _told(rows: QuerySet[Report], *, to_reporter: bool = False) -> list[Told]:
    listed = list(rows.prefetch_related("steps"))
    people = {one.by_id for row in listed for one in row.steps.all() if one.by_id}
    names = registry.persons_named(people | {row.reporter_id for row in listed if row.reporter_id})
    places: dict[str, str] = {}
    for path in {row.scope_path for row in listed}:
        above = registry.ancestors(path)
        places[path] = above[-1].name if above else ""
    today = time.today()
    return [_one(row, names, places[row.scope_path], today, to_reporter=to_reporter) for row in listed]


def _one(row: Report, names: dict[UUID, str], place: str, today: date, *, to_reporter: bool) -> Told:
    return Told(
        id=row.id,
        category=CATEGORIES.get(row.category, CATEGORIES["other"]),
        state=ReportState(row.state),
        at=row.created_at,
        due_on=row.due_on,
        place=place,
        scope_path=row.scope_path,
        page=row.page,
        by=_who(row.reporter_id, row.reporter_role, names, you=to_reporter),
        is_urgent=row.is_urgent,
        is_anonymous=row.reporter_id is None,
        is_late=row.state == ReportState.OPEN and row.due_on < today,
        holders=[ROLE_NAMES[Role(role)] for role in row.holders],
        steps=[
            Said(
                StepKind(one.kind),
                one.created_at,
                _who(one.by_id, one.by_role, names, you=to_reporter and one.kind in _BY_REPORTER),
                one.text,
            )
            for one in sorted(row.steps.all(), key=lambda one: one.id)
        ],
        may_go_up=next_holder(row.holders) is not None,
    )


_BY_REPORTER = {StepKind.ASKED, StepKind.MORE, StepKind.APPEALED}


def _who(person_id: UUID | None, role: str, names: dict[UUID, str], *, you: bool) -> str:
    if you:
        return "我"
    said = ROLE_NAMES[Role(role)] if role else ""
    if person_id is None:
        return f"{said}（没有署名）" if said else "平台"
    return f"{said} {names.get(person_id, '已离开的人')}".strip()
