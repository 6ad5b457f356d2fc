"""What crosses the door of the record store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from qiming.records.verbs import ObjectKind, Verb

Plain = str | int | float | bool | None | list["Plain"] | dict[str, "Plain"]


@dataclass(frozen=True, slots=True)
class Result:
    """What came of an act. `score_scaled` lies between -1 and 1."""

    success: bool | None = None
    completion: bool | None = None
    score_scaled: float | None = None
    response: str | None = None
    duration_s: int | None = None
    extensions: Mapping[str, Plain] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Act:
    """One thing a person did. Names of people never appear in it; `name` is the title of the object.

    Keys of `context` understood by themselves: `offering_id` (becomes the registration), `period_id`
    (becomes the parent activity and a column), `lesson_key`, `course_key` (grouping). Any other key is kept as an extension.
    """

    actor_person: UUID
    verb: Verb
    object_kind: ObjectKind
    object_id: str | UUID
    at: datetime
    scope_path: str
    name: str | None = None
    result: Result | None = None
    context: Mapping[str, Plain | UUID] = field(default_factory=dict)
    statement_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class StatementRow:
    id: UUID
    actor_person: UUID
    verb: Verb
    object_kind: ObjectKind
    object_id: str
    period_id: UUID | None
    at: datetime
    stored: datetime
    scope_path: str
    raw: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ToldAct:
    """A statement of ours in plain fields. `more`: what stood in extensions, by its short name."""

    id: UUID
    actor_person: UUID
    verb: str
    object_kind: str
    object_id: str
    period_id: UUID | None
    at: datetime
    stored: datetime
    scope_path: str
    success: bool | None
    score_scaled: float | None
    duration_s: int | None
    lesson_key: str | None
    course_key: str | None
    more: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Problem:
    """Where a statement breaks a rule of xAPI: JSON pointer and the rule in words."""

    pointer: str
    rule: str
