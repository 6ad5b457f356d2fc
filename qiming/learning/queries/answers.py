"""Answers."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import Count, F

from qiming.curriculum import queries as curriculum
from qiming.curriculum.types import Item
from qiming.kernel.access import Actor
from qiming.kernel.scope import ScopedQuerySet
from qiming.learning.models import Attempt
from qiming.learning.pages.shown import said_by
from qiming.registry import queries as registry

MOST_TRIES = 6
WHY = "the asking room checks its own access table before it asks"


def attempts_of_offering(
    offering_id: UUID, *, lesson_key: str | None = None, period_id: UUID | None = None
) -> ScopedQuerySet[Attempt]:
    """Every answer of a course opened for a class, the oldest first."""
    rows = Attempt.objects.unscoped(WHY).filter(offering_id=offering_id)
    if lesson_key is not None:
        rows = rows.filter(lesson_key=lesson_key)
    if period_id is not None:
        rows = rows.filter(period_id=period_id)
    return rows.order_by("received_at", "id")


def attempts_of_pupil(pupil_id: UUID, *, offering_id: UUID | None = None) -> ScopedQuerySet[Attempt]:
    """Every answer of one pupil, the newest first."""
    rows = Attempt.objects.unscoped(WHY).filter(pupil_id=pupil_id)
    if offering_id is not None:
        rows = rows.filter(offering_id=offering_id)
    return rows.order_by("-received_at", "-id")


def attempts_by_ids(ids: Iterable[UUID]) -> ScopedQuerySet[Attempt]:
    return Attempt.objects.unscoped(WHY).filter(id__in=list(ids)).order_by("received_at", "id")


@dataclass(frozen=True, slots=True)
class FirstSums:
    """First answers to one version of an item, everywhere: pupils, courses of classes, how many right, and how many
    chose each of the single choices."""

    pupils: int
    classes: int
    right: int
    choices: Mapping[str, int]


_FIRST_SUMS = """
    WITH first AS (
        SELECT DISTINCT ON (item_version_id, pupil_id) item_version_id, offering_id, correct, response->>'choice' AS choice
        FROM learning_attempt WHERE item_version_id = ANY(%s)
        ORDER BY item_version_id, pupil_id, received_at, id
    ), marked AS (SELECT * FROM first WHERE correct IS NOT NULL)
    SELECT item_version_id, choice, count(*), count(*) FILTER (WHERE correct), array_agg(DISTINCT offering_id)
    FROM marked GROUP BY item_version_id, choice
"""


def first_sums(item_version_ids: Iterable[UUID]) -> dict[UUID, FirstSums]:
    """Sums over everybody's first marked answer, by item; nobody's answer leaves. What nobody answered is left out."""
    with connection.cursor() as cursor:
        cursor.execute(_FIRST_SUMS, [list(item_version_ids)])
        rows = cursor.fetchall()
    counted: dict[UUID, tuple[Counter[str], set[UUID], Counter[str]]] = {}
    for item, choice, n, right, classes in rows:
        sums, seen, choices = counted.setdefault(item, (Counter(), set(), Counter()))
        sums.update(pupils=n, right=right)
        seen.update(classes)
        if choice is not None:
            choices[choice] += n
    return {
        item: FirstSums(sums["pupils"], len(seen), sums["right"], dict(choices))
        for item, (sums, seen, choices) in counted.items()
    }


def answers_waiting(actor: Actor) -> int:
    """How many answers wait for this teacher to read them."""
    return _to_mark(actor).count()


def _to_mark(actor: Actor) -> ScopedQuerySet[Attempt]:
    """Unread answers in courses of the actor's classes; what a new pupil brought along from elsewhere is not one."""
    rows = Attempt.objects.for_actor(actor, "learning.mark").filter(scope_path=F("offering__scope_path"))
    return rows.filter(needs_person=True, marked_at=None)


@dataclass(frozen=True, slots=True)
class Pile:
    """Answers to one item of one class that wait to be read."""

    offering_id: UUID
    item: Item
    waiting: int
    class_name: str
    lesson_title: str


def marking_queue(actor: Actor) -> list[Pile]:
    """What waits, grouped by class and item, the largest pile first."""
    groups = list(
        _to_mark(actor)
        .order_by()
        .values_list("offering_id", "offering__class_group_id", "item_version_id")
        .annotate(n=Count("id"))
    )
    classes = registry.orgs({class_id for _, class_id, _, _ in groups})
    piles = [
        _pile(offering_id, item_id, n, classes[class_id].name) for offering_id, class_id, item_id, n in groups
    ]
    return sorted(piles, key=lambda pile: (-pile.waiting, pile.class_name, pile.item.key))


def _pile(offering_id: UUID, item_id: UUID, waiting: int, class_name: str) -> Pile:
    item = curriculum.item(item_id)
    return Pile(offering_id, item, waiting, class_name, curriculum.lesson(item.lesson_version_id).title)


@dataclass(frozen=True, slots=True)
class OwnTry:
    """One answer of a pupil to an item, in words."""

    said: str
    correct: bool | None
    reply: str
    misconceptions: tuple[str, ...]


def tries_of(pupil_id: UUID, offering_id: UUID, item_key: str) -> list[OwnTry]:
    """A pupil's answers to an item of a course, the oldest first."""
    rows = attempts_of_pupil(pupil_id, offering_id=offering_id).filter(item_key=item_key)
    return [
        OwnTry(
            str(said_by(curriculum.item(row.item_version_id), row.response)),
            row.correct,
            row.reply,
            tuple(row.misconceptions),
        )
        for row in reversed(rows[:MOST_TRIES])
    ]


def solved_items(pupil_id: UUID, offering_id: UUID) -> frozenset[str]:
    """The items of a course that a pupil has answered rightly."""
    rows = attempts_of_pupil(pupil_id, offering_id=offering_id).filter(correct=True).order_by()
    return frozenset(rows.values_list("item_key", flat=True).distinct())
