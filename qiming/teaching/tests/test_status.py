"""What the operator sees, and what the clock sweeps up."""

from __future__ import annotations

import json
from datetime import timedelta

from typer.testing import CliRunner

from qiming.kernel import time
from qiming.kernel.models import AuditRow
from qiming.teaching import queries, services
from qiming.teaching.cli import app
from qiming.teaching.tests.conftest import NOW, World
from qiming.teaching.types import PeriodState


def test_status_counts_periods_by_state_and_evidence(world: World) -> None:
    period = world.taught(1)
    services.confirm_period(actor=world.actor("teacher"), period_id=period.id, exceptions={})
    done = CliRunner().invoke(app, ["status", "--json"])
    assert done.exit_code == 0
    said = json.loads(done.stdout)
    assert (said["confirmed"], said["planned"], said["pupils_credited"]) == (1, 7, 5)
    assert said["by_evidence"] == {"platform": 1, "documented": 0, "declared": 0}
    with time.frozen(NOW + timedelta(days=8)):
        later = json.loads(CliRunner().invoke(app, ["status", "--json"]).stdout)
    assert later["missed"] == 1
    elsewhere = json.loads(CliRunner().invoke(app, ["status", "--json", "--place", "x/"]).stdout)
    assert elsewhere["confirmed"] == 0
    assert "confirmed, platform" in CliRunner().invoke(app, ["status"]).stdout


def test_a_period_nobody_ended_is_ended_by_the_clock_once(world: World) -> None:
    period = world.live(1)
    assert services.end_forgotten() == 0
    with time.frozen(NOW + timedelta(hours=30)):
        assert services.end_forgotten() == 1
        assert services.end_forgotten() == 0
    assert queries.period(period.id).state is PeriodState.TAUGHT
    assert AuditRow.objects.get(verb="teaching.ended_by_clock").account_id is None
