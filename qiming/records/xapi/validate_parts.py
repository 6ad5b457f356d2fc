"""Actors, activities, results, contexts and attachments of xAPI 1.0.3 and 2.0. Pure."""

from __future__ import annotations

from typing import Any

from qiming.records.xapi.validate_values import (
    Check,
    Found,
    at,
    duration,
    extensions,
    flag,
    iri,
    language,
    language_map,
    listed,
    mailto,
    media_type,
    note,
    number,
    one_of,
    sha1,
    sha2,
    shape,
    text,
    uuid,
    whole,
)

IFIS = ("mbox", "mbox_sha1sum", "openid", "account")


# --- actors -----------------------------------------------------------------------------------------------


def account(value: Any, pointer: str, found: Found) -> None:
    shape(value, pointer, found, {"homePage": iri, "name": text}, ("homePage", "name"))


_NAMED: dict[str, Check] = {
    "name": text,
    "mbox": mailto,
    "mbox_sha1sum": sha1,
    "openid": iri,
    "account": account,
}
_AGENT = _NAMED | {"objectType": one_of("object_type", "Agent")}


def agent(value: Any, pointer: str, found: Found) -> None:
    """An Agent has exactly one inverse functional identifier."""
    given = shape(value, pointer, found, _AGENT)
    if given is not None and (count := sum(name in given for name in IFIS)) != 1:
        note(found, pointer, "agent.one_identifier", f"must have exactly one identifier, has {count}")


_GROUP = _NAMED | {"objectType": one_of("object_type", "Group"), "member": listed(agent)}


def group(value: Any, pointer: str, found: Found) -> None:
    """A Group has one identifier at most; without one it names its members."""
    given = shape(value, pointer, found, _GROUP, ("objectType",))
    if given is None:
        return
    count = sum(name in given for name in IFIS)
    if count > 1:
        note(found, pointer, "group.one_identifier", f"must have one identifier at most, has {count}")
    elif count == 0 and not given.get("member"):
        note(found, at(pointer, "member"), "group.members", "a group without an identifier names its members")


def actor(value: Any, pointer: str, found: Found) -> None:
    is_group = isinstance(value, dict) and value.get("objectType") == "Group"
    (group if is_group else agent)(value, pointer, found)


def authority(value: Any, pointer: str, found: Found) -> None:
    """An Agent, or two Agents in a group without identifier (three-legged OAuth)."""
    actor(value, pointer, found)
    if isinstance(value, dict) and value.get("objectType") == "Group":
        members = value.get("member")
        if not isinstance(members, list) or len(members) != 2 or any(name in value for name in IFIS):
            note(
                found, pointer, "authority.two_members", "a group as authority has two members, no identifier"
            )


# --- activities -------------------------------------------------------------------------------------------

INTERACTIONS = {
    "true-false": (),
    "choice": ("choices",),
    "fill-in": (),
    "long-fill-in": (),
    "matching": ("source", "target"),
    "performance": ("steps",),
    "sequencing": ("choices",),
    "likert": ("scale",),
    "numeric": (),
    "other": (),
}
_COMPONENTS = ("choices", "scale", "source", "target", "steps")


def _component(value: Any, pointer: str, found: Found) -> None:
    shape(value, pointer, found, {"id": text, "description": language_map}, ("id",))


def _components(value: Any, pointer: str, found: Found) -> None:
    listed(_component)(value, pointer, found)
    if not isinstance(value, list):
        return
    seen: set[str] = set()
    for index, one in enumerate(value):
        name = one.get("id") if isinstance(one, dict) else None
        if isinstance(name, str):
            if name in seen:
                note(found, at(at(pointer, index), "id"), "interaction.distinct", "ids must be distinct")
            seen.add(name)


_DEFINITION: dict[str, Check] = {
    "name": language_map,
    "description": language_map,
    "type": iri,
    "moreInfo": iri,
    "extensions": extensions,
    "interactionType": one_of("interaction.type", *INTERACTIONS),
    "correctResponsesPattern": listed(text),
    **dict.fromkeys(_COMPONENTS, _components),
}


