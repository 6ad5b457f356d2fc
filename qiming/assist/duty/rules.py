"""Who is on duty when, and who is told next. Pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

WAIT = timedelta(minutes=5)  # until the next adult is told; our proposal
DAY = (
    time(7),
    time(22),
)  # the hours in which the companion may be open at all (content/guard/stages.yaml: quiet)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a roster: who, on which weekdays (0 is Monday), from when until when, the how-manieth to be told."""

    person_id: UUID
    weekdays: frozenset[int]
    starts: time
    ends: time
    place: int

    def covers(self, at: datetime) -> bool:
        """`at` is local school time."""
        return at.weekday() in self.weekdays and self.starts <= at.time() < self.ends


@dataclass(frozen=True, slots=True)
class Gap:
    """Hours of one weekday in which nobody is on duty."""

    weekday: int
    starts: time
    ends: time


def on_duty(lines: Iterable[Line], at: datetime) -> tuple[UUID, ...]:
    """Everybody on duty at `at`, the first to be told first; nobody twice."""
    covering = sorted((line for line in lines if line.covers(at)), key=lambda one: (one.place, one.starts))
    return tuple(dict.fromkeys(line.person_id for line in covering))


def next_told(
    teachers: Sequence[UUID], duty: Sequence[UUID], last: Sequence[UUID], told: Collection[UUID]
) -> tuple[UUID, ...]:
    """Who is told now. At first the teachers of the running period together with the first on duty; then one by one
    down the roster; at the end the school's leaders, all at once. Empty: everybody knows."""
    if not told:
        first = dict.fromkeys([*teachers, *duty[:1]])
        return tuple(first) or tuple(dict.fromkeys(last))
    for person in duty:
        if person not in told:
            return (person,)
    return tuple(dict.fromkeys(person for person in last if person not in told))


def is_late(last_told: datetime, now: datetime) -> bool:
    """Nobody took it within the time to wait."""
    return now - last_told >= WAIT


def gaps(lines: Sequence[Line], weekdays: Iterable[int] = range(7)) -> list[Gap]:
    """The hours of `DAY` that nobody covers."""
    found = []
    for weekday in weekdays:
        at = DAY[0]
        for starts, ends in sorted((one.starts, one.ends) for one in lines if weekday in one.weekdays):
            if starts > at:
                found.append(Gap(weekday, at, min(starts, DAY[1])))
            at = max(at, ends)
            if at >= DAY[1]:
                break
        if at < DAY[1]:
            found.append(Gap(weekday, at, DAY[1]))
    return found
