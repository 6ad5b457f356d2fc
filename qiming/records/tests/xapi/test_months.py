"""Statements lie in months: made in time or by the first statement in them, dropped whole, one id across them all; and
the moment of storing never goes back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from qiming.kernel import time
from qiming.kernel.keeping import SWEEPERS, Holds
from qiming.kernel.throttle import buckets
from qiming.records.models import (
    XapiActivityLink,
    XapiAgentLink,
    XapiAttachment,
    XapiReference,
    XapiStatement,
    XapiTakenId,
)
from qiming.records.tests.xapi.test_statements import BEN, System, ref, statement
from qiming.records.xapi import months, store
from qiming.records.xapi.validate import VOIDED

pytestmark = pytest.mark.django_db
THROUGH = "X-Experience-API-Consistent-Through"


@pytest.fixture
def lms() -> System:
    buckets.forget()
    return System()


def ask(sql: str, *values: str | int) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()[0] if cursor.description else None


def has_month(name: str) -> bool:
    return bool(ask("SELECT to_regclass(%s) IS NOT NULL", f"records_xapistatement_{name}"))


@pytest.fixture
def clock() -> Iterator[Any]:
    """Puts the moment of storing to where the test wants it: what was stored last was stored then."""
    before = ask("SELECT last_value FROM records_xapi_clock")

    def put(moment: datetime) -> None:
        ask("SELECT setval('records_xapi_clock', %s)", int(moment.timestamp() * 1_000_000) - 1)

    yield put
    ask("SELECT setval('records_xapi_clock', %s)", before)  # a sequence does not go back with its transaction


def test_the_months_to_come_are_made_ahead() -> None:
    months.make_ahead()
    months.make_ahead()
    later = (time.now().astimezone(UTC).replace(day=1) + timedelta(days=40)).strftime("%Y_%m")
    assert has_month(later)


def test_a_month_nobody_made_is_made_by_the_first_statement_in_it(lms: System, clock: Any) -> None:
    edge = datetime(2031, 5, 1, tzinfo=UTC)
    assert not has_month("2031_05")
    clock(edge - timedelta(microseconds=2))
    sent = lms.post([statement() for _ in range(4)]).json()
    assert has_month("2031_04") and has_month("2031_05")
    months_of = [
        row.stored.month for row in XapiStatement.objects.filter(id__in=sent).order_by("stored", "id")
    ]
    assert months_of == [4, 4, 5, 5]
    assert lms.found(ascending="true") == sent, "the order of storing goes on across the edge"
    assert lms.found(limit=3) == sent[:0:-1]
    for one in sent:
        assert lms.get(statementId=one).json()["id"] == one


def test_an_id_is_taken_once_whatever_the_month(lms: System, clock: Any) -> None:
    first = statement()
    lms.post(first)
    clock(datetime(2031, 7, 10, tzinfo=UTC))
    assert lms.post(first).status_code == 200, "the same again"
    assert lms.post(first | {"actor": BEN}).status_code == 409
    assert XapiStatement.objects.count() == 1 and not XapiStatement.objects.filter(stored__year=2031).exists()


def test_what_refers_or_voids_works_across_months(lms: System, clock: Any) -> None:
    one, two = statement(object={"id": "https://example.org/x"}), statement()
    lms.post([one, two])
    clock(datetime(2031, 8, 1, tzinfo=UTC))
    about = statement(object=ref(one["id"]))
    lms.post([about, statement(verb={"id": VOIDED}, object=ref(two["id"]))])
    assert lms.found(activity="https://example.org/x") == [about["id"], one["id"]]
    assert lms.get(statementId=two["id"]).status_code == 404
    assert lms.get(voidedStatementId=two["id"]).status_code == 200
    assert two["id"] not in lms.found()


def test_old_months_are_dropped_whole_and_the_rest_row_by_row(lms: System, clock: Any) -> None:
    old, edge = datetime(2030, 3, 9, tzinfo=UTC), datetime(2030, 4, 20, tzinfo=UTC)
    sent = []
    for moment in (old, edge - timedelta(hours=1), edge + timedelta(hours=1)):
        clock(moment)
        sent += lms.post(statement()).json()
    lms.post(statement(object=ref(sent[0])))
    XapiAttachment.objects.create(statement_id=sent[0], sha2="0", media_type="a/b", body=b"x")
    ids = SWEEPERS["records.xapi_outside"](edge, Holds()).ids
    assert ids == sorted(sent[:2])
    assert not has_month("2030_03") and has_month("2030_04")
    assert {str(one) for one in XapiTakenId.objects.values_list("pk", flat=True)} >= {sent[2]}
    assert not XapiTakenId.objects.filter(statement__in=sent[:2]).exists()
    for links in (XapiAgentLink, XapiActivityLink, XapiAttachment):
        assert not links.objects.filter(statement__in=sent[:2]).exists()
    assert lms.get(statementId=sent[0]).status_code == 404 and sent[2] in lms.found()
    assert XapiReference.objects.count() == 1, "what spoke of it stays"
    assert SWEEPERS["records.xapi_outside"](edge, Holds()).ids == []
    clock(old)
    assert lms.post(statement()).status_code == 200, "and the month can be made again"


def test_taking_a_statement_away_takes_all_that_hangs_on_it(lms: System) -> None:
    one, two = lms.post([statement(), statement(object=ref(str(uuid4())))]).json()
    rows = XapiStatement.objects.filter(id=two).values_list("id", "stored")
    months.forget([months.Lying(*row) for row in rows])
    for model in (XapiStatement, XapiTakenId):
        assert [str(key) for key in model.objects.values_list("pk", flat=True)] == [one]
    assert not XapiReference.objects.exists()
    assert {str(key) for key in XapiAgentLink.objects.values_list("statement", flat=True)} == {one}


# --- the clock


def test_the_moment_of_storing_never_goes_back(lms: System, clock: Any) -> None:
    """The machine's clock was five hours ahead for a while: seen from there it went back."""
    ahead = time.now() + timedelta(hours=5)
    clock(ahead)
    first = lms.post(statement()).json()
    second = lms.post([statement(), statement()]).json()
    assert lms.found(ascending="true") == first + second
    kept = [row["stored"] for row in lms.get(ascending="true").json()["statements"]]
    assert kept == sorted(kept) and len(set(kept)) == 3
    assert kept[0] >= ahead.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    seen = lms.get()[THROUGH]
    assert seen >= kept[-1], "all there is can be read"
    third = lms.post(statement()).json()
    assert lms.found(since=seen) == third, "who went on from there misses nothing"
    assert lms.get()[THROUGH] > seen


