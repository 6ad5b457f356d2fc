"""Emergency powers: for an hour at most, over one school or about one pupil, with a reason that others read."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from qiming.kernel import audit, outbox, time
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.registry import events
from qiming.registry.access import TABLE
from qiming.registry.defaults import sign_in_rules
from qiming.registry.models import EmergencyPower, Organisation
from qiming.registry.queries.people import pupils_of
from qiming.registry.services.common import LOCKING
from qiming.registry.types import OrgKind, Power

VERB = "registry.raise_power"
MIN_REASON, MAX_REASON = 10, 300
MINUTES = (15, 30, 60)
_AT_ONCE = 3


def raise_power(
    *, actor: Actor, power: Power, place_id: UUID, seat_no: int | None, reason: str, minutes: int
) -> UUID:
    """Take a power over a school or a class, or (with a seat number) about one pupil of the class. The caller
    has just made the actor prove again who they are. Returns its id."""
    said = _reason(reason)
    now = time.now()
    if minutes not in MINUTES:
        raise UserError("时间只能选给出的几种", kept="什么也没有改。", field="minutes")
    if not actor.session_id:
        raise Denied(VERB)
    with transaction.atomic():
        place = load_raisable(actor, place_id)
        subject = _pupil(place, seat_no) if seat_no is not None else None
        open_now = _own(actor).select_for_update().filter(ends_at__gt=now)
        if len(open_now) >= _AT_ONCE:
            raise UserError(f"同时最多{_AT_ONCE}项", kept="什么也没有改。", next="先结束用完的。", status=409)
        made = EmergencyPower.objects.create(
            scope_path=place.scope_path,
            holder_id=actor.person_id,
            role=_role_over(actor, place.scope_path),
            session_id=actor.session_id,
            power=power.value,
            place=place,
            subject_id=subject,
            reason=said,
            starts_at=now,
            ends_at=now + timedelta(minutes=min(minutes, sign_in_rules(time.today()).emergency)),
        )
        _note(actor, made, VERB, {"power": power.value, "minutes": minutes, "reason": said})
        outbox.announce(
            events.POWER_RAISED,
            {
                "power_id": str(made.id),
                "holder_id": str(actor.person_id),
                "role": made.role,
                "subject_id": str(subject) if subject else None,
                "scope_path": made.scope_path,
            },
            made.scope_path,
        )
    return made.id


def load_raisable(actor: Actor, place_id: UUID) -> Organisation:
    """A school or class over which the actor may take a power."""
    kinds = (OrgKind.SCHOOL, OrgKind.CLASS_GROUP)
    places = Organisation.objects.unscoped("filtered by the access table").filter(
        kind__in=kinds, closed_on=None
    )
    return TABLE.load(actor, VERB, places, id=place_id)


@transaction.atomic
def end_power(*, actor: Actor, power_id: UUID) -> None:
    """End a power before its time: one's own, or one taken over a place one answers for. Twice is once."""
    rows = EmergencyPower.objects.unscoped("filtered by the access table").select_for_update(of=("self",))
    row = TABLE.load(actor, "registry.end_power", rows, id=power_id)
    if row.ended_at is None and row.ends_at > time.now():
        row.ended_at = time.now()
        row.save(update_fields=["ended_at"])
        _note(actor, row, "registry.end_power", {"power": row.power})


@transaction.atomic
def review_power(*, actor: Actor, power_id: UUID) -> None:
    """Say that one has looked at a power others took."""
    rows = EmergencyPower.objects.unscoped("filtered by the access table").select_for_update(of=("self",))
    row = TABLE.load(actor, "registry.review_power", rows, id=power_id)
    if row.holder_id == actor.person_id:
        raise UserError("自己用的应急权限要由别人来看", kept="什么也没有改。", status=409)
    if row.reviewed_at is None:
        row.reviewed_by_id, row.reviewed_at = actor.person_id, time.now()
        row.save(update_fields=["reviewed_by", "reviewed_at"])
        _note(actor, row, "registry.review_power", {"power": row.power})


def _own(actor: Actor) -> QuerySet[EmergencyPower]:
    return EmergencyPower.objects.unscoped(LOCKING).filter(holder_id=actor.person_id, ended_at=None)


def _pupil(place: Organisation, seat_no: int) -> UUID:
    if place.kind == OrgKind.SCHOOL:
        raise UserError("先选班级，再填座号", kept="什么也没有改。", field="seat_no")
    found = next((pupil.id for pupil in pupils_of(place.id) if pupil.seat_no == seat_no), None)
    if found is None:
        raise UserError("这个班没有这个座号", kept="填的内容替你留着。", field="seat_no")
    return found


def _role_over(actor: Actor, path: str) -> str:
    allowed = TABLE.row(VERB).reaches
    return next(
        grant.role for grant in actor.grants if grant.role in allowed and path.startswith(grant.scope_path)
    )


def _reason(reason: str) -> str:
    said = " ".join(reason.split())
    if len(said) < MIN_REASON:
        raise UserError(
            f"请写清为什么，至少{MIN_REASON}个字",
            kept="填的内容替你留着。",
            next="校长和相关的人会看到这句话。",
            field="reason",
        )
    if len(said) > MAX_REASON:
        raise UserError(f"原因最多{MAX_REASON}个字", kept="填的内容替你留着。", field="reason")
    return said


def _note(actor: Actor, row: EmergencyPower, verb: str, detail: dict[str, object]) -> None:
    audit.write(
        actor, verb, thing="emergency_power", thing_id=row.id, scope_path=row.scope_path, detail=detail
    )
