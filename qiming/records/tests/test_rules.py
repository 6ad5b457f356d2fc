"""Statements we build are valid xAPI; statements that break a rule are named with the place and the rule."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiming.records import rules
from qiming.records.types import Act, Result
from qiming.records.verbs import KIND_TYPES, WORDS, ObjectKind, Verb

PERSON = UUID("01890a5d-ac96-774b-bcce-b302099a8057")
STATEMENT = UUID("01890a5d-ac96-774b-bcce-b302099a8058")
PERIOD = UUID("01890a5d-ac96-774b-bcce-b302099a8059")
AT = datetime(2026, 11, 24, 2, 24, tzinfo=UTC)
HOME = "https://qiming.invalid/xapi"


def act(**changes: Any) -> Act:
    given_: dict[str, Any] = {
        "actor_person": PERSON,
        "verb": Verb.ANSWERED,
        "object_kind": ObjectKind.ITEM,
        "object_id": "g7l4-q03",
        "at": AT,
        "scope_path": "b/x/",
        "name": "学过的都认得，没见过的呢？",
        "result": Result(success=False, score_scaled=0.0, response="A", duration_s=41),
        "context": {"offering_id": STATEMENT, "period_id": PERIOD, "lesson_key": "g7l4", "try_no": 2},
    } | changes
    return Act(**given_)


def built(one: Act) -> dict[str, Any]:
    raw = rules.build(one, statement_id=STATEMENT, stored=AT, home_page=HOME)
    statement: dict[str, Any] = json.loads(json.dumps(raw))
    return statement


def test_actor_is_an_account_and_never_a_name() -> None:
    statement = built(act())
    assert statement["actor"] == {
        "objectType": "Agent",
        "account": {"homePage": HOME, "name": str(PERSON)},
    }


def test_context_says_offering_period_and_lesson() -> None:
    context = built(act())["context"]
    assert context["registration"] == str(STATEMENT)
    assert context["contextActivities"]["parent"][0]["id"].endswith(f"/period/{PERIOD}")
    assert context["contextActivities"]["grouping"][0]["id"].endswith("/lesson/g7l4")
    assert context["extensions"] == {"https://qiming.invalid/xapi/ext/try_no": 2}


def test_time_is_written_in_utc() -> None:
    local = AT.astimezone(timezone(timedelta(hours=8)))
    assert built(act(at=local))["timestamp"] == "2026-11-24T02:24:00.000Z"


def test_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        built(act(at=AT.replace(tzinfo=None)))


@pytest.mark.parametrize("verb", list(Verb))
def test_every_verb_has_its_own_iri(verb: Verb) -> None:
    assert rules.problems(built(act(verb=verb))) == []
    assert sum(WORDS[other].iri == WORDS[verb].iri for other in Verb) == 1


@pytest.mark.parametrize("kind", list(ObjectKind))
def test_every_kind_makes_a_valid_statement(kind: ObjectKind) -> None:
    assert rules.problems(built(act(object_kind=kind))) == []
    assert KIND_TYPES[kind].startswith("http")


@given(
    object_id=st.text(min_size=1, max_size=60),
    name=st.text(max_size=60) | st.none(),
    response=st.text(max_size=200) | st.none(),
    score=st.floats(-1, 1) | st.none(),
    seconds=st.integers(0, 10**6) | st.none(),
    at=st.datetimes(timezones=st.just(UTC), min_value=datetime(2025, 9, 1), max_value=datetime(2100, 1, 1)),  # noqa: DTZ001
)
def test_whatever_is_told_the_statement_is_valid(
    object_id: str,
    name: str | None,
    response: str | None,
    score: float | None,
    seconds: int | None,
    at: datetime,
) -> None:
    result = Result(response=response, score_scaled=score, duration_s=seconds)
    one = act(object_id=object_id, name=name, result=result, at=at)
    assert rules.problems(built(one)) == []


BROKEN: list[tuple[str, Any, str]] = [
    ("/actor", None, "must not be null"),
    ("/actor/account", {"name": "x"}, "is required"),
    ("/actor/account/homePage", "no scheme", "must be an IRI with its scheme"),
    ("/actor/account/name", 7, "must be a string"),
    ("/actor/mbox", "mailto:a@b.cn", "is not a property xAPI knows here"),
    ("/verb/id", "answered", "must be an IRI with its scheme"),
    ("/verb/display", {"a12345678": "x"}, "must be a language tag of RFC 5646"),
    ("/object/objectType", "activity", "must be Activity"),
    ("/object/id", "g7l4-q03", "must be an IRI with its scheme"),
    ("/object/definition/name", "题", "must be an object"),
    ("/result/score/scaled", 1.01, "must lie between -1 and 1"),
    ("/result/score/scaled", True, "must be a number"),
    ("/result/score/scaled", float("nan"), "must be a number"),
    ("/result/success", "yes", "must be true or false"),
    ("/result/duration", "41 s", "must be an ISO 8601 duration"),
    ("/result/duration", "PT", "must be an ISO 8601 duration"),
    ("/context/registration", "offering-1", "must be a UUID in standard form"),
    ("/context/language", "something long", "must be a language tag of RFC 5646"),
    ("/context/extensions", {"try_no": 2}, "keys of extensions are IRIs"),
    ("/context/contextActivities", {"parents": []}, "is not a property xAPI knows here"),
    ("/timestamp", "2026-11-24T02:24:00", "must be an RFC 3339 time with its zone"),
    ("/timestamp", "2026-11-24T02:24:00-00:00", "must be an RFC 3339 time with its zone"),
    ("/timestamp", "2026-13-24T02:24:00Z", "must be a time that exists"),
    ("/id", "01890a5d", "must be a UUID in standard form"),
    ("/version", "1.1.0", "must be 2.0.x"),
    ("/subject", {}, "is not a property xAPI knows here"),
]


@pytest.mark.parametrize(("pointer", "value", "rule"), BROKEN)
def test_a_broken_rule_is_named(pointer: str, value: Any, rule: str) -> None:
    statement = copy.deepcopy(built(act()))
    *way, last = pointer.strip("/").split("/")
    place = statement
    for step in way:
        place = place[step]
    place[last] = value
    found = rules.problems(statement)
    assert rule in [problem.rule for problem in found]
    assert all(problem.pointer.startswith(pointer) for problem in found)


@pytest.mark.parametrize("missing", ["actor", "verb", "object"])
def test_what_every_statement_needs(missing: str) -> None:
    statement = built(act())
    del statement[missing]
    assert [problem.rule for problem in rules.problems(statement)] == ["is required"]


@pytest.mark.parametrize("score", [{"min": 3, "max": 3}, {"min": 0, "max": 4, "raw": 5}])
def test_scores_keep_their_bounds(score: dict[str, int]) -> None:
    statement = built(act())
    statement["result"]["score"] = score
    assert len(rules.problems(statement)) == 1


@pytest.mark.parametrize("thing", [None, [], "statement", 3])
def test_what_is_no_object_is_no_statement(thing: Any) -> None:
    assert [problem.rule for problem in rules.problems(thing)] == ["must be an object"]
