"""Open a training, hand places down, enrol, hold sessions, settle. Numbers above a school are counted, never typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from qiming.educators import dated
from qiming.educators.access import ENROL, HAND_DOWN, OWN, RUN_TRAINING, TABLE
from qiming.educators.models import Allotment, Attendance, Enrolment, Training, TrainingSession
from qiming.educators.standing import queries as standings
from qiming.educators.standing import services as standing
from qiming.educators.training import rules, settling
from qiming.educators.types import Audience, Mode, Tier
from qiming.kernel import audit, time
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.kernel.ids import random_code
from qiming.registry import queries as registry
from qiming.registry.types import OrgKind, OrgRef

_WHY = "the right was checked by the access table before"
_State = Enrolment.State
MOST_PLACES = 100_000
CODE_LENGTH = 6


@dataclass(frozen=True, slots=True)
class Wish:
    """A training as it is typed."""

    title: str
    tier: Tier
    audience: Audience
    begins_on: date
    due_on: date
    places: int
    asks_output: bool = False


def open_training(*, actor: Actor, place: OrgRef, wish: Wish) -> Allotment:
    """Open a training of a place; returns the allotment at the top, out of which all others are handed down."""
    TABLE.require(actor, RUN_TRAINING, place)
    if not wish.title.strip() or len(wish.title.strip()) > 60:
        raise UserError("请写培训的名称，60字以内", next="写清楚再开办。", field="title")
    if wish.due_on < wish.begins_on:
        raise UserError("结业的日子早于开始", next="改一下日子。", field="due_on")
    if not 1 <= wish.places <= MOST_PLACES:
        raise UserError(f"名额在1到{MOST_PLACES}之间", next="改一下名额。", field="places")
    with transaction.atomic():
        row = Training.objects.create(
            scope_path=place.path,
            place_id=place.id,
            title=wish.title.strip(),
            tier=wish.tier.value,
            audience=wish.audience.value,
            begins_on=wish.begins_on,
            due_on=wish.due_on,
            asks_output=wish.asks_output,
            opened_by=actor.person_id,
        )
        top = Allotment.objects.create(
            scope_path=place.path, training=row, place_id=place.id, places=wish.places
        )
        _note(actor, "educators.training_opened", row, places=wish.places)
    return top


def hand_down(*, actor: Actor, allotment_id: UUID, wanted: Mapping[UUID, int]) -> None:
    """Give the places directly below their parts; a place not named keeps what it has, all of them or none are changed."""
    with transaction.atomic():
        above = _locked(actor, HAND_DOWN, allotment_id)
        _must_be_open(above.training)
        if registry.org(above.place_id).kind == OrgKind.SCHOOL:
            raise UserError(
                "学校的名额不再往下分", kept="名额没有改。", next="请学校给老师报名。", status=409
            )
        below = {one.id: one for one in registry.children(above.place_id)}
        if set(wanted) - set(below):
            raise UserError("有的单位不在下一级", kept="名额没有改。", next="刷新页面再分。")
        if any(not 0 <= places <= MOST_PLACES for places in wanted.values()):
            raise UserError("名额写得不对", kept="名额没有改。", next="写0或更大的整数。")
        parts = {one.place_id: one for one in _parts(above).select_for_update()}
        _must_fit(above, {**{place: one.places for place, one in parts.items()}, **wanted})
        for place_id, places in wanted.items():
            _hand(above, below[place_id], parts.get(place_id), places)
        _note(actor, "educators.places_handed_down", above.training, parts=len(wanted))


def _must_fit(above: Allotment, parts: Mapping[UUID, int]) -> None:
    left = rules.left(above.places, parts.values(), _taken(above))
    if left < 0:
        raise UserError(
            f"分多了{-left}个：一共{above.places}个名额", kept="名额没有改。", next="减少几个单位的名额再存。"
        )


def _hand(above: Allotment, place: OrgRef, part: Allotment | None, places: int) -> None:
    if part is None:
        if places:
            Allotment.objects.create(
                scope_path=place.path,
                training=above.training,
                parent=above,
                place_id=place.id,
                places=places,
            )
        return
    used = sum(_parts(part).values_list("places", flat=True)) + _taken(part)
    if places < used:
        raise UserError(
            f"{place.name}已经用了{used}个，不能改成{places}个",
            kept="名额没有改。",
            next=f"先请{place.name}收回或退出几个。",
            status=409,
        )
    part.places = places
    part.save(update_fields=["places"])


def enrol(*, actor: Actor, allotment_id: UUID, person_id: UUID) -> Enrolment:
    """Enrol somebody of the school's staff out of its places. Twice is as once; who withdrew may come back."""
    with transaction.atomic():
        part = _locked(actor, ENROL, allotment_id)
        school = registry.org(part.place_id)
        _must_be_open(part.training)
        if school.kind != OrgKind.SCHOOL:
            raise UserError("只有学校能报名", kept="没有报名。", next="先把名额分到学校。")
        if person_id not in {one.id for one in registry.employed_at(school.id)}:
            raise UserError("本校没有这位老师", kept="没有报名。", next="从列表里选一位。", field="person_id")
        row = _enrolments().filter(training=part.training, person_id=person_id).first()
        if row is not None and row.state != _State.WITHDRAWN:
            if row.allotment_id == part.id:
                return row
            raise UserError(
                "这位老师已经在别的学校报了名", kept="没有重复报名。", next="不用再报。", status=409
            )
        _must_have_passed(Tier(part.training.tier), person_id)
        if rules.left(part.places, [one.places for one in _parts(part)], _taken(part)) < 1:
            raise UserError(
                "名额用完了", kept="没有报名。", next="请上级加名额，或者先退出一位。", status=409
            )
        row = _take_place(part, row, person_id, actor)
        _note(actor, "educators.enrolled", part.training, enrolment=str(row.id))
        standing.recount_school(school)
    return row


