"""What was talked about, how long, and how: for the pupil, the teacher, the family."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, Sum

from qiming.agents.guard import dependence
from qiming.agents.guard.dependence import Use
from qiming.agents.guard.stages import strictest
from qiming.agents.talk import queries as talk
from qiming.agents.talk import services as talking
from qiming.agents.talk.types import Turn
from qiming.assist.access import TABLE
from qiming.assist.companion.access import SEE_TALK, SEE_USE
from qiming.assist.companion.types import MODES
from qiming.assist.models import CompanionDay, Conversation
from qiming.curriculum import queries as curriculum
from qiming.kernel.access import Actor
from qiming.kernel.time import today
from qiming.registry import queries as registry
from qiming.registry.types import OrgRef, PupilRef

DAYS = 28  # over which use is read
_NO_LIMIT = 120


@dataclass(frozen=True, slots=True)
class Spoken:
    """One turn with what the pupil wrote."""

    asked: str
    turn: Turn


@dataclass(frozen=True, slots=True)
class TalkLine:
    """One conversation in a list."""

    row: Conversation
    pupil: PupilRef | None
    lesson: str

    @property
    def mode(self) -> str:
        return MODES[self.row.mode]


@dataclass(frozen=True, slots=True)
class PupilUse:
    """How one pupil used it over the last weeks."""

    pupil: PupilRef
    use: Use
    days: int

    @property
    def words(self) -> str:
        return dependence.for_teacher(self.use)


def spoken(conversation: UUID) -> list[Spoken]:
    """A conversation in its order: what was asked, what came back."""
    asked = [one.asked for one in talk.transcript(conversation)]
    return [Spoken(words, turn) for words, turn in zip(asked, talk.turns(conversation), strict=True)]


def talks(actor: Actor, pupil_ids: Iterable[UUID] | None = None, limit: int = 60) -> list[TalkLine]:
    """Conversations the actor may read, the newest first."""
    rows = Conversation.objects.for_actor(actor, SEE_TALK).filter(turns__gt=0)
    if pupil_ids is not None:
        rows = rows.filter(pupil_id__in=list(pupil_ids))
    found = list(rows.select_related("offering").order_by("-last_at")[:limit])
    pupils = registry.pupils_named({row.pupil_id for row in found})
    return [TalkLine(row, pupils.get(row.pupil_id), _lesson(row)) for row in found]


def talk_line(actor: Actor, conversation_id: UUID) -> TalkLine:
    """One conversation the actor may read."""
    rows = Conversation.objects.for_actor(actor, SEE_TALK).select_related("offering")
    row = TABLE.load(actor, SEE_TALK, rows, id=conversation_id)
    return TalkLine(row, registry.pupils_named([row.pupil_id]).get(row.pupil_id), _lesson(row))


def use_of(actor: Actor, pupil_id: UUID, stage: str) -> Use:
    """How a pupil used it, where the actor may see that."""
    rows = CompanionDay.objects.for_actor(actor, SEE_USE).filter(pupil_id=pupil_id)
    return _uses(rows, stage).get(pupil_id, (_read({}, 0, stage), 0))[0]


def class_use(actor: Actor, group: OrgRef) -> list[PupilUse]:
    """Every pupil of a class, whoever needs a talk first. One question for the whole class."""
    pupils = registry.pupils_of(group.id)
    rows = CompanionDay.objects.for_actor(actor, SEE_USE).filter(pupil_id__in=[one.id for one in pupils])
    found = _uses(rows, group.stage.value)
    none = _read({}, 0, group.stage.value)
    lines = [PupilUse(one, *found.get(one.id, (none, 0))) for one in pupils]
    order = {"talk": 0, "watch": 1, "fine": 2, "few": 3}
    return sorted(lines, key=lambda one: (order[one.use.level], -one.use.turns, one.pupil.seat_no))


def _uses(rows, stage: str) -> dict[UUID, tuple[Use, int]]:  # type: ignore[no-untyped-def]  # a scoped queryset
    since: date = today() - timedelta(days=DAYS)
    sums = (
        rows.filter(day__gt=since)
        .values("pupil_id")
        .annotate(
            t=Sum("turns"),
            s=Sum("seconds"),
            i=Sum("about_items"),
            a=Sum("asking"),
            o=Sum("tried"),
            d=Count("id"),
        )
    )
    return {row["pupil_id"]: (_read(row, row["d"], stage), row["d"]) for row in sums}


def _read(sums: dict[str, int], days: int, stage: str) -> Use:
    minutes = sums.get("s", 0) / 60 / days if days else 0.0
    return dependence.of_counts(
        turns=sums.get("t", 0),
        about=sums.get("i", 0),
        asking=sums.get("a", 0),
        trying=sums.get("o", 0),
        minutes=minutes,
        limit=daily_minutes(stage),
    )


def daily_minutes(stage: str) -> int:
    """What the stage's rules allow a day."""
    held = [one for one in talking.guard().library.rules if one.holds(stage, today())]
    rule = strictest(held, "daily_minutes")
    return int(rule.value) if rule else _NO_LIMIT


def _lesson(row: Conversation) -> str:
    found = curriculum.lesson_of_course(row.offering.course_version_id, row.lesson_key)
    return f"第{found.position}课 {found.title}" if found else ""
