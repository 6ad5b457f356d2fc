"""Who may read an application; what a school may know of how it was judged, and from when on."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from qiming.casework import queries as casework
from qiming.kernel.access import Actor, Denied
from qiming.programmes.access import SEE, TABLE
from qiming.programmes.models import Application, Visit
from qiming.programmes.queries.calls import programme_of
from qiming.registry import queries as registry
from qiming.registry.types import OrgKind

_WHY = "asked of the access table, else of the case"
# From here on the result is public or the school's: before, nobody is shown points, place or who reviewed.
TOLD = (
    "noticed",
    "named",
    "checking",
    "warned",
    "fixing",
    "hearing",
    "published",
    "refused",
    "removed",
    "ended",
    "retired",
)


# Who decides knows the school: the panel goes there.
_KNOWING = {"programme_panel", "programme_objections", "programme_hearing"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an application came out; empty before its time."""

    percent: str = ""
    rank: int | None = None
    why: str = ""


def applications_of(actor: Actor) -> list[Application]:
    """The applications of the schools this person answers for, the newest first."""
    rows = Application.objects.for_actor(actor, SEE).select_related("call").defer("words")
    return list(rows.order_by("-id")[:200])


def with_states(rows: list[Application]) -> list[tuple[Application, str]]:
    """Each with where it stands, in words."""
    states = casework.current("programme")[1].states
    return [(one, states[one.state].title) for one in rows]


def load_application(actor: Actor, application_id: UUID) -> Application:
    """By the access table, or by the case for who checks, reviews or decides it. A form that was not sent yet is its
    school's alone."""
    row = (
        Application.objects.unscoped(_WHY)
        .select_related("call")
        .defer("words")
        .filter(id=application_id)
        .first()
    )
    if row is None or row.case_id is None:
        raise Denied(SEE)
    if row.state == "draft" and not any(
        row.scope_path.startswith(grant.scope_path) and len(grant.scope_path) >= len(row.scope_path)
        for grant in actor.grants
    ):
        raise Denied(SEE)
    if not TABLE.allows(actor, SEE, row):
        casework.load_case(actor, row.case_id)
    return row


def case_of(actor: Actor, row: Application) -> UUID | None:
    """The case about it, where this person may follow it."""
    try:
        return casework.load_case(actor, row.case_id).id if row.case_id else None
    except Denied:
        return None


def reads_blind(actor: Actor, row: Application) -> bool:
    """Whether this person reads the application without the school's name: a reviewer, where the programme is blind,
    until the result is told."""
    if not programme_of(row.call).blind or row.state in TOLD or TABLE.allows(actor, SEE, row):
        return False
    held = {duty for duty, place, _ in casework.duties_of(actor.person_id) if place == row.call.scope_path}
    return not held & _KNOWING


def names_of(row: Application) -> tuple[list[str], list[str]]:
    """What gives a school away in its own words: the names of the school, those of its district."""
    chain = registry.ancestors(row.scope_path)
    districts = [one.name for one in chain if one.kind is OrgKind.DISTRICT]
    return [registry.org_by_path(row.scope_path).name], districts


def outcome(row: Application) -> Outcome:
    """The points and the place, from the public notice or the refusal on."""
    if row.state not in TOLD or row.percent is None:
        return Outcome(why=row.place_why if row.state in TOLD else "")
    return Outcome(f"{row.percent}", row.rank, row.place_why)


@dataclass(frozen=True, slots=True)
class Seen:
    """A visit: which of the things to do were done, what was seen; not by whom."""

    day: date
    done: list[str]
    note: str


def visits_of(row: Application) -> list[Seen]:
    """What was seen at the school, the earliest first, for whoever may visit it or decides."""
    rows = Visit.objects.unscoped(_WHY).filter(application=row).order_by("day", "id")
    return [Seen(one.day, [key for key, done in one.seen.items() if done], one.note) for one in rows]


def may_visit(actor: Actor, row: Application) -> bool:
    """The panel, and the district's officers as observers; nobody who is tied to the school."""
    case = casework.follow_case([row.id]).get(row.id)
    if case is None:
        return False
    who, _ = casework.mover(actor, casework.workflow_of(case.workflow_id), case)
    asked = {"duty:programme_panel", "applicant_org:district_officer"}
    return bool(asked & who.answers_to) and not who.ties
