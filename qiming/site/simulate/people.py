"""Places and people of one school as lines for COPY."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from qiming.registry import secrets
from qiming.registry.models import (
    Account,
    ClassCard,
    ClassMembership,
    Employment,
    Organisation,
    Person,
    RoleGrant,
)
from qiming.registry.rules.names import class_name
from qiming.registry.types import OrgKind, OrgRef, Role
from qiming.site.demo.cast import GIVEN, SPECIAL, SURNAMES
from qiming.site.simulate.city import City
from qiming.site.simulate.copying import NOTHING, Sheet, text
from qiming.site.simulate.ids import Ids
from qiming.site.simulate.shape import ClassShape, SchoolShape

PUPILS_A_TEACHER = 14  # between 13.8 (primary) and 11.5 (secondary) of 2007, and larger classes since
CLASSES_A_TEACHER = 8
UNTAUGHT = 0.015  # classes for which nobody has been named
JOINED_LATE = 0.007
NO_PASSWORD = "!simulated"  # noqa: S105 - no password opens it: pupils have cards


@dataclass(frozen=True, slots=True)
class Group:
    """A class with its people, as the teaching rows need them."""

    id: str
    path: str
    shape: ClassShape
    teacher: str | None
    pupils: tuple[str, ...]
    late: frozenset[str]  # who came after the first weeks


class Spot(NamedTuple):
    """A place to be: its key, its step below the place above, its path."""

    key: str
    step: str
    path: str


class People:
    """The sheets of the registry for one unit."""

    def __init__(self, city: City, ids: Ids) -> None:
        self.city, self.ids = city, ids
        made = text(city.made_at)
        self._made, self._first = made, text(city.year.starts)
        self._late = text(city.days[3][6])  # a Wednesday in week seven
        self.places = Sheet(
            Organisation, "id", "created_at", "scope_path", "kind", "name", "parent_id", "step",
            "stages", "grade", "class_no", "is_synthetic",
        )  # fmt: skip
        self.persons = Sheet(Person, "id", "created_at", "name", "is_synthetic")
        self.accounts = Sheet(Account, "id", "created_at", "person_id", "kind", "username", "password")
        self.memberships = Sheet(
            ClassMembership, "id", "created_at", "scope_path", "person_id", "class_group_id", "seat_no",
            "pupil_number_digest", "pupil_number_tail", "starts_on",
        )  # fmt: skip
        self.cards = Sheet(
            ClassCard, "id", "created_at", "scope_path", "person_id", "token_hash", "issued_at"
        )
        self.employments = Sheet(
            Employment, "id", "created_at", "scope_path", "person_id", "school_id", "starts_on"
        )
        self.grants = Sheet(
            RoleGrant, "id", "created_at", "scope_path", "person_id", "role", "organisation_id", "starts_on"
        )

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """In the order in which they refer to each other."""
        return (
            self.places, self.persons, self.accounts, self.memberships, self.cards, self.employments, self.grants,
        )  # fmt: skip

    def officer(self, username: str, name: str, role: Role, place: OrgRef) -> str:
        """Somebody of the city or a district body, who can sign in."""
        person = self._person(name, username=username)
        self._grant(person, role, str(place.id), place.path)
        return person

    def school(self, unit: OrgRef, shape: SchoolShape) -> Iterator[Group]:
        """The school's place and staff at once, then class after class."""
        dice = self.city.dice(shape.number)
        spot = self._spot(unit.path, shape.number, 5)
        stages = text([stage.value for stage in shape.kind.stages])
        self._place(spot, OrgKind.SCHOOL, shape.name, above=str(unit.id), stages=stages)
        teachers = self._staff(shape, spot, dice)
        for number, one in enumerate(shape.classes):
            teacher = teachers[number % len(teachers)] if dice.random() > UNTAUGHT else None
            group = self._spot(spot.path, number + 1, 4)
            name = class_name(one.grade, one.class_no)
            self._place(group, OrgKind.CLASS_GROUP, name, above=spot.key, shape=one)
            yield self._group(group, one, teacher, dice)

    def _staff(self, shape: SchoolShape, school: Spot, dice: random.Random) -> list[str]:
        """Head, administrator and everybody who works there; returns those who teach this subject."""
        teaching = max(1, -(-len(shape.classes) // CLASSES_A_TEACHER))
        count = max(teaching + 2, shape.pupils // PUPILS_A_TEACHER)
        people = []
        for number in range(count):
            name = dice.choice(SURNAMES) + dice.choice(GIVEN)
            username = f"s{shape.number:04d}.{_username(number)}"
            person = self._person(name, username=username, signs_in=number < teaching + 2)
            self.employments.add(self.ids(), self._made, school.path, person, school.key, self._first)
            people.append(person)
        self._grant(people[0], Role.SCHOOL_HEAD, school.key, school.path)
        self._grant(people[1], Role.SCHOOL_ADMIN, school.key, school.path)
        return people[2 : 2 + teaching]

    def _group(self, spot: Spot, shape: ClassShape, teacher: str | None, dice: random.Random) -> Group:
        if teacher:
            self._grant(teacher, Role.TEACHER, spot.key, spot.path)
        late, pupils = set(), []
        for seat in range(1, shape.size + 1):
            is_late = dice.random() < JOINED_LATE
            person = self._pupil(_name(dice), spot, seat, is_late=is_late)
            pupils.append(person)
            if is_late:
                late.add(person)
        return Group(spot.key, spot.path, shape, teacher, tuple(pupils), frozenset(late))

    def _pupil(self, name: str, group: Spot, seat: int, *, is_late: bool) -> str:
        ids, made, path = self.ids, self._made, group.path
        person, card = ids(), ids()
        self.persons.add(person, made, name, "t")
        self.accounts.add(ids(), made, person, "pupil", NOTHING, NO_PASSWORD)
        number = f"SIM{person.replace('-', '')[:18]}".upper()
        digest = secrets.number_digest(number)
        starts = self._late if is_late else self._first
        self.memberships.add(ids(), made, path, person, group.key, seat, digest, number[-4:], starts)
        token = secrets.card_token(card, 1)  # type: ignore[arg-type]  # the key is written out, as it is for a UUID
        self.cards.add(card, made, path, person, secrets.token_hash(token), made)
        return person

    def _person(self, name: str, *, username: str, signs_in: bool = True) -> str:
        person = self.ids()
        self.persons.add(person, self._made, name, "t")
        password = text(self.city.password) if signs_in else NO_PASSWORD
        self.accounts.add(self.ids(), self._made, person, "staff", username, password)
        return person

    def _grant(self, person: str, role: Role, place: str, path: str) -> None:
        self.grants.add(self.ids(), self._made, path, person, role.value, place, self._first)

    def _spot(self, above: str, number: int, length: int) -> Spot:
        step = self.city.step(number, length)
        return Spot(self.ids(), step, f"{above}{step}/")

    def _place(
        self,
        spot: Spot,
        kind: OrgKind,
        name: str,
        *,
        above: str,
        stages: str = "[]",
        shape: ClassShape | None = None,
    ) -> None:
        numbers = (shape.grade, shape.class_no) if shape else (NOTHING, NOTHING)
        self.places.add(
            spot.key, self._made, spot.path, kind.value, name, above, spot.step, stages, *numbers, "t"
        )


def _username(number: int) -> str:
    return {0: "head", 1: "admin"}.get(number, f"t{number - 1:03d}")


def _name(dice: random.Random) -> str:
    """Names of one class may meet: they do in real classes."""
    roll = dice.random()
    if roll < 0.002:
        return str(dice.choice(SPECIAL))
    return SURNAMES[int(roll * len(SURNAMES))] + GIVEN[int(dice.random() * len(GIVEN))]
