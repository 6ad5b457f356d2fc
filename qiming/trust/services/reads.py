"""Note who reads a named record, and forget it in time."""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection, transaction

from qiming.kernel import time
from qiming.kernel.access import Actor, Grant
from qiming.kernel.ids import new_id
from qiming.trust.rules import reads as rules

# A report names a whole class at once: one statement, without a model for each line.
_NOTE = """
INSERT INTO trust_accesslog (created_at, scope_path, reader_id, verb, what, bucket, id, role, subject_id)
SELECT %s, %s, %s, %s, %s, %s, one.id, one.role, one.subject
  FROM unnest(%s::uuid[], %s::varchar[], %s::uuid[]) AS one (id, role, subject)
    ON CONFLICT DO NOTHING
"""


@transaction.atomic
def log_read(actor: Actor, *, verb: str, subjects: Iterable[UUID], scope_path: str, what: str = "") -> None:
    """Note that `actor` read the records of these persons: one row each, one per ten minutes.

    `what` says in a few Chinese words what was opened; without it the verb's line in its access table
    speaks. Reading one's own record is not noted.
    """
    at = time.now()
    others = [subject for subject in set(subjects) if subject != actor.person_id]
    roles = [
        rules.role_towards(actor.grants, scope_path, is_guardian=subject in actor.wards) for subject in others
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            _NOTE,
            [
                at,
                scope_path,
                actor.person_id,
                verb,
                _said(actor, what, scope_path)[:60],
                rules.bucket(at),
                [new_id() for _ in others],
                roles,
                others,
            ],
        )


def note_power(*, holder_id: UUID, role: str, subject_id: UUID, scope_path: str) -> None:
    """Note that somebody took an emergency power over one pupil, whether or not anything is opened with it."""
    holder = Actor(holder_id, holder_id, "", grants=(Grant(role, scope_path, holder_id),))
    log_read(
        holder,
        verb="registry.raise_power",
        subjects=[subject_id],
        scope_path=scope_path,
        what="开始用应急权限",
    )


def _said(actor: Actor, what: str, scope_path: str) -> str:
    """What was opened; that it was opened with an emergency power is told with it."""
    raised = any(scope_path.startswith(one.scope_path) for one in actor.raised)
    return f"{what}（应急权限）" if raised and what else what
