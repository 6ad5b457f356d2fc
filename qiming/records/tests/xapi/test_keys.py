"""Keys with limits: what they may bring, how much, how fast, how long it is kept; counted for every process alike."""

from __future__ import annotations

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from typer.testing import CliRunner

from qiming.kernel import time
from qiming.kernel.errors import UserError
from qiming.kernel.keeping import SWEEPERS, Holds
from qiming.kernel.models import AuditRow
from qiming.records.cli_keys import app
from qiming.records.models import XapiAgent, XapiCompletion, XapiKey, XapiKeyUse, XapiPerson, XapiStatement
from qiming.records.tests.xapi.test_feed import COMPLETIONS, did, pages
from qiming.records.tests.xapi.test_statements import System, pupil, statement
from qiming.records.verbs import ADL_VERB, OWN
from qiming.records.xapi import keys, overview, usage
from qiming.records.xapi.keys import Kept, Limits
from qiming.registry import queries as registry

pytestmark = pytest.mark.django_db


def limited(**limits: Any) -> System:
    """A system whose key has limits."""
    system = System()
    XapiKey.objects.filter(id=system.key).update(**limits)
    return system


@pytest.mark.parametrize(
    ("limits", "change", "pointer", "rule"),
    [
        ({"verbs": [f"{ADL_VERB}/completed"]}, {}, "/verb/id", "key.verb"),
        ({"activities": ["https://tiku.example/"]}, {}, "/object/id", "key.activity"),
        ({"max_statement_bytes": 400}, {"result": {"response": "长" * 200}}, "", "key.size"),
    ],
)
def test_a_key_brings_only_what_it_is_for(limits: Any, change: Any, pointer: str, rule: str) -> None:
    lms = limited(**limits)
    allowed = statement(verb={"id": f"{ADL_VERB}/completed"}, object={"id": "https://tiku.example/q/1"})
    assert lms.post([allowed]).status_code == 200
    answer = lms.post([allowed | {"id": str(uuid4())}, statement(**change)])
    (said,) = answer.json()["findings"]
    assert (answer.status_code, said["index"], said["pointer"], said["rule"]) == (400, 1, pointer, rule)
    told = lms.post([allowed | {"id": str(uuid4())}, statement(**change)], Prefer="handling=lenient").json()
    assert [one["became"] for one in told["results"]] == ["stored", "refused"]


def test_documents_are_about_the_activities_of_the_key() -> None:
    lms = limited(activities=["https://tiku.example/"])
    for activity, status in (("https://tiku.example/q", 204), ("https://example.org/q", 403)):
        url = f"/xapi/activities/profile?activityId={activity}&profileId=p"
        headers = lms.headers | {"If-None-Match": "*"}
        assert (
            lms.client.put(url, "{}", content_type="application/json", headers=headers).status_code == status
        )


def test_the_rate_is_told_with_the_seconds_to_wait() -> None:
    lms = limited(per_minute=10)
    assert lms.post([statement() for _ in range(8)]).status_code == 200
    answer = lms.post([statement() for _ in range(5)])
    assert answer.status_code == 429 and 1 <= int(answer["Retry-After"]) <= 20
    assert XapiStatement.objects.count() == 8
    assert lms.put(statement(), None).status_code == 400, "a request without an id takes nothing"
    assert lms.post([statement() for _ in range(11)]).status_code == 413, "never at once"
    XapiKeyUse.objects.update(counted_at=time.now() - timedelta(seconds=31))
    assert lms.post([statement() for _ in range(5)]).status_code == 200
    used = usage.totals()[lms.key]
    assert (used.stored, used.turned_away) == (13, 16)
    assert lms.get().status_code == 200, "reading is not counted as bringing"


def test_a_rate_that_was_lowered_holds_at_once() -> None:
    lms = limited(per_minute=1000)
    lms.post(statement())
    XapiKey.objects.filter(id=lms.key).update(per_minute=2)
    assert [lms.post(statement()).status_code for _ in range(3)] == [200, 200, 429]


