"""What the cockpit shows of a period going on: who is where, who needs a look, what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

STUCK_AFTER = timedelta(minutes=3)
OFFLINE_AFTER = timedelta(seconds=50)


class SeatState(StrEnum):
    MISSING = "missing"
    OFFLINE = "offline"
    HAND = "hand"
    STUCK = "stuck"
    AHEAD = "ahead"
    WORKING = "working"


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the lesson as the cockpit needs it; `number` is 1, 2, 2b …"""

    key: str
    title: str
    minutes: int
    number: str
    teacher: str
    is_spare: bool
    remedy_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sign:
    """What is known of a pupil who joined."""

    pupil_id: UUID
    activity: str
    done: frozenset[str]
    steps_done: int
    steps_total: int
    tries: int
    last_seen: datetime
    moved_at: datetime
    hand_up_at: datetime | None


@dataclass(frozen=True, slots=True)
class Seat:
    pupil_id: UUID
    name: str
    seat_no: int
    state: SeatState
    activity: str = ""
    minutes: int = 0
    steps_done: int = 0
    steps_total: int = 0
    tries: int = 0

    @property
    def short_name(self) -> str:
        """What fits on a tile: the part before the dot of a long name; the label says it whole."""
        return self.name.split("·")[0]

    @property
    def needs_look(self) -> bool:
        return self.state in (SeatState.STUCK, SeatState.HAND)

    @property
    def dots(self) -> list[bool]:
        """Steps as dots, at most eight; a longer row is scaled down."""
        total = min(self.steps_total, 8)
        full = self.steps_done if self.steps_total <= 8 else self.steps_done * 8 // self.steps_total
        return [number < full for number in range(total)]


def seat_of(
    pupil_id: UUID, name: str, seat_no: int, sign: Sign | None, *, now: datetime, ahead: bool, paused: bool
) -> Seat:
    """How one pupil stands. A hand up comes before being stuck; nobody is stuck while all are paused."""
    if sign is None:
        return Seat(pupil_id, name, seat_no, SeatState.MISSING)
    state, minutes = _state(sign, now=now, ahead=ahead, paused=paused)
    return Seat(
        pupil_id,
        name,
        seat_no,
        state,
        sign.activity,
        minutes,
        sign.steps_done,
        sign.steps_total,
        sign.tries,
    )


def _state(sign: Sign, *, now: datetime, ahead: bool, paused: bool) -> tuple[SeatState, int]:
    if now - sign.last_seen > OFFLINE_AFTER:
        return SeatState.OFFLINE, _minutes(now - sign.last_seen)
    if sign.hand_up_at is not None:
        return SeatState.HAND, _minutes(now - sign.hand_up_at)
    if sign.activity in sign.done:
        return (SeatState.AHEAD if ahead else SeatState.WORKING), 0
    still = now - sign.moved_at
    if still >= STUCK_AFTER and sign.activity and not paused:
        return SeatState.STUCK, _minutes(still)
    return (SeatState.AHEAD if ahead else SeatState.WORKING), 0


def _minutes(length: timedelta) -> int:
    return max(0, int(length.total_seconds() // 60))


@dataclass(frozen=True, slots=True)
class Lane:
    """Pupils at one step; `place` says where it lies seen from the current step."""

    step: Step | None
    place: str  # ahead | here | behind | waiting | missing
    seats: tuple[Seat, ...]


def lanes_of(steps: Sequence[Step], seats: Sequence[Seat], current: str) -> list[Lane]:
    """Lanes from the furthest step down to those who are not in."""
    order = {step.key: index for index, step in enumerate(steps)}
    here = order.get(current, -1)
    found: list[Lane] = []
    for step in reversed(steps):
        at = tuple(
            seat for seat in seats if seat.state is not SeatState.MISSING and seat.activity == step.key
        )
        if at or step.key == current:
            place = "here" if step.key == current else "ahead" if order[step.key] > here else "behind"
            found.append(Lane(step, place, at))
    waiting = tuple(s for s in seats if s.state is not SeatState.MISSING and s.activity not in order)
    if waiting:
        found.append(Lane(None, "waiting", waiting))
    missing = tuple(seat for seat in seats if seat.state is SeatState.MISSING)
    if missing:
        found.append(Lane(None, "missing", missing))
    return found


def is_ahead(steps: Sequence[Step], activity: str, current: str) -> bool:
    order = {step.key: index for index, step in enumerate(steps)}
    return bool(current) and order.get(activity, -1) > order.get(current, -1)


def next_step(steps: Sequence[Step], released: Sequence[str], current: str) -> Step | None:
    """The step to hand out next: the first main step after the current one that not all have yet."""
    order = [step.key for step in steps]
    start = order.index(current) + 1 if current in order else 0
    return next((s for s in steps[start:] if not s.is_spare and s.key not in released), None)


@dataclass(frozen=True, slots=True)
class Stretch:
    """One stretch of the ruler, to scale."""

    step: Step
    state: str  # done | now | ""
    minutes: int
    starts: datetime | None = None
    ends: datetime | None = None
    used: int | None = None


@dataclass(frozen=True, slots=True)
class Handed:
    key: str
    at: datetime
    minutes: int


def stretches(steps: Sequence[Step], handed: Sequence[Handed], current: str, now: datetime) -> list[Stretch]:
    """The ruler of a running period: spare steps appear once they are handed out."""
    found: list[Stretch] = []
    first: dict[str, int] = {}
    for index, one in enumerate(handed):
        first.setdefault(one.key, index)
    for step in steps:
        place = first.get(step.key)
        if place is None:
            if not step.is_spare:
                found.append(Stretch(step, "", step.minutes))
            continue
        one = handed[place]
        if step.key == current:
            ends = one.at + timedelta(minutes=one.minutes)
            found.append(Stretch(step, "now", one.minutes, one.at, ends))
        else:
            until = handed[place + 1].at if place + 1 < len(handed) else now
            used = max(1, round((until - one.at).total_seconds() / 60))
            found.append(Stretch(step, "done", one.minutes, one.at, until, used))
    return found
