"""Evidence of a pupil's work in a period, told by the learning room in the transaction of the act."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from qiming.kernel.ids import new_id
from qiming.kernel.time import now
from qiming.registry.types import PupilRef
from qiming.teaching.models import TaughtPeriod
from qiming.teaching.services.crediting import recompute
from qiming.teaching.types import ActKind, PeriodState

# One statement: it finds the period of the pupil's own class, counts, and says whether the ledger must follow.
_COUNT = """
INSERT INTO teaching_periodevidence AS kept
       (id, created_at, scope_path, period_id, pupil_id, kind, count, late_count, first_at, last_at)
SELECT %(id)s, %(now)s, period.scope_path, period.id, %(pupil)s, %(kind)s, 1,
       CASE WHEN period.state IN ('taught', 'confirmed') THEN 1 ELSE 0 END, %(at)s, %(at)s
  FROM teaching_taughtperiod period
 WHERE period.id = %(period)s AND period.state <> 'cancelled'
   AND (period.class_group_id = %(class)s
        OR EXISTS (SELECT 1 FROM teaching_presence was WHERE was.period_id = period.id AND was.pupil_id = %(pupil)s))
ON CONFLICT ON CONSTRAINT evidence_once_a_kind DO UPDATE
   SET count = kept.count + 1,
       late_count = kept.late_count + excluded.late_count,
       first_at = LEAST(kept.first_at, excluded.first_at),
       last_at = GREATEST(kept.last_at, excluded.last_at)
RETURNING late_count
"""


def note_evidence(
    *,
    pupil: PupilRef,
    offering_id: UUID,
    period_id: UUID | None,
    lesson_key: str,
    kind: ActKind,
    at: datetime,
) -> bool:
    """Count one act of a pupil towards a period; True when it counted.

    Without a period (homework, practice) nothing is counted. What arrives after the period has ended counts
    too and says so; when the period is already confirmed, that pupil's credit is computed again.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("note_evidence() is part of an act: call it inside the act's transaction")
    if period_id is None:
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            _COUNT,
            {
                "id": new_id(),
                "now": now(),
                "pupil": pupil.id,
                "kind": ActKind(kind).value,
                "at": at,
                "period": period_id,
                "class": pupil.class_id,
            },
        )
        row = cursor.fetchone()
    if row is None:
        return False
    if row[0]:
        _follow(period_id, pupil.id)
    return True


def _follow(period_id: UUID, pupil_id: UUID) -> None:
    period = TaughtPeriod.objects.unscoped("the ledger follows the evidence").get(id=period_id)
    if period.state == PeriodState.CONFIRMED:
        recompute(period, [pupil_id])
