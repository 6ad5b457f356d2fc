"""A place's ledger computed afresh: what was wrong is mended, what was right stays, the desk hears of it."""

from __future__ import annotations

from uuid import UUID

import pytest
from typer.testing import CliRunner

from qiming.kernel.models import AuditRow, OutboxEvent
from qiming.teaching import queries, services
from qiming.teaching.cli import app
from qiming.teaching.models import PeriodCredit
from qiming.teaching.tests.conftest import World
from qiming.teaching.tests.test_confirming import ABSENT, confirm, ledger

WHY = "the test spoils the ledger"


@pytest.fixture
def period_id(world: World) -> UUID:
    period = world.taught(1, 2, 3)
    confirm(world, period.id, s4=ABSENT)
    return period.id


def path_and_year(period_id: UUID) -> tuple[str, str]:
    period = queries.period(period_id)
    return period.scope_path, period.school_year


def test_what_was_spoilt_is_mended(world: World, period_id: UUID) -> None:
    before = ledger(period_id)
    rows = PeriodCredit.objects.unscoped(WHY).filter(period_id=period_id)
    rows.filter(credited_minutes__gt=0).update(credited_minutes=0, reasons=["错"])
    path, year = path_and_year(period_id)
    OutboxEvent.objects.all().delete()
    done = services.recompute_place(scope_path=path, school_year=year)
    assert (done.periods, done.credited) == (1, sum(minutes > 0 for minutes, _, _ in before.values()))
    assert ledger(period_id) == before
    assert OutboxEvent.objects.filter(name="teaching.plan_changed").count() == 1
    assert AuditRow.objects.filter(verb="teaching.recomputed", detail__periods=1).count() == 1
    assert services.recompute_place(scope_path=path, school_year=year) == done
    assert ledger(period_id) == before


def test_only_the_place_and_year_asked_for(world: World, period_id: UUID) -> None:
    path, year = path_and_year(period_id)
    assert services.recompute_place(scope_path=path, school_year="1999-2000").periods == 0
    steps: list[int] = []
    services.recompute_place(scope_path=path, school_year=year, step=steps.append)
    assert steps == [1]


def test_the_command_says_what_it_did(world: World, period_id: UUID) -> None:
    path, year = path_and_year(period_id)
    done = CliRunner().invoke(app, ["recompute", "--place", path, "--year", year])
    assert done.exit_code == 0, done.output
    assert f"1 periods, 4 credits of {year}" in done.output
    wrong = CliRunner().invoke(app, ["recompute", "--place", "nowhere/"])
    assert wrong.exit_code == 1
    assert "no place" in wrong.output
