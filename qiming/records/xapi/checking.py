"""A batch before it is written: the standard's rules, then those of this store and of the key that brings it. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from qiming.records.xapi import attachments
from qiming.records.xapi.keys import Holder
from qiming.records.xapi.shape import Plain
from qiming.records.xapi.validate import Version, findings
from qiming.records.xapi.validate_values import Finding, Found, at, note

ENOUGH: Final = 100  # findings in one refusal


@dataclass(slots=True)
class Judged:
    """What is wrong with which statement of a batch (by its place), and which contents of attachments are used."""

    wrong: dict[int, Found] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)


def judge(
    several: Sequence[Any],
    *,
    version: Version,
    holder: Holder,
    home: str,
    contents: Mapping[str, bytes],
    to_the_end: bool = False,
) -> Judged:
    """Every statement against every rule. Stops when there are findings enough, unless it is to go `to_the_end`."""
    judged, seen, said = Judged(), set[str](), 0
    for index, one in enumerate(several):
        found = findings(one, version)
        if not found:
            _distinct(one, seen, found)
            _people(one, home, found)
            _key(one, holder, found)
            judged.used |= attachments.check(one, contents, found)
        if found:
            judged.wrong[index] = found
            said += len(found)
            if said >= ENOUGH and not to_the_end:
                break
    return judged


def _distinct(statement: Plain, seen: set[str], found: Found) -> None:
    statement_id = str(statement.get("id", "")).lower()
    if statement_id and statement_id in seen:
        note(found, "/id", "batch.distinct_ids", "another statement of this batch has this id")
    seen.add(statement_id)


def _people(statement: Plain, home: str, found: Found) -> None:
    """Our people are named by their account alone: a pupil's name is not taken from anybody."""
    for pointer, agent in agents(statement):
        if agent.get("account", {}).get("homePage") != home:
            continue
        if "name" in agent:
            says = "people of this platform are named by their account alone"
            note(found, at(pointer, "name"), "agent.no_name", says)
        if not pointer.startswith("/authority") and not is_number(agent["account"]["name"]):
            says = "must be the internal number of a person of this platform"
            note(found, f"{pointer}/account/name", "agent.unknown_person", says)


def _key(statement: Plain, holder: Holder, found: Found) -> None:
    """What the key is for."""
    limits = holder.limits
    if limits.verbs and statement["verb"]["id"] not in limits.verbs:
        note(found, "/verb/id", "key.verb", "is not among the verbs of this key")
    for pointer, iri in _objects(statement):
        if not holder.may_about(iri):
            note(found, pointer, "key.activity", "does not begin as the activities of this key do")
    if limits.max_statement_bytes:
        size = len(json.dumps(statement, ensure_ascii=False, separators=(",", ":")).encode())
        if size > limits.max_statement_bytes:
            says = f"has {size} bytes; with this key a statement has at most {limits.max_statement_bytes}"
            note(found, "", "key.size", says)


def _objects(statement: Plain) -> Iterator[tuple[str, str]]:
    thing, pointer = statement["object"], "/object"
    if thing.get("objectType") == "SubStatement":
        thing, pointer = thing["object"], "/object/object"
    if thing.get("objectType", "Activity") == "Activity":
        yield f"{pointer}/id", thing["id"]


def agents(statement: Plain, pointer: str = "") -> Iterator[tuple[str, Plain]]:
    """Every agent, group and member that a checked statement names, with its place."""
    for name in ("actor", "authority"):
        if name in statement:
            yield from _with_members(statement[name], f"{pointer}/{name}")
    thing, where = statement["object"], f"{pointer}/object"
    if thing.get("objectType") in {"Agent", "Group"}:
        yield from _with_members(thing, where)
    elif thing.get("objectType") == "SubStatement":
        yield from agents(thing, where)
    context, where = statement.get("context", {}), f"{pointer}/context"
    for name in ("instructor", "team"):
        if name in context:
            yield from _with_members(context[name], f"{where}/{name}")
    for name, inner in (("contextAgents", "agent"), ("contextGroups", "group")):
        for index, one in enumerate(context.get(name, ())):
            yield from _with_members(one[inner], f"{where}/{name}/{index}/{inner}")


def _with_members(agent: Plain, pointer: str) -> Iterator[tuple[str, Plain]]:
    yield pointer, agent
    for index, one in enumerate(agent.get("member", ())):
        yield f"{pointer}/member/{index}", one


def is_number(name: str) -> bool:
    """Whether this is an internal number as we write it."""
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False


def told(found: Sequence[Finding], index: int | None) -> list[Plain]:
    """Findings for the answer: with the statement's place in the batch."""
    return [
        ({} if index is None else {"index": index})
        | {"pointer": one.pointer, "rule": one.rule, "says": one.says}
        for one in found
    ]
