"""From an act to an xAPI 2.0 statement, and the rules such a statement keeps. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from math import isnan
from typing import Any
from urllib.parse import quote
from uuid import UUID

from qiming.records.types import Act, Plain, Problem, Result
from qiming.records.verbs import KIND_TYPES, OWN, WORDS

VERSION = "2.0.0"
ZH = "zh-CN"
KNOWN_CONTEXT = frozenset({"offering_id", "period_id", "lesson_key", "course_key"})


# --- building ---------------------------------------------------------------------------------------------


def stamp(at: datetime) -> str:
    """RFC 3339 in UTC with milliseconds. A naive time is a mistake of the caller, never guessed."""
    if at.tzinfo is None:
        raise ValueError("a statement needs a time with its zone")
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def activity_iri(kind: str, object_id: str | UUID) -> str:
    return f"{OWN}/{kind}/{quote(str(object_id), safe='')}"


def build(act: Act, *, statement_id: UUID, stored: datetime, home_page: str) -> dict[str, Plain]:
    word = WORDS[act.verb]
    definition: dict[str, Plain] = {"type": KIND_TYPES[act.object_kind]}
    if act.name:
        definition["name"] = {ZH: act.name}
    statement: dict[str, Plain] = {
        "id": str(statement_id),
        "actor": {"objectType": "Agent", "account": {"homePage": home_page, "name": str(act.actor_person)}},
        "verb": {"id": word.iri, "display": {ZH: word.zh, "en": word.en}},
        "object": {
            "objectType": "Activity",
            "id": activity_iri(act.object_kind, act.object_id),
            "definition": definition,
        },
        "timestamp": stamp(act.at),
        "stored": stamp(stored),
        "version": VERSION,
    }
    if act.result is not None and (result := _result(act.result)):
        statement["result"] = result
    if context := _context(act):
        statement["context"] = context
    return statement


def _result(result: Result) -> dict[str, Plain]:
    out: dict[str, Plain] = {}
    if result.score_scaled is not None:
        out["score"] = {"scaled": result.score_scaled}
    if result.success is not None:
        out["success"] = result.success
    if result.completion is not None:
        out["completion"] = result.completion
    if result.response is not None:
        out["response"] = result.response
    if result.duration_s is not None:
        out["duration"] = f"PT{result.duration_s}S"
    if result.extensions:
        out["extensions"] = {f"{OWN}/ext/{key}": value for key, value in result.extensions.items()}
    return out


def _context(act: Act) -> dict[str, Plain]:
    given = {key: value for key, value in act.context.items() if value is not None}
    out: dict[str, Plain] = {"language": ZH, "platform": "qiming"}
    if offering := given.get("offering_id"):
        out["registration"] = str(offering)
    activities: dict[str, Plain] = {}
    if period := given.get("period_id"):
        activities["parent"] = [_reference("period", str(period))]
    grouping = [
        _reference(kind, str(given[key]))
        for kind, key in (("lesson", "lesson_key"), ("course", "course_key"))
        if key in given
    ]
    if grouping:
        activities["grouping"] = list(grouping)
    if activities:
        out["contextActivities"] = activities
    extra: dict[str, Plain] = {
        f"{OWN}/ext/{key}": str(value) if isinstance(value, UUID) else value
        for key, value in given.items()
        if key not in KNOWN_CONTEXT
    }
    if extra:
        out["extensions"] = extra
    return out


def _reference(kind: str, object_id: str) -> dict[str, Plain]:
    return {"objectType": "Activity", "id": activity_iri(kind, object_id)}


# --- checking ---------------------------------------------------------------------------------------------

Found = Iterator[Problem]
Check = Callable[[Any, str], Found]
_IRI = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+$")
_LANG = re.compile(r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$|^[ix](-[A-Za-z0-9]{1,8})+$")
_DURATION = re.compile(
    r"^P(?=.)((\d+([.,]\d+)?W)|(\d+([.,]\d+)?Y)?(\d+([.,]\d+)?M)?(\d+([.,]\d+)?D)?"
    r"(T(?=.)(\d+([.,]\d+)?H)?(\d+([.,]\d+)?M)?(\d+([.,]\d+)?S)?)?)$"
)
_TIME = re.compile(r"^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?(Z|z|[+-]\d{2}:?\d{2})$")
_UUID = re.compile(
    r"^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}$"
)


def problems(statement: Any) -> list[Problem]:
    """Every rule a statement of ours breaks: Agents by account, Activities as objects (the whole of what we write)."""
    return list(_object(statement, "", STATEMENT, needs=("actor", "verb", "object")))


def _object(value: Any, at: str, fields: dict[str, Check], *, needs: tuple[str, ...] = ()) -> Found:
    if not isinstance(value, dict):
        yield Problem(at, "must be an object")
        return
    for name in needs:
        if name not in value:
            yield Problem(f"{at}/{name}", "is required")
    for name, inner in value.items():
        if name not in fields:
            yield Problem(f"{at}/{name}", "is not a property xAPI knows here")
        elif inner is None:
            yield Problem(f"{at}/{name}", "must not be null")
        else:
            yield from fields[name](inner, f"{at}/{name}")


def _matches(pattern: re.Pattern[str], rule: str) -> Check:
    def check(value: Any, at: str) -> Found:
        if not isinstance(value, str) or not pattern.match(value):
            yield Problem(at, rule)

    return check


def _is(kind: type, rule: str) -> Check:
    def check(value: Any, at: str) -> Found:
        if not isinstance(value, kind):
            yield Problem(at, rule)

    return check


def _equals(word: str) -> Check:
    def check(value: Any, at: str) -> Found:
        if value != word:
            yield Problem(at, f"must be {word}")

    return check


def _shape(fields: dict[str, Check], *needs: str) -> Check:
    return lambda value, at: _object(value, at, fields, needs=needs)


def _keyed(keys: re.Pattern[str], rule: str, check: Check | None) -> Check:
    def run(value: Any, at: str) -> Found:
        if not isinstance(value, dict):
            yield Problem(at, "must be an object")
            return
        for name, inner in value.items():
            if not keys.match(name):
                yield Problem(f"{at}/{name}", rule)
            if check is not None:
                yield from check(inner, f"{at}/{name}")

    return run


def _time(value: Any, at: str) -> Found:
    if not isinstance(value, str) or not _TIME.match(value) or value.endswith(("-00:00", "-0000")):
        yield Problem(at, "must be an RFC 3339 time with its zone")
        return
    try:
        datetime.fromisoformat(value)
    except ValueError:
        yield Problem(at, "must be a time that exists")


def _number(value: Any, at: str) -> Found:
    if isinstance(value, bool) or not isinstance(value, int | float) or isnan(value):
        yield Problem(at, "must be a number")


def _score(value: Any, at: str) -> Found:
    parts: dict[str, Check] = dict.fromkeys(("scaled", "raw", "min", "max"), _number)
    found = list(_object(value, at, parts))
    yield from found
    if found or not isinstance(value, dict):
        return
    if not -1 <= value.get("scaled", 0) <= 1:
        yield Problem(f"{at}/scaled", "must lie between -1 and 1")
    low, high = value.get("min", float("-inf")), value.get("max", float("inf"))
    if "min" in value and "max" in value and low >= high:
        yield Problem(at, "min must be less than max")
    if "raw" in value and not low <= value["raw"] <= high:
        yield Problem(f"{at}/raw", "must lie between min and max")


def _activities(value: Any, at: str) -> Found:
    many = value if isinstance(value, list) else [value]
    for index, one in enumerate(many):
        yield from _shape(ACTIVITY, "id")(one, f"{at}/{index}")


_iri = _matches(_IRI, "must be an IRI with its scheme")
_text = _is(str, "must be a string")
_uuid = _matches(_UUID, "must be a UUID in standard form")
_flag = _is(bool, "must be true or false")
_words = _keyed(_LANG, "must be a language tag of RFC 5646", _text)
_extensions = _keyed(_IRI, "keys of extensions are IRIs", None)
_language = _matches(_LANG, "must be a language tag of RFC 5646")

ACTOR: dict[str, Check] = {
    "objectType": _equals("Agent"),
    "account": _shape({"homePage": _iri, "name": _text}, "homePage", "name"),
}
DEFINITION: dict[str, Check] = {
    "name": _words,
    "description": _words,
    "type": _iri,
    "moreInfo": _iri,
    "extensions": _extensions,
}
ACTIVITY: dict[str, Check] = {
    "objectType": _equals("Activity"),
    "id": _iri,
    "definition": _shape(DEFINITION),
}
RESULT: dict[str, Check] = {
    "score": _score,
    "success": _flag,
    "completion": _flag,
    "response": _text,
    "duration": _matches(_DURATION, "must be an ISO 8601 duration"),
    "extensions": _extensions,
}
CONTEXT: dict[str, Check] = {
    "registration": _uuid,
    "contextActivities": _shape(dict.fromkeys(("parent", "grouping", "category", "other"), _activities)),
    "revision": _text,
    "platform": _text,
    "language": _language,
    "extensions": _extensions,
}
STATEMENT: dict[str, Check] = {
    "id": _uuid,
    "actor": _shape(ACTOR, "account"),
    "verb": _shape({"id": _iri, "display": _words}, "id"),
    "object": _shape(ACTIVITY, "id"),
    "result": _shape(RESULT),
    "context": _shape(CONTEXT),
    "timestamp": _time,
    "stored": _time,
    "version": _matches(re.compile(r"^2\.0\.\d+$"), "must be 2.0.x"),
}
