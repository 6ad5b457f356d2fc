"""Who holds a duty, until when, and who stands in."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction

from qiming.casework.access import TABLE
from qiming.casework.models import Appointment, Delegation
from qiming.kernel import audit, time
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.registry import queries as registry

_WHY = "checked by casework.appoint on the way in"
LONGEST_DELEGATION_DAYS = 90


@transaction.atomic
def appoint(
    *,
    actor: Actor,
    place_id: UUID,
    person_id: UUID,
    duty: str,
    expertise: Iterable[str] = (),
    capacity: int = 10,
) -> UUID:
    """Give a person a duty at a place, from today on."""
    place = registry.org(place_id)
    if not any(place.path.startswith(path) for path in TABLE.paths(actor, "casework.appoint")):
        raise Denied("casework.appoint")
    if person_id == actor.person_id:
        raise UserError("不能指定自己", kept="没有改动。", next="请同级另一位来指定。", status=409)
    if not registry.persons_named([person_id]):
        raise Denied("casework.appoint")
    try:
        with transaction.atomic():
            row = Appointment.objects.create(
                scope_path=place.path,
                person_id=person_id,
                duty=duty,
                expertise=sorted(set(expertise)),
                capacity=capacity,
                since=time.today(),
                appointed_by=actor.person_id,
            )
    except IntegrityError:
        raise UserError("已经担任这项职责", kept="没有改动。", status=409) from None
    _note(actor, "casework.appoint", row)
    return row.id


@transaction.atomic
def end_appointment(*, actor: Actor, appointment_id: UUID) -> None:
    """Let a duty end today; what was done stays done."""
    row = (
        Appointment.objects.for_actor(actor, "casework.appoint")
        .select_for_update()
        .filter(id=appointment_id)
        .first()
    )
    if row is None:
        raise Denied("casework.appoint")
    if row.until is None:
        row.until = time.today()
        row.save(update_fields=["until"])
        _note(actor, "casework.end_appointment", row)


@transaction.atomic
def delegate(*, actor: Actor, appointment_id: UUID, to_person: UUID, until: date) -> UUID:
    """Let somebody stand in for one's own duty until a day."""
    row = (
        Appointment.objects.unscoped(_WHY)
        .filter(id=appointment_id, person_id=actor.person_id, until=None)
        .first()
    )
    if row is None or not registry.persons_named([to_person]):
        raise Denied("casework.appoint")
    days = (until - time.today()).days
    if to_person == actor.person_id or not 0 <= days <= LONGEST_DELEGATION_DAYS:
        raise UserError(
            "不能这样请人代办",
            kept="没有改动。",
            next=f"请选另一个人，最多{LONGEST_DELEGATION_DAYS}天。",
            field="until",
        )
    lent = Delegation.objects.create(appointment=row, to_person=to_person, since=time.today(), until=until)
    _note(actor, "casework.delegate", row)
    return lent.id


@transaction.atomic
def end_delegation(*, actor: Actor, delegation_id: UUID) -> None:
    """Take a duty back before its time."""
    lent = Delegation.objects.select_related("appointment").filter(id=delegation_id, ended_at=None).first()
    if lent is None or lent.appointment.person_id != actor.person_id:
        raise Denied("casework.appoint")
    lent.ended_at = time.now()
    lent.save(update_fields=["ended_at"])
    _note(actor, "casework.end_delegation", lent.appointment)


def _note(actor: Actor, verb: str, row: Appointment) -> None:
    audit.write(
        actor,
        verb,
        thing="appointment",
        thing_id=row.id,
        scope_path=row.scope_path,
        detail={"duty": row.duty},
    )