def test_what_was_promised_is_kept_when_the_clock_goes_back_while_nothing_is_written(
    lms: System, clock: Any
) -> None:
    clock(time.now() - timedelta(days=1))
    promised = lms.get()[THROUGH]
    sent = lms.post(statement()).json()
    assert lms.get(statementId=sent[0]).json()["stored"] > promised
    held = ask("SELECT records_xapi_at(last_value) FROM records_xapi_clock")
    assert store.consistent_through() >= held


def test_a_batch_under_way_begins_before_what_it_will_store(lms: System) -> None:
    with transaction.atomic():
        began = ask("SELECT now()")
        stored = ask("SELECT records_xapi_moments(3)")
        assert stored > began
        assert ask("SELECT records_xapi_moments(1)") > stored + timedelta(microseconds=2)


def test_ids_of_the_store_are_uuids(lms: System) -> None:
    made = statement()
    del made["id"]
    (sent,) = lms.post(made).json()
    assert UUID(sent) and XapiTakenId.objects.filter(pk=sent).exists()


@pytest.mark.parametrize("ascending", ["true", "false"])
def test_pages_hold_what_refers_to_a_match_in_its_place(lms: System, ascending: str) -> None:
    sent, wanted = [], {"id": "https://example.org/verbs/wanted"}
    for number in range(9):
        sent.append(statement(verb=wanted if number % 2 else {"id": "https://example.org/verbs/other"}))
        if number % 3 == 2:
            sent.append(statement(object=ref(sent[-2]["id"])))
    lms.post(sent)
    of = {one["id"]: one for one in sent}
    expected = [
        one["id"]
        for one in sent
        if one["verb"] == wanted or of.get(one["object"]["id"], {}).get("verb") == wanted
    ]
    expected = expected if ascending == "true" else expected[::-1]
    for limit in (1, 2, 3, 50):
        answer = lms.get(verb=wanted["id"], limit=limit, ascending=ascending).json()
        seen = [one["id"] for one in answer["statements"]]
        while answer["more"]:
            answer = lms.get(answer["more"]).json()
            seen += [one["id"] for one in answer["statements"]]
        assert seen == expected, limit
