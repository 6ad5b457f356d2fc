"""The reading log as a sealed chain: verified together with the audit trail."""

from typing import Any

from django.db.models import QuerySet

from qiming.kernel import chain, time
from qiming.registry.types import ROLE_NAMES, Role
from qiming.trust.models import AccessLog


def _rows() -> QuerySet[AccessLog]:
    return AccessLog.objects.unscoped("a chain is sealed and verified whole")


def _said(row: AccessLog) -> list[Any]:
    return [
        str(row.id),
        row.created_at.isoformat(),
        row.scope_path,
        str(row.reader_id),
        row.role,
        row.verb,
        row.what,
        str(row.subject_id),
        row.bucket,
    ]


def _describe(row: AccessLog) -> str:
    role = ROLE_NAMES[Role(row.role)] if row.role else "有人"
    return f"{time.local(row.created_at):%Y-%m-%d %H:%M}，{role}看{row.what or row.verb}"


READS = chain.register(chain.Log("reads", "查看记录", 7_310_002, _rows, _said, _describe))
