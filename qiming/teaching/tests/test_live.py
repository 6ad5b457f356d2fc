"""The teacher's period: every verb raises the version; pupils come in, drop off and come back."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from qiming.kernel import time
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.ids import new_id
from qiming.records import queries as records
from qiming.records.verbs import Verb
from qiming.teaching import queries, services
from qiming.teaching.models import (
    Attendance,
    JoinTry,
    LivePeriod,
    LivePoll,
    PeriodEvidence,
    PollVote,
    Presence,
)
from qiming.teaching.tests.conftest import NOW, World, enrol
from qiming.teaching.types import Pace, PeriodState


def presence(world: World, period_id: UUID, seat: int) -> Presence:
    return Presence.objects.unscoped("test").get(period_id=period_id, pupil_id=world.pupils[seat - 1].id)


def test_starting_gives_a_code_and_starting_again_changes_nothing(world: World) -> None:
    period = world.first_period()
    first = services.start_period(actor=world.actor("teacher"), period_id=period.id)
    code = world.code(period.id)
    again = services.start_period(actor=world.actor("colleague"), period_id=period.id)
    assert code.isdigit() and len(code) == 4
    assert (again.version, world.code(period.id)) == (first.version, code)
    assert queries.period(period.id).state is PeriodState.LIVE


def test_a_period_of_another_day_is_not_started(world: World) -> None:
    later = queries.periods_of(world.open().id)[1]
    with pytest.raises(UserError, match="还没到那天"):
        services.start_period(actor=world.actor("teacher"), period_id=later.id)
    assert not LivePeriod.objects.unscoped("test").exists()


def test_a_period_whose_day_is_over_is_not_started(world: World) -> None:
    """What is taught today must not stand in the ledger under another day."""
    period = world.first_period()
    with time.frozen(NOW + timedelta(days=1)), pytest.raises(UserError, match="已经过了"):
        services.start_period(actor=world.actor("teacher"), period_id=period.id)
    assert queries.period(period.id).state is PeriodState.PLANNED


def test_a_period_gone_on_with_hours_later_can_be_joined(world: World) -> None:
    period = world.taught(1)
    with time.frozen(NOW + timedelta(hours=7)):
        services.start_period(actor=world.actor("teacher"), period_id=period.id)
        services.join(actor=world.pupil(2), code=world.code(period.id))
        assert services.end_forgotten() == 0


@pytest.mark.parametrize("who", ["stranger", "admin", "head", "district", "city"])
def test_only_the_class_teacher_runs_a_period(world: World, who: str) -> None:
    period = world.first_period()
    with pytest.raises(Denied):
        services.start_period(actor=world.actor(who), period_id=period.id)
    assert queries.period(period.id).state is PeriodState.PLANNED


def test_a_period_that_does_not_exist(world: World) -> None:
    with pytest.raises(Denied):
        services.start_period(actor=world.actor("teacher"), period_id=new_id())


def test_joining_by_code_marks_attendance_evidence_and_statement_once(world: World) -> None:
    period = world.live(1)
    services.join(actor=world.pupil(1), code=world.code(period.id))
    pupil = world.pupils[0].id
    assert Presence.objects.unscoped("test").count() == 1
    assert Attendance.objects.unscoped("test").get(pupil_id=pupil).source == "platform"
    assert PeriodEvidence.objects.unscoped("test").get(pupil_id=pupil).count == 1
    assert [one.verb for one in records.of_period(period.id, person_id=pupil)] == [Verb.ATTENDED]


def test_a_pupil_who_drops_off_comes_back_where_they_were(world: World) -> None:
    period = world.live(1)
    services.heartbeat(
        actor=world.pupil(1), period_id=period.id, activity="try", steps_done=2, steps_total=5, seq=4
    )
    with time.frozen(NOW + timedelta(minutes=10)):
        back = services.join(actor=world.pupil(1), code=world.code(period.id))
    row = presence(world, period.id, 1)
    assert (row.activity, row.steps_done, back.seq) == ("try", 2, 4)


def test_a_code_of_another_class_opens_nothing(world: World) -> None:
    period = world.live()
    world.pupils += enrol(world.class_2, 1)
    with pytest.raises(UserError, match="你们班"):
        services.join(actor=world.pupil(6), code=world.code(period.id))
    assert not Presence.objects.unscoped("test").exists()


def test_guessing_codes_is_stopped_and_then_forgiven(world: World) -> None:
    period = world.live()
    for guess in range(8):
        with pytest.raises(UserError, match="没有找到"):
            services.join(actor=world.pupil(1), code=f"x{guess}", address="10.0.0.1")
    with pytest.raises(UserError) as refused:
        services.join(actor=world.pupil(1), code=world.code(period.id), address="10.0.0.1")
    assert refused.value.status == 429
    services.join(actor=world.pupil(2), code=world.code(period.id), address="10.0.0.1")
    with time.frozen(NOW + timedelta(minutes=6)):
        services.join(actor=world.pupil(1), code=world.code(period.id), address="10.0.0.1")
    assert JoinTry.objects.count() == 16


def test_a_teacher_does_not_join(world: World) -> None:
    period = world.live()
    with pytest.raises(UserError):
        services.join(actor=world.actor("teacher"), code=world.code(period.id))


def test_handing_out_a_step_to_all_and_to_those_who_are_done(world: World) -> None:
    period = world.live(1, 2)
    teacher = world.actor("teacher")
    state = services.release(actor=teacher, period_id=period.id, activity_key="look")
    assert (state.current_activity, state.ends_at) == ("look", state.released[0].at + timedelta(minutes=6))
    with pytest.raises(UserError, match="还没有人做完"):
        services.release(actor=teacher, period_id=period.id, activity_key="guess", only_done=True)
    services.heartbeat(actor=world.pupil(2), period_id=period.id, activity="look", done=["look"], seq=1)
    state = services.release(actor=teacher, period_id=period.id, activity_key="guess", only_done=True)
    one, two = world.ids(1, 2)
    assert state.current_activity == "look"
    assert state.open_to(one) == ["look"]
    assert state.open_to(two) == ["look", "guess"]
    with pytest.raises(UserError, match="没有这个环节"):
        services.release(actor=teacher, period_id=period.id, activity_key="dance")


def test_more_minutes_count_from_now_when_time_is_over(world: World) -> None:
    period = world.live()
    teacher = world.actor("teacher")
    services.release(actor=teacher, period_id=period.id, activity_key="look")
    with time.frozen(NOW + timedelta(minutes=10, seconds=30)):
        state = services.add_minutes(actor=teacher, period_id=period.id)
        assert state.ends_at and state.ends_at > time.now() + timedelta(minutes=2)


def test_pace_pause_and_slides(world: World) -> None:
    period = world.live()
    teacher, seen = world.actor("teacher"), []
    seen.append(services.set_pace(actor=teacher, period_id=period.id, pace=Pace.FREE))
    seen.append(services.pause(actor=teacher, period_id=period.id, paused=True))
    seen.append(services.show_on_wall(actor=teacher, period_id=period.id, wall="slides", slide_no=99))
    assert [one.version for one in seen] == sorted({one.version for one in seen})
    assert (seen[-1].pace, seen[-1].is_paused) == (Pace.FREE, True)
    assert LivePeriod.objects.unscoped("test").get().slide_no == 2
    with pytest.raises(UserError, match="还没有投过票"):
        services.show_on_wall(actor=teacher, period_id=period.id, wall="poll")
    with pytest.raises(UserError):
        services.show_on_wall(actor=teacher, period_id=period.id, wall="fireworks")


def poll(world: World, period_id: UUID) -> LivePoll:
    services.start_poll(
        actor=world.actor("teacher"),
        period_id=period_id,
        question="新捡来的瓶子，它能认对多少？",
        choices=[("A", "全对"), ("B", "说不准")],
    )
    return LivePoll.objects.order_by("-created_at", "-id")[0]


def test_voting_twice_changes_the_vote(world: World) -> None:
    period = world.live(1, 2)
    asked = poll(world, period.id)
    for choice in ("A", "B", "B"):
        services.vote(actor=world.pupil(1), period_id=period.id, poll_id=asked.id, choice=choice)
    services.vote(actor=world.pupil(2), period_id=period.id, poll_id=asked.id, choice="A")
    state = queries.live_state(period.id).poll
    assert state and state.counts == {"A": 1, "B": 1}
    assert PollVote.objects.count() == 2
    said = [one for one in records.of_period(period.id) if one.verb is Verb.RESPONDED]
    assert len(said) == 3
    mine = queries.live_state(period.id, world.pupils[0].id).poll
    assert mine and (mine.mine, mine.counts) == ("B", {})


def test_voting_again_after_discussion_is_a_new_round(world: World) -> None:
    period = world.live(1)
    first = poll(world, period.id)
    services.vote(actor=world.pupil(1), period_id=period.id, poll_id=first.id, choice="A")
    services.repeat_poll(actor=world.actor("teacher"), period_id=period.id)
    rounds = queries.poll_rounds(period.id)
    assert [(one.round_no, one.is_open, one.total) for one in rounds] == [(1, False, 1), (2, True, 0)]
    with pytest.raises(UserError, match="已经结束"):
        services.vote(actor=world.pupil(1), period_id=period.id, poll_id=first.id, choice="B")


@pytest.mark.parametrize(
    ("question", "choices"),
    [("", [("A", "一"), ("B", "二")]), ("问?", [("A", "一")]), ("问?", [("A", "一"), ("A", "二")])],
)
def test_polls_that_ask_nothing(world: World, question: str, choices: list[tuple[str, str]]) -> None:
    period = world.live()
    with pytest.raises(UserError):
        services.start_poll(
            actor=world.actor("teacher"), period_id=period.id, question=question, choices=choices
        )
    assert not LivePoll.objects.exists()


def test_votes_that_do_not_count(world: World) -> None:
    period = world.live(1)
    asked = poll(world, period.id)
    with pytest.raises(UserError, match="没有这个选项"):
        services.vote(actor=world.pupil(1), period_id=period.id, poll_id=asked.id, choice="Z")
    with pytest.raises(UserError, match="没有这次投票"):
        services.vote(actor=world.pupil(1), period_id=period.id, poll_id=new_id(), choice="A")
    with pytest.raises(UserError, match="还没有进入"):
        services.vote(actor=world.pupil(2), period_id=period.id, poll_id=asked.id, choice="A")
    assert not PollVote.objects.exists()


def test_a_replayed_heartbeat_moves_nobody_back(world: World) -> None:
    period = world.live(1)
    pupil = world.pupil(1)
    services.heartbeat(actor=pupil, period_id=period.id, activity="look", steps_done=1, steps_total=2, seq=1)
    services.heartbeat(
        actor=pupil, period_id=period.id, activity="try", steps_done=3, steps_total=5, done=["look"], seq=2
    )
    beat = services.heartbeat(
        actor=pupil, period_id=period.id, activity="look", steps_done=1, steps_total=2, seq=1
    )
    row = presence(world, period.id, 1)
    assert beat.seq == 2
    assert (row.activity, row.steps_done, row.done_activities) == ("try", 3, ["look"])


def test_steps_never_go_backwards_and_wild_numbers_are_tamed(world: World) -> None:
    period = world.live(1)
    pupil = world.pupil(1)
    for steps in (3, 1, -7, 10_000):
        services.heartbeat(
            actor=pupil, period_id=period.id, activity="try", steps_done=steps, steps_total=5, tries=-4
        )
    row = presence(world, period.id, 1)
    assert (row.steps_done, row.tries) == (5, 0)


def test_a_quiet_heartbeat_changes_nothing_the_cockpit_shows(world: World) -> None:
    period = world.live(1)
    before = presence(world, period.id, 1).changed_at
    with time.frozen(NOW + timedelta(seconds=15)):
        services.heartbeat(actor=world.pupil(1), period_id=period.id, activity="")
    row = presence(world, period.id, 1)
    assert row.changed_at == before
    assert row.last_seen > before


def test_a_hand_goes_up_and_down(world: World) -> None:
    period = world.live(1)
    services.raise_hand(actor=world.pupil(1), period_id=period.id, up=True)
    services.raise_hand(actor=world.pupil(1), period_id=period.id, up=True)
    assert presence(world, period.id, 1).hand_up_at is not None
    assert [one.verb for one in records.of_period(period.id)].count(Verb.ASKED) == 1
    services.lower_hand(actor=world.actor("teacher"), period_id=period.id, pupil_id=world.pupils[0].id)
    assert presence(world, period.id, 1).hand_up_at is None


def test_ending_takes_what_still_arrives_and_stops_the_rest(world: World) -> None:
    period = world.live(1)
    teacher = world.actor("teacher")
    state = services.end_period(actor=teacher, period_id=period.id)
    again = services.end_period(actor=teacher, period_id=period.id)
    assert state.is_ended and again.version == state.version
    assert queries.period(period.id).state is PeriodState.TAUGHT
    beat = services.heartbeat(actor=world.pupil(1), period_id=period.id, activity="quiz", seq=9)
    assert beat.is_ended
    assert presence(world, period.id, 1).activity == ""
    with pytest.raises(UserError, match="已经下课"):
        services.raise_hand(actor=world.pupil(1), period_id=period.id, up=True)
    with pytest.raises(UserError, match="已经下课") as refused:
        services.pause(actor=teacher, period_id=period.id, paused=True)
    assert refused.value.status == 409


def test_class_dismissed_by_mistake_goes_on(world: World) -> None:
    period = world.taught(1)
    services.start_period(actor=world.actor("teacher"), period_id=period.id)
    ref = queries.current_live_for(world.pupils[0].id)
    assert ref and ref.has_joined
    assert queries.period(period.id).state is PeriodState.LIVE


def test_a_pupil_finds_the_running_period_of_the_own_class(world: World) -> None:
    assert queries.current_live_for(world.pupils[0].id) is None
    period = world.live(1)
    mine, hers = (queries.current_live_for(one.id) for one in world.pupils[:2])
    assert mine and hers
    assert (mine.period_id, mine.has_joined, hers.has_joined) == (period.id, True, False)
    assert queries.live_by_code(world.code(period.id)) is not None
    with time.frozen(NOW + timedelta(hours=5)):
        assert queries.current_live_for(world.pupils[0].id) is None
        assert queries.live_by_code(world.code(period.id)) is None


def test_a_step_that_asks_opens_its_poll_and_the_next_step_ends_it(world: World) -> None:
    period = world.live(1)
    teacher = world.actor("teacher")
    state = services.release(actor=teacher, period_id=period.id, activity_key="guess")
    assert state.poll and state.poll.is_open
    assert state.poll.activity_key == "guess"
    assert [key for key, _text in state.poll.choices] == ["A", "B"]
    state = services.release(actor=teacher, period_id=period.id, activity_key="try")
    assert state.poll and not state.poll.is_open


def test_the_question_is_the_last_one_the_step_asks() -> None:
    from qiming.curriculum.types import Activity

    html = "<p>有12样东西。它能认对<b>多少</b>？</p><p>选一个，写一句为什么。没有对错。</p>"
    activity = Activity("guess", "猜一猜", "predict", 7, html)
    assert services.live.question_of(activity) == "它能认对多少？"
    assert services.live.question_of(Activity("x", "猜一猜", "poll", 7, "<p>选一个。</p>")) == "猜一猜"
