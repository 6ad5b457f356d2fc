"""A teacher tries a lesson as a pupil would: the same marking, nothing written anywhere."""

from typing import Any
from uuid import UUID

from qiming.curriculum import queries as curriculum
from qiming.curriculum.authoring import queries as authoring
from qiming.curriculum.rules import MalformedResponse, mark
from qiming.curriculum.types import Item
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.learning.services.common import said_html


def item_of(actor: Actor, item_id: UUID, draft_id: UUID | None) -> Item:
    """The item tried: of a stored version, or of a draft as it stands now. Another school's is not to be had."""
    if draft_id is not None:
        return authoring.draft_item(actor, draft_id, item_id)
    try:
        item = curriculum.item(item_id)
    except curriculum.NoSuchContent as missing:
        raise Denied("learning.try") from missing
    authoring.require_visible(
        actor, curriculum.course(curriculum.lesson(item.lesson_version_id).course_version_id)
    )
    return item


def answer(item: Item, response: dict[str, Any]) -> dict[str, Any]:
    try:
        verdict = mark(item.data, response)
    except MalformedResponse as trouble:
        raise UserError(str(trouble), next="改一改再试。") from trouble
    return {
        "id": item.id,
        "status": "recorded",
        "item": item.key,
        "correct": verdict.correct,
        "reply": said_html(verdict.reply),
        "waits": verdict.correct is None,
        "solution_open": False,
        "late": "",
        "message": "",
    }


def hint(item: Item, rung: int) -> dict[str, Any]:
    if not 1 <= rung <= len(item.hints):
        raise UserError("提示就这些了", next="换个想法再试一次。", status=404)
    return {"item": item.key, "rung": rung, "of": len(item.hints), "html": item.hints[rung - 1]}


def solution(item: Item) -> dict[str, Any]:
    return {"item": item.key, "html": item.solution_html}
