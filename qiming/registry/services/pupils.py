"""One pupil at a time: into a class, to another class, out of it, under another name."""

from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction

from qiming.kernel import audit, outbox, time
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.registry import events
from qiming.registry.models import ClassMembership, Organisation, Person
from qiming.registry.queries.people import pupils_of
from qiming.registry.rules.roster_diff import Member
from qiming.registry.rules.roster_rows import MAX_SEAT, RosterRow, clean_name, name_problem
from qiming.registry.services import enrolment
from qiming.registry.services.common import (
    broke,
    check_seats,
    load_membership,
    load_place,
    lock_place,
)
from qiming.registry.types import OrgKind

_SEATS = "membership_one_seat_per_class_and_day"


@transaction.atomic
def add_pupil(*, actor: Actor | None, class_id: UUID, name: str, seat_no: int) -> UUID:
    """Put a new pupil into a class from today on; returns the person's id."""
    group = load_place(actor, "registry.edit_roster", class_id, OrgKind.CLASS_GROUP)
    _lock_school(group)
    row = _row(group, _checked_name(name), check_free_seat(group, seat_no))
    key = row.class_key
    first = time.today()
    (person_id,) = enrolment.enrol([row], {key: group}, {key: first}, is_synthetic=group.is_synthetic)
    check_seats()
    audit.write(actor, "registry.add_pupil", thing="person", thing_id=person_id, scope_path=group.scope_path)
    _announce_roster(group)
    return person_id


@transaction.atomic
def rename_pupil(*, actor: Actor, person_id: UUID, name: str) -> None:
    """Correct a pupil's name."""
    membership = load_membership(actor, "registry.edit_roster", person_id)
    _lock_school(membership.class_group)
    Person.objects.filter(id=person_id).update(name=_checked_name(name))
    audit.write(
        actor, "registry.rename_pupil", thing="person", thing_id=person_id, scope_path=membership.scope_path
    )


@transaction.atomic
def move_pupil(*, actor: Actor, person_id: UUID, class_id: UUID, seat_no: int) -> None:
    """Move a pupil to another class or seat of the actor's schools; hours and mastery go along."""
    membership = load_membership(actor, "registry.edit_roster", person_id)
    target = load_place(actor, "registry.edit_roster", class_id, OrgKind.CLASS_GROUP)
    for school_id in sorted({membership.class_group.parent_id, target.parent_id}, key=str):
        if school_id is not None:
            lock_place(school_id)
    membership = load_membership(actor, "registry.edit_roster", person_id)
    row = _row(target, membership.person.name, check_free_seat(target, seat_no, but=person_id))
    group = membership.class_group
    member = _member(membership)
    if group.id == target.id:
        enrolment.change([(member, row)], {row.class_key: target})
    else:
        enrolment.move([(member, row)], {row.class_key: target})
    checked_seats(seat_no)
    audit.write(
        actor, "registry.move_pupil", thing="person", thing_id=person_id, scope_path=target.scope_path
    )
    outbox.announce(
        events.PUPIL_MOVED,
        {"pupil_id": str(person_id), "from_class_id": str(group.id), "to_class_id": str(target.id)},
        target.scope_path,
    )


@transaction.atomic
def end_membership(*, actor: Actor, person_id: UUID, on: date | None = None) -> None:
    """A pupil leaves the school: signed out, in no class from today (or from `on`); every record stays."""
    membership = load_membership(actor, "registry.edit_roster", person_id)
    _lock_school(membership.class_group)
    day = on or time.today()
    if day < time.today():
        raise UserError("离校的日子不能在今天以前", kept="名单没有动。", field="on")
    if day > time.today():
        enrolment.leave_later(membership, day)
    else:
        enrolment.leave([_member(membership)])
    audit.write(
        actor,
        "registry.end_membership",
        thing="person",
        thing_id=person_id,
        scope_path=membership.scope_path,
        detail={"ends_on": day.isoformat()},
    )
    if day > time.today():
        return
    outbox.announce(
        events.PUPIL_LEFT,
        {"pupil_id": str(person_id), "class_id": str(membership.class_group_id)},
        membership.scope_path,
    )


def _lock_school(group: Organisation) -> None:
    if group.parent_id is not None:
        lock_place(group.parent_id)


def _member(membership: ClassMembership) -> Member:
    group = membership.class_group
    return Member(
        membership.id,
        membership.person_id,
        group.grade or 0,
        group.class_no or 0,
        membership.seat_no,
        membership.person.name,
        membership.pupil_number_digest,
    )


def _row(group: Organisation, name: str, seat_no: int) -> RosterRow:
    return RosterRow(0, group.grade or 0, group.class_no or 0, seat_no, name)


def _checked_name(name: str) -> str:
    cleaned = clean_name(name)
    reason = name_problem(cleaned)
    if reason is not None:
        raise UserError(reason if cleaned else "姓名还没有填", kept="名单没有动。", field="name")
    return cleaned


def check_free_seat(group: Organisation, seat_no: int, *, but: UUID | None = None) -> int:
    """A seat of a class that nobody else has; `but` may have it already."""
    if not 1 <= seat_no <= MAX_SEAT:
        raise UserError(f"座号要在 1 到 {MAX_SEAT} 之间", kept="名单没有动。", field="seat_no")
    holder = next((p for p in pupils_of(group.id) if p.seat_no == seat_no and p.id != but), None)
    if holder is not None:
        raise UserError(
            f"{group.name}{seat_no}号已经是{holder.name}",
            kept="名单没有动。",
            next="换一个座号，或先给那位同学换座号。",
            field="seat_no",
        )
    return seat_no


def checked_seats(seat_no: int) -> None:
    """Ask the database now whether the seat was free all the same."""
    try:
        with transaction.atomic():
            check_seats()
    except IntegrityError as error:
        if broke(error, _SEATS):
            raise UserError(f"{seat_no}号刚刚被别人占了", kept="名单没有动。", field="seat_no") from error
        raise


def _announce_roster(group: Organisation) -> None:
    outbox.announce(
        events.ROSTER_APPLIED,
        {"school_id": str(group.parent_id), "class_ids": [str(group.id)]},
        group.scope_path,
    )
