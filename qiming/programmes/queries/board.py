"""A call as an office follows it: who stands where, until when, whose turn it is; and the picture of a ranking."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, F

from qiming.casework.models import Case
from qiming.casework.queries import current, duties_of, follow_case
from qiming.casework.queries.workflows import owner_words
from qiming.kernel import time
from qiming.kernel.access import Actor
from qiming.programmes.access import BOARD
from qiming.programmes.models import Application, Call
from qiming.programmes.queries.calls import quota_of
from qiming.programmes.queries.seen import TOLD
from qiming.registry import queries as registry
from qiming.registry.types import STAGE_NAMES, Stage

PAGE = 100
_WHY = "counted for an office that may follow the call, or the panel that ranks it"


@dataclass(frozen=True, slots=True)
class Line:
    """One application. `percent`, `rank` and `why` are empty until the call is ranked, and for districts until told."""

    id: UUID
    case_id: UUID | None
    title: str
    school: str
    district: str
    stage: str
    state: str
    owner: str = ""
    due_at: datetime | None = None
    late: bool = False
    percent: str = ""
    rank: int | None = None
    chosen: bool | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of something there are, as a bar of the longest: `share` is 0 to 100."""

    title: str
    n: int
    share: int
    late: int = 0


@dataclass(frozen=True, slots=True)
class Board:
    """`counts`: where the applications stand; `turns`: who must act, and how many are overdue there."""

    lines: list[Line]
    counts: list[Tally]
    turns: list[Tally]
    total: int
    late: int
    ranked: bool
    next_after: int | None


@dataclass(frozen=True, slots=True)
class Cell:
    """A district's stage in the picture of a ranking: accepted by the reviewers, chosen, how many there may be."""

    district: str
    stage: str
    accepted: int
    chosen: int
    room: int | None
    floor: bool
    share: int


def may_rank(actor: Actor, call: Call) -> bool:
    """Who holds the panel's duty at the office that called."""
    held = {(duty, place) for duty, place, _ in duties_of(actor.person_id)}
    return ("programme_panel", call.scope_path) in held


def board(actor: Actor, call: Call, *, after: int = 0) -> Board:
    """The applications of a call that this office answers for; drafts are the schools' own and only counted."""
    rows = Application.objects.for_actor(actor, BOARD).filter(call=call).defer("words")
    sent, shown = rows.exclude(state="draft"), _shows(actor, call)
    # The order would give the places away as well as the numbers do.
    ordered = sent.order_by(F("rank").asc(nulls_last=True), "id") if shown else sent.order_by("id")
    page = list(ordered[after : after + PAGE])
    tally = dict(rows.order_by().values_list("state").annotate(n=Count("id")))
    turns = _turns(list(sent.values_list("id", flat=True)))
    count = sum(n for state, n in tally.items() if state != "draft")
    return Board(
        lines_of(page, shown),
        _counts(tally),
        turns,
        count,
        sum(one.late for one in turns),
        call.ranked_at is not None,
        after + PAGE if after + PAGE < count else None,
    )


def ranking(call: Call) -> tuple[list[Line], list[Cell]]:
    """Everything reviewed in the order of the ranking, and the cells; for the panel and the city alone."""
    rows = Application.objects.unscoped(_WHY).filter(call=call, rank__isnull=False).defer("words")
    found = list(rows.order_by("rank", "id")[: PAGE * 5])
    rest = Application.objects.unscoped(_WHY).filter(call=call, rank=None, chosen=False).defer("words")
    return lines_of([*found, *rest.order_by("id")[:PAGE]], True), _cells(call, found)


def _cells(call: Call, found: list[Application]) -> list[Cell]:
    quota = quota_of(call)
    accepted = Counter((one.district_path, one.stage) for one in found)
    chosen = Counter((one.district_path, one.stage) for one in found if one.chosen)
    most = max(accepted.values(), default=1)
    names = _names({district for district, _ in accepted})
    return [
        Cell(
            names[district],
            STAGE_NAMES[Stage(stage)],
            n,
            chosen[district, stage],
            quota.room((district, stage)),
            district in quota.floor_districts,
            round(100 * chosen[district, stage] / most),
        )
        for (district, stage), n in sorted(accepted.items(), key=lambda one: (-one[1], one[0]))
    ]


def lines_of(page: list[Application], shown: bool) -> list[Line]:
    """These applications as a list shows them; `shown`: with points and places before they are told."""
    names = _names({path for one in page for path in (one.scope_path, one.district_path)})
    cases = follow_case([one.id for one in page])
    return [_line(one, names, cases.get(one.id), shown) for one in page]


def _names(paths: set[str]) -> dict[str, str]:
    return {path: registry.org_by_path(path).name for path in paths}


def _counts(tally: Mapping[str, int]) -> list[Tally]:
    states = current("programme")[1].states
    most = max(tally.values(), default=1)
    known = sorted(tally.items(), key=lambda one: list(states).index(one[0]))
    return [Tally(states[state].title, n, round(100 * n / most)) for state, n in known]


def _turns(application_ids: list[UUID]) -> list[Tally]:
    """Who must act, the busiest first."""
    workflow = current("programme")[1]
    now, held, late = time.now(), Counter[str](), Counter[str]()
    for case in follow_case(application_ids).values():
        if case.closed_at is None and case.due_at is not None:
            words = owner_words(workflow, case.owner)
            held[words] += 1
            late[words] += case.due_at < now
    most = max(held.values(), default=1)
    return [Tally(who, n, round(100 * n / most), late[who]) for who, n in held.most_common()]


def _line(row: Application, names: Mapping[str, str], case: Case | None, shown: bool) -> Line:
    told = shown or row.state in TOLD
    workflow = current("programme")[1]
    waits = case is not None and case.closed_at is None and case.due_at is not None
    return Line(
        id=row.id,
        case_id=row.case_id,
        title=row.title,
        school=names[row.scope_path],
        district=names[row.district_path],
        stage=STAGE_NAMES[Stage(row.stage)],
        state=workflow.states[row.state].title,
        owner=owner_words(workflow, case.owner) if case and waits else "",
        due_at=case.due_at if case and waits else None,
        late=bool(case and waits and case.due_at and case.due_at < time.now()),
        percent=f"{row.percent}" if told and row.percent is not None else "",
        rank=row.rank if told else None,
        chosen=row.chosen if told else None,
        why=row.place_why if told else "",
    )


def _shows(actor: Actor, call: Call) -> bool:
    """Points and places are shown once the call is ranked, to the office that called; districts see them when told."""
    return call.ranked_at is not None and any(
        grant.role == "city_officer" and grant.scope_path == call.scope_path for grant in actor.grants
    )
