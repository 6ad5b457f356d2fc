"""The validator: ADL's vectors, a table of single faults, and whatever hypothesis can think of."""

from __future__ import annotations

import copy
import gzip
import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qiming.records.xapi.validate import VOIDED, Version, findings
from qiming.records.xapi.validate_values import Finding, parse_time

VECTORS = Path(__file__).parent / "data" / "adl_statements_2.0.0.jsonl.gz"
# Refused for what the request, the batch or the store was, not for what the statement is.
BY_STATE = (
    "duplicate IDs",
    "no statementId parameter",
    "cannot unvoid",
    "cannot be voided",
    "put statements request",
)

AGENT = {"mbox": "mailto:anna@example.org"}


def nested(levels: int) -> Any:
    """So many arrays in each other."""
    return json.loads("[" * levels + "]" * levels)


GOOD: dict[str, Any] = {
    "id": "fd41c918-b88b-4b20-a0a5-a4c32391aaa0",
    "actor": {"objectType": "Agent", "account": {"homePage": "https://example.org", "name": "a7"}},
    "verb": {
        "id": "http://adlnet.gov/expapi/verbs/answered",
        "display": {"zh-CN": "作答了", "en": "answered"},
    },
    "object": {
        "id": "https://example.org/q/1",
        "definition": {
            "interactionType": "choice",
            "choices": [{"id": "a", "description": {"zh-Hans": "𬀩"}}, {"id": "b"}],
            "correctResponsesPattern": ["a"],
        },
    },
    "result": {"score": {"scaled": 0.5, "raw": 1, "min": 0, "max": 2}, "success": True, "duration": "PT1.5S"},
    "context": {
        "registration": "ec531277-b57b-4c15-8d91-d292c5b2b8f7",
        "platform": "p",
        "language": "zh-Hans-CN",
        "contextActivities": {"parent": {"id": "https://example.org/unit/1"}},
        "extensions": {"https://example.org/x": {"anything": [None, {"deep": 1}]}},
    },
    "timestamp": "2026-11-22T10:00:00.123456789+08:00",
    "attachments": [
        {
            "usageType": "https://example.org/u",
            "display": {"en": "x"},
            "contentType": "text/plain; charset=utf-8",
            "length": 3,
            "sha2": "a" * 64,
        }
    ],
}


