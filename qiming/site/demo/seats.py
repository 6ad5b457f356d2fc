"""The invented pupils of the demo as those who act for them know them."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from qiming.kernel.access import Actor, Grant
from qiming.registry import queries as registry
from qiming.registry.models import Account
from qiming.registry.types import OrgRef, PupilRef, Role

PLANTED_PUPILS = 11


@dataclass(frozen=True, slots=True)
class Seat:
    """An invented pupil as the demo knows them: how able, and whether the planted misconception is held."""

    pupil: PupilRef
    actor: Actor
    ability: float
    is_planted: bool


def seats_of(group: OrgRef) -> list[Seat]:
    pupils = registry.pupils_of(group.id)
    accounts = dict(
        Account.objects.filter(person_id__in=[pupil.id for pupil in pupils]).values_list("person_id", "id")
    )
    dice = random.Random(str(group.name))  # noqa: S311 - invented pupils
    planted = set(dice.sample([pupil.id for pupil in pupils], min(PLANTED_PUPILS, len(pupils))))
    return [
        Seat(
            pupil,
            pupil_actor(pupil, accounts[pupil.id]),
            min(0.97, max(0.35, dice.gauss(0.78, 0.16))),
            pupil.id in planted,
        )
        for pupil in pupils
    ]


def dice_for(what: str, seats: Sequence[Seat]) -> random.Random:
    """Dice for what a class does: the same in every demo city, for names are the same everywhere and ids are not."""
    names = "".join(seat.pupil.name for seat in seats)
    return random.Random(f"{what}/{names}")  # noqa: S311 - invented answers


def some_pupils(group: OrgRef, count: int) -> list[PupilRef]:
    """Pupils whose cards are printed with the demo accounts: the first of them holds the planted misconception."""
    seats = sorted(seats_of(group), key=lambda seat: (not seat.is_planted, seat.pupil.seat_no))
    return [seats[0].pupil, *(seat.pupil for seat in seats if not seat.is_planted)][:count]


def pupil_actor(pupil: PupilRef, account_id: UUID) -> Actor:
    """A pupil acting in the own class."""
    grant = Grant(Role.PUPIL, pupil.scope_path, pupil.class_id)
    return Actor(account_id=account_id, person_id=pupil.id, name=pupil.name, grants=(grant,))