@pytest.mark.django_db(transaction=True)
def test_the_rate_holds_for_all_processes_together() -> None:
    lms = limited(per_minute=20)

    def take(_: int) -> int:
        try:
            return usage.take(lms.key, 3, 20)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(take, range(16)))
    assert waits.count(0) == 6, "six times three fit into twenty"
    assert all(1 <= one <= 9 for one in waits if one)


def test_what_comes_is_counted_by_key() -> None:
    lms, other = System(), System()
    lms.post([one := statement(), statement()])
    lms.post([one, statement(verb={"id": "no"})])
    lms.post([one, statement(verb={"id": "no"})], Prefer="handling=lenient")
    lms.get()
    used = usage.totals()
    assert (used[lms.key].requests, used[lms.key].stored, used[lms.key].duplicate, used[lms.key].refused) == (
        4,
        2,
        1,
        3,
    )
    assert other.key not in used and usage.recent(7) == {lms.key: usage.Came(2, 1, 3, 0)}


def test_a_secret_is_changed_with_some_time_for_both() -> None:
    lms = System()
    second = keys.rotate(lms.key, grace=timedelta(hours=2))
    assert opens(lms.key, lms.secret) and opens(lms.key, second)
    XapiKey.objects.update(old_until=time.now() - timedelta(seconds=1))
    assert not opens(lms.key, lms.secret) and opens(lms.key, second)
    third = keys.rotate(lms.key)
    assert not opens(lms.key, second) and opens(lms.key, third)
    assert AuditRow.objects.filter(verb="records.rotate_xapi_key").count() == 2
    keys.rotate(lms.key, grace=timedelta(hours=2))
    keys.revoke(lms.key)
    assert not opens(lms.key, third), "taken back is taken back, both secrets"
    for grace in (timedelta(0), timedelta(days=8), -timedelta(hours=1)):
        with pytest.raises(UserError):
            keys.rotate(lms.key, grace=grace)


def opens(key: UUID, secret: str) -> bool:
    return keys.holder_of("Basic " + base64.b64encode(f"{key}:{secret}".encode()).decode()) is not None


@pytest.mark.parametrize(
    "limits",
    [
        Limits(verbs=("answered",)),
        Limits(activities=("tiku",)),
        Limits(max_statement_bytes=0),
        Limits(per_minute=-1),
        Limits(per_minute=2**31),
    ],
)
def test_limits_that_make_no_sense_make_no_key(limits: Limits) -> None:
    with pytest.raises(UserError):
        keys.make(name="x", scope="write", limits=limits)
    assert not XapiKey.objects.exists()


