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
        last = AuditRow.objects.exclude(seal_no=None).order_by("-seal_no").first()
        previous = bytes(last.seal or b"") if last else b""
        number = last.seal_no or 0 if last else 0
        rows = list(AuditRow.objects.filter(seal=None).order_by("id")[:limit])
        for row in rows:
            number += 1
            previous = _digest(previous, row)
            row.seal_no, row.seal = number, previous
        AuditRow.objects.bulk_update(rows, ["seal_no", "seal"], batch_size=500)
    return len(rows)


def first_broken() -> UUID | None:
    """The id of the first sealed row that no longer matches its seal or whose predecessor is gone; None when
    the chain holds."""
    previous = b""
    rows = AuditRow.objects.exclude(seal_no=None).order_by("seal_no").iterator(chunk_size=2000)
    for number, row in enumerate(rows, 1):
        previous = _digest(previous, row)
        if row.seal_no != number or bytes(row.seal or b"") != previous:
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
