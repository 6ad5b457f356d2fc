"""The events of all cases, sealed into one chain beside the seals each case carries."""

from typing import Any

from django.db.models import QuerySet

from qiming.casework.models import CaseEvent
from qiming.kernel import chain, time


def _rows() -> QuerySet[CaseEvent]:
    return CaseEvent.objects.all()


def _said(row: CaseEvent) -> list[Any]:
    return [str(row.id), str(row.case_id), row.seq, bytes(row.case_seal).hex()]


def _describe(row: CaseEvent) -> str:
    return f"{time.local(row.created_at):%Y-%m-%d %H:%M}，办件第{row.seq}步 {row.transition}"


EVENTS = chain.register(chain.Log("cases", "办件经过", 7_310_004, _rows, _said, _describe))
