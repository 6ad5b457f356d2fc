"""Confirmed in one tap, once; amended with a reason; the ledger is always what a fresh computation gives."""

from __future__ import annotations

import threading
from datetime import timedelta
from fractions import Fraction
from uuid import UUID

import pytest
from django.db import connection, transaction

from qiming.kernel import time
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.kernel.models import AuditRow, OutboxEvent
from qiming.registry import queries as registry
from qiming.teaching import queries, services
from qiming.teaching.models import Attendance, PeriodChange, PeriodCredit, TaughtPeriod
from qiming.teaching.services.crediting import recompute
from qiming.teaching.tests.conftest import NOW, World, build_world
from qiming.teaching.types import ActKind, AttendanceStatus, DeliveryMode, EvidenceKind, PeriodState

ABSENT, LATE, HERE = AttendanceStatus.ABSENT, AttendanceStatus.LATE, AttendanceStatus.PRESENT


def confirm(
    world: World, period_id: UUID, who: str = "teacher", **seats: AttendanceStatus
) -> services.Confirmed:
    exceptions = {world.pupils[int(seat[1:]) - 1].id: status for seat, status in seats.items()}
    return services.confirm_period(actor=world.actor(who), period_id=period_id, exceptions=exceptions)


def act(world: World, period_id: UUID, seat: int, kind: ActKind = ActKind.ATTEMPT) -> bool:
    period = queries.period(period_id)
    assert period.offering_id
    with transaction.atomic():
        return services.note_evidence(
            pupil=registry.pupil(world.pupils[seat - 1].id),
            offering_id=period.offering_id,
            period_id=period_id,
            lesson_key=period.lesson_key,
            kind=kind,
            at=time.now(),
        )


def ledger(period_id: UUID) -> dict[UUID, tuple[int, str | None, tuple[str, ...]]]:
    return {
        line.pupil_id: (line.credit.credited_minutes, line.credit.basis, line.credit.reasons)
        for line in queries.ledger_of_period(period_id)
    }


def test_confirming_credits_everybody_but_the_exceptions(world: World) -> None:
    period = world.taught(1, 2, 3)
    done = confirm(world, period.id, s4=ABSENT, s3=LATE)
    assert (done.fresh, done.credited) == (True, 4)
    lines = {line.pupil_id: line for line in queries.ledger_of_period(period.id)}
    by_seat = [lines[person.id] for person in world.pupils]
    minutes = period.period_minutes
    assert [line.credit.credited_minutes for line in by_seat] == [minutes, minutes, minutes, 0, minutes]
    assert [line.credit.basis for line in by_seat] == [
        EvidenceKind.PLATFORM,
        EvidenceKind.PLATFORM,
        EvidenceKind.PLATFORM,
        None,
        EvidenceKind.DECLARED,
    ]
    ref = queries.period(period.id)
    assert (ref.state, ref.evidence_kind, ref.is_late) == (
        PeriodState.CONFIRMED,
        EvidenceKind.PLATFORM,
        False,
    )
    assert OutboxEvent.objects.filter(name="teaching.period_confirmed").count() == 1
    assert AuditRow.objects.filter(verb="teaching.confirmed", thing_id=period.id).count() == 1


def test_confirming_twice_is_once(world: World) -> None:
    period = world.taught(1)
    confirm(world, period.id, s2=ABSENT)
    before = ledger(period.id)
    second = confirm(world, period.id, "colleague")
    assert (second.fresh, second.by) == (False, world.people["teacher"].id)
    assert ledger(period.id) == before
    assert OutboxEvent.objects.filter(name="teaching.period_confirmed").count() == 1


def test_before_it_was_taught_there_is_nothing_to_confirm(world: World) -> None:
    period = world.first_period()
    with pytest.raises(UserError, match="还没有上"):
        confirm(world, period.id)
    services.start_period(actor=world.actor("teacher"), period_id=period.id)
    with pytest.raises(UserError, match="还在上"):
        confirm(world, period.id)
    assert not PeriodCredit.objects.unscoped("test").exists()


def test_a_period_nobody_ended_is_ended_by_confirming(world: World) -> None:
    period = world.live(1)
    with time.frozen(NOW + timedelta(hours=3)):
        done = confirm(world, period.id)
    assert done.fresh
    assert AuditRow.objects.filter(verb="teaching.ended_by_confirming").count() == 1


