"""The roster, and from a child's words to an adult who acts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import time as hour
from uuid import UUID

from django.db import transaction

from qiming.assist.access import TABLE
from qiming.assist.duty import outside, queries, rules
from qiming.assist.duty.access import SET_ROSTER
from qiming.assist.duty.words import DONE
from qiming.assist.models import Alert, AlertNotice, DutyLine
from qiming.kernel import audit
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.kernel.time import local, now
from qiming.registry import queries as registry
from qiming.registry.types import OrgRef, PupilRef, Role

MOST_LINES = 60
_WHY = "the platform tells the adults of the school"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One line of a roster as it was typed."""

    person_id: UUID
    weekdays: frozenset[int]
    starts: hour
    ends: hour
    place: int


def add_line(*, actor: Actor, school: OrgRef, wanted: Wanted) -> DutyLine:
    """Put somebody of the school's staff on its roster."""
    TABLE.require(actor, SET_ROSTER, school)
    if not wanted.weekdays:
        raise UserError("没有选星期几", next="选一天或几天再加。", field="weekdays")
    if wanted.starts >= wanted.ends:
        raise UserError("结束的时间要晚于开始", next="过夜的班分成两行写。", field="ends")
    if wanted.person_id not in {one.id for one in registry.employed_at(school.id)}:
        raise UserError("没有找到这位老师", next="从本校的老师里选一位。", field="person_id")
    with transaction.atomic():
        ours = DutyLine.objects.for_actor(actor, SET_ROSTER).filter(scope_path=school.path, ended_at=None)
        if len(ours.select_for_update().values_list("id", flat=True)) >= MOST_LINES:
            raise UserError(f"值班表最多{MOST_LINES}行", next="先撤下用不着的。", status=409)
        row = DutyLine.objects.create(
            scope_path=school.path,
            person_id=wanted.person_id,
            weekdays=sorted(wanted.weekdays),
            starts=wanted.starts,
            ends=wanted.ends,
            place=wanted.place,
            set_by=actor.person_id,
        )
        audit.write(actor, "assist.duty_set", thing="duty", thing_id=row.id, scope_path=school.path)
    return row


def end_line(*, actor: Actor, line_id: UUID) -> DutyLine:
    """Take a line off. Twice is as once."""
    with transaction.atomic():
        rows = DutyLine.objects.for_actor(actor, SET_ROSTER).select_for_update()
        row = TABLE.load(actor, SET_ROSTER, rows, id=line_id)
        if row.ended_at is None:
            row.ended_at = now()
            row.save(update_fields=["ended_at"])
            audit.write(actor, "assist.duty_ended", thing="duty", thing_id=row.id, scope_path=row.scope_path)
    return row


def raise_alert(
    *, pupil: PupilRef, turn_id: UUID, kind: str, is_explicit: bool, period_id: UUID | None
) -> Alert:
    """A child's words ask for an adult: note it and tell the first ones, within the caller's transaction. The same turn
    again changes nothing."""
    with transaction.atomic():
        row, is_new = Alert.objects.unscoped(_WHY).get_or_create(
            turn_id=turn_id,
            defaults={
                "scope_path": pupil.scope_path,
                "pupil_id": pupil.id,
                "period_id": period_id,
                "kind": kind,
                "is_explicit": is_explicit,
                "at": now(),
            },
        )
        if is_new:
            _tell_next(row)
            audit.write(
                None,
                "assist.alert_raised",
                thing="alert",
                thing_id=row.id,
                scope_path=row.scope_path,
                detail={"told": row.notices.all().unscoped(_WHY).count()},
            )
    return row


def escalate() -> int:
    """Tell the next adult of every alert that nobody took in time. How many were told."""
    due = now() - rules.WAIT
    told = 0
    with transaction.atomic():
        rows = Alert.objects.unscoped(_WHY).filter(state=Alert.State.OPEN, last_told_at__lte=due)
        for row in rows.select_for_update(skip_locked=True)[:500]:
            told += _tell_next(row)
    return told


