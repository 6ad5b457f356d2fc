"""Decisions about answers, hints, lateness and merging: pure, no database, no clock, no request."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from qiming.curriculum.types import Lesson
from qiming.learning.types import Context, HandInState, Late
from qiming.teaching.types import HomeworkRef

REAL_TRIES = 2
CLOCK_SLACK = timedelta(minutes=5)
OLDEST_ANSWER = timedelta(days=60)
HOMEWORK_GRACE = timedelta(hours=24)
MAX_FIELDS = 60
MAX_FIELD_NAME = 60
MAX_FIELD_BYTES = 6_000
MAX_DRAFT_BYTES = 256 * 1024
MAX_HANDED_IN_BYTES = 1536 * 1024
MAX_RESPONSE_BYTES = 4_000

Field = dict[str, Any]
MADE_BY_HAND = frozenset({"lab", "reflect", "unplugged"})


def canonical(value: object) -> str:
    """One text for equal JSON, so that the same answer given twice is recognised."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def weight_bytes(value: object) -> int:
    """How many bytes `value` takes as JSON; what is no JSON at all weighs too much."""
    try:
        return len(json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode())
    except (TypeError, ValueError, RecursionError):
        return 1 << 40


def real_tries(responses: Iterable[object]) -> int:
    """Different answers count as tries; sending the same one again doesn't. JSON may come as text or parsed."""
    parsed = (json.loads(one) if isinstance(one, str) else one for one in responses)
    return len({canonical(one) for one in parsed})


def solution_open(*, tries: int, rungs_taken: int, rungs: int) -> bool:
    """The worked solution comes after two real tries and the whole ladder, never before."""
    return tries >= REAL_TRIES and rungs_taken >= rungs


def may_take_rung(*, asked: int, taken: int, rungs: int) -> bool:
    """Rungs are climbed one by one; one already taken may be read again."""
    return 1 <= asked <= rungs and asked <= taken + 1


