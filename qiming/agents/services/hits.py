"""A teacher says a word list held back the wrong thing; the office that keeps the lists answers."""

from uuid import UUID

from django.db import transaction

from qiming.agents.access import ANSWER_HITS, REPORT_HIT, TABLE
from qiming.agents.models import FalseHit, Turn
from qiming.agents.services.places import tell
from qiming.agents.talk.types import Said
from qiming.agents.types import HitState
from qiming.kernel import time
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError

_WHY = "the row is loaded by the access table"


@transaction.atomic
def report_hit(*, actor: Actor, turn_id: UUID, why: str) -> UUID:
    """The first report of a turn stands; said twice it is the same. Raises UserError when no list held the turn back."""
    turn = TABLE.load(actor, REPORT_HIT, Turn.objects.unscoped(_WHY), id=turn_id)
    if turn.outcome != Said.REFUSED.value or not turn.findings:
        raise UserError(
            "这一句不是词表拦下的", kept="没有记下报告。", next="求助的误报请在值守页里写明。", status=409
        )
    row, is_new = FalseHit.objects.unscoped(_WHY).get_or_create(
        turn_id=turn.id,
        defaults={
            "scope_path": turn.scope_path,
            "key": str(turn.findings[0])[:60],
            "why": why,
            "told_by": actor.person_id,
        },
    )
    if is_new:
        tell(actor, REPORT_HIT, row.id, row.scope_path, {"key": row.key})
    return row.id


@transaction.atomic
def answer_hit(*, actor: Actor, report_id: UUID, state: HitState, says: str) -> None:
    """Whether the list changes. Who reported reads it beside the turn."""
    rows = FalseHit.objects.unscoped(_WHY).select_for_update()
    row = TABLE.load(actor, ANSWER_HITS, rows, id=report_id)
    if row.state != HitState.OPEN.value:
        raise UserError("这一条已经答复过", kept="原来的答复没有变。", status=409)
    row.state, row.answer = state.value, says
    row.answered_by, row.answered_at = actor.person_id, time.now()
    row.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    tell(actor, ANSWER_HITS, row.id, row.scope_path, {"state": row.state})