def _take_place(part: Allotment, row: Enrolment | None, person_id: UUID, actor: Actor) -> Enrolment:
    if row is None:
        return Enrolment.objects.create(
            scope_path=part.scope_path,
            training=part.training,
            allotment=part,
            person_id=person_id,
            enrolled_by=actor.person_id,
        )
    row.state, row.allotment, row.scope_path = _State.ENROLLED.value, part, part.scope_path
    row.save(update_fields=["state", "allotment", "scope_path"])
    return row


def _must_have_passed(tier: Tier, person_id: UUID) -> None:
    passed = standings.tiers_of([person_id]).get(person_id, (frozenset(), frozenset()))[0]
    missing = rules.missing_before(tier, passed)
    if missing:
        raise UserError(
            f"要先通过{missing.zh}培训", kept="没有报名。", next=f"先报{missing.zh}培训。", field="person_id"
        )


def withdraw(*, actor: Actor, enrolment_id: UUID) -> Enrolment:
    """Give the place back while the training goes on. Twice is as once."""
    with transaction.atomic():
        row = TABLE.load(actor, ENROL, _enrolments().select_for_update(of=("self",)), id=enrolment_id)
        _must_be_open(row.training)
        if row.state == _State.ENROLLED:
            row.state = _State.WITHDRAWN.value
            row.save(update_fields=["state"])
            _note(actor, "educators.withdrawn", row.training, enrolment=str(row.id))
            standing.recount_school(registry.school_of(row.scope_path))
    return row


@dataclass(frozen=True, slots=True)
class Event:
    """One session as it is typed."""

    title: str
    mode: Mode
    where: str
    starts_at: datetime
    minutes: int


def add_session(*, actor: Actor, training_id: UUID, event: Event) -> TrainingSession:
    """Put a session into a training that goes on; its code is made here and shown to whoever runs it."""
    if not event.title.strip() or not event.where.strip():
        raise UserError("请写活动的名称和地点（或网址）", next="写清楚再加。", field="title")
    if not 10 <= event.minutes <= 600:
        raise UserError("时长在10到600分钟之间", next="改一下时长。", field="minutes")
    with transaction.atomic():
        training = _training(actor, training_id)
        _must_be_open(training)
        row = TrainingSession.objects.create(
            scope_path=training.scope_path,
            training=training,
            title=event.title.strip()[:60],
            mode=event.mode.value,
            where=event.where.strip()[:120],
            starts_at=event.starts_at,
            minutes=event.minutes,
            code=random_code(CODE_LENGTH),
        )
        _note(actor, "educators.session_added", training, session=str(row.id))
    return row


def attend(*, actor: Actor, code: str) -> Attendance:
    """Be at a session: its code, typed by somebody enrolled, while it counts. Twice is as once."""
    TABLE.require(actor, OWN)
    typed = code.strip().upper()
    rows = {
        one.training_id: one for one in _enrolments().filter(person_id=actor.person_id, state=_State.ENROLLED)
    }
    sessions = TrainingSession.objects.unscoped("the person is enrolled in them")
    session = sessions.filter(training__in=list(rows), code=typed).order_by("-starts_at").first()
    if session is None:
        raise UserError("到场码不对", kept="没有签到。", next="看清屏幕上的码再输一次。", field="code")
    rule = dated.passing(time.local(session.starts_at).date())
    since, until = rules.opens(session.starts_at, session.minutes, rule)
    if not since <= time.now() <= until:
        raise UserError(
            "现在不在签到的时间里", kept="没有签到。", next="到了没签上，请办培训的人补记。", field="code"
        )
    return _there(session, rows[session.training_id], actor, Attendance.How.CODE, "")


