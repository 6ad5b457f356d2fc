"""Who may do what: one table per room, one door through which every object is reached.

A room writes a `Table` one can read aloud. The table gives the yes/no (`require`), the list filter (`filter`)
and the loader (`load`), so that a list and a detail page cannot disagree. What is missing and what is
forbidden answer alike, so that nobody learns what exists.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Protocol, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import DataError
from django.db.models import Model, Q, QuerySet


class Reach(Enum):
    """How far a role reaches for one verb. OVER is for what a school has for all its teachers, whose roles are held
    at classes: the thing lies at, or above, the place of the role."""

    UNDER = "在其组织及下级"
    OVER = "在其班级所在的学校"
    SELF = "只限本人"
    WARD = "只限自己的孩子"
    ANY = "全部"


@dataclass(frozen=True, slots=True)
class Grant:
    """A role held at one node of the organisation tree."""

    role: str
    scope_path: str
    org_id: UUID


@dataclass(frozen=True, slots=True)
class Raised:
    """An emergency power in force: a named set of verbs at one place, or about one person there, until a moment.

    Which verbs belong to a power is said by the rows of the access tables (`Row.emergency`).
    """

    id: UUID
    power: str
    scope_path: str
    person_id: UUID | None
    until: datetime


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody acting: who, with which roles where, and whose guardian."""

    account_id: UUID
    person_id: UUID
    name: str
    grants: tuple[Grant, ...] = ()
    wards: frozenset[UUID] = frozenset()
    session_id: str = ""
    raised: tuple[Raised, ...] = ()

    @property
    def roles(self) -> frozenset[str]:
        """Every role held anywhere, `guardian` included when there are wards."""
        held = frozenset(grant.role for grant in self.grants)
        return held | {"guardian"} if self.wards else held

    def has_role(self, role: str) -> bool:
        return role in self.roles

    def paths(self, role: str) -> list[str]:
        """Where `role` is held."""
        return [grant.scope_path for grant in self.grants if grant.role == role]


class Denied(Exception):
    """This actor may not do this, or the thing does not exist: callers cannot tell which."""

    def __init__(self, verb: str, *, hides: bool = True) -> None:
        super().__init__(verb)
        self.verb = verb
        self.hides = hides


