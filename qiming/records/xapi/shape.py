"""From a checked statement to what is stored: its full text and the links by which it is found. Pure."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from qiming.records.xapi.validate import VOIDED

Plain = dict[str, Any]
_SET_BY_STORE = ("stored", "authority", "version", "timestamp")
_FINE = re.compile(r"([.,][0-9]{2})[0-9]+(?=S$)")
LANGUAGE_MAPS = ("name", "description")


@lru_cache(maxsize=8192)
def key_of(iri: str) -> UUID:
    """The key of a verb or an activity: the same on every server, so that nobody has to ask for it."""
    return uuid5(NAMESPACE_URL, iri)


VOIDED_KEY = key_of(VOIDED)


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def text_of(value: Any) -> str:
    """As JSON, as short as can be."""
    return _ENCODER.encode(value)


def identifier_of(agent: Plain) -> str | None:
    """An agent's one identifier as text; None for a group without one."""
    if account := agent.get("account"):
        return json.dumps(["account", account["homePage"], account["name"]], ensure_ascii=False)
    for name in ("mbox", "mbox_sha1sum", "openid"):
        if name in agent:
            return json.dumps([name, agent[name].lower() if name == "mbox_sha1sum" else agent[name]])
    return None


def told(held: Plain | None, said: Plain) -> Plain:
    """A definition with what was said later: property by property, and in names and descriptions language by language."""
    before = held or {}
    words = {
        name: {**before[name], **said[name]} for name in LANGUAGE_MAPS if name in before and name in said
    }
    return {**before, **said, **words}


@dataclass(slots=True)
class Links:
    """Identifiers of agents and IRIs of activities → whether the statement is directly about them."""

    agents: dict[str, bool]
    activities: dict[str, bool]
    definitions: dict[str, Plain]

    def agent(self, agent: Plain, *, direct: bool) -> None:
        for one in (agent, *agent.get("member", ())):
            if identifier := identifier_of(one):
                self.agents[identifier] = self.agents.get(identifier, False) or direct

    def activity(self, activity: Plain, *, direct: bool) -> None:
        iri = activity["id"]
        self.activities[iri] = self.activities.get(iri, False) or direct
        if definition := activity.get("definition"):
            self.definitions[iri] = told(self.definitions.get(iri), definition)


def links_of(statement: Plain) -> Links:
    """Whom and what a statement is about, and whom and what it only names."""
    links = Links({}, {}, {})
    _collect(statement, links, direct=True)
    if authority := statement.get("authority"):
        links.agent(authority, direct=False)
    return links


def _collect(statement: Plain, links: Links, *, direct: bool) -> None:
    links.agent(statement["actor"], direct=direct)
    thing = statement["object"]
    kind = thing.get("objectType", "Activity")
    if kind == "Activity":
        links.activity(thing, direct=direct)
    elif kind in {"Agent", "Group"}:
        links.agent(thing, direct=direct)
    elif kind == "SubStatement":
        _collect(thing, links, direct=False)
    context = statement.get("context", {})
    for agent in _agents_of(context):
        links.agent(agent, direct=False)
    for activity in _activities_of(context):
        links.activity(activity, direct=False)


def _agents_of(context: Plain) -> Iterator[Plain]:
    yield from (context[name] for name in ("instructor", "team") if name in context)
    yield from (one["agent"] for one in context.get("contextAgents", ()))
    yield from (one["group"] for one in context.get("contextGroups", ()))


def _activities_of(context: Plain) -> Iterator[Plain]:
    for several in context.get("contextActivities", {}).values():
        yield from several if isinstance(several, list) else (several,)


def tidy(statement: Plain) -> Plain:
    """The statement with its id in small letters and every context activity in an array, as it is given back."""
    made = dict(statement)
    if "id" in made:
        made["id"] = made["id"].lower()
    if "context" in made:
        made["context"] = _tidy_context(made["context"])
    if made["object"].get("objectType") == "SubStatement" and "context" in made["object"]:
        made["object"] = {**made["object"], "context": _tidy_context(made["object"]["context"])}
    return made


