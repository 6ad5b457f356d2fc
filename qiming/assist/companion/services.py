"""The companion's verbs: say something to it, pause it, accompany it, open it for a school."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F

from qiming.agents.guard import dependence
from qiming.agents.talk import services as talking
from qiming.agents.talk.types import Said, Turn
from qiming.assist.access import TABLE
from qiming.assist.companion import gather, rules
from qiming.assist.companion.access import SET_CLASS, SET_SCHOOL
from qiming.assist.companion.types import Situation
from qiming.assist.duty import services as duty
from qiming.assist.models import ClassCompanion, CompanionDay, Conversation, SchoolCompanion, Supervision
from qiming.kernel import audit
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.kernel.time import now, today
from qiming.registry.types import OrgRef, Stage

_WHY = "the pupil's own"
_SCHOOLS = "the school was checked"
LONGEST = 45  # minutes one accompanied session may last
TASKS = ("", "explain_back", "review")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a pupil wrote, and to what."""

    offering_id: UUID
    lesson_key: str
    item_key: str
    text: str
    turn_id: UUID
    task: str = ""


def conversation_of(at: Situation) -> Conversation:
    """The pupil's conversation about this lesson or item; made when there is none."""
    moment = now()
    row, _ = Conversation.objects.unscoped(_WHY).get_or_create(
        pupil_id=at.pupil.id,
        offering_id=at.offering.id,
        lesson_key=at.lesson.key,
        item_key=at.item.key if at.item else "",
        mode=at.mode,
        defaults={"scope_path": at.pupil.scope_path, "started_at": moment, "last_at": moment},
    )
    return row


def say(*, actor: Actor, asked: Asked) -> Turn:
    """Say something to the companion. A cry for help reaches an adult even where nothing else may be asked; sent twice
    it is said once."""
    at = gather.situation(actor, asked.offering_id, asked.lesson_key, asked.item_key)
    with transaction.atomic():
        row = conversation_of(at)
        task = asked.task if asked.task in TASKS else ""
        if at.held and not _is_cry(asked.text, at.stage):
            raise UserError(at.held, kept="你写的还在。", status=409)
        turn = talking.say(gather.context(at, row.id, asked.text, task), asked.text, turn_id=asked.turn_id)
        if turn.number > row.turns:
            _count(at, row, turn, asked.text)
        if turn.alarm:
            _tell(at, turn)
    return turn


def _is_cry(text: str, stage: str) -> bool:
    return talking.guard().library.crisis.alarm(text, stage) is not None


def _tell(at: Situation, turn: Turn) -> None:
    explicit = any(key.startswith("x-") for key in turn.findings)
    duty.raise_alert(
        pupil=at.pupil,
        turn_id=turn.id,
        kind=turn.alarm,
        is_explicit=explicit,
        period_id=at.live.period_id if at.live else None,
    )


def _count(at: Situation, row: Conversation, turn: Turn, text: str) -> None:
    """Add one turn to the conversation and to the day."""
    moment = now()
    rows = CompanionDay.objects.unscoped(_WHY)
    day, _ = rows.select_for_update().get_or_create(
        pupil_id=at.pupil.id, day=today(), defaults={"scope_path": at.pupil.scope_path, "last_at": moment}
    )
    last = day.last_at if day.turns else None
    counts_item = at.item is not None and turn.outcome in (Said.ANSWERED, Said.WAITING)
    rows.filter(id=day.id).update(
        seconds=F("seconds") + rules.seconds_since(last, moment),
        turns=F("turns") + 1,
        about_items=F("about_items") + int(counts_item),
        asking=F("asking") + int(counts_item and dependence.asks_answer(text)),
        tried=F("tried") + int(counts_item and at.session.attempted),
        last_at=moment,
    )
    Conversation.objects.unscoped(_WHY).filter(id=row.id).update(turns=turn.number, last_at=moment)


def pause(*, actor: Actor, group: OrgRef, paused: bool) -> ClassCompanion:
    """A teacher stops or opens the companion for a whole class; it holds at the next thing a pupil says."""
    TABLE.require(actor, SET_CLASS, group)
    return _set_class(
        actor, group, "assist.companion_paused" if paused else "assist.companion_opened", is_paused=paused
    )


def accompany(*, actor: Actor, group: OrgRef, minutes: int) -> ClassCompanion:
    """A teacher opens a session of primary pupils and stays with them; who and when is kept."""
    TABLE.require(actor, SET_CLASS, group)
    school = gather.school_choice(group.path)
    if group.stage is not Stage.PRIMARY:
        raise UserError("只有小学的班要老师陪着打开", status=409)
    if school is None or not school.is_on or not school.allows_supervised:
        raise UserError(
            "学校没有定小学可以在老师陪同下用", next="请校长或管理员在学伴的学校设置里决定。", status=409
        )
    if not 5 <= minutes <= LONGEST:
        raise UserError(f"一次5到{LONGEST}分钟", field="minutes")
    until = now() + timedelta(minutes=minutes)
    with transaction.atomic():
        Supervision.objects.create(
            scope_path=group.path, opened_by=actor.person_id, opened_at=now(), until=until
        )
        return _set_class(
            actor,
            group,
            "assist.companion_accompanied",
            supervised_by=actor.person_id,
            supervised_until=until,
        )


def leave(*, actor: Actor, group: OrgRef) -> ClassCompanion:
    """The adult ends the session before its time."""
    TABLE.require(actor, SET_CLASS, group)
    rows = Supervision.objects.unscoped(_SCHOOLS).filter(
        scope_path=group.path, ended_at=None, until__gt=now()
    )
    with transaction.atomic():
        rows.update(ended_at=now())
        return _set_class(actor, group, "assist.companion_left", supervised_until=None)


def _set_class(actor: Actor, group: OrgRef, verb: str, **values: object) -> ClassCompanion:
    values |= {"set_by": actor.person_id, "set_at": now()}
    with transaction.atomic():
        row, _ = ClassCompanion.objects.unscoped(_SCHOOLS).update_or_create(
            scope_path=group.path, defaults=values
        )
        audit.write(actor, verb, thing="class", thing_id=group.id, scope_path=group.path)
    return row


@dataclass(frozen=True, slots=True)
class Choice:
    """What a school decides."""

    is_on: bool
    allows_supervised: bool
    minutes: int | None


def choose(*, actor: Actor, school: OrgRef, choice: Choice) -> SchoolCompanion:
    """A head or administrator decides for the school."""
    TABLE.require(actor, SET_SCHOOL, school)
    if choice.minutes is not None and not 5 <= choice.minutes <= 120:
        raise UserError("每天5到120分钟，不填就按学段的规定", field="minutes")
    values = {
        "is_on": choice.is_on,
        "allows_supervised": choice.allows_supervised,
        "minutes": choice.minutes,
        "set_by": actor.person_id,
        "set_at": now(),
    }
    with transaction.atomic():
        row, _ = SchoolCompanion.objects.unscoped(_SCHOOLS).update_or_create(
            scope_path=school.path, defaults=values
        )
        audit.write(
            actor,
            "assist.companion_chosen",
            thing="school",
            thing_id=school.id,
            scope_path=school.path,
            detail={"on": choice.is_on, "supervised": choice.allows_supervised, "minutes": choice.minutes},
        )
    return row
