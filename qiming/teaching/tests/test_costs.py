"""A ledger of 45 pupils and a period's page ask the database as little as those of five."""

from __future__ import annotations

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from qiming.teaching import services
from qiming.teaching.tests.conftest import World, enrol


def asked(client: Client, where: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(where).status_code == 200
    return len([one for one in seen.captured_queries if "SAVEPOINT" not in one["sql"]])


def test_ledgers_cost_the_same_for_a_full_class(world: World) -> None:
    client = world.client("teacher")
    ledger = f"/teach/classes/{world.class_1.id}/ledger/"
    period = world.taught(1)
    services.confirm_period(actor=world.actor("teacher"), period_id=period.id, exceptions={})
    page = f"/teach/periods/{period.id}/"
    for where in (ledger, page):
        asked(client, where)
    few = asked(client, ledger), asked(client, page)
    services.reopen_period(actor=world.actor("teacher"), period_id=period.id, reason="人没有到齐")
    world.pupils += enrol(world.class_1, 40, first_seat=6)
    services.confirm_period(actor=world.actor("teacher"), period_id=period.id, exceptions={})
    many = asked(client, ledger), asked(client, page)
    assert many == few
    assert many[0] <= 20 and many[1] <= 30
    assert "45人" in client.get(ledger).content.decode()