def run(*words: str) -> Any:
    done = CliRunner().invoke(app, [*words, "--json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.output)


def test_the_command_line_makes_lists_and_changes_keys() -> None:
    verb = f"{ADL_VERB}/completed"
    made = run("create", "--name", "校本题库", "--scope", "write,read-own", "--verb", verb, "--activity", "https://t.example/",
               "--max-bytes", "9000", "--per-minute", "600", "--keep", "30d")  # fmt: skip
    (listed,) = run("list")
    for told in (made, listed):
        assert (told["verbs"], told["activities"], told["max_statement_bytes"]) == (
            [verb],
            ["https://t.example/"],
            9000,
        )
        assert (told["per_minute"], told["retention"], told["scope"]) == (600, "30d", "write,read-own")
    assert listed["last_at"] is None and "secret" not in listed
    changed = run("rotate", made["key"], "--grace-hours", "1")
    assert opens(UUID(made["key"]), changed["secret"]) and opens(UUID(made["key"]), made["secret"])
    wrong = CliRunner().invoke(app, ["create", "--name", "y", "--scope", "write", "--keep", "forever"])
    assert wrong.exit_code == 1 and "没有这种保留期" in wrong.output


# --- how long it is kept


def ours(person: UUID) -> dict[str, Any]:
    return {"account": {"homePage": OWN, "name": str(person)}}


@pytest.mark.parametrize(
    ("kept", "rule"), [(Kept.DAYS_30, "xapi_30_days"), (Kept.SCHOOL_YEAR, "xapi_school_year")]
)
def test_what_came_by_a_key_goes_when_its_time_is_over(kept: Kept, rule: str) -> None:
    short, long = limited(retention=kept.value), System()
    held = pupil()
    (stays,) = long.post(did("answered")).json()
    _, under_hold = short.post([did("answered"), did("answered", actor=ours(held))]).json()
    url = "/xapi/activities/profile?activityId=https://example.org/q&profileId=p"
    headers = short.headers | {"If-None-Match": "*"}
    short.client.put(url, "{}", content_type="application/json", headers=headers)
    pages(long, COMPLETIONS)
    later = time.now() + timedelta(days=1)
    XapiCompletion.objects.update(last=time.now())
    assert SWEEPERS[f"records.{rule}"](time.now() - timedelta(days=1), Holds()).ids == []
    swept = SWEEPERS[f"records.{rule}"](later, Holds(persons=frozenset({held})))
    assert (len(swept.ids), swept.held_back) == (2, 1), "a statement and a document went, one is held"
    assert set(long.found()) == {stays, under_hold}
    assert XapiCompletion.objects.filter(key=short.key).count() == 1


def test_what_is_kept_while_at_school_goes_with_the_pupil(monkeypatch: pytest.MonkeyPatch) -> None:
    lms, other = limited(retention=Kept.AT_SCHOOL.value), System()
    left, here = pupil(), pupil()
    gone, stays = lms.post([statement(actor=ours(left)), statement(actor=ours(here))]).json()
    (elsewhere,) = other.post(statement(actor=ours(left))).json()
    people = XapiPerson.objects.filter(person_id=left).values("person_id")
    monkeypatch.setattr(registry, "left_before", lambda day: people)
    assert SWEEPERS["records.xapi_at_school"](time.now(), Holds(persons=frozenset({left}))).ids == []
    assert SWEEPERS["records.xapi_at_school"](time.now(), Holds()).ids == [gone]
    assert set(other.found()) == {stays, elsewhere}


def test_an_alias_goes_with_the_last_that_needs_it() -> None:
    lms = System()
    lms.post(statement(actor=ours(pupil())))
    SWEEPERS["records.xapi_documents"](time.now() + timedelta(days=1), Holds())
    assert XapiPerson.objects.count() == 1
    SWEEPERS["records.xapi_outside"](time.now() + timedelta(days=1), Holds())
    assert not XapiPerson.objects.exists() and not XapiAgent.objects.exists()


@pytest.mark.parametrize("url", ["/xapi/feed", COMPLETIONS, "/xapi/activities?activityId=https://e.org/q"])
def test_a_key_that_only_reads_is_seen_to_be_used(url: str) -> None:
    reader = System("read")
    assert reader.get(url).status_code == 200
    (line,) = overview.lines()
    assert line.state is overview.State.FINE and line.last_at and not line.brings


# --- the page


def test_those_who_need_somebody_come_first() -> None:
    names = ("坏", "好", "静", "没用", "收回")
    bad, good, quiet, unused, gone = systems = [System(name=name) for name in names]
    for system in (bad, good, quiet):
        system.post(statement())
    bad.post([statement(verb={"id": "no"})])
    XapiKeyUse.objects.filter(key=quiet.key).update(last_at=time.now() - timedelta(days=31))
    keys.revoke(gone.key)
    lines = overview.lines()
    assert [one.state.value for one in lines] == ["trouble", "fine", "quiet", "unused", "revoked"]
    assert [one.row.id for one in lines] == [one.key for one in systems]
    assert unused.key and (lines[0].stored, lines[0].refused) == (1, 1)


def test_the_limits_are_said_in_words() -> None:
    limited(
        verbs=[f"{ADL_VERB}/completed"],
        activities=["https://t.example/"],
        max_statement_bytes=900,
        per_minute=60,
    )
    (line,) = overview.lines()
    assert line.bounds == [
        "只收动词 completed",
        "只收活动 https://t.example/ 开头",
        "每条不超过900字节",
        "每分钟不超过60条",
    ]
    assert line.scopes == "送来、读全部" and line.row.limits.retention.zh == "三年"