def definition(value: Any, pointer: str, found: Found) -> None:
    given = shape(value, pointer, found, _DEFINITION)
    if given is None:
        return
    kind = given.get("interactionType")
    used = [name for name in (*_COMPONENTS, "correctResponsesPattern") if name in given]
    if used and kind is None:
        note(found, at(pointer, "interactionType"), "interaction.type", f"is required beside {used[0]}")
    allowed = INTERACTIONS.get(kind, _COMPONENTS) if isinstance(kind, str) else _COMPONENTS
    for name in used:
        if name in _COMPONENTS and name not in allowed:
            note(found, at(pointer, name), "interaction.component", f"does not belong to {kind}")


_ACTIVITY: dict[str, Check] = {
    "objectType": one_of("object_type", "Activity"),
    "id": iri,
    "definition": definition,
}


def activity(value: Any, pointer: str, found: Found) -> None:
    shape(value, pointer, found, _ACTIVITY, ("id",))


def statement_ref(value: Any, pointer: str, found: Found) -> None:
    fields: dict[str, Check] = {"objectType": one_of("object_type", "StatementRef"), "id": uuid}
    shape(value, pointer, found, fields, ("objectType", "id"))


def verb(value: Any, pointer: str, found: Found) -> None:
    shape(value, pointer, found, {"id": iri, "display": language_map}, ("id",))


# --- results ----------------------------------------------------------------------------------------------


def score(value: Any, pointer: str, found: Found) -> None:
    before = len(found)
    given = shape(value, pointer, found, dict.fromkeys(("scaled", "raw", "min", "max"), number))
    if given is None or len(found) > before:
        return
    low, high, raw = given.get("min"), given.get("max"), given.get("raw")
    if not -1 <= given.get("scaled", 0) <= 1:
        note(found, at(pointer, "scaled"), "score.scaled", "must lie between -1 and 1")
    if low is not None and high is not None and low >= high:
        note(found, at(pointer, "min"), "score.order", "min must be less than max")
    if raw is not None and ((low is not None and raw < low) or (high is not None and raw > high)):
        note(found, at(pointer, "raw"), "score.raw", "must lie between min and max")


_RESULT: dict[str, Check] = {
    "score": score,
    "success": flag,
    "completion": flag,
    "response": text,
    "duration": duration,
    "extensions": extensions,
}


def result(value: Any, pointer: str, found: Found) -> None:
    shape(value, pointer, found, _RESULT)


# --- contexts ---------------------------------------------------------------------------------------------


def _activities(value: Any, pointer: str, found: Found) -> None:
    """One activity, or several in an array."""
    (listed(activity) if isinstance(value, list) else activity)(value, pointer, found)


def _context_activities(value: Any, pointer: str, found: Found) -> None:
    shape(value, pointer, found, dict.fromkeys(("parent", "grouping", "category", "other"), _activities))


def _context_agent(value: Any, pointer: str, found: Found) -> None:
    fields: dict[str, Check] = {
        "objectType": one_of("object_type", "contextAgent"),
        "agent": agent,
        "relevantTypes": listed(iri, least=1),
    }
    shape(value, pointer, found, fields, ("objectType", "agent"))


def _context_group(value: Any, pointer: str, found: Found) -> None:
    fields: dict[str, Check] = {
        "objectType": one_of("object_type", "contextGroup"),
        "group": group,
        "relevantTypes": listed(iri, least=1),
    }
    shape(value, pointer, found, fields, ("objectType", "group"))


_CONTEXT_1: dict[str, Check] = {
    "registration": uuid,
    "instructor": actor,
    "team": group,
    "contextActivities": _context_activities,
    "revision": text,
    "platform": text,
    "language": language,
    "statement": statement_ref,
    "extensions": extensions,
}
_CONTEXT_2: dict[str, Check] = _CONTEXT_1 | {
    "contextAgents": listed(_context_agent),
    "contextGroups": listed(_context_group),
}


def context_1(value: Any, pointer: str, found: Found) -> None:
    shape(value, pointer, found, _CONTEXT_1)


def context_2(value: Any, pointer: str, found: Found) -> None:
    shape(value, pointer, found, _CONTEXT_2)


# --- attachments ------------------------------------------------------------------------------------------

_ATTACHMENT: dict[str, Check] = {
    "usageType": iri,
    "display": language_map,
    "description": language_map,
    "contentType": media_type,
    "length": whole,
    "sha2": sha2,
    "fileUrl": iri,
}


def attachment(value: Any, pointer: str, found: Found) -> None:
    shape(value, pointer, found, _ATTACHMENT, ("usageType", "display", "contentType", "length", "sha2"))
