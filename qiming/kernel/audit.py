"""The audit trail: every change says who made it; a job seals the rows into a hash chain."""

import hashlib
import json
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from qiming.kernel.access import Actor
from qiming.kernel.models import AuditRow

_SEAL_LOCK = 7_310_001


def write(
    actor: Actor | None,
    verb: str,
    *,
    thing: str,
    thing_id: UUID | None,
    scope_path: str,
    detail: dict[str, Any] | None = None,
) -> None:
    """Note one change in the caller's transaction. `actor` is None when the installation itself acts."""
    AuditRow.objects.create(
        account_id=actor.account_id if actor else None,
        verb=verb,
        thing=thing,
        thing_id=thing_id,
        scope_path=scope_path,
        detail=detail or {},
    )


def seal(limit: int = 5000) -> int:
    """Chain up to `limit` unsealed rows to the last sealed one; returns how many were sealed."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_SEAL_LOCK])
        last = AuditRow.objects.exclude(seal=None).order_by("-id").first()
        previous = bytes(last.seal) if last and last.seal else b""
        rows = list(AuditRow.objects.filter(seal=None).order_by("id")[:limit])
        for row in rows:
            previous = _digest(previous, row)
            row.seal = previous
        AuditRow.objects.bulk_update(rows, ["seal"], batch_size=500)
    return len(rows)


def first_broken() -> UUID | None:
    """The id of the first sealed row that no longer matches its seal, or None when the chain holds."""
    previous = b""
    for row in AuditRow.objects.exclude(seal=None).order_by("id").iterator(chunk_size=2000):
        previous = _digest(previous, row)
        if bytes(row.seal or b"") != previous:
            return row.id
    return None


def _digest(previous: bytes, row: AuditRow) -> bytes:
    said = json.dumps(
        [
            str(row.id),
            str(row.account_id),
            row.verb,
            row.thing,
            str(row.thing_id),
            row.scope_path,
            row.detail,
            row.created_at.isoformat(),
        ],
        ensure_ascii=False,
        sort_keys=True,
    )
    return hashlib.sha256(previous + said.encode()).digest()
