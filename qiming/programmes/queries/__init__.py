"""Questions others may ask about programmes. What one may not see answers like what does not exist."""

from qiming.programmes.queries.board import Board, board, may_rank
from qiming.programmes.queries.calls import calls, is_open, load_call, programme_of
from qiming.programmes.queries.facts import figures
from qiming.programmes.queries.graph import drawn
from qiming.programmes.queries.kinds import programme, programmes
from qiming.programmes.queries.library import library, naming_of, published_case, register, resource_title
from qiming.programmes.queries.named import had_this_year, leads, leads_whom, led_by
from qiming.programmes.queries.seen import (
    applications_of,
    case_of,
    load_application,
    may_visit,
    names_of,
    outcome,
    reads_blind,
    visits_of,
    with_states,
)

__all__ = [
    "Board",
    "applications_of",
    "board",
    "calls",
    "case_of",
    "drawn",
    "figures",
    "had_this_year",
    "is_open",
    "leads",
    "leads_whom",
    "led_by",
    "library",
    "load_application",
    "load_call",
    "may_rank",
    "may_visit",
    "names_of",
    "naming_of",
    "outcome",
    "programme",
    "programme_of",
    "programmes",
    "published_case",
    "reads_blind",
    "register",
    "resource_title",
    "visits_of",
    "with_states",
]
