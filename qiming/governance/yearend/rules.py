"""Decisions of the year end as pure functions: what is cut, what should be looked at first, who is drawn, what changed.

A snapshot is a list of class lines, each a dictionary of integers and names; its digest is the SHA-256 of its JSON with
sorted keys and without spaces. Nothing here orders schools by result: points say how unlike evidence a record looks,
never how many hours there are.
"""

import hashlib
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

SHARE = 0.05  # of the schools of a district that are looked at (3–5 per cent; a proposal)
LEAST = 2  # schools, where there are as many
BURST = timedelta(minutes=10)
BURST_LEAST = 6
FEW = 4  # periods below which nothing is said
# Before a year is nearly over, what is closed is a rehearsal.
NEARLY_OVER = timedelta(days=45)

Line = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Taught:
    """One confirmed AI period as the signals need it."""

    on: date
    confirmed_at: datetime | None
    is_declared: bool
    is_late: bool
    is_amended: bool


@dataclass(frozen=True, slots=True)
class Signal:
    """Something to look at before signing; `points` weigh in the risk half of the draw."""

    key: str
    says: str
    points: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """Schools to be looked at: by risk first, then at random among the others."""

    by_risk: tuple[UUID, ...]
    at_random: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What the ledger says of a class now and did not when it was cut. None: the class was not there."""

    name: str
    what: str
    then: int | None
    now: int | None


def digest(value: object) -> str:
    """The SHA-256 of anything that JSON can say, the same wherever it is worked out."""
    said = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()


def is_rehearsal(today: date, ends: date) -> bool:
    """Whether a year that ends on `ends` can only be rehearsed yet."""
    return today < ends - NEARLY_OVER


def added(lines: Iterable[Line]) -> dict[str, int]:
    """A school's or district's sums of class lines."""
    names = ("pupils", "zero", "enough", "confirmed_milli", "platform", "documented", "declared")
    found = dict.fromkeys(names, 0) | {"classes": 0, "short_classes": 0}
    for line in lines:
        found["classes"] += 1
        found["short_classes"] += int(line["enough"] < line["pupils"])
        for name in names:
            found[name] += line[name]
    return found


def signals(periods: Sequence[Taught]) -> tuple[Signal, ...]:
    """What in a school's records is cheap to forge or looks hurried; shown to the head before anybody else."""
    total = len(periods)
    if total < FEW:
        return ()
    found = []
    burst = _burst([one.confirmed_at for one in periods if one.confirmed_at])
    if burst >= BURST_LEAST and burst * 4 >= total:
        found.append(Signal("burst", f"有{burst}节是在10分钟之内一起确认的。", 3))
    declared = sum(one.is_declared for one in periods)
    if declared * 2 >= total:
        found.append(Signal("declared", f"{total}节里{declared}节只有老师申报，没有记录或材料。", 2))
    late = sum(one.is_late for one in periods)
    if late * 3 >= total:
        found.append(Signal("late", f"{total}节里{late}节过了7天才确认。", 1))
    amended = sum(one.is_amended for one in periods)
    if amended * 4 >= total:
        found.append(Signal("amended", f"{total}节里{amended}节确认以后改过。", 1))
    return tuple(found)


def _burst(moments: Sequence[datetime]) -> int:
    """The most moments that lie within `BURST` of one another."""
    ordered = sorted(moments)
    most, start = 0, 0
    for at, moment in enumerate(ordered):
        while moment - ordered[start] > BURST:
            start += 1
        most = max(most, at - start + 1)
    return most


def size(schools: int) -> int:
    """How many of so many schools are looked at."""
    return min(schools, max(LEAST, math.ceil(schools * SHARE)))


def draw(candidates: Mapping[UUID, int], seed: str) -> Drawn:
    """Half by risk points (only schools that have any), the rest at random: the smallest SHA-256 of seed and id."""
    wanted = size(len(candidates))
    by_seed = sorted(candidates, key=lambda one: hashlib.sha256(f"{seed}/{one}".encode()).digest())
    risky = sorted((one for one in by_seed if candidates[one] > 0), key=lambda one: -candidates[one])
    by_risk = tuple(risky[: wanted // 2])
    rest = [one for one in by_seed if one not in by_risk]
    return Drawn(by_risk, tuple(rest[: wanted - len(by_risk)]))


COMPARED = (("pupils", "人数"), ("enough", "满的人数"), ("zero", "零课时人数"), ("confirmed_milli", "课时"))


def changes(then: Sequence[Line], now: Sequence[Line]) -> list[Change]:
    """Where two cuts of one school differ, class by class; nothing when they are the same."""
    before = {line["class_id"]: line for line in then}
    after = {line["class_id"]: line for line in now}
    found = []
    for key in sorted(before.keys() | after.keys()):
        was, is_ = before.get(key), after.get(key)
        name = (is_ or was or {})["name"]
        for field, words in COMPARED:
            old, new = (line[field] if line else None for line in (was, is_))
            if old != new:
                found.append(Change(name, words, *(_shown(field, one) for one in (old, new))))
    return found


def _shown(field: str, value: int | None) -> int | None:
    return value // 1000 if value is not None and field.endswith("_milli") else value
