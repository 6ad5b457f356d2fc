"""What the verbs of this room share: whose offering it is, what a statement says of where it happened."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from uuid import UUID

from qiming.curriculum import queries as curriculum
from qiming.curriculum.types import Item, Lesson
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.kernel.text import render_markdown
from qiming.learning.access import TABLE
from qiming.learning.models import Work
from qiming.registry.types import PupilRef, Role
from qiming.teaching import queries as teaching
from qiming.teaching.types import OfferingRef

LEARN = "learning.learn"
WHY_OWN = "the pupil's own rows"

NO_SUCH_ITEM = UserError(
    "这门课里没有这道题",
    kept="你写的还在这台设备上。",
    next="刷新这一页；还不行请告诉老师。",
    status=404,
)


def own_offering(actor: Actor, offering_id: UUID) -> tuple[OfferingRef, PupilRef]:
    """The offering of the pupil's own class, and the pupil in it; refused like a missing one."""
    offering = teaching.offering(offering_id)
    TABLE.require(actor, LEARN, offering)
    return offering, pupil_in(actor, offering)


def pupil_in(actor: Actor, offering: OfferingRef) -> PupilRef:
    """The actor as a pupil of the offering's class, from what the actor already carries."""
    for grant in actor.grants:
        if grant.role == Role.PUPIL and offering.scope_path.startswith(grant.scope_path):
            return PupilRef(actor.person_id, actor.name, 0, grant.org_id, grant.scope_path)
    raise Denied(LEARN)


def offering_of(work: Work) -> OfferingRef:
    """The offering a work was made in; a work of free play has none."""
    if work.offering_id is None:
        raise Denied(LEARN)
    return teaching.offering(work.offering_id)


def lesson_in(offering: OfferingRef, lesson_key: str) -> Lesson:
    lesson = curriculum.lesson_of_course(offering.course_version_id, lesson_key)
    if lesson is None:
        raise Denied(LEARN)
    return lesson


def item_in(offering: OfferingRef, item_key: str) -> Item:
    item = curriculum.item_by_key(offering.course_version_id, item_key)
    if item is None:
        raise NO_SUCH_ITEM
    return item


def lesson_key_of(item: Item) -> str:
    """The lesson an item belongs to; versions never change, so this costs nothing."""
    return curriculum.lesson(item.lesson_version_id).key


@lru_cache(maxsize=2048)
def said_html(text: str) -> str:
    """A reply written by an author, as safe HTML; authors' texts are few and come again and again."""
    return str(render_markdown(text)) if text else ""


def where(
    offering: OfferingRef, *, lesson_key: str | None, period_id: UUID | None = None, **more: Any
) -> dict[str, Any]:
    """The context of a statement."""
    return {
        "offering_id": offering.id,
        "course_key": offering.course_key,
        "lesson_key": lesson_key,
        **({"period_id": period_id} if period_id else {}),
        **more,
    }


def as_text(response: Mapping[str, Any], longest: int = 500) -> str:
    """A response as a statement carries it."""
    return json.dumps(response, ensure_ascii=False, separators=(",", ":"))[:longest]
