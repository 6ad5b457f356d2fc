"""The teacher's 45 minutes: hand out, wait, pause, ask, show, end. Every verb raises the version by one."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from qiming.curriculum import queries as curriculum
from qiming.curriculum.lending import queries as lending
from qiming.curriculum.types import Activity, Lesson
from qiming.kernel import audit
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.kernel.ids import DIGITS, random_code
from qiming.kernel.time import now, today
from qiming.registry.services import sessions
from qiming.teaching.access import RUN, TABLE
from qiming.teaching.models import LivePeriod, LivePoll, Presence, TaughtPeriod
from qiming.teaching.queries.live import FORGOTTEN_AFTER, latest_poll, state_of
from qiming.teaching.services.lessons import apply_waiting, take_version_of_class
from qiming.teaching.services.periods import locked_period, note_change
from qiming.teaching.shown import may_stand
from qiming.teaching.types import LiveState, Pace, PeriodState

CODE_LENGTH = 4
MAX_CHOICES = 6
WALLS = ("join", "slides", "poll", "work")
ASKING = ("poll", "predict")


def start_period(*, actor: Actor, period_id: UUID) -> LiveState:
    """Begin a planned period, or go on with one that was ended by mistake today."""
    with transaction.atomic():
        period = locked_period(actor, RUN, period_id)
        live = (
            LivePeriod.objects.unscoped("the period was loaded for the actor").filter(period=period).first()
        )
        if live is not None and period.state == PeriodState.LIVE:
            return _state(live)
        _may_start(period)
        if period.state == PeriodState.TAUGHT:
            take_version_of_class(period)
        live = _begin(actor, period, live)
        period.state = PeriodState.LIVE
        period.taught_by = actor.person_id
        period.save(update_fields=["state", "taught_by", "lesson_version_id"])
        note_change(actor, period, "started")
    return _state(live)


def _may_start(period: TaughtPeriod) -> None:
    if period.state == PeriodState.CANCELLED:
        raise UserError("这节课已经取消了", next="要上的话，请在计划里再排一节。")
    if period.state == PeriodState.CONFIRMED:
        raise UserError("这节课已经确认过了", kept="课时都在台账里。", next="有出入请用“更正”。")
    if period.lesson_version_id is None or period.offering_id is None:
        raise UserError("这节课没有用平台上的课", next="请在这节课的页面里确认授课。")
    if lending.is_stopped(period.scope_path, period.lesson_version_id):
        raise UserError(
            "这一课已经停用：提供它的学校或安全处置的人叫停了",
            kept="这节课还在计划里。",
            next="恢复以后可以上；今天先用别的课，或者到备课页把本班换回市里的版本。",
            status=409,
        )
    if period.planned_date > today():
        raise UserError(
            f"这节课排在{period.planned_date}，还没到那天", next="要提前上，请先把它调到今天的节次。"
        )
    if period.state == PeriodState.PLANNED and period.planned_date < today():
        raise UserError(
            f"这节课排在{period.planned_date}，那天已经过了",
            next="今天才上，请先把它调到今天的节次；那天用别的办法上过，请选“用别的办法上了”。",
        )
    if period.state == PeriodState.TAUGHT and period.planned_date != today():
        raise UserError("这节课已经上完了", next="请确认授课。")


def _begin(actor: Actor, period: TaughtPeriod, live: LivePeriod | None) -> LivePeriod:
    """A running state with a code nobody else has at this moment."""
    for _attempt in range(30):
        row = live or LivePeriod(scope_path=period.scope_path, period=period, started_by=actor.person_id)
        row.join_code, row.started_at, row.ended_at = random_code(CODE_LENGTH, DIGITS), now(), None
        row.version += 1
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError as error:
            if "live_code_unique" not in str(error):
                raise
            row.version -= 1
        else:
            return row
    raise UserError("现在同时在上的课太多，没有空的入课码", next="过一分钟再点一次。", status=503)


def release(
    *, actor: Actor, period_id: UUID, activity_key: str, minutes: int | None = None, only_done: bool = False
) -> LiveState:
    """Hand a step to all, or only to those who have finished the current one."""
    with transaction.atomic():
        live, lesson = _running(actor, period_id)
        activity = lesson.activity(activity_key)
        if activity is None:
            raise UserError("这节课里没有这个环节", next="刷新页面，再选一次。")
        length = activity.minutes if minutes is None else minutes
        if not 1 <= length <= 90:
            raise UserError("环节的时间要在1到90分钟之间", field="minutes")
        pupils = _finished(live) if only_done else None
        if only_done and not pupils:
            raise UserError("还没有人做完现在这一步", next="等一等，或者发给全班。")
        entry = {"key": activity_key, "at": now().isoformat(), "minutes": length, "pupils": pupils}
        live.released = [*live.released, entry]
        if not only_done:
            live.current_activity = activity_key
            live.is_paused = False
            if live.wall == "join":
                live.wall = "slides"
            _poll_of_step(live, activity)
        return _saved(live)


def _poll_of_step(live: LivePeriod, activity: Activity) -> None:
    """A step that asks the class opens its poll; the poll of the step before ends."""
    _close_polls(live)
    choices = [(one["key"], one["text"]) for one in activity.data.get("choices", ())]
    if activity.kind in ASKING and choices:
        LivePoll.objects.create(
            live=live, activity_key=activity.key, question=question_of(activity), choices=choices
        )


def question_of(activity: Activity) -> str:
    """The question a step asks: its last sentence that is one, else its title."""
    text = unescape(re.sub(r"<[^>]+>", "", activity.text_html.replace("</p>", "\n")))
    asked = re.findall(r"[^。！？\n]{2,80}？", text)
    return str(asked[-1]).strip() if asked else activity.title


def _close_polls(live: LivePeriod) -> None:
    LivePoll.objects.filter(live=live, is_open=True).update(is_open=False, closed_at=now())


def _finished(live: LivePeriod) -> list[str]:
    rows = Presence.objects.unscoped("pupils of the period being taught").filter(period_id=live.period_id)
    here = live.current_activity
    return sorted(
        str(pupil_id) for pupil_id, done in rows.values_list("pupil_id", "done_activities") if here in done
    )


def add_minutes(*, actor: Actor, period_id: UUID, minutes: int = 3) -> LiveState:
    """Give the current step more time, counted from now when it is already over."""
    if not 1 <= minutes <= 30:
        raise UserError("一次加1到30分钟", field="minutes")
    with transaction.atomic():
        live, _lesson = _running(actor, period_id)
        entries: list[dict[str, Any]] = list(live.released)
        last = next((e for e in reversed(entries) if e["key"] == live.current_activity), None)
        if last is None:
            raise UserError("还没有发出环节，先发一个", next="点“发给全班”。")
        ends_at = _state(live).ends_at
        over = max(timedelta(0), now() - ends_at) if ends_at else timedelta(0)
        last["minutes"] += minutes + int(over.total_seconds() // 60)
        live.released = entries
        return _saved(live)


def set_pace(*, actor: Actor, period_id: UUID, pace: Pace) -> LiveState:
    """Let pupils go on by themselves, or lead them step by step again."""
    with transaction.atomic():
        live, _lesson = _running(actor, period_id)
        live.pace = Pace(pace)
        return _saved(live)


def pause(*, actor: Actor, period_id: UUID, paused: bool) -> LiveState:
    """Ask all to look up, or let them go on. Nobody becomes stuck while waiting."""
    with transaction.atomic():
        live, _lesson = _running(actor, period_id)
        if live.is_paused and not paused:
            at = now()
            rows = Presence.objects.unscoped("pupils of the period being taught")
            rows.filter(period_id=live.period_id).update(moved_at=at)
        live.is_paused = paused
        return _saved(live)


def start_poll(
    *,
    actor: Actor,
    period_id: UUID,
    question: str,
    choices: list[tuple[str, str]],
    activity_key: str = "",
) -> LiveState:
    """Ask the class. A poll still open is closed with the votes it has; the same question is the next round."""
    asked = question.strip()
    texts = [(key.strip(), text.strip()) for key, text in choices if text.strip()]
    if not 2 <= len(asked) <= 200:
        raise UserError("请写要问的问题（2到200字）", kept="选项都还在。", field="question")
    if not 2 <= len(texts) <= MAX_CHOICES or len({key for key, _ in texts}) != len(texts):
        raise UserError(f"选项要有2到{MAX_CHOICES}个", kept="问题还在。", field="choices")
    if any(len(text) > 80 or not 1 <= len(key) <= 8 for key, text in texts):
        raise UserError("每个选项最多80字", kept="问题还在。", field="choices")
    with transaction.atomic():
        live, _lesson = _running(actor, period_id)
        _close_polls(live)
        round_no = LivePoll.objects.filter(live=live, question=asked).count() + 1
        LivePoll.objects.create(
            live=live, activity_key=activity_key, question=asked, choices=texts, round_no=round_no
        )
        return _saved(live)


def repeat_poll(*, actor: Actor, period_id: UUID) -> LiveState:
    """Vote again after discussion: the last question, a new round; the first counts stay."""
    with transaction.atomic():
        live, _lesson = _running(actor, period_id)
        last = LivePoll.objects.filter(live=live).order_by("-created_at", "-id").first()
        if last is None:
            raise UserError("还没有投过票", next="先发一次投票。")
        return start_poll(
            actor=actor,
            period_id=period_id,
            question=last.question,
            choices=[(key, text) for key, text in last.choices],
            activity_key=last.activity_key,
        )


def close_poll(*, actor: Actor, period_id: UUID) -> LiveState:
    with transaction.atomic():
        live, _lesson = _running(actor, period_id)
        _close_polls(live)
        return _saved(live)


def show_on_wall(*, actor: Actor, period_id: UUID, wall: str, slide_no: int | None = None) -> LiveState:
    """Choose what the projector shows: how to join, the slides, the poll, a work."""
    with transaction.atomic():
        live, _lesson = _running(actor, period_id)
        if wall not in WALLS:
            raise UserError("大屏上没有这一种", next="刷新页面，再选一次。")
        if wall == "poll" and latest_poll(live.id) is None:
            raise UserError("还没有投过票", next="先发一次投票。")
        if wall == "work" and live.shown_work_id is None:
            raise UserError("还没有选要展示的作品", next="点一个学生，从作品里选一件。")
        live.wall = wall
        if slide_no is not None:
            assert live.period.lesson_version_id is not None
            last = len(curriculum.slides(live.period.lesson_version_id)) - 1
            live.slide_no = max(0, min(slide_no, last))
        return _saved(live)


def show_work(*, actor: Actor, period_id: UUID, work_id: UUID | None) -> LiveState:
    """Show one pupil's work to all, or take it down. Whether the family consents, the learning room knows."""
    with transaction.atomic():
        live, _lesson = _running(actor, period_id)
        if work_id is not None and not may_stand(work_id, live.period.class_group_id):
            raise UserError(
                "这件作品不能投给全班看",
                kept="大屏上还是原来的。",
                next="家里没有同意展示，或者作品不是这个班的。换一件，或者只说做法、不放作品。",
            )
        live.shown_work_id = work_id
        live.wall = "work" if work_id else "slides"
        return _saved(live)