class Scoped(Protocol):
    """A thing that knows its place in the organisation tree."""

    @property
    def scope_path(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: which role reaches how far, and the line in plain Chinese.

    `emergency` names the powers which, raised for an hour with a reason, include this verb.
    """

    reaches: Mapping[Any, Reach]  # keys are role names; a StrEnum will do
    says: str
    emergency: tuple[str, ...] = ()


M = TypeVar("M", bound=Model)

TABLES: dict[str, "Table"] = {}


@dataclass(frozen=True)
class Table:
    """The access table of one room."""

    room: str
    rows: Mapping[str, Row]

    def __post_init__(self) -> None:
        TABLES[self.room] = self

    def row(self, verb: str) -> Row:
        return self.rows[verb]

    def may_try(self, actor: Actor, verb: str) -> bool:
        """Whether some role (or emergency power) of the actor appears in the verb's row at all."""
        return not actor.roles.isdisjoint(self.rows[verb].reaches) or bool(self._raised(actor, verb))

    def allows(self, actor: Actor, verb: str, thing: Scoped | None = None) -> bool:
        """Whether `actor` may do `verb` to `thing` (None: to nothing in particular)."""
        if thing is None:
            return self.may_try(actor, verb)
        return any(
            _reaches(actor, role, reach, thing) for role, reach in self.rows[verb].reaches.items()
        ) or any(_covers(one, thing) for one in self._raised(actor, verb))

    def require(self, actor: Actor, verb: str, thing: Scoped | None = None) -> None:
        """Raise `Denied` unless `actor` may do `verb` to `thing`."""
        if not self.allows(actor, verb, thing):
            raise Denied(verb, hides=thing is not None)

    def filter(self, actor: Actor, verb: str, model: type[Model]) -> Q:
        """The condition that keeps exactly the rows of `model` to which `actor` may do `verb`."""
        conditions = [
            condition
            for role, reach in self.rows[verb].reaches.items()
            for condition in _conditions(actor, role, reach, self_field(model))
        ]
        conditions += [_covered(one, model) for one in self._raised(actor, verb)]
        if not conditions:
            return Q(pk__in=[])
        combined = conditions[0]
        for condition in conditions[1:]:
            combined |= condition
        return combined

    def paths(self, actor: Actor, verb: str) -> set[str]:
        """The places at which the actor may do `verb`, by a role held there or by an emergency power."""
        held = {
            path
            for role, reach in self.rows[verb].reaches.items()
            if reach is Reach.UNDER
            for path in actor.paths(role)
        }
        return held | {one.scope_path for one in self._raised(actor, verb)}

    def _raised(self, actor: Actor, verb: str) -> list[Raised]:
        powers = self.rows[verb].emergency
        return [one for one in actor.raised if one.power in powers]

    def load(self, actor: Actor, verb: str, source: "type[M] | QuerySet[M]", **lookup: object) -> M:
        """The one object that matches `lookup` and that `actor` may do `verb` to; `Denied` otherwise."""
        queryset = source if isinstance(source, QuerySet) else _everything(source)
        try:
            thing = queryset.filter(**lookup).filter(self.filter(actor, verb, queryset.model)).first()
        except (ValueError, ValidationError, DataError):
            thing = None
        if thing is None:
            raise Denied(verb)
        return thing


def self_field(model: type[Model]) -> str:
    """The column that names the person a row is about (for SELF and WARD)."""
    return str(getattr(model, "self_field", "person_id"))


def _everything(model: type[M]) -> QuerySet[M]:
    manager = model._default_manager
    unscoped = getattr(manager, "unscoped", None)
    queryset: QuerySet[M] = unscoped("filtered by an access table") if unscoped else manager.all()
    return queryset


def _covers(raised: Raised, thing: Scoped) -> bool:
    if not str(thing.scope_path).startswith(raised.scope_path):
        return False
    if raised.person_id is None:
        return True
    return getattr(thing, self_field(type(thing)), None) == raised.person_id  # type: ignore[arg-type]


def _covered(raised: Raised, model: type[Model]) -> Q:
    within = Q(scope_path__startswith=raised.scope_path)
    if raised.person_id is None:
        return within
    field = self_field(model)
    # A thing that is about nobody in particular (a class) is not part of a power over one person.
    if field not in {one.attname for one in model._meta.concrete_fields}:
        return Q(pk__in=[])
    return within & Q(**{field: raised.person_id})


def _reaches(actor: Actor, role: str, reach: Reach, thing: Scoped) -> bool:
    if role not in actor.roles:
        return False
    if reach is Reach.ANY:
        return True
    if reach is Reach.UNDER:
        return any(str(thing.scope_path).startswith(path) for path in actor.paths(role))
    if reach is Reach.OVER:
        return any(path.startswith(str(thing.scope_path)) for path in actor.paths(role))
    subject = getattr(thing, self_field(type(thing)), None)  # type: ignore[arg-type]
    return subject == actor.person_id if reach is Reach.SELF else subject in actor.wards


def _conditions(actor: Actor, role: str, reach: Reach, subject_field: str) -> Iterable[Q]:
    if role not in actor.roles:
        return []
    if reach is Reach.ANY:
        return [Q()]
    if reach is Reach.UNDER:
        return [Q(scope_path__startswith=path) for path in actor.paths(role)]
    if reach is Reach.OVER:
        return [Q(scope_path__in=_at_or_above(path)) for path in actor.paths(role)]
    if reach is Reach.SELF:
        return [Q(**{subject_field: actor.person_id})]
    return [Q(**{f"{subject_field}__in": list(actor.wards)})]


def _at_or_above(path: str) -> list[str]:
    """`b/4k/9x/` and every path it lies under."""
    steps = path.split("/")[:-1]
    return ["/".join(steps[: depth + 1]) + "/" for depth in range(len(steps))]
