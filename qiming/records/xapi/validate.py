"""Is this a statement of xAPI 1.0.3 or 2.0? Over plain dicts, as `json.loads` gives them. Pure.

Every finding has a JSON pointer and a rule id that stays the same; the findings of a statement come in the order of
its properties. Rules: IEEE 9274.1.1 (xAPI 2.0) and the xAPI 1.0.3 specification, part two.
"""

from __future__ import annotations

import re
from typing import Any, Literal

from qiming.records.xapi import validate_parts as parts
from qiming.records.xapi.validate_values import (
    Check,
    Finding,
    Found,
    at,
    listed,
    matching,
    moment,
    note,
    shape,
    uuid,
)

Version = Literal["1.0.3", "2.0.0"]
VOIDED = "http://adlnet.gov/expapi/verbs/voided"
_ONLY_WITH_ACTIVITY = ("revision", "platform")

_VERSION_1 = matching(re.compile(r"1\.0(?:\.\d+)?", re.ASCII), "version.format", "must be 1.0.x")
_VERSION_2 = matching(
    re.compile(r"(?:1\.0(?:\.\d+)?|2\.0\.\d+)", re.ASCII), "version.format", "must be 1.0.x or 2.0.x"
)


def findings(statement: Any, version: Version = "2.0.0") -> list[Finding]:
    """Every rule the statement breaks; an empty list when it is one. Never raises, whatever it is given."""
    found: Found = []
    given = shape(statement, "", found, _FIELDS[version], ("actor", "verb", "object"))
    if given is not None:
        _together(given, "", found)
        _voiding(given, found)
    return found


def _kind(thing: Any) -> object:
    return thing.get("objectType", "Activity") if isinstance(thing, dict) else None


def _object_in(sub_statement: Check | None) -> Check:
    def check(value: Any, pointer: str, found: Found) -> None:
        kinds: dict[object, Check] = {
            "Activity": parts.activity,
            "Agent": parts.agent,
            "Group": parts.group,
            "StatementRef": parts.statement_ref,
        }
        if sub_statement is not None:
            kinds["SubStatement"] = sub_statement
        kind = _kind(value)
        if not isinstance(value, dict):
            note(found, pointer, "type.object", "must be an object")
        elif not isinstance(kind, str) or kind not in kinds:
            note(found, at(pointer, "objectType"), "object_type", f"must be {', '.join(map(str, kinds))}")
        else:
            kinds[kind](value, pointer, found)

    return check


def _together(given: dict[str, Any], pointer: str, found: Found) -> None:
    """Rules over two properties at once."""
    context = given.get("context")
    if isinstance(context, dict) and _kind(given.get("object")) != "Activity":
        for name in _ONLY_WITH_ACTIVITY:
            if name in context:
                where = at(at(pointer, "context"), name)
                note(found, where, "context.activity_only", "belongs to statements about an activity")


def _voiding(given: dict[str, Any], found: Found) -> None:
    if is_voiding(given) and _kind(given.get("object")) != "StatementRef":
        note(found, "/object", "voiding.statement_ref", "what is voided is named by a StatementRef")


def is_voiding(statement: dict[str, Any]) -> bool:
    verb = statement.get("verb")
    return isinstance(verb, dict) and verb.get("id") == VOIDED


def _fields(context: Check, version: Check) -> dict[str, Check]:
    common: dict[str, Check] = {
        "actor": parts.actor,
        "verb": parts.verb,
        "result": parts.result,
        "context": context,
        "timestamp": moment,
        "attachments": listed(parts.attachment),
    }
    inner: dict[str, Check] = common | {
        "objectType": lambda value, pointer, found: None,
        "object": _object_in(None),
    }

    def sub_statement(value: Any, pointer: str, found: Found) -> None:
        given = shape(value, pointer, found, inner, ("actor", "verb", "object"))
        if given is not None:
            _together(given, pointer, found)

    return common | {
        "id": uuid,
        "object": _object_in(sub_statement),
        "stored": moment,
        "authority": parts.authority,
        "version": version,
    }


_FIELDS: dict[Version, dict[str, Check]] = {
    "1.0.3": _fields(parts.context_1, _VERSION_1),
    "2.0.0": _fields(parts.context_2, _VERSION_2),
}
