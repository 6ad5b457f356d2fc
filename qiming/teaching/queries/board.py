"""What the cockpit and the wall show of a running period: few questions, and an answer to “has anything changed?” in one."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.db.models import Count, Max, Q

from qiming.curriculum import queries as curriculum
from qiming.curriculum.types import Activity, Lesson
from qiming.kernel.access import Actor
from qiming.kernel.time import now
from qiming.registry import queries as registry
from qiming.teaching.access import RUN, TABLE
from qiming.teaching.models import LivePeriod
from qiming.teaching.queries.live import latest_poll, signs_of, state_of
from qiming.teaching.rules import live as rules
from qiming.teaching.rules.live import Handed, Lane, Seat, SeatState, Step, Stretch
from qiming.teaching.shown import may_stand
from qiming.teaching.types import LiveState, Pace, PollState


@dataclass(frozen=True, slots=True)
class Running:
    """A running period as the actor may see it, with the tag of everything the cockpit shows of it."""

    row: LivePeriod
    etag: str
    joined: int


def running(actor: Actor, period_id: UUID) -> Running:
    """The running period in one question, including who stands where."""
    at = now()
    seen = "period__presences__"
    quiet = Q(**{f"{seen}last_seen__lt": at - rules.OFFLINE_AFTER})
    stuck = Q(**{f"{seen}moved_at__lt": at - rules.STUCK_AFTER})
    hands = Q(**{f"{seen}hand_up_at__isnull": False})
    rows = (
        LivePeriod.objects.unscoped("filtered by the access table")
        .select_related("period")
        .annotate(
            joined=Count(f"{seen}id"),
            changed=Max(f"{seen}changed_at"),
            quiet=Count(f"{seen}id", filter=quiet),
            stuck=Count(f"{seen}id", filter=stuck),
            hands=Count(f"{seen}id", filter=hands),
        )
    )
    row = TABLE.load(actor, RUN, rows, period_id=period_id)
    facts = (row.version, row.joined, row.changed, row.quiet, row.stuck)  # type: ignore[attr-defined]
    # Minutes are shown only of those who wait; only then does the picture change with the clock.
    minute = int(at.timestamp() // 60) if row.stuck or row.hands else 0  # type: ignore[attr-defined]
    etag = hashlib.sha256(repr((*facts, minute)).encode()).hexdigest()[:20]
    return Running(row, etag, row.joined)  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Board:
    """Everything on the cockpit that changes while the class goes on."""

    live: LiveState
    wall: str
    slide_no: int
    join_code: str
    steps: tuple[Step, ...]
    current: Step | None
    stretches: tuple[Stretch, ...]
    lanes: tuple[Lane, ...]
    seats: tuple[Seat, ...]
    joined: int
    upcoming: Step | None
    at: datetime

    @property
    def expected(self) -> int:
        return len(self.seats)

    @property
    def calls(self) -> list[Seat]:
        """Who waits for a look: the longest wait first."""
        return sorted((s for s in self.seats if s.needs_look), key=lambda s: (-s.minutes, s.seat_no))

    @property
    def ready(self) -> int:
        return sum(1 for lane in self.lanes if lane.place == "ahead" for _seat in lane.seats)

    @property
    def still_here(self) -> int:
        return next((len(lane.seats) for lane in self.lanes if lane.place == "here"), 0)

    @property
    def is_free(self) -> bool:
        return self.live.pace is Pace.FREE

    @property
    def spares(self) -> list[Step]:
        handed = {one.key for one in self.live.released}
        return [step for step in self.steps if step.is_spare and step.key not in handed]

    @property
    def ends_at(self) -> datetime | None:
        return self.live.ends_at

    @property
    def left_s(self) -> float | None:
        """Seconds left of the current step, for a page whose clock has not started."""
        return max(0.0, (self.ends_at - self.at).total_seconds()) if self.ends_at else None

    @property
    def now_ms(self) -> int:
        return _ms(self.at)

    @property
    def start_ms(self) -> int:
        now_on = next((one for one in self.stretches if one.state == "now"), None)
        return _ms(now_on.starts) if now_on and now_on.starts else 0

    @property
    def end_ms(self) -> int:
        return _ms(self.ends_at) if self.ends_at else 0

    @property
    def titles(self) -> dict[str, str]:
        return {step.key: step.title for step in self.steps}

    def step(self, key: str) -> Step | None:
        return next((step for step in self.steps if step.key == key), None)


def board(found: Running) -> Board:
    """The whole picture: presence, roster and poll; the lesson never changes and is kept in memory."""
    row, at = found.row, now()
    live = state_of(row, latest_poll(row.id))
    steps = steps_of(live.lesson_version_id)
    signs = signs_of(row.period_id)
    seats = []
    for pupil in registry.pupils_of(live.class_group_id):
        sign = signs.get(pupil.id)
        ahead = sign is not None and rules.is_ahead(steps, sign.activity, live.current_activity)
        seats.append(
            rules.seat_of(
                pupil.id, pupil.name, pupil.seat_no, sign, now=at, ahead=ahead, paused=live.is_paused
            )
        )
    handed = [Handed(one.key, one.at, one.minutes) for one in live.released if one.pupils is None]
    given = [one.key for one in handed]
    return Board(
        live=live,
        wall=row.wall,
        slide_no=row.slide_no,
        join_code=row.join_code,
        steps=steps,
        current=next((step for step in steps if step.key == live.current_activity), None),
        stretches=tuple(rules.stretches(steps, handed, live.current_activity, at)),
        lanes=tuple(rules.lanes_of(steps, seats, live.current_activity)),
        seats=tuple(seats),
        joined=sum(seat.state is not SeatState.MISSING for seat in seats),
        upcoming=rules.next_step(steps, given, live.current_activity),
        at=at,
    )


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


@lru_cache(maxsize=512)
def steps_of(lesson_version_id: UUID) -> tuple[Step, ...]:
    """A lesson's steps with their numbers: 1, 2, and 2b for a spare step after the second."""
    return numbered(curriculum.lesson(lesson_version_id))


