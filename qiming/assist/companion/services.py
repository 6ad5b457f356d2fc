"""The companion's verbs: say something to it, pause it, accompany it, open it for a school."""

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import F

from qiming.agents.guard import dependence
from qiming.agents.talk import queries as talk
from qiming.agents.talk import services as talking
from qiming.agents.talk.types import Checked, Said, Turn
from qiming.assist.access import TABLE
from qiming.assist.companion import gather, rules
from qiming.assist.companion.access import SEE_TALK, SET_CLASS, SET_SCHOOL
from qiming.assist.companion.types import Situation
from qiming.assist.duty import services as duty
from qiming.assist.models import ClassCompanion, CompanionDay, Conversation, SchoolCompanion, Supervision
from qiming.kernel import audit
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.kernel.time import now, today
from qiming.registry.types import OrgRef, Stage

_WHY = "the pupil's own"
_SCHOOLS = "the school was checked"
LONGEST = 45  # minutes one accompanied session may last
TASKS = ("", "explain_back", "review")
CHECK_INS = 2  # a day; words that would be the third tell an adult without asking again


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
        context = replace(gather.context(at, row.id, asked.text, task), checked=_checked(at))
        turn = talking.say(context, asked.text, turn_id=asked.turn_id)
        _keep(at, row, turn, asked.text)
    return turn


def answer(*, actor: Actor, turn_id: UUID, wants_adult: bool) -> Turn:
    """The pupil was asked how it is: an adult is told, or what it had asked goes on. Sent twice it is said once."""
    asked, row = _check_in(actor, turn_id)
    at = gather.situation(actor, row.offering_id, row.lesson_key, row.item_key)
    if at.held and not wants_adult:
        raise UserError(at.held, kept="你写的还在。", status=409)
    if wants_adult:
        text, checked = asked.findings[0].removeprefix("h-") if asked.findings else "", Checked.ADULT
    else:
        said = (one for one in talk.transcript(row.id) if one.number == asked.number)
        text, checked = next((one.asked for one in said), ""), Checked.FINE
    with transaction.atomic():
        context = replace(gather.context(at, row.id, "" if wants_adult else text), checked=checked)
        turn = talking.say(context, text, turn_id=uuid5(turn_id, checked.value))
        _keep(at, row, turn, "" if wants_adult else text, fine=not wants_adult)
    return turn


def _check_in(actor: Actor, turn_id: UUID) -> tuple[Turn, Conversation]:
    """A turn of the pupil's own in which it was asked how it is."""
    found = talk.turn(turn_id)
    if found is None:
        raise Denied(SEE_TALK)
    rows = Conversation.objects.unscoped(_WHY).filter(pupil_id=actor.person_id)
    row = TABLE.load(actor, SEE_TALK, rows, id=found.conversation)
    if found.outcome is not Said.CHECK_IN:
        raise UserError("这一句没有在等回答", kept="对话没有变。", status=409)
    return found, row


def _keep(at: Situation, row: Conversation, turn: Turn, text: str, *, fine: bool = False) -> None:
    """Count a new turn, and tell an adult where one is needed."""
    row.refresh_from_db(fields=["turns"])
    if turn.number > row.turns:
        _count(at, row, turn, text, fine=fine)
    if turn.alarm:
        _tell(at, turn)


def _checked(at: Situation) -> Checked:
    """Whether the pupil was asked so often today that asking again would be no help."""
    rows = CompanionDay.objects.unscoped(_WHY).filter(pupil_id=at.pupil.id, day=today())
    often = (rows.values_list("check_ins", flat=True).first() or 0) >= CHECK_INS
    return Checked.OFTEN if often else Checked.NOT_YET


def _is_cry(text: str, stage: str) -> bool:
    """Words that are one, or may be one: then at least the child is asked."""
    return talking.guard().library.crisis.heard(text, stage) is not None


def _tell(at: Situation, turn: Turn) -> None:
    explicit = any(key.startswith("x-") for key in turn.findings)
    duty.raise_alert(
        pupil=at.pupil,
        turn_id=turn.id,
        kind=turn.alarm,
        is_explicit=explicit,
        period_id=at.live.period_id if at.live else None,
    )


def _count(at: Situation, row: Conversation, turn: Turn, text: str, *, fine: bool) -> None:
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
        check_ins=F("check_ins") + int(turn.outcome is Said.CHECK_IN),
        fine=F("fine") + int(fine),
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
