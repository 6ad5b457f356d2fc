"""误拦: what teachers said of the word lists, entry by entry, and the office's answers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from qiming.agents.access import ANSWER_HITS, TABLE
from qiming.agents.models import FalseHit
from qiming.agents.talk.services import guard
from qiming.agents.types import HitState
from qiming.kernel.access import Actor

MOST = 200
_WORDS = 6
_WHY = "the teacher has opened the conversation"


@dataclass(frozen=True, slots=True)
class Waiting:
    """One entry of the lists with the reports that wait; `words` are some of the entry's."""

    key: str
    title: str
    words: str
    reports: tuple[FalseHit, ...]


def waiting(actor: Actor) -> list[Waiting]:
    """The entries most reported first; at most `MOST` reports, the oldest."""
    rows = FalseHit.objects.for_actor(actor, ANSWER_HITS).filter(state=HitState.OPEN.value)
    by_key: dict[str, list[FalseHit]] = {}
    for row in rows.order_by("created_at")[:MOST]:
        by_key.setdefault(row.key, []).append(row)
    library = guard().library
    entries = {one.key: one for one in library.keywords.entries}
    found = []
    for key, reports in by_key.items():
        entry = entries.get(key)
        category = library.categories.get(entry.category) if entry else None
        words = entry.words if entry else ()
        said = "、".join(words[:_WORDS]) + (f"等{len(words)}个词" if len(words) > _WORDS else "")
        title = category.title if category else "词表里已经没有这一条"
        found.append(Waiting(key, title, said, tuple(reports)))
    return sorted(found, key=lambda one: (-len(one.reports), one.key))


def answered(actor: Actor) -> list[FalseHit]:
    """The last answers."""
    rows = FalseHit.objects.for_actor(actor, ANSWER_HITS).exclude(state=HitState.OPEN.value)
    return list(rows.order_by("-answered_at")[:30])


def how_many_wait(actor: Actor) -> int | None:
    """For the desk; None for who does not answer them."""
    if not TABLE.may_try(actor, ANSWER_HITS):
        return None
    return FalseHit.objects.for_actor(actor, ANSWER_HITS).filter(state=HitState.OPEN.value).count()


def said_of(turn_ids: Iterable[UUID]) -> Mapping[UUID, FalseHit]:
    """What was said of some turns, for whoever may read the conversation."""
    rows = FalseHit.objects.unscoped(_WHY).filter(turn_id__in=list(turn_ids))
    return {row.turn_id: row for row in rows}
