"""A pupil in the period: in by code, heard from, voting, a hand up. Called by pages and by the learning room's API."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.kernel.time import now
from qiming.records.services import record
from qiming.records.types import Act, Result
from qiming.records.verbs import ObjectKind, Verb
from qiming.registry import queries as registry
from qiming.registry.types import PupilRef
from qiming.teaching.access import JOIN, TABLE
from qiming.teaching.models import Attendance, JoinTry, LivePeriod, LivePoll, PollVote, Presence
from qiming.teaching.queries.live import FORGOTTEN_AFTER
from qiming.teaching.services.evidence import note_evidence
from qiming.teaching.types import ActKind, AttendanceStatus, LiveRef

TRIES, WITHIN = 8, timedelta(minutes=5)

WRONG_CODE = UserError(
    "没有找到你们班的这个入课码", next="看看大屏上的数字，再输一次。", field="code", status=404
)
TOO_MANY = UserError(
    "试得太多了，歇5分钟再试", next="请老师看一眼大屏上的码，或者直接请老师帮忙。", status=429
)
OVER = UserError("这节课已经下课了", kept="做过的都存好了。", next="回首页可以接着做作业和练习。", status=409)


@dataclass(frozen=True, slots=True)
class Beat:
    """What a heartbeat answers: the state's version, the number of the last message taken."""

    version: int
    seq: int
    is_ended: bool


def join(*, actor: Actor, code: str, address: str = "") -> LiveRef:
    """Come into the class's running period. Coming back needs no new act and loses nothing."""
    tries = [_key("p", str(actor.person_id)), *([_key("a", address)] if address else [])]
    _stop_guessing(tries)
    live = _live_of_code(actor, code)
    if live is None:
        JoinTry.objects.bulk_create([JoinTry(who=who) for who in tries])
        raise WRONG_CODE
    pupil = registry.pupil(actor.person_id)
    with transaction.atomic():
        presence = enter(pupil=pupil, live=live)
    return LiveRef(
        period_id=live.period_id,
        offering_id=_known(live.period.offering_id),
        class_group_id=live.period.class_group_id,
        lesson_key=live.period.lesson_key,
        lesson_version_id=_known(live.period.lesson_version_id),
        title=live.period.title,
        version=live.version,
        has_joined=True,
        seq=presence.seq,
    )


def _live_of_code(actor: Actor, code: str) -> LivePeriod | None:
    said = code.strip()
    if not said.isdigit() or len(said) > 6:
        return None
    rows = LivePeriod.objects.for_actor(actor, JOIN).select_related("period")
    return rows.filter(join_code=said, ended_at=None, started_at__gt=now() - FORGOTTEN_AFTER).first()


def enter(*, pupil: PupilRef, live: LivePeriod) -> Presence:
    """Put a pupil into a running period, inside the caller's transaction; a second time only says “here again”."""
    at = now()
    presence, fresh = Presence.objects.unscoped("the pupil's own row").get_or_create(
        period_id=live.period_id, pupil_id=pupil.id, defaults={"scope_path": live.scope_path}
    )
    if not fresh:
        presence.last_seen = presence.changed_at = presence.moved_at = at
        presence.save(update_fields=["last_seen", "changed_at", "moved_at"])
        return presence
    Attendance.objects.unscoped("the pupil's own row").get_or_create(
        period_id=live.period_id,
        pupil_id=pupil.id,
        defaults={
            "scope_path": live.scope_path,
            "status": AttendanceStatus.PRESENT,
            "source": "platform",
        },
    )
    note_evidence(
        pupil=pupil,
        offering_id=_known(live.period.offering_id),
        period_id=live.period_id,
        lesson_key=live.period.lesson_key,
        kind=ActKind.JOINED,
        at=at,
    )
    thing = {"object_kind": ObjectKind.PERIOD, "object_id": live.period_id, "name": live.period.title}
    record([_act(live, pupil.id, Verb.ATTENDED, at, **thing)])
    return presence


def heartbeat(
    *,
    actor: Actor,
    period_id: UUID,
    activity: str,
    steps_done: int = 0,
    steps_total: int = 0,
    tries: int = 0,
    done: Sequence[str] = (),
    seq: int | None = None,
) -> Beat:
    """A pupil's page says where the pupil is. A message that was already taken changes nothing but `last_seen`."""
    with transaction.atomic():
        presence, live = _presence(actor, period_id)
        at = now()
        replayed = seq is not None and seq <= presence.seq
        fields = {"last_seen"}
        if at - presence.last_seen > timedelta(seconds=40):
            presence.changed_at = at  # the seat was shown as offline
            fields.add("changed_at")
        presence.last_seen = at
        if not replayed and live.ended_at is None:
            place = _Place(activity[:40], max(0, steps_done), max(0, min(steps_total, 99)), tries, done)
            fields |= _move(presence, place, at)
            if seq is not None:
                presence.seq = min(seq, 2_000_000_000)
                fields.add("seq")
        presence.save(update_fields=sorted(fields))
    return Beat(live.version, presence.seq, live.ended_at is not None)