@pytest.mark.parametrize("who", ["stranger", "admin", "head", "other_head", "district", "city"])
def test_only_the_class_teacher_confirms(world: World, who: str) -> None:
    period = world.taught(1)
    with pytest.raises(Denied):
        confirm(world, period.id, who)
    assert queries.period(period.id).state is PeriodState.TAUGHT


def test_names_from_elsewhere_are_refused(world: World) -> None:
    period = world.taught(1)
    stranger = world.people["stranger"].id
    with pytest.raises(UserError, match="不在这个班"):
        services.confirm_period(
            actor=world.actor("teacher"), period_id=period.id, exceptions={stranger: ABSENT}
        )
    assert Attendance.objects.unscoped("test").count() == 1


def test_confirming_late_is_noted(world: World) -> None:
    period = world.taught(1)
    with time.frozen(NOW + timedelta(days=6)):
        confirm(world, period.id)
    assert queries.period(period.id).is_late
    with time.frozen(NOW + timedelta(days=6)):
        assert "确认得晚" in "；".join(ledger(period.id)[world.pupils[0].id][2])


def test_integrated_periods_count_by_their_share(world: World) -> None:
    period = world.taught(1, mode=DeliveryMode.INTEGRATED, host_subject="信息科技", share_minutes=20)
    confirm(world, period.id)
    line = queries.ledger_of_pupil(world.pupils[0].id, "2026-2027")[0]
    assert line.credit.periods == Fraction(20, period.period_minutes)
    total = queries.ledger_totals(world.school.scope_path, "2026-2027")[world.pupils[0].id]
    assert total.periods == Fraction(20, period.period_minutes)
    assert total.by_basis == {EvidenceKind.PLATFORM: 1}
    assert total.class_group_id == world.class_1.id
    summary = queries.class_summary(world.class_1.id, "2026-2027")
    assert summary.confirmed_periods == Fraction(20, period.period_minutes)


def test_amending_keeps_what_stood_before_and_computes_afresh(world: World) -> None:
    period = world.taught(1, 2)
    confirm(world, period.id)
    services.amend_period(
        actor=world.actor("admin"),
        period_id=period.id,
        reason="2号那天请病假，家长补了假条",
        exceptions={world.pupils[1].id: AttendanceStatus.EXCUSED},
        credited_minutes=30,
    )
    after = ledger(period.id)
    assert after[world.pupils[0].id][0] == 30
    assert after[world.pupils[1].id][0] == 0
    change = PeriodChange.objects.unscoped("test").get(kind="amended")
    assert change.before["exceptions"] == {}
    assert change.after["exceptions"] == {str(world.pupils[1].id): "excused"}
    assert change.reason.startswith("2号")
    recompute(TaughtPeriod.objects.unscoped("test").get(id=period.id))
    assert ledger(period.id) == after


def test_amended_then_confirmed_again_equals_a_fresh_computation(world: World) -> None:
    period = world.taught(1, 2)
    confirm(world, period.id, s2=ABSENT)
    services.reopen_period(actor=world.actor("teacher"), period_id=period.id, reason="点错了")
    assert {minutes for minutes, _b, _r in ledger(period.id).values()} == {0}
    assert "教师还没有确认" in ledger(period.id)[world.pupils[0].id][2][0]
    confirm(world, period.id)
    again = ledger(period.id)
    PeriodCredit.objects.unscoped("test").filter(period_id=period.id).delete()
    recompute(TaughtPeriod.objects.unscoped("test").get(id=period.id))
    assert ledger(period.id) == again
    assert all(minutes == period.period_minutes for minutes, _b, _r in again.values())


@pytest.mark.parametrize(
    ("reason", "credited", "says"),
    [("", None, "原因"), ("很" * 301, None, "太长"), ("真的", 0, "分钟数"), ("真的", 91, "分钟数")],
)
def test_amendments_that_do_not_hold(world: World, reason: str, credited: int | None, says: str) -> None:
    period = world.taught(1)
    confirm(world, period.id)
    before = ledger(period.id)
    with pytest.raises(UserError, match=says):
        services.amend_period(
            actor=world.actor("teacher"), period_id=period.id, reason=reason, credited_minutes=credited
        )
    assert ledger(period.id) == before


