"""Who may do what with the agents. Each agent says its own rows in its folder; one line each here."""

from qiming.assist.adviser.access import ADVISER_ROWS
from qiming.assist.companion.access import COMPANION_ROWS
from qiming.assist.duty.access import DUTY_ROWS
from qiming.assist.marker.access import MARKER_ROWS
from qiming.assist.planner.access import PLANNER_ROWS
from qiming.kernel.access import Table

TABLE = Table(
    "assist",
    {
        **COMPANION_ROWS,
        **DUTY_ROWS,
        **ADVISER_ROWS,
        **MARKER_ROWS,
        **PLANNER_ROWS,
    },
)
