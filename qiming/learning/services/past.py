"""What a pupil did with some items before, read in one question: the hot path of every answer."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connection

from qiming.kernel.time import local

# Both halves are found by their index on (pupil, item, offering). Read after the mastery rows are held, so that
# an answer given at the same moment on another device is seen.
_ASK = """
SELECT item_key, id, response, correct, received_at, NULL::smallint AS rung
  FROM learning_attempt WHERE pupil_id = %(pupil)s AND offering_id = %(offering)s AND item_key = ANY(%(items)s)
UNION ALL
SELECT item_key, NULL, NULL, NULL, used_at, rung
  FROM learning_hintuse WHERE pupil_id = %(pupil)s AND offering_id = %(offering)s AND item_key = ANY(%(items)s)
 ORDER BY 5, 2
"""


@dataclass(slots=True)
class Past:
    """One item before this answer: every response given, today's tries, the rungs taken."""

    responses: list[object] = field(default_factory=list)
    ids: set[UUID] = field(default_factory=set)
    today: int = 0
    right_today: bool = False
    rungs: int = 0
    solution: bool = False

    def add(self, response: object, correct: bool | None, *, is_today: bool) -> None:
        self.responses.append(response)
        if is_today:
            self.today += 1
            self.right_today = self.right_today or correct is True


def past_of(*, pupil_id: UUID, offering_id: UUID, items: Collection[str], at: datetime) -> dict[str, Past]:
    """By item; responses come as the JSON text the database keeps, equal for equal answers."""
    found = {key: Past() for key in items}
    day = local(at).date()
    with connection.cursor() as cursor:
        cursor.execute(_ASK, {"pupil": pupil_id, "offering": offering_id, "items": list(found)})
        for key, attempt_id, response, correct, received_at, rung in cursor.fetchall():
            past = found[key]
            if attempt_id is not None:
                past.ids.add(attempt_id)
                past.add(response, correct, is_today=local(received_at).date() == day)
            elif rung:
                past.rungs += 1
            else:
                past.solution = True
    return found
