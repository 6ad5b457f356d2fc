"""Class cards and the three small pictures."""

from uuid import UUID

from django.db import transaction

from qiming.kernel import audit, time
from qiming.kernel.access import Actor, Denied
from qiming.registry import secrets
from qiming.registry.access import TABLE
from qiming.registry.models import Account, ClassCard, ClassMembership, GroupMembership
from qiming.registry.queries.people import in_force, pupils_of
from qiming.registry.services import enrolment
from qiming.registry.services.common import LOCKING, load_membership, load_place
from qiming.registry.types import OrgKind


@transaction.atomic
def issue_cards(*, actor: Actor | None, class_id: UUID, replace: bool = False) -> int:
    """Make a card for every pupil of a class who has none; with `replace` all cards are made anew and the
    old ones stop working. Returns how many were made."""
    group = load_place(actor, "registry.print_cards", class_id, OrgKind.CLASS_GROUP)
    ids = [pupil.id for pupil in pupils_of(group.id)]
    cards = ClassCard.objects.unscoped(LOCKING).filter(person_id__in=ids)
    made = 0
    if replace:
        for card in cards.select_for_update():
            _new_token(card)
            made += 1
    have = set(cards.values_list("person_id", flat=True))
    made += enrolment.give_cards((person_id, group.scope_path) for person_id in ids if person_id not in have)
    if made:
        audit.write(
            actor,
            "registry.issue_cards",
            thing="organisation",
            thing_id=group.id,
            scope_path=group.scope_path,
            detail={"cards": made, "replaced": replace},
        )
    return made


@transaction.atomic
def replace_card(*, actor: Actor, person_id: UUID) -> None:
    """A lost card: a new one is made, the old one stops working at once."""
    membership = load_membership(actor, "registry.print_cards", person_id)
    card = _card_of(person_id)
    _new_token(card)
    enrolment.end_sessions([person_id])
    audit.write(
        actor, "registry.replace_card", thing="class_card", thing_id=card.id, scope_path=membership.scope_path
    )


@transaction.atomic
def reset_pin(*, actor: Actor, person_id: UUID) -> tuple[str, ...]:
    """Give a pupil three other pictures and open a locked card; returns the pictures."""
    membership = _as_class_or_group(actor, person_id)
    card = _card_of(person_id)
    before = secrets.pin_pictures(card.id, card.pin_serial)
    while True:
        card.pin_serial += 1
        fresh = secrets.pin_pictures(card.id, card.pin_serial)
        if fresh != before:
            break
    card.wrong_tries, card.locked_at = 0, None
    card.save(update_fields=["pin_serial", "wrong_tries", "locked_at"])
    enrolment.end_sessions([person_id])
    audit.write(
        actor, "registry.reset_pin", thing="class_card", thing_id=card.id, scope_path=membership.scope_path
    )
    return fresh


def _as_class_or_group(actor: Actor, person_id: UUID) -> ClassMembership | GroupMembership:
    """The pupil in the class or, for whoever teaches only a teaching group, on a seat of that group."""
    try:
        return load_membership(actor, "registry.reset_pin", person_id)
    except Denied:
        seats = GroupMembership.objects.unscoped("filtered by the access table").filter(
            in_force(time.today())
        )
        return TABLE.load(actor, "registry.reset_pin", seats, person_id=person_id)


def _card_of(person_id: UUID) -> ClassCard:
    cards = ClassCard.objects.unscoped(LOCKING).select_for_update()
    card = cards.filter(person_id=person_id).first()
    if card is None:
        if not Account.objects.filter(person_id=person_id, kind=Account.Kind.PUPIL).exists():
            raise Denied("registry.print_cards")
        path = ClassMembership.objects.unscoped(LOCKING).get(in_force(time.today()), person_id=person_id)
        enrolment.give_cards([(person_id, path.scope_path)])
        card = cards.get(person_id=person_id)
    return card


def _new_token(card: ClassCard) -> None:
    card.token_serial += 1
    card.token_hash = secrets.token_hash(secrets.card_token(card.id, card.token_serial))
    card.issued_at = time.now()
    card.save(update_fields=["token_serial", "token_hash", "issued_at"])
