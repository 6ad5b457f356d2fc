"""Retention: dated rules, a certificate for every deletion, holds, and every rule with somebody who carries it out."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from qiming.kernel import chain, time
from qiming.kernel.keeping import SWEEPERS, Holds, Swept
from qiming.kernel.models import AuditRow
from qiming.registry import testing
from qiming.registry.testing import Cast
from qiming.trust import services
from qiming.trust.chains import READS
from qiming.trust.models import AccessLog, Report, RetentionRun
from qiming.trust.rules import keeping as rules
from qiming.trust.rules.keeping import Rule

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db: None) -> Cast:
    return testing.cast(pupils=3)


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, settings: Any) -> Iterator[None]:
    settings.QIMING_HOME = tmp_path
    yield


def read(cast: Cast, index: int, days_ago: int) -> None:
    with time.frozen(time.now() - timedelta(days=days_ago)):
        pupil = cast.pupils[index]
        services.log_read(cast.teacher, verb="v", subjects=[pupil.id], scope_path=pupil.scope_path)
    chain.seal_all(READS)


def test_every_rule_has_a_sweeper_and_every_sweeper_a_rule() -> None:
    assert {rule.key for rule in rules.rules()} == set(SWEEPERS)


def test_every_rule_says_on_what_ground() -> None:
    for rule in rules.rules():
        assert rule.basis and rule.what and rule.from_when and isinstance(rule.verified, bool)
        assert "清除" in rule.says


def test_the_rule_of_a_day_is_the_last_that_began() -> None:
    def rule(since: date, days: int) -> Rule:
        return Rule("a", "什么", "写下", days, since, "约定", verified=True)

    known = [rule(date(2026, 9, 1), 10), rule(date(2025, 9, 1), 30)]
    assert rules.in_force(date(2026, 1, 1), known)[0].days == 30
    assert rules.in_force(date(2026, 9, 1), known)[0].days == 10
    assert rules.in_force(date(2020, 1, 1), known)[0].days == 30


def test_old_readings_go_with_a_certificate_and_the_chain_still_holds(cast: Cast) -> None:
    for index, days in ((0, 1200), (1, 1100), (2, 10)):
        read(cast, index, days)
    (run,) = [one for one in services.sweep() if one.rule == "trust.reads"]
    assert run.count == 2 and run.keep_days == 1095 and len(run.ids_sha256) == 64
    assert AccessLog.objects.unscoped("test").count() == 1
    chain.seal_all(READS)
    verdict = chain.verify(READS)
    assert verdict.holds and verdict.since_no == 3
    told = AuditRow.objects.get(verb="trust.retention_certificate", thing_id=run.id)
    assert told.detail == {"rule": "trust.reads", "count": 2, "ids_sha256": run.ids_sha256}
    assert [one for one in services.sweep() if one.rule == "trust.reads"] == []


def test_the_hash_tells_which_rows_went_and_shows_none(cast: Cast) -> None:
    read(cast, 0, 1200)
    gone = str(AccessLog.objects.unscoped("test").get().id)
    (run,) = [one for one in services.sweep() if one.rule == "trust.reads"]
    assert run.ids_sha256 == rules.hash_of([gone]) and gone not in str(run.__dict__)


def test_a_hold_keeps_what_is_older_and_the_certificate_says_so(cast: Cast) -> None:
    for index, days in ((0, 1300), (1, 1200)):
        read(cast, index, days)
    hold = services.place_hold(actor=cast.actor("head"), person_id=cast.pupils[1].id, reason="家长投诉")
    (run,) = [one for one in services.sweep() if one.rule == "trust.reads"]
    assert (run.count, run.held_back) == (1, 1)
    services.lift_hold(actor=cast.actor("head"), hold_id=hold.id)
    services.lift_hold(actor=cast.actor("head"), hold_id=hold.id)
    (again,) = [one for one in services.sweep() if one.rule == "trust.reads"]
    assert (again.count, again.held_back) == (1, 0)


def test_counts_are_kept_by_school(cast: Cast) -> None:
    report = Report.objects.create(
        scope_path=cast.school.path, category="other", holders=[], state="closed", due_on=time.today(),
        closed_at=time.now() - timedelta(days=1200),
    )  # fmt: skip
    (run,) = [one for one in services.sweep() if one.rule == "trust.reports"]
    assert run.places == {cast.school.path: 1}
    assert not Report.objects.unscoped("test").filter(id=report.id).exists()


def test_a_rule_that_fails_stops_no_other_and_is_told(cast: Cast, monkeypatch: Any, caplog: Any) -> None:
    def broken(before: Any, holds: Holds) -> Swept:
        raise RuntimeError("王小明")

    monkeypatch.setitem(SWEEPERS, "registry.sessions", broken)
    read(cast, 0, 1200)
    assert [one.rule for one in services.sweep()] == ["trust.reads"]
    assert AuditRow.objects.get(verb="trust.retention_run").detail["failed"] == 1
    assert "registry.sessions" in caplog.text and "王小明" not in caplog.text


def test_every_night_is_noted_even_when_nothing_was_old(cast: Cast) -> None:
    assert services.sweep() == [] and RetentionRun.objects.count() == 0
    assert AuditRow.objects.get(verb="trust.retention_run").detail["deleted"] == 0


def test_every_sweeper_runs_on_what_is_there_with_and_without_holds(cast: Cast) -> None:
    read(cast, 0, 5)
    services.place_hold(actor=cast.actor("head"), person_id=cast.pupils[0].id, reason="x")
    services.place_hold(actor=cast.actor("head"), place_id=cast.school.id, reason="y")
    with time.frozen(time.now() + timedelta(days=9000)):
        services.sweep()
    assert AuditRow.objects.get(verb="trust.retention_run").detail["failed"] == 0
    assert AccessLog.objects.unscoped("test").count() == 1