def vectors() -> list[dict[str, Any]]:
    with gzip.open(VECTORS, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def test_the_suites_own_statements_are_judged_as_the_suite_does() -> None:
    wrong, told = [], 0
    for vector in vectors():
        if any(words in vector["why"] for words in BY_STATE):
            continue
        body = vector["body"]
        found = [
            one for statement in (body if isinstance(body, list) else [body]) for one in findings(statement)
        ]
        told += 1
        if bool(found) == vector["valid"]:
            wrong.append((vector["why"], found, body))
    assert told >= 900
    assert not wrong


@pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
def test_a_rich_statement_is_one(version: Version) -> None:
    assert findings(GOOD, version) == []


GONE = object()
FAULTS: list[tuple[str, object, str, str]] = [
    ("/actor", GONE, "/actor", "property.required"),
    ("/actor", None, "/actor", "value.null"),
    ("/actor", [], "/actor", "type.object"),
    ("/actor/mbox", "mailto:a@b.example", "/actor", "agent.one_identifier"),
    ("/actor/account/homePage", "example.org", "/actor/account/homePage", "iri.format"),
    ("/actor/account/name", 7, "/actor/account/name", "type.string"),
    ("/actor", {"mbox": "anna@example.org"}, "/actor/mbox", "mbox.format"),
    ("/actor", {"mbox_sha1sum": "xyz"}, "/actor/mbox_sha1sum", "sha1.format"),
    ("/actor", {"objectType": "agent"} | AGENT, "/actor/objectType", "object_type"),
    ("/actor", {"objectType": "Group"}, "/actor/member", "group.members"),
    ("/actor", {"objectType": "Group", "member": [{}]}, "/actor/member/0", "agent.one_identifier"),
    ("/verb/id", "answered", "/verb/id", "iri.format"),
    ("/verb/display", {"中文": "x"}, "/verb/display/中文", "language.format"),
    ("/verb/Display", {}, "/verb/Display", "property.unknown"),
    ("/object/id", GONE, "/object/id", "property.required"),
    ("/object/objectType", "Thing", "/object/objectType", "object_type"),
    ("/object/objectType", ["Activity"], "/object/objectType", "object_type"),
    ("/object/definition/interactionType", "essay", "/object/definition/interactionType", "interaction.type"),
    ("/object/definition/interactionType", "likert", "/object/definition/choices", "interaction.component"),
    ("/object/definition/choices", [{"id": "a"}, {"id": "a"}], "/object/definition/choices/1/id", "interaction.distinct"),
    ("/object/definition/extensions", {"a/b~c": 1}, "/object/definition/extensions/a~1b~0c", "iri.format"),
    ("/result/extensions", {"https://a.example/e": nested(65)}, "/result/extensions/https:~1~1a.example~1e", "value.depth"),
    ("/result/score/scaled", 1.01, "/result/score/scaled", "score.scaled"),
    ("/result/score/scaled", float("nan"), "/result/score/scaled", "number.finite"),
    ("/result/score/scaled", True, "/result/score/scaled", "type.number"),
    ("/result/score/raw", 3, "/result/score/raw", "score.raw"),
    ("/result/score/min", 2, "/result/score/min", "score.order"),
    ("/result/success", "true", "/result/success", "type.boolean"),
    ("/result/duration", "1 hour", "/result/duration", "duration.format"),
    ("/result/duration", "P", "/result/duration", "duration.format"),
    ("/context/registration", "7", "/context/registration", "uuid.format"),
    ("/context/contextActivities/child", [], "/context/contextActivities/child", "property.unknown"),
    ("/context/statement", {"id": GOOD["id"]}, "/context/statement/objectType", "property.required"),
    ("/context/team", AGENT, "/context/team/objectType", "property.required"),
    ("/timestamp", "2026-02-30T10:00:00Z", "/timestamp", "time.format"),
    ("/timestamp", "2026-11-22T10:00:00", "/timestamp", "time.format"),
    ("/timestamp", "2026-11-22T10:00:00-00:00", "/timestamp", "time.format"),
    ("/timestamp", "0001-01-01T00:00:00+23:59", "/timestamp", "time.format"),
    ("/version", "3.0.0", "/version", "version.format"),
    ("/attachments/0/sha2", "x", "/attachments/0/sha2", "sha2.format"),
    ("/attachments/0/length", -1, "/attachments/0/length", "number.whole"),
    ("/authority", {"objectType": "Group", "member": [AGENT]}, "/authority", "authority.two_members"),
    ("/verb/id", VOIDED, "/object", "voiding.statement_ref"),
    ("/object", {"objectType": "Agent"} | AGENT, "/context/platform", "context.activity_only"),
    ("/stray", 1, "/stray", "property.unknown"),
]  # fmt: skip


def changed(pointer: str, value: object) -> dict[str, Any]:
    """The good statement with one place changed."""
    statement = copy.deepcopy(GOOD)
    *way, last = pointer.strip("/").split("/")
    place: Any = statement
    for step in way:
        place = place[int(step)] if isinstance(place, list) else place[step]
    if value is GONE:
        del place[last]
    else:
        place[last] = value
    return statement


@pytest.mark.parametrize(("pointer", "value", "where", "rule"), FAULTS)
def test_one_fault_is_found_where_it_is(pointer: str, value: object, where: str, rule: str) -> None:
    assert (where, rule) in [(one.pointer, one.rule) for one in findings(changed(pointer, value))]


def test_what_only_the_second_version_knows() -> None:
    agents = [{"objectType": "contextAgent", "agent": AGENT, "relevantTypes": ["https://example.org/t"]}]
    statement = changed("/context/contextAgents", agents)
    assert findings(statement, "2.0.0") == []
    assert [one.rule for one in findings(statement, "1.0.3")] == ["property.unknown"]
    assert findings(changed("/version", "2.0.0"), "1.0.3")[0].rule == "version.format"


def test_a_sub_statement_carries_no_sub_statement_and_nothing_the_store_sets() -> None:
    inner = {"objectType": "SubStatement", "actor": AGENT, "verb": GOOD["verb"], "object": GOOD["object"]}
    plain = {"actor": AGENT, "verb": GOOD["verb"], "object": inner}
    assert findings(plain) == []
    assert findings(plain | {"object": inner | {"stored": GOOD["timestamp"]}})[0].pointer == "/object/stored"
    nested = plain | {"object": inner | {"object": inner}}
    assert findings(nested)[0].pointer == "/object/object/objectType"


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(ANYTHING, st.sampled_from(["1.0.3", "2.0.0"]))
def test_whatever_it_is_findings_come_out(value: Any, version: Version) -> None:
    found = findings(value, version)
    assert found and all(isinstance(one, Finding) for one in found)


def places(value: Any, pointer: str = "") -> list[str]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, one in inner for place in [f"{pointer}/{key}", *places(one, f"{pointer}/{key}")]]


# Keys with a slash of their own are left out: `changed` takes its pointers apart at slashes.
PLACES = [
    one for one in places(GOOD) if "https:" not in one and "/choices/" not in one and "Pattern/" not in one
]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([one for one in PLACES if not one.rsplit("/", 1)[1].isdigit()]), ANYTHING)
def test_a_statement_with_anything_anywhere_never_raises(pointer: str, value: Any) -> None:
    for version in ("1.0.3", "2.0.0"):
        assert all(isinstance(one, Finding) for one in findings(changed(pointer, value), version))


@settings(deadline=None)
@given(st.datetimes(), st.integers(-14 * 60, 14 * 60))
def test_every_time_python_writes_is_read_back(local: datetime, offset_min: int) -> None:
    moment = local.replace(tzinfo=timezone(timedelta(minutes=offset_min)))
    parsed = parse_time(moment.isoformat(timespec="microseconds"))
    # At either end of the calendar there is no such moment in UTC.
    assert parsed == moment or (parsed is None and local.year in {1, 9999})