def test_nothing_changed_is_no_amendment(world: World) -> None:
    period = world.taught(1)
    confirm(world, period.id)
    with pytest.raises(UserError, match="没有改动"):
        services.amend_period(actor=world.actor("teacher"), period_id=period.id, reason="看看", exceptions={})
    assert not PeriodChange.objects.unscoped("test").filter(kind="amended").exists()


def test_what_arrives_after_the_period_closed_counts_with_a_word(world: World) -> None:
    period = world.taught(1)
    confirm(world, period.id)
    assert ledger(period.id)[world.pupils[1].id][1] is EvidenceKind.DECLARED
    assert act(world, period.id, 2)
    minutes, basis, reasons = ledger(period.id)[world.pupils[1].id]
    assert (minutes, basis) == (period.period_minutes, EvidenceKind.PLATFORM)
    assert "1次在下课后送到" in "；".join(reasons)


def test_evidence_is_counted_by_kind_and_not_from_other_classes(world: World) -> None:
    period = world.live(1)
    assert act(world, period.id, 1) and act(world, period.id, 1)
    assert act(world, period.id, 1, ActKind.WORK)
    facts = queries.evidence_of(period.id)[world.pupils[0].id]
    assert {one.kind: (one.count, one.late_count) for one in facts} == {
        ActKind.JOINED: (1, 0),
        ActKind.ATTEMPT: (2, 0),
        ActKind.WORK: (1, 0),
    }
    from qiming.teaching.tests.conftest import enrol

    world.pupils += enrol(world.class_2, 1)
    assert not act(world, period.id, 6)
    assert len(queries.evidence_of(period.id)) == 1


def test_class_figures(world: World) -> None:
    period = world.taught(1)
    summary = queries.class_summary(world.class_1.id, "2026-2027")
    assert (summary.confirmed, summary.unconfirmed, summary.planned) == (0, 1, 7)
    assert summary.oldest_unconfirmed == period.planned_date
    confirm(world, period.id)
    summary = queries.class_summary(world.class_1.id, "2026-2027")
    assert (summary.confirmed, summary.unconfirmed, summary.planned) == (1, 0, 7)
    assert summary.by_evidence == {EvidenceKind.PLATFORM: 1}
    empty = queries.class_summary(world.class_2.id, "2026-2027")
    assert (empty.confirmed, empty.planned_periods) == (0, Fraction(0))


def test_lists_of_what_is_next_and_what_waits(world: World) -> None:
    period = world.taught(1)
    teacher = world.actor("teacher")
    assert [one.id for one in queries.unconfirmed(teacher)] == [period.id]
    assert len(queries.next_periods(teacher)) == 7
    assert queries.unconfirmed(world.actor("stranger")) == []
    with time.frozen(NOW + timedelta(days=8)):
        assert len(queries.unconfirmed(teacher)) == 2


@pytest.mark.django_db(transaction=True)
def test_a_whole_row_joins_at_once_and_one_pupil_from_two_tabs() -> None:
    with time.frozen(NOW):
        world = build_world(pupils=8)
        period = world.live()
        code = world.code(period.id)
        actors = [world.pupil(seat) for seat in (1, 1, 2, 3, 4, 5, 6, 7, 8)]
    gate = threading.Barrier(len(actors))
    failed: list[BaseException] = []

    def run(actor: Actor) -> None:
        try:
            with time.frozen(NOW):
                gate.wait(10)
                services.join(actor=actor, code=code)
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(actor,)) for actor in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failed == []
    assert Attendance.objects.unscoped("test").count() == 8
    facts = queries.evidence_of(period.id)
    assert [one.count for found in facts.values() for one in found] == [1] * 8


@pytest.mark.django_db(transaction=True)
def test_two_teachers_confirm_at_the_same_moment() -> None:
    with time.frozen(NOW):
        world = build_world()
        period = world.taught(1, 2)
        actors = [world.actor("teacher"), world.actor("colleague")]
    found: list[bool] = []
    gate = threading.Barrier(2)

    def run(index: int) -> None:
        try:
            with time.frozen(NOW):
                gate.wait(5)
                done = services.confirm_period(actor=actors[index], period_id=period.id, exceptions={})
            found.append(done.fresh)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(found) == [False, True]
    assert PeriodCredit.objects.unscoped("test").count() == 5
    assert OutboxEvent.objects.filter(name="teaching.period_confirmed").count() == 1
