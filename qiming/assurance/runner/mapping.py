"""How a product's own JSON interface is asked and read, written in YAML. No HTTP client: pages check mappings too."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

PLACE: Final = re.compile(r"\{(messages|last|system|key|conversation|model)\}")


class BadMapping(ValueError):
    """A mapping that cannot be used; the text says why, in Chinese."""


@dataclass(frozen=True, slots=True)
class Form:
    """How a product's own JSON form is asked and read; `read_mapping` makes it from YAML."""

    url: str
    reply: str
    body: Any
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    conversation: str = ""
    blocked_status: frozenset[int] = frozenset()
    blocked_shows: str = ""


def read_mapping(text: str | Path) -> Form:
    """A mapping from YAML text or a file. Raises `BadMapping`."""
    try:
        found = yaml.safe_load(text.read_text(encoding="utf-8") if isinstance(text, Path) else text)
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as trouble:
        raise BadMapping(f"映射文件读不出来：{type(trouble).__name__}") from None
    if not isinstance(found, dict):
        raise BadMapping("映射文件应当是一张表：url、method、headers、body、reply……")
    unknown = set(found) - {"url", "method", "headers", "body", "reply", "roles", "conversation", "blocked"}
    if unknown:
        raise BadMapping(f"映射文件里有不认识的项：{'、'.join(sorted(map(str, unknown)))}")
    reply, body = found.get("reply"), found.get("body")
    if not isinstance(reply, str) or not reply:
        raise BadMapping("映射文件要写 reply：回答在应答里的位置，如 data.answer")
    if not {"{messages}", "{last}"}.intersection(_places(body)):
        raise BadMapping("映射文件的 body 里要有 {messages} 或 {last}，否则问题送不出去")
    method = str(found.get("method", "POST")).upper()
    if method not in {"POST", "PUT"}:
        raise BadMapping("method 只能是 POST 或 PUT")
    blocked = _table(found, "blocked")
    return Form(
        url=str(found.get("url", "")),
        reply=reply,
        body=body,
        method=method,
        headers={str(name): str(value) for name, value in _table(found, "headers").items()},
        roles={str(name): str(value) for name, value in _table(found, "roles").items()},
        conversation=str(found.get("conversation", "")),
        blocked_status=frozenset(one for one in blocked.get("status", []) if isinstance(one, int)),
        blocked_shows=str(blocked.get("shows", "")),
    )


def _table(found: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    inner = found.get(name) or {}
    if not isinstance(inner, dict):
        raise BadMapping(f"映射文件的 {name} 应当是一张表")
    return inner


def _places(body: object) -> set[str]:
    if isinstance(body, str):
        return {one.group() for one in PLACE.finditer(body)}
    inner = list(body.values()) if isinstance(body, dict) else body if isinstance(body, list) else []
    return set().union(*map(_places, inner)) if inner else set()