def lower_hand(*, actor: Actor, period_id: UUID, pupil_id: UUID) -> LiveState:
    """The teacher has been with the pupil."""
    with transaction.atomic():
        live, _lesson = _running(actor, period_id)
        at = now()
        rows = Presence.objects.unscoped("pupils of the period being taught")
        rows.filter(period_id=live.period_id, pupil_id=pupil_id).update(
            hand_up_at=None, moved_at=at, changed_at=at
        )
        return _saved(live)


def end_period(*, actor: Actor, period_id: UUID) -> LiveState:
    """Class is over. What pupils still have on their tablets is taken all the same."""
    with transaction.atomic():
        period = locked_period(actor, RUN, period_id)
        live = (
            LivePeriod.objects.unscoped("the period was loaded for the actor").filter(period=period).first()
        )
        if live is None:
            raise UserError("这节课还没有开始", next="先点“开始上课”。")
        if period.state == PeriodState.LIVE:
            finish(period, live)
            note_change(actor, period, "ended")
    return _state(live)


def finish(period: TaughtPeriod, live: LivePeriod) -> None:
    """The running period becomes a taught one, inside the caller's transaction."""
    at = now()
    _close_polls(live)
    live.ended_at, live.is_paused, live.version = at, False, live.version + 1
    live.save(update_fields=["ended_at", "is_paused", "version"])
    sessions.end_with_period(period.id)
    period.state, period.taught_at = PeriodState.TAUGHT, at
    period.save(update_fields=["state", "taught_at"])
    apply_waiting(period.offering_id)


