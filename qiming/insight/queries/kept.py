"""Reports already worked out, kept by what they were made of: asked again while nothing has changed, a report costs
one small question instead of reading every answer of the course.

The key holds everything that goes in: the pupils as this reader may see them and the periods, both read anew each time,
and a stamp of the answers, beliefs and running lesson. Whatever changes one of them makes another key.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from threading import Lock
from time import monotonic
from typing import Generic, TypeVar
from uuid import UUID

from django.db import connection

T = TypeVar("T")

MOST = 64
FRESH_S = 600  # titles of concepts may be mended by the operator
# Answers come with a moment and are marked with one; each belief counts its answers; each act of a lesson raises its version.
_STAMP = """
SELECT (SELECT (count(*), max(received_at), count(marked_at), max(marked_at))::text
          FROM learning_attempt WHERE offering_id = %(offering)s),
       (SELECT (count(*), sum(n), max(updated_at))::text FROM learning_masterystate WHERE pupil_id = ANY(%(pupils)s)),
       (SELECT (count(*), sum(live.version))::text
          FROM teaching_liveperiod live JOIN teaching_taughtperiod period ON period.id = live.period_id
         WHERE period.offering_id = %(offering)s)
"""


def stamp(offering_id: UUID, pupil_ids: Sequence[UUID]) -> tuple[str, ...]:
    """Different whenever an answer, a belief or a running lesson of this course is."""
    with connection.cursor() as cursor:
        cursor.execute(_STAMP, {"offering": offering_id, "pupils": list(pupil_ids)})
        return tuple(map(str, cursor.fetchone()))


class Kept(Generic[T]):
    """The last few results by their keys; of one process, shared by its threads."""

    def __init__(self) -> None:
        self._found: OrderedDict[Hashable, tuple[float, T]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        with self._lock:
            kept = self._found.get(key)
            if kept and kept[0] > monotonic():
                self._found.move_to_end(key)
                return kept[1]
        made = make()
        with self._lock:
            self._found[key] = (monotonic() + FRESH_S, made)
            self._found.move_to_end(key)
            while len(self._found) > MOST:
                self._found.popitem(last=False)
        return made
