"""What was taught under a place, added up in the database: a city has 360 000 periods, a page one second."""

import json

from django.db import connection

from qiming.teaching.models import TaughtPeriod
from qiming.teaching.types import PeriodState, TaughtSums

_MINE = (
    f"FROM {TaughtPeriod._meta.db_table} WHERE school_year = %(year)s"
    " AND scope_path >= %(path)s AND scope_path < %(end)s"
)
_PERIODS = (
    "SELECT lesson_key, outcome_ids::text, state, count(*) "
    + _MINE
    + " AND state <> 'cancelled' GROUP BY lesson_key, outcome_ids, state"
)
_TAUGHT = _MINE + " AND state IN ('live', 'taught', 'confirmed')"
_CLASSES = (
    "WITH had AS (SELECT class_group_id, lesson_key AS mark "  # noqa: S608 - our own names
    + _TAUGHT
    + " AND lesson_key <> '' UNION ALL SELECT class_group_id, named.mark FROM"
    " (SELECT class_group_id, outcome_ids " + _TAUGHT + " AND outcome_ids <> '[]') AS told,"
    " jsonb_array_elements_text(told.outcome_ids) AS named(mark)),"
    ' each AS (SELECT array_agg(DISTINCT mark COLLATE "C") AS marks FROM had GROUP BY class_group_id)'
    " SELECT marks, count(*) FROM each GROUP BY 1"
)


def taught_under(path: str, school_year: str) -> TaughtSums:
    """Two grouped questions, however many periods there are: classes alike in what they were taught come together."""
    given = {"path": path, "end": path[:-1] + "0", "year": school_year}
    with connection.cursor() as cursor:
        cursor.execute(_PERIODS, given)
        periods = tuple(
            (lesson, frozenset(json.loads(named)), PeriodState(state), n)
            for lesson, named, state, n in cursor.fetchall()
        )
        cursor.execute(_CLASSES, given)
        classes = tuple((frozenset(marks), n) for marks, n in cursor.fetchall())
    return TaughtSums(periods, classes)
