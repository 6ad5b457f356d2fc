"""The ledger of calls as a sealed chain. A seal covers who and what as digests: text and pseudonym may go, the chain holds."""

from typing import Any

from django.db.models import QuerySet

from qiming.agents.models import Call
from qiming.agents.types import Outcome
from qiming.kernel import chain, time


def _rows() -> QuerySet[Call]:
    return Call.objects.unscoped("a chain is sealed and verified whole").exclude(outcome=Outcome.OPEN.value)


def _said(row: Call) -> list[Any]:
    return [
        str(row.id),
        row.created_at.isoformat(),
        row.scope_path,
        str(row.application_id),
        bytes(row.subject_sha256).hex(),
        row.stage,
        row.route,
        row.model,
        row.model_version,
        row.outcome,
        row.why,
        row.findings,
        row.prompt_tokens,
        row.completion_tokens,
        row.first_ms,
        row.total_ms,
        bytes(row.text_sha256).hex(),
    ]


def _describe(row: Call) -> str:
    return f"{time.local(row.created_at):%Y-%m-%d %H:%M}，调用 {row.route}，结果 {row.outcome}"


CALLS = chain.register(chain.Log("model_calls", "模型调用记录", 7_310_006, _rows, _said, _describe))
