"""Trust's verbs."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from qiming.kernel import time
from qiming.kernel.access import Actor
from qiming.trust import rules
from qiming.trust.models import AccessLog


@transaction.atomic
def log_read(actor: Actor, *, verb: str, subjects: Iterable[UUID], scope_path: str, what: str = "") -> None:
    """Note that `actor` read the records of these persons: one row each, one per ten minutes.

    `what` says in a few Chinese words what was opened; without it the verb's line in its access table
    speaks. Reading one's own record is not noted.
    """
    at = time.now()
    AccessLog.objects.bulk_create(
        [
            AccessLog(
                reader_id=actor.person_id,
                role=rules.role_towards(actor.grants, scope_path, is_guardian=subject in actor.wards),
                verb=verb,
                what=what[:60],
                subject_id=subject,
                scope_path=scope_path,
                bucket=rules.bucket(at),
                created_at=at,
            )
            for subject in set(subjects)
            if subject != actor.person_id
        ],
        ignore_conflicts=True,
        batch_size=500,
    )


@transaction.atomic
def forget_old_reads() -> int:
    """Delete readings older than they are kept; returns how many."""
    deleted, _ = (
        AccessLog.objects.unscoped("retention holds for the whole installation")
        .filter(created_at__lt=time.now() - rules.KEPT)
        .delete()
    )
    return deleted
