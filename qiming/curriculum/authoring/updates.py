"""The city's newer version of a lesson and the school's own: put together, nothing lost on either side."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from qiming.curriculum.authoring.drafts import locked, write
from qiming.curriculum.authoring.merging import Merged, merge
from qiming.curriculum.authoring.models import ForkStep, LessonFork
from qiming.curriculum.authoring.parts import Parts, set_in_order, stored_parts
from qiming.curriculum.models import LessonVersion
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError


@dataclass(frozen=True, slots=True)
class Update:
    """A newer city version and what comes of it."""

    city: LessonVersion
    merged: Merged


def newer_city(fork: LessonFork) -> LessonVersion | None:
    """The lesson in the city's present version, when it says something else than the one the draft began from."""
    now = (
        LessonVersion.objects.select_related("course_version")
        .filter(course_version__key=fork.course_key, course_version__is_current=True, key=fork.lesson_key)
        .first()
    )
    if now is None or now.id == fork.base_id or now.content_hash == fork.base.content_hash:
        return None
    if stored_parts(now) == stored_parts(fork.base):
        return None  # only the rendering was new
    return now


def update_of(fork: LessonFork, choices: Mapping[str, str] | None = None) -> Update | None:
    """What taking over the newer version would give; None when there is none."""
    city = newer_city(fork)
    if city is None:
        return None
    before: Parts = stored_parts(fork.base)
    merged = merge(before, stored_parts(city), fork.parts, choices)
    return Update(city, merged)


def take_over(
    *, actor: Actor, fork_id: UUID, city_id: UUID, revision: int, choices: Mapping[str, str]
) -> LessonFork:
    """The draft with the city's news in it. What only one side changed comes by itself; for each place both
    changed, `choices` says "mine" or "theirs"."""
    with transaction.atomic():
        fork = locked(actor, fork_id)
        update = update_of(fork, choices)
        if update is None or update.city.id != city_id or fork.revision != revision:
            raise UserError(
                "您看的时候，草稿或市里的版本又有了变化",
                kept="草稿没有动。",
                next="下面是现在的样子，请再看一遍、再点一次。",
                status=409,
            )
        open_ones = [
            one for one in update.merged.conflicts if choices.get(one.name) not in ("mine", "theirs")
        ]
        if open_ones:
            raise UserError(
                f"还有{len(open_ones)}处没有选用哪一个",
                kept="选过的还在。",
                next="每一处选“用本校的”或“用市里的”。",
            )
        before, fork.base = fork.base_id, update.city
        parts = set_in_order(update.merged.value)
        return write(actor, fork, parts, kind=ForkStep.Kind.MERGE, base_before=before)