def _tell_next(row: Alert) -> int:
    at = now()
    before = list(row.notices.all().unscoped(_WHY).values_list("person_id", "step"))
    who = rules.next_told(
        [one.id for one in registry.teachers_of(_class_of(row))] if row.period_id else (),
        rules.on_duty(queries.lines_at(row.scope_path), local(at)),
        _leaders(row.scope_path),
        {person for person, _ in before},
    )
    step = max((step for _, step in before), default=0) + 1
    AlertNotice.objects.bulk_create(
        AlertNotice(
            scope_path=row.scope_path,
            alert=row,
            person_id=person,
            step=step,
            told_at=at,
            outside=outside.first_state(),
        )
        for person in who
    )
    if who:
        outside.wake()
    row.last_told_at = at
    row.save(update_fields=["last_told_at"])
    return len(who)


def _class_of(row: Alert) -> UUID:
    return registry.org_by_path(row.scope_path).id


def _leaders(path: str) -> Sequence[UUID]:
    school = registry.school_of(path)
    roles: Iterable[Role] = (Role.SCHOOL_HEAD, Role.SCHOOL_ADMIN)
    return [one.id for role in roles for one in registry.staff_of(school.path, role)]


def take(*, actor: Actor, notice_id: UUID) -> Alert:
    """Somebody says: I look after it. The first one does; who comes later reads who it is."""
    with transaction.atomic():
        row = _locked(actor, notice_id)
        if row.state == Alert.State.OPEN:
            row.state, row.taken_by, row.taken_at = Alert.State.TAKEN, actor.person_id, now()
            row.save(update_fields=["state", "taken_by", "taken_at"])
            audit.write(
                actor, "assist.alert_taken", thing="alert", thing_id=row.id, scope_path=row.scope_path
            )
        elif row.taken_by != actor.person_id:
            name = registry.persons_named([row.taken_by]).get(row.taken_by, "") if row.taken_by else ""
            raise UserError(f"{name or '别的老师'}已经接手了", next="可以当面问一声要不要帮忙。", status=409)
    return row


def close(*, actor: Actor, notice_id: UUID, done: Sequence[str], note: str) -> Alert:
    """Say what was done. Only who took it, or a head of the school; what was written stays as it is."""
    with transaction.atomic():
        row = _locked(actor, notice_id)
        if row.state == Alert.State.CLOSED:
            raise UserError("这件已经记成处理完了", kept="先前写的没有变。", status=409)
        if row.taken_by != actor.person_id and not actor.has_role(Role.SCHOOL_HEAD):
            raise UserError("要先接手，才能记处理", next="点“我来处理”。", status=409)
        if not done or any(one not in DONE for one in done):
            raise UserError("没有选做了什么", kept="写的说明还在。", next="至少选一项。", field="done")
        row.state, row.closed_by, row.closed_at = Alert.State.CLOSED, actor.person_id, now()
        row.taken_by, row.taken_at = row.taken_by or actor.person_id, row.taken_at or row.closed_at
        row.done, row.note = list(done), note
        row.save(update_fields=["state", "closed_by", "closed_at", "taken_by", "taken_at", "done", "note"])
        audit.write(actor, "assist.alert_closed", thing="alert", thing_id=row.id, scope_path=row.scope_path)
    return row


def note_seen(notice: AlertNotice) -> None:
    """The told adult has opened the page for the first time."""
    if notice.seen_at is None:
        AlertNotice.objects.unscoped(_WHY).filter(id=notice.id, seen_at=None).update(seen_at=now())


def _locked(actor: Actor, notice_id: UUID) -> Alert:
    notice = queries.notice(actor, notice_id)
    return (
        Alert.objects.unscoped("the notice was the actor's to read")
        .select_for_update()
        .get(id=notice.alert_id)
    )
