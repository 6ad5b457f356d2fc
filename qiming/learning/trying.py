"""A teacher tries a lesson as a pupil would: the same marking, nothing written anywhere."""

from typing import Any
from uuid import UUID

from qiming.curriculum import queries as curriculum
from qiming.curriculum.rules import MalformedResponse, mark
from qiming.curriculum.types import Item
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.learning.services.common import said_html


def answer(item_id: UUID, response: dict[str, Any]) -> dict[str, Any]:
    item = _item(item_id)
    try:
        verdict = mark(item.data, response)
    except MalformedResponse as trouble:
        raise UserError(str(trouble), next="改一改再试。") from trouble
    return {
        "id": item_id,
        "status": "recorded",
        "item": item.key,
        "correct": verdict.correct,
        "reply": said_html(verdict.reply),
        "waits": verdict.correct is None,
        "solution_open": False,
        "late": "",
        "message": "",
    }


def hint(item_id: UUID, rung: int) -> dict[str, Any]:
    item = _item(item_id)
    if not 1 <= rung <= len(item.hints):
        raise UserError("提示就这些了", next="换个想法再试一次。", status=404)
    return {"item": item.key, "rung": rung, "of": len(item.hints), "html": item.hints[rung - 1]}


def solution(item_id: UUID) -> dict[str, Any]:
    item = _item(item_id)
    return {"item": item.key, "html": item.solution_html}


def _item(item_id: UUID) -> Item:
    try:
        return curriculum.item(item_id)
    except curriculum.NoSuchContent as missing:
        raise Denied("learning.try") from missing
