"""The audit trail: every change says who made it; a job seals the rows into a hash chain."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from qiming.kernel import chain, time
from qiming.kernel.access import Actor
from qiming.kernel.anchors import Break
from qiming.kernel.models import AuditRow


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


def tell_cut(log: chain.Log, upto_no: int, seal: bytes, *, rule: str) -> None:
    """Note that a log's rows up to `upto_no` were removed because they had outlived their retention."""
    write(
        None,
        "kernel.cut_chain",
        thing=log.name,
        thing_id=None,
        scope_path="",
        detail={"log": log.name, "upto_no": upto_no, "seal": seal.hex(), "rule": rule},
    )


def _rows() -> QuerySet[AuditRow]:
    return AuditRow.objects.all()


def _said(row: AuditRow) -> list[Any]:
    return [
        str(row.id),
        str(row.account_id),
        row.verb,
        row.thing,
        str(row.thing_id),
        row.scope_path,
        row.detail,
        row.created_at.isoformat(),
    ]


def _describe(row: AuditRow) -> str:
    return f"{time.local(row.created_at):%Y-%m-%d %H:%M}，动作 {row.verb}，对象 {row.thing}"


TRAIL = chain.register(chain.Log("audit", "操作记录", 7_310_001, _rows, _said, _describe))


def seal(limit: int = 5000) -> int:
    """Chain up to `limit` unsealed rows to the last sealed one; returns how many were sealed."""
    return chain.seal(TRAIL, limit)


def first_broken() -> Break | None:
    """The first place at which the trail no longer agrees with its seals; None when the chain holds."""
    return chain.verify(TRAIL).broken
