"""What the pages about moves between schools show: each side what it may know, officers no names."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import Q

from qiming.kernel import time
from qiming.kernel.access import Actor, Denied
from qiming.registry.access import TABLE
from qiming.registry.models import ClassMembership, Organisation, Transfer
from qiming.registry.queries.people import in_force
from qiming.registry.types import OrgKind

SEE, RELEASE, DECIDE, RECEIVE = (
    "registry.see_transfers",
    "registry.release_transfer",
    "registry.decide_transfer",
    "registry.receive_transfer",
)
SHOWN_FOR = timedelta(days=400)
State = Transfer.State


@dataclass(frozen=True, slots=True)
class TransferLine:
    """One move as the actor may see it; `name` and `note`, in which a name may stand, are empty where
    none may be seen."""

    row: Transfer
    name: str
    note: str
    where: str
    is_out: bool
    may_release: bool
    may_receive: bool
    may_withdraw: bool
    may_decide: bool

    @property
    def waits_for_me(self) -> bool:
        return self.may_release or self.may_receive or self.may_decide


def transfer_lines(actor: Actor) -> list[TransferLine]:
    """The moves out of and into the places of the actor, what waits first."""
    out, into = _sides(actor, SEE)
    rows = (
        Transfer.objects.unscoped("from one side or the other, by the access table")
        .filter(out | into, created_at__gt=time.now() - SHOWN_FOR)
        .select_related("from_school", "to_school", "person")
        .order_by("-created_at")
    )
    found = list(rows[:300])
    seats = _seats(row.person_id for row in found)
    lines = [_line(actor, row, seats) for row in found]
    return sorted(lines, key=lambda one: (not one.waits_for_me, one.row.state not in ("asked", "released")))


def load_transfer(actor: Actor, verb: str, transfer_id: UUID) -> Transfer:
    """A move to which the actor may do `verb`, from the side on which that verb stands."""
    rows = Transfer.objects.unscoped("filtered by the access table")
    rows = rows.select_related("from_school", "to_school", "person")
    if verb != RECEIVE:
        return TABLE.load(actor, verb, rows, id=transfer_id)
    row = rows.filter(_into(actor, RECEIVE), id=transfer_id).first()
    if row is None:
        raise Denied(RECEIVE)
    return row


def under_way(person_ids: Iterable[UUID]) -> dict[UUID, Transfer]:
    """Released moves of some pupils, for whoever may know of these pupils."""
    rows = Transfer.objects.unscoped("the asking page knows the pupils").filter(
        person_id__in=list(person_ids), state=State.RELEASED
    )
    return {row.person_id: row for row in rows.select_related("from_school", "to_school") if row.person_id}


def _sides(actor: Actor, verb: str) -> tuple[Q, Q]:
    return TABLE.filter(actor, verb, Transfer), _into(actor, verb)


def _into(actor: Actor, verb: str) -> Q:
    schools = Organisation.objects.for_actor(actor, verb).filter(kind=OrgKind.SCHOOL)
    return Q(to_school__in=schools.values("id"))


def _line(actor: Actor, row: Transfer, seats: dict[UUID, str]) -> TransferLine:
    is_out = TABLE.allows(actor, RELEASE, row) or _heads(actor, row)
    is_in = TABLE.allows(actor, RECEIVE, row.to_school) or _heads(actor, row.to_school)
    asked, released = row.state == State.ASKED, row.state == State.RELEASED
    return TransferLine(
        row=row,
        name=_name(row, is_out=is_out, is_in=is_in),
        note=row.note if is_in or (is_out and row.state != State.ACCEPTED) else "",
        where=seats.get(row.person_id, "") if is_out and row.person_id and (asked or released) else "",
        is_out=is_out,
        may_release=asked and TABLE.allows(actor, RELEASE, row),
        may_receive=released and TABLE.allows(actor, RECEIVE, row.to_school),
        may_withdraw=(released and TABLE.allows(actor, RELEASE, row))
        or ((asked or released) and row.asked_by is not None and TABLE.allows(actor, RECEIVE, row.to_school)),
        may_decide=row.state in (State.ASKED, State.REFUSED)
        and row.person_id is not None
        and TABLE.allows(actor, DECIDE, row),
    )


def _heads(actor: Actor, place: Transfer | Organisation) -> bool:
    return any(place.scope_path.startswith(path) for path in actor.paths("school_head"))


def _name(row: Transfer, *, is_out: bool, is_in: bool) -> str:
    """The old school knows the name until the pupil is gone; the new one what it wrote, then the pupil."""
    gone = row.state == State.ACCEPTED
    if is_in and row.state in (State.RELEASED, State.ACCEPTED) and row.person:
        return row.person.name
    if is_out and not gone and row.state == State.RELEASED and row.person:
        return row.person.name
    return row.typed_name if (is_in or is_out) and not gone else ""


def _seats(person_ids: Iterable[UUID | None]) -> dict[UUID, str]:
    rows = ClassMembership.objects.unscoped("shown to the pupil's own school alone").filter(
        in_force(time.today()), person_id__in=[one for one in person_ids if one]
    )
    found = rows.values_list("person_id", "class_group__name", "seat_no")
    return {person_id: f"{name}{seat}号" for person_id, name, seat in found}
