"""A teacher puts a product into a lesson of the own class, and takes it away."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from qiming.kernel import time
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.registry import queries as registry
from qiming.resources.access import TABLE
from qiming.resources.access_tools import PLACE
from qiming.resources.launching.deciding import decide, way_to
from qiming.resources.launching.models import ToolPlace
from qiming.resources.launching.services.common import MOST_REASON, WHY, note, words

MOST_TITLE = 80


@transaction.atomic
def place(
    *,
    actor: Actor,
    product_id: UUID,
    class_id: UUID,
    lesson_key: str,
    instead: str,
    task: str = "",
    title: str = "",
    subject: str = "",
    link: Mapping[str, Any] | None = None,
) -> UUID:
    """Put the product into a lesson: `task` is what to do with it, `instead` what a pupil does without it. `link` comes
    from the product itself where its content was chosen there (LTI deep linking)."""
    group = registry.org(class_id)
    TABLE.require(actor, PLACE, group)
    answer = decide(actor, product_id, group.path)
    way = way_to(product_id, group, "")
    if not answer or way.tool_class is None or way.adoption is None:
        raise UserError("现在不能放进课里", kept="写的话还在。", next=answer.reason, status=409)
    called = (title.strip() or way.adoption.title)[:MOST_TITLE]
    said = words(instead, "instead", "请写不能用它的学生怎么做", MOST_REASON)
    try:
        with transaction.atomic():
            row = ToolPlace.objects.create(
                scope_path=group.path,
                tool_class=way.tool_class,
                lesson_key=lesson_key[:80],
                subject=subject[:40],
                title=called,
                task=task.strip()[:MOST_REASON],
                instead=said,
                link=dict(link or {}),
                placed_by=actor.person_id,
            )
    except IntegrityError:
        raise UserError("这节课里已经有它了", kept="没有再放一次。", status=409) from None
    note(actor, PLACE, row, product=product_id, lesson=lesson_key)
    return row.id


@transaction.atomic
def take_away(*, actor: Actor, place_id: UUID) -> None:
    """Take the product out of the lesson; done twice it is done once."""
    rows = ToolPlace.objects.unscoped(WHY).select_for_update(of=("self",))
    row = TABLE.load(actor, PLACE, rows, id=place_id)
    if row.removed_at is None:
        row.removed_at = time.now()
        row.save(update_fields=["removed_at"])
        note(actor, "resources.take_tool_away", row)