def when_answered(client_at: datetime | None, received_at: datetime) -> datetime:
    """The device's clock is believed unless it runs ahead or lies months back."""
    if client_at is None or client_at > received_at + CLOCK_SLACK:
        return received_at
    return received_at if client_at < received_at - OLDEST_ANSWER else client_at


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer belongs and whether it came late."""

    context: Context
    late: Late


def place(
    *,
    answered_at: datetime,
    received_at: datetime,
    in_period: bool = False,
    period_ended_at: datetime | None = None,
    homework_due_at: datetime | None = None,
    in_homework: bool = False,
    in_practice: bool = False,
    offering_closed: bool = False,
) -> Place:
    """The context of an answer. What comes late is kept all the same, with the reason."""
    if in_homework:
        late = _homework_late(answered_at, received_at, homework_due_at)
        return Place(Context.HOMEWORK, Late.HOMEWORK_DUE if late else Late.NO)
    closed = Late.OFFERING_CLOSED if offering_closed else Late.NO
    if in_practice:
        return Place(Context.PRACTICE, closed)
    if not in_period:
        return Place(Context.OWN, closed)
    if period_ended_at is None or received_at <= period_ended_at:
        return Place(Context.CLASS, Late.NO)
    given_in_class = answered_at <= period_ended_at
    return Place(Context.CLASS if given_in_class else Context.OWN, Late.PERIOD_ENDED)


def _homework_late(answered_at: datetime, received_at: datetime, due_at: datetime | None) -> bool:
    """Answered in time on a device without network is in time, if it arrives within a day."""
    if due_at is None or received_at <= due_at:
        return False
    return answered_at > due_at or received_at > due_at + HOMEWORK_GRACE


def clean_fields(fields: object) -> dict[str, Field] | None:
    """Fields as a device sends them (`{name: {"v": value, "at": ISO time}}`), or None when they are not that."""
    if not isinstance(fields, Mapping) or len(fields) > MAX_FIELDS:
        return None
    cleaned: dict[str, Field] = {}
    for name, entry in fields.items():
        if not isinstance(name, str) or not 0 < len(name) <= MAX_FIELD_NAME:
            return None
        if not isinstance(entry, Mapping) or set(entry) != {"v", "at"}:
            return None
        if not isinstance(entry["at"], str) or moment(entry["at"]) is None:
            return None
        if weight_bytes(entry["v"]) > MAX_FIELD_BYTES:
            return None
        cleaned[name] = {"v": entry["v"], "at": entry["at"]}
    return cleaned


def moment(text: str) -> datetime | None:
    """An ISO time with its zone, or None."""
    try:
        parsed = datetime.fromisoformat(text[:40])
    except ValueError:
        return None
    return parsed if parsed.tzinfo else None


def merge_fields(
    stored: Mapping[str, Field], incoming: Mapping[str, Field], now: datetime
) -> dict[str, Field]:
    """Field by field the later writing wins, whichever page or device it came from and in whatever order."""
    merged = {name: dict(entry) for name, entry in stored.items()}
    for name, entry in incoming.items():
        at = moment(str(entry["at"]))
        ahead = at is None or at > now + CLOCK_SLACK
        told = {"v": entry["v"], "at": now.isoformat() if ahead else entry["at"]}
        if name not in merged or _newer(told, merged[name]):
            merged[name] = told
    return merged


def _newer(one: Field, other: Field) -> bool:
    a, b = moment(str(one["at"])), moment(str(other["at"]))
    if a is None or b is None:
        return b is None
    return a > b or (a == b and canonical(one["v"]) > canonical(other["v"]))


@dataclass(frozen=True, slots=True)
class ItemResult:
    """The last word on one item of a homework."""

    item_key: str
    correct: bool | None
    score: float | None
    waits: bool


@dataclass(frozen=True, slots=True)
class Marked:
    """What a handed-in homework comes to, with how it came to it."""

    state: HandInState
    score_scaled: float | None
    done: int
    of: int
    reason: str


def mark_homework(item_keys: Sequence[str], results: Mapping[str, ItemResult]) -> Marked:
    """Marked at once where the machine is sure of every item, else it waits for the teacher."""
    done = [results[key] for key in item_keys if key in results]
    of = len(item_keys)
    waiting = sum(1 for result in done if result.waits)
    if waiting:
        return Marked(HandInState.WAITING, None, len(done), of, f"{waiting}题是自己写的话，等老师看")
    if not item_keys:
        return Marked(HandInState.WAITING, None, 0, 0, "这份作业要老师看作品")
    score = sum(result.score or 0.0 for result in done) / of
    missing = of - len(done)
    note = f"，{missing}题没做" if missing else ""
    return Marked(HandInState.MARKED, round(score, 3), len(done), of, f"{len(done)}题机器批好了{note}")


def rubric_score(points: Mapping[str, object], rubric: Mapping[str, int]) -> float | None:
    """Points per criterion as a share of all; None when a criterion is unknown or out of its range."""
    if set(points) != set(rubric) or not rubric:
        return None
    earned = 0
    for key, value in points.items():
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= rubric[key]:
            return None
        earned += value
    return earned / sum(rubric.values())


def has_pictures(state: object, depth: int = 0) -> bool:
    """Whether a state carries picture data: allowed only in what a pupil hands in."""
    if isinstance(state, str):
        return state.lstrip()[:11].lower() == "data:image/"
    if depth > 40:
        return True  # nothing honest lies that deep
    if isinstance(state, Mapping):
        return any(has_pictures(value, depth + 1) for value in state.values())
    if isinstance(state, list):
        return any(has_pictures(value, depth + 1) for value in state)
    return False


def homework_items(homework: HomeworkRef, lesson: Lesson) -> list[str]:
    """The items of a homework in order: those of its quiz steps, then those picked one by one."""
    keys = [
        key
        for step in lesson.activities
        if step.key in homework.activity_keys and step.kind == "quiz"
        for key in step.data.get("items", ())
    ]
    return list(dict.fromkeys([*keys, *homework.item_keys]))


def needs_person(homework: HomeworkRef, lesson: Lesson) -> bool:
    """Whether a part of it is something made, which no machine marks."""
    return any(step.key in homework.activity_keys and step.kind in MADE_BY_HAND for step in lesson.activities)


Right = Mapping[UUID, Mapping[str, int]]


def took_both(before: Right, after: Right) -> tuple[set[UUID], set[UUID]]:
    """Who answered in both tests, and who in one only: these are left out of a before and after, and counted."""
    return set(before) & set(after), set(before) ^ set(after)


def concepts_of(items: Iterable[tuple[str, str]]) -> dict[str, int]:
    """How many of the items (key, concept) ask each concept, in the order of the test."""
    found: dict[str, int] = {}
    for _, concept in items:
        found[concept] = found.get(concept, 0) + 1
    return found


REASON_MOST = 300
TEXT_MOST = 8000


def judged_levels(
    rubric: Sequence[Mapping[str, Any]],
    levels: Mapping[str, object],
    reasons: Mapping[str, str],
    *,
    why: bool,
) -> tuple[dict[str, int], dict[str, str]] | str:
    """The level of every criterion with its reason, or the title of the first criterion that lacks one. A level is one
    of the rubric's; with `why` each needs a reason of at least two characters."""
    given: dict[str, int] = {}
    said: dict[str, str] = {}
    for row in rubric:
        key, level = str(row["key"]), str(levels.get(row["key"], ""))
        reason = str(reasons.get(key, "")).strip()[:REASON_MOST]
        if not level.isdecimal() or len(level) > 2 or int(level) >= len(row["levels"]):
            return str(row["title"])
        if why and len(reason) < 2:
            return str(row["title"])
        given[key], said[key] = int(level), reason
    return given, said


def seats_in(text: str) -> list[int]:
    """Seat numbers as a pupil writes them: 3、17 or 3 17; what is no number is left out."""
    found = re.findall(r"\d{1,3}", text)
    return list(dict.fromkeys(int(one) for one in found))
