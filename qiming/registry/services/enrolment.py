"""Pupils into, out of and between classes: the rows behind a roster, many at a time.

Called inside the transaction of a verb that holds the school's lock.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db.models import F, Value
from django.db.models.functions import Greatest

from qiming.kernel import time
from qiming.kernel.ids import new_id
from qiming.registry import secrets
from qiming.registry.models import (
    Account,
    ClassCard,
    ClassMembership,
    FamilyCode,
    GroupMembership,
    Guardianship,
    Organisation,
    Person,
    Session,
)
from qiming.registry.queries.people import in_force
from qiming.registry.rules.roster_diff import ClassKey, Member
from qiming.registry.rules.roster_rows import RosterRow

_WHY = "the verb that calls this has loaded the school through the access table"
_BATCH = 500

Classes = Mapping[ClassKey, Organisation]


def enrol(
    rows: Sequence[RosterRow],
    classes: Classes,
    firsts: Mapping[ClassKey, date],
    *,
    is_synthetic: bool = False,
) -> list[UUID]:
    """New pupils: person, account, card, membership."""
    people = [Person(name=row.name, is_synthetic=is_synthetic) for row in rows]
    Person.objects.bulk_create(people, batch_size=_BATCH)
    Account.objects.bulk_create(
        [Account(kind=Account.Kind.PUPIL, person=person, password=make_password(None)) for person in people],
        batch_size=_BATCH,
    )
    ClassMembership.objects.bulk_create(
        [
            _membership(person.id, row, classes[row.class_key], firsts[row.class_key])
            for person, row in zip(people, rows, strict=True)
        ],
        batch_size=_BATCH,
    )
    give_cards(
        (person.id, classes[row.class_key].scope_path) for person, row in zip(people, rows, strict=True)
    )
    return [person.id for person in people]


def leave(members: Sequence[Member]) -> None:
    """Pupils who are in no class any more: every membership ends, the sessions end, everything else stays."""
    end_memberships([m.membership_id for m in members], time.today())
    GroupMembership.objects.unscoped(_WHY).filter(
        in_force(time.today()), person_id__in=[m.person_id for m in members]
    ).update(ends_on=time.today())
    end_sessions(m.person_id for m in members)


def leave_later(membership: ClassMembership, day: date) -> None:
    """A pupil who will have left by a day to come: in the class and groups until then."""
    membership.ends_on = day
    membership.save(update_fields=["ends_on"])
    GroupMembership.objects.unscoped(_WHY).filter(in_force(day), person_id=membership.person_id).update(
        ends_on=day
    )


def end_memberships(membership_ids: Collection[UUID], day: date, **facts: object) -> None:
    """Let memberships end on a day; one that had not begun by then was never in force."""
    rows = ClassMembership.objects.unscoped(_WHY).filter(id__in=membership_ids)
    rows.update(ends_on=Greatest(F("starts_on"), Value(day)), **facts)


def change(pairs: Sequence[tuple[Member, RosterRow]], classes: Classes) -> None:
    """Names and seats in place; another class as a new membership from today."""
    memberships = ClassMembership.objects.unscoped(_WHY).in_bulk([m.membership_id for m, _ in pairs])
    moved: list[tuple[Member, RosterRow]] = []
    stay: list[ClassMembership] = []
    for member, row in pairs:
        if member.class_key != row.class_key:
            moved.append((member, row))
            continue
        kept = memberships[member.membership_id]
        kept.seat_no = row.seat_no
        if row.number_digest:
            kept.pupil_number_digest, kept.pupil_number_tail = row.number_digest, row.number_tail
        stay.append(kept)
    ClassMembership.objects.unscoped(_WHY).bulk_update(
        stay, ["seat_no", "pupil_number_digest", "pupil_number_tail"], batch_size=_BATCH
    )
    rename((m.person_id, row.name) for m, row in pairs if m.name != row.name)
    move(moved, classes)


def move(pairs: Sequence[tuple[Member, RosterRow]], classes: Classes) -> None:
    """Pupils into another class from today on; a last day set ahead goes along."""
    ends = _ends_of(m.membership_id for m, _ in pairs)
    end_memberships([m.membership_id for m, _ in pairs], time.today())
    _settle(pairs, classes, ends)


def come_back(pairs: Sequence[tuple[Member, RosterRow]], classes: Classes) -> None:
    """Pupils who had left and are here again: the same person, from today on."""
    _settle(pairs, classes)
    rename((m.person_id, row.name) for m, row in pairs if m.name != row.name)


def _ends_of(membership_ids: Iterable[UUID]) -> dict[UUID, date]:
    rows = ClassMembership.objects.unscoped(_WHY).filter(
        id__in=list(membership_ids), ends_on__gt=time.today()
    )
    return {row.person_id: row.ends_on for row in rows if row.ends_on}


def _settle(
    pairs: Sequence[tuple[Member, RosterRow]], classes: Classes, ends: Mapping[UUID, date] | None = None
) -> None:
    before = ClassMembership.objects.unscoped(_WHY).in_bulk([m.membership_id for m, _ in pairs])
    fresh = [_membership(m.person_id, row, classes[row.class_key], time.today()) for m, row in pairs]
    for made, (member, _) in zip(fresh, pairs, strict=True):
        if made.pupil_number_digest is None:
            made.pupil_number_digest = before[member.membership_id].pupil_number_digest
            made.pupil_number_tail = before[member.membership_id].pupil_number_tail
        made.ends_on = (ends or {}).get(member.person_id)
    ClassMembership.objects.bulk_create(fresh, batch_size=_BATCH)
    follow({m.person_id: classes[row.class_key].scope_path for m, row in pairs})


def rename(names: Iterable[tuple[UUID, str]]) -> None:
    """New names of people."""
    people = [Person(id=person_id, name=name) for person_id, name in names]
    Person.objects.bulk_update(people, ["name"], batch_size=_BATCH)


def follow(paths: Mapping[UUID, str]) -> None:
    """Let what hangs on a pupil lie where the pupil is now."""
    for person_id, path in paths.items():
        ClassCard.objects.unscoped(_WHY).filter(person_id=person_id).update(scope_path=path)
        Guardianship.objects.unscoped(_WHY).filter(in_force(time.today()), ward_id=person_id).update(
            scope_path=path
        )
        FamilyCode.objects.unscoped(_WHY).filter(ward_id=person_id, used_at=None).update(scope_path=path)


def give_cards(holders: Iterable[tuple[UUID, str]]) -> int:
    """Cards for pupils who have none: (person id, class path)."""
    cards = []
    for person_id, path in holders:
        card_id = new_id()
        token = secrets.card_token(card_id, 1)
        cards.append(
            ClassCard(id=card_id, person_id=person_id, scope_path=path, token_hash=secrets.token_hash(token))
        )
    return len(ClassCard.objects.bulk_create(cards, batch_size=_BATCH, ignore_conflicts=True))


def end_sessions(person_ids: Iterable[UUID]) -> None:
    """Sign these people out everywhere."""
    Session.objects.filter(account__person_id__in=list(person_ids)).delete()


def _membership(person_id: UUID, row: RosterRow, group: Organisation, first: date) -> ClassMembership:
    return ClassMembership(
        person_id=person_id,
        class_group=group,
        scope_path=group.scope_path,
        seat_no=row.seat_no,
        pupil_number_digest=row.number_digest,
        pupil_number_tail=row.number_tail,
        starts_on=first,
    )
