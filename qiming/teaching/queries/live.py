"""The period going on."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Count

from qiming.kernel.access import Denied
from qiming.kernel.time import now
from qiming.registry import queries as registry
from qiming.teaching.access import JOIN
from qiming.teaching.models import LivePeriod, LivePoll, PollVote, Presence
from qiming.teaching.queries.refs import WHY, poll_state, released_of
from qiming.teaching.rules.live import Sign
from qiming.teaching.types import LiveRef, LiveState, Pace, PollState, Released

# Asked with every answer of every pupil: without building a query each time.
_ENDED = """
SELECT live.period_id, live.ended_at
  FROM teaching_liveperiod live JOIN teaching_taughtperiod period ON period.id = live.period_id
 WHERE live.period_id = ANY(%s) AND period.offering_id = %s
"""
FORGOTTEN_AFTER = timedelta(hours=4)  # a period nobody ended is no longer going on


def live_by_code(code: str) -> LiveRef | None:
    """The running period with this join code."""
    row = (
        LivePeriod.objects.unscoped("a code finds its period before anybody is known")
        .filter(join_code=code.strip(), ended_at=None, started_at__gt=now() - FORGOTTEN_AFTER)
        .select_related("period")
        .first()
    )
    return _ref(row, None) if row else None


def is_taught(scope_path: str, lesson_key: str) -> bool:
    """Whether the class at this path is being taught this lesson (empty: any) at this moment."""
    rows = LivePeriod.objects.unscoped("only a yes or no leaves").filter(
        scope_path=scope_path, ended_at=None, started_at__gt=now() - FORGOTTEN_AFTER
    )
    return (rows.filter(period__lesson_key=lesson_key) if lesson_key else rows).exists()


def live_state(period_id: UUID, pupil_id: UUID | None = None) -> LiveState:
    """All that a pupil's or the wall's page needs; with `pupil_id`, also that pupil's vote."""
    row = LivePeriod.objects.unscoped(WHY).filter(period_id=period_id).select_related("period").first()
    if row is None:
        raise Denied(JOIN)
    return state_of(row, latest_poll(row.id, pupil_id))


def live_version(period_id: UUID) -> int | None:
    """Only the version: what a conditional request needs to be answered with 304."""
    rows = LivePeriod.objects.unscoped(WHY).filter(period_id=period_id)
    return rows.values_list("version", flat=True).first()


def ended_at(offering_id: UUID, period_ids: Collection[UUID]) -> dict[UUID, datetime | None]:
    """When those of these periods that belong to the course ended; None while one goes on."""
    with connection.cursor() as cursor:
        cursor.execute(_ENDED, [list(period_ids), offering_id])
        return dict(cursor.fetchall())


def released_in(period_id: UUID) -> tuple[Released, ...] | None:
    """The steps handed out in a period; None when it was not held on the platform."""
    rows = LivePeriod.objects.unscoped(WHY).filter(period_id=period_id).order_by()
    found = rows.values_list("released", flat=True).first()
    return None if found is None else released_of(found)


def state_of(row: LivePeriod, poll: PollState | None) -> LiveState:
    released = released_of(row.released)
    last = next((one for one in reversed(released) if one.key == row.current_activity), None)
    period = row.period
    assert period.offering_id is not None and period.lesson_version_id is not None
    return LiveState(
        period_id=period.id,
        offering_id=period.offering_id,
        class_group_id=period.class_group_id,
        lesson_key=period.lesson_key,
        lesson_version_id=period.lesson_version_id,
        title=period.title,
        version=row.version,
        released=released,
        current_activity=row.current_activity,
        pace=Pace(row.pace),
        is_paused=row.is_paused,
        is_ended=row.ended_at is not None,
        started_at=row.started_at,
        ends_at=last.at + timedelta(minutes=last.minutes) if last else None,
        poll=poll,
        shown_work_id=row.shown_work_id,
        scope_path=row.scope_path,
    )


def latest_poll(live_id: UUID, pupil_id: UUID | None = None) -> PollState | None:
    poll = LivePoll.objects.filter(live_id=live_id).order_by("-created_at", "-id").first()
    if poll is None:
        return None
    if pupil_id is not None:
        mine = PollVote.objects.filter(poll=poll, pupil_id=pupil_id).values_list("choice", flat=True).first()
        return poll_state(poll, {}, mine)
    votes = PollVote.objects.filter(poll=poll).order_by().values_list("choice").annotate(n=Count("id"))
    return poll_state(poll, dict(votes))


def poll_rounds(period_id: UUID) -> list[PollState]:
    """Every poll of a period with its counts, the first first."""
    polls = list(LivePoll.objects.filter(live__period_id=period_id).order_by("created_at", "id"))
    counts: dict[UUID, dict[str, int]] = {poll.id: {} for poll in polls}
    votes = PollVote.objects.filter(poll__in=polls).order_by().values_list("poll_id", "choice")
    for poll_id, choice, n in votes.annotate(n=Count("id")):
        counts[poll_id][choice] = n
    return [poll_state(poll, counts[poll.id]) for poll in polls]


def current_live_for(pupil_id: UUID) -> LiveRef | None:
    """The period that the pupil's class or teaching group has right now, and whether the pupil is in."""
    places = registry.places_of_pupil(pupil_id)
    row = (
        LivePeriod.objects.unscoped("the pupil's own class and groups, asked for the pupil")
        .filter(period__class_group_id__in=places, ended_at=None, started_at__gt=now() - FORGOTTEN_AFTER)
        .select_related("period")
        .order_by("-started_at")
        .first()
    )
    return _ref(row, pupil_id) if row else None


def _ref(row: LivePeriod, pupil_id: UUID | None) -> LiveRef:
    period = row.period
    assert period.offering_id is not None and period.lesson_version_id is not None
    seq = None
    if pupil_id is not None:
        mine = Presence.objects.unscoped("the pupil's own row").filter(period=period, pupil_id=pupil_id)
        seq = mine.values_list("seq", flat=True).first()
    return LiveRef(
        period_id=period.id,
        offering_id=period.offering_id,
        class_group_id=period.class_group_id,
        lesson_key=period.lesson_key,
        lesson_version_id=period.lesson_version_id,
        title=period.title,
        version=row.version,
        has_joined=seq is not None,
        seq=seq or 0,
    )


def signs_of(period_id: UUID) -> dict[UUID, Sign]:
    """What is known of each pupil who joined."""
    rows = Presence.objects.unscoped(WHY).filter(period_id=period_id)
    return {sign.pupil_id: sign for sign in _signs(rows)}


def _signs(rows: Iterable[Presence]) -> Iterable[Sign]:
    for row in rows:
        yield Sign(
            pupil_id=row.pupil_id,
            activity=row.activity,
            done=frozenset(row.done_activities),
            steps_done=row.steps_done,
            steps_total=row.steps_total,
            tries=row.tries,
            last_seen=row.last_seen,
            moved_at=row.moved_at,
            hand_up_at=row.hand_up_at,
        )