def _tidy_context(context: Plain) -> Plain:
    if "contextActivities" not in context:
        return context
    given = context["contextActivities"]
    arrays = {name: one if isinstance(one, list) else [one] for name, one in given.items()}
    return {**context, "contextActivities": arrays}


def complete(statement: Plain, *, stored: datetime, authority: Plain, version: str) -> Plain:
    """A tidy statement with everything the store adds. An authority that was sent is never believed."""
    moment = stamp(stored)
    made = {"version": version, "timestamp": moment, **statement}
    made |= {"stored": moment, "authority": authority}
    return made


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def same(sent: Plain, kept: Plain) -> bool:
    """Whether a tidy statement sent again is the one that is kept, but for what the store added."""
    ours = {name: value for name, value in kept.items() if name not in _SET_BY_STORE or name in sent}
    theirs = dict(sent)
    for name in ("stored", "authority", "version"):
        ours.pop(name, None)
        theirs.pop(name, None)
    return bool(comparable(ours) == comparable(theirs))


def comparable(value: Any) -> Any:
    """A statement with its durations cut to hundredths of a second: beyond that two of them are the same (4.2.7)."""
    if isinstance(value, list):
        return [comparable(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        name: _FINE.sub(r"\1", inner)
        if name == "duration" and isinstance(inner, str)
        else inner
        if name == "extensions"
        else comparable(inner)
        for name, inner in value.items()
    }


def refers_to(statement: Plain) -> UUID | None:
    thing = statement["object"]
    return UUID(thing["id"]) if thing.get("objectType") == "StatementRef" else None


def ids_only(statement: Plain) -> Plain:
    """Format `ids`: only what is needed to recognise agents, verb and activities."""
    made = {**statement, "actor": _agent_id(statement["actor"]), "object": _object_id(statement["object"])}
    made["verb"] = {"id": statement["verb"]["id"]}
    if "context" in statement:
        made["context"] = _context_ids(statement["context"])
    if "authority" in statement:
        made["authority"] = _agent_id(statement["authority"])
    return made


def _agent_id(agent: Plain) -> Plain:
    kept: Plain = {
        name: agent[name]
        for name in ("objectType", "mbox", "mbox_sha1sum", "openid", "account")
        if name in agent
    }
    if "member" in agent and identifier_of(agent) is None:
        kept["member"] = [_agent_id(one) for one in agent["member"]]
    return kept


def _object_id(thing: Plain) -> Plain:
    kind = thing.get("objectType", "Activity")
    if kind == "Activity":
        return {"id": thing["id"]}
    if kind == "SubStatement":
        return ids_only(thing)
    return thing if kind == "StatementRef" else _agent_id(thing)


def _context_ids(context: Plain) -> Plain:
    made = dict(context)
    for name in ("instructor", "team"):
        if name in made:
            made[name] = _agent_id(made[name])
    for name, inner in (("contextAgents", "agent"), ("contextGroups", "group")):
        if name in made:
            made[name] = [{**one, inner: _agent_id(one[inner])} for one in made[name]]
    if "contextActivities" in made:
        given = made["contextActivities"].items()
        made["contextActivities"] = {name: [_object_id(one) for one in several] for name, several in given}
    return made


def in_language(statement: Plain, languages: list[str]) -> Plain:
    """Format `canonical`: of every language map one language, the one the asker likes best."""
    return {name: _one_language(value, languages) for name, value in statement.items()}


def _one_language(value: Any, languages: list[str]) -> Any:
    if isinstance(value, list):
        return [_one_language(one, languages) for one in value]
    if not isinstance(value, dict):
        return value
    made = {}
    for name, inner in value.items():
        is_map = name in {"display", "name", "description"} and isinstance(inner, dict)
        if name == "extensions":
            made[name] = inner
        else:
            made[name] = _chosen(inner, languages) if is_map else _one_language(inner, languages)
    return made


def _chosen(words: Plain, languages: list[str]) -> Plain:
    if not words:
        return words
    for wanted in languages:
        for tag in words:
            if tag.lower() == wanted or tag.lower().startswith(f"{wanted}-"):
                return {tag: words[tag]}
    first = next(iter(words))
    return {first: words[first]}


def digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