def numbered(lesson: Lesson) -> tuple[Step, ...]:
    found: list[Step] = []
    number, spare = 0, 0
    for activity in lesson.activities:
        number, spare = (number, spare + 1) if activity.extra else (number + 1, 0)
        label = f"{number}{chr(ord('a') + spare)}" if spare else str(number)
        found.append(_step(activity, label))
    return tuple(found)


def _step(activity: Activity, number: str) -> Step:
    return Step(
        activity.key,
        activity.title,
        activity.minutes,
        number,
        activity.teacher,
        activity.extra,
        activity.remedy_for,
    )


@dataclass(frozen=True, slots=True)
class Share:
    """One choice of a poll with its count, for the strip and the wall."""

    key: str
    text: str
    count: int
    grow: int  # its width on the strip, to scale; equal before anybody voted


def shares(poll: PollState | None) -> list[Share]:
    if poll is None:
        return []
    return [
        Share(key, text, count, min(count, 90) if poll.total else 1)
        for key, text in poll.choices
        for count in (poll.counts.get(key, 0),)
    ]


def wall_tag(found: Running) -> str:
    """The wall shows who is in and the votes, so it changes with them; nobody's minutes. A work that may no longer
    be shown is gone at the next asking, though the teacher touched nothing."""
    row = found.row
    changed = row.changed if row.wall in ("join", "poll") else ""  # type: ignore[attr-defined]
    stands = wall_work(row) if row.wall == "work" else ""
    facts: Sequence[object] = (row.version, row.wall, row.slide_no, changed, stands)
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:20]


def wall_work(row: LivePeriod) -> UUID | None:
    """The work that stands on the wall now, when it (still) may."""
    work_id = row.shown_work_id
    return work_id if work_id and may_stand(work_id, row.period.class_group_id) else None