@dataclass(frozen=True, slots=True)
class _Place:
    activity: str
    steps_done: int
    steps_total: int
    tries: int
    done: Sequence[str]


def _move(presence: Presence, to: _Place, at: datetime) -> set[str]:
    """Take over what is new; returns the names of the columns changed. Steps done never go backwards."""
    same = to.activity == presence.activity
    count = min(to.steps_done, to.steps_total)
    count = max(count, presence.steps_done) if same else count
    finished = sorted({*presence.done_activities, *(key[:40] for key in to.done[:40])})[:40]
    before = (presence.activity, presence.steps_done, presence.steps_total, presence.done_activities)
    tries = max(0, min(to.tries, 999))
    tried_again = same and presence.tries != tries
    presence.tries = tries
    if before == (to.activity, count, to.steps_total, finished):
        if tried_again:
            presence.changed_at = at
        return {"tries", "changed_at"} if tried_again else set()
    presence.activity, presence.steps_done, presence.steps_total = to.activity, count, to.steps_total
    presence.done_activities = finished
    presence.moved_at = presence.changed_at = at
    return {"activity", "steps_done", "steps_total", "done_activities", "moved_at", "changed_at", "tries"}


def raise_hand(*, actor: Actor, period_id: UUID, up: bool) -> Beat:
    """A hand up, or down again."""
    with transaction.atomic():
        presence, live = _presence(actor, period_id)
        if live.ended_at is not None:
            raise OVER
        if up != (presence.hand_up_at is not None):
            at = now()
            presence.hand_up_at = at if up else None
            presence.changed_at = presence.last_seen = at
            presence.save(update_fields=["hand_up_at", "changed_at", "last_seen"])
            if up:
                where = presence.activity or str(period_id)
                thing = {"object_kind": ObjectKind.ACTIVITY, "object_id": where}
                record([_act(live, presence.pupil_id, Verb.ASKED, at, **thing)])
    return Beat(live.version, presence.seq, is_ended=False)


def vote(*, actor: Actor, period_id: UUID, poll_id: UUID, choice: str) -> Beat:
    """Vote in the open poll; voting again changes the vote."""
    with transaction.atomic():
        presence, live = _presence(actor, period_id)
        poll = LivePoll.objects.filter(id=poll_id, live=live).first()
        if poll is None:
            raise UserError("没有这次投票", next="看看大屏，等老师再发。", status=404)
        if not poll.is_open or live.ended_at is not None:
            raise UserError("投票已经结束", next="看大屏上的结果，准备讨论。", status=409)
        if choice not in {key for key, _text in poll.choices}:
            raise UserError("没有这个选项", next="从列出的选项里选一个。", field="choice")
        row, fresh = PollVote.objects.select_for_update().get_or_create(
            poll=poll, pupil_id=presence.pupil_id, defaults={"choice": choice}
        )
        if fresh or row.choice != choice:
            row.choice = choice
            row.save(update_fields=["choice"])
            at = now()
            presence.changed_at = presence.last_seen = at
            presence.save(update_fields=["changed_at", "last_seen"])
            thing = {"object_kind": ObjectKind.POLL, "object_id": poll.id, "name": poll.question}
            answer = Result(response=choice)
            record([_act(live, presence.pupil_id, Verb.RESPONDED, at, result=answer, **thing)])
    return Beat(live.version, presence.seq, is_ended=False)


def _presence(actor: Actor, period_id: UUID) -> tuple[Presence, LivePeriod]:
    """The pupil's own row in the period, held, and the running state."""
    rows = Presence.objects.unscoped("the pupil's own row").select_for_update(of=("self",))
    presence = rows.filter(period_id=period_id, pupil_id=actor.person_id).first()
    live = (
        LivePeriod.objects.for_actor(actor, JOIN).filter(period_id=period_id).select_related("period").first()
    )
    if presence is None or live is None:
        TABLE.require(actor, JOIN)
        raise UserError(
            "你还没有进入这节课", kept="做过的都在这台设备上。", next="输入大屏上的入课码。", status=409
        )
    return presence, live


def _act(live: LivePeriod, person: UUID, verb: Verb, at: datetime, **more: Any) -> Act:
    """An act in this period; what it was done with comes in `more`."""
    return Act(
        actor_person=person,
        verb=verb,
        at=at,
        scope_path=live.scope_path,
        context={
            "offering_id": live.period.offering_id,
            "period_id": live.period_id,
            "lesson_key": live.period.lesson_key,
        },
        **more,
    )


def _known(value: UUID | None) -> UUID:
    assert value is not None, "a running period has an offering and a lesson"
    return value


def _key(kind: str, who: str) -> str:
    return hashlib.sha256(f"{kind}:{who}:{settings.SECRET_KEY}".encode()).hexdigest()


def _stop_guessing(tries: list[str]) -> None:
    since = now() - WITHIN
    person = JoinTry.objects.filter(who=tries[0], created_at__gt=since).count()
    # A whole class shares one address, so the address may err far more often than a person.
    address = JoinTry.objects.filter(who__in=tries[1:], created_at__gt=since).count()
    if person >= TRIES or address >= TRIES * 12:
        raise TOO_MANY