def note_there(*, actor: Actor, session_id: UUID, person_id: UUID, reason: str) -> Attendance:
    """Note by hand that somebody enrolled was there, with the reason why the code wasn't used."""
    if not reason.strip():
        raise UserError("补记要写原因", kept="没有补记。", next="如手机没电、签到表有签名。", field="reason")
    with transaction.atomic():
        sessions = TrainingSession.objects.unscoped(_WHY).select_related("training")
        session = TABLE.load(actor, RUN_TRAINING, sessions, id=session_id)
        _must_be_open(session.training)
        if session.starts_at > time.now():
            raise UserError("活动还没开始", kept="没有补记。", next="开始以后再记。")
        row = _enrolments().filter(training=session.training, person_id=person_id).first()
        if row is None or row.state != _State.ENROLLED:
            raise UserError("这位老师没有报名", kept="没有补记。", next="请学校先报名。", field="person_id")
        there = _there(session, row, actor, Attendance.How.BY_HAND, reason.strip()[:200])
        _note(actor, "educators.attendance_noted", session.training, attendance=str(there.id))
    return there


def _there(
    session: TrainingSession, row: Enrolment, actor: Actor, how: Attendance.How, reason: str
) -> Attendance:
    kept, _ = Attendance.objects.unscoped(_WHY).get_or_create(
        session=session,
        person_id=row.person_id,
        defaults={
            "scope_path": row.scope_path,
            "how": how.value,
            "reason": reason,
            "noted_by": actor.person_id,
        },
    )
    return kept


def close_training(*, actor: Actor, training_id: UUID) -> Training:
    """End a training: who was there long enough has passed, with credits; all sums follow. Twice is as once."""
    with transaction.atomic():
        row = _training(actor, training_id)
        if row.closed_at is not None:
            return row
        sessions = list(TrainingSession.objects.unscoped(_WHY).filter(training=row))
        if not sessions:
            raise UserError("还没有安排活动，不能结业", kept="培训还开着。", next="先加活动。", status=409)
        if any(
            rules.opens(one.starts_at, one.minutes, settling.passing_of(one))[1] > time.now()
            for one in sessions
        ):
            raise UserError("还有活动没结束", kept="培训还开着。", next="都结束以后再结业。", status=409)
        row.closed_at = time.now()
        row.save(update_fields=["closed_at"])
        schools = settling.settle(row, sessions)
        _note(actor, "educators.training_closed", row, schools=len(schools))
        for path in schools:
            standing.recount_school(registry.org_by_path(path))
    return row


def pass_by_output(row: Enrolment) -> None:
    """The output was accepted: the training is passed, with its credits. In the caller's transaction."""
    if settling.finish(row, accepted=True, why="成果通过评审"):
        standing.recount_school(registry.school_of(row.scope_path))


def fail_by_output(row: Enrolment, why: str) -> None:
    """The output was not accepted for good: the training is not passed. In the caller's transaction."""
    if settling.finish(row, accepted=False, why=why):
        standing.recount_school(registry.school_of(row.scope_path))


def _enrolments() -> QuerySet[Enrolment]:
    return Enrolment.objects.unscoped(_WHY).select_related("training")


def _parts(above: Allotment) -> QuerySet[Allotment]:
    return Allotment.objects.unscoped(_WHY).filter(parent=above)


def _taken(part: Allotment) -> int:
    """Who holds a place of this allotment; a place given back is free again."""
    return _enrolments().filter(allotment=part).exclude(state=_State.WITHDRAWN).count()


def _locked(actor: Actor, verb: str, allotment_id: UUID) -> Allotment:
    rows = Allotment.objects.unscoped(_WHY).select_related("training").select_for_update(of=("self",))
    return TABLE.load(actor, verb, rows, id=allotment_id)


def _training(actor: Actor, training_id: UUID) -> Training:
    rows = Training.objects.unscoped(_WHY).select_for_update()
    return TABLE.load(actor, RUN_TRAINING, rows, id=training_id)


def _must_be_open(row: Training) -> None:
    if row.closed_at is not None:
        raise UserError("这次培训已经结业", kept="什么都没有改。", next="需要的话另办一次。", status=409)


def _note(actor: Actor, verb: str, row: Training, **detail: object) -> None:
    audit.write(
        actor, verb, thing="training", thing_id=row.id, scope_path=row.scope_path, detail=dict(detail)
    )