def end_forgotten() -> int:
    """End what has been running for hours; guesses at join codes of yesterday are swept too."""
    ended = 0
    since = now() - FORGOTTEN_AFTER
    forgotten = LivePeriod.objects.unscoped("the installation sweeps up")
    for live_id in list(forgotten.filter(ended_at=None, started_at__lt=since).values_list("id", flat=True)):
        with transaction.atomic():
            live = forgotten.select_related("period").select_for_update(of=("self",)).get(id=live_id)
            if live.ended_at is None and live.period.state == PeriodState.LIVE:
                finish(live.period, live)
                audit.write(
                    None,
                    "teaching.ended_by_clock",
                    thing="period",
                    thing_id=live.period_id,
                    scope_path=live.scope_path,
                )
                ended += 1
    return ended


def _running(actor: Actor, period_id: UUID) -> tuple[LivePeriod, Lesson]:
    """The running period, held, and its lesson."""
    rows = LivePeriod.objects.unscoped("filtered by the access table").select_related("period")
    live = TABLE.load(actor, RUN, rows.select_for_update(of=("self",)), period_id=period_id)
    if live.ended_at is not None:
        raise UserError(
            "这节课已经下课了",
            kept="学生送来的都收着。",
            next="确认授课，或者回到这节课的页面再继续上。",
            status=409,
        )
    assert live.period.lesson_version_id is not None
    return live, curriculum.lesson(live.period.lesson_version_id)


def _saved(live: LivePeriod) -> LiveState:
    live.version += 1
    live.save()
    return _state(live)


def _state(live: LivePeriod) -> LiveState:
    return state_of(live, latest_poll(live.id))


def audit_forced_end(actor: Actor, period: TaughtPeriod) -> None:
    """A period nobody ended is ended by confirming it; the trail says so."""
    audit.write(
        actor,
        "teaching.ended_by_confirming",
        thing="period",
        thing_id=period.id,
        scope_path=period.scope_path,
    )
