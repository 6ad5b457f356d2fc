"""A tool's key set: pasted, or fetched from the address that was registered, and only from there."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from qiming.kernel import fetch, time
from qiming.resources.lti.models import LtiTool
from qiming.resources.lti.protocol import keys, tokens
from qiming.resources.lti.protocol.names import Plain
from qiming.resources.lti.protocol.refusals import Code, Refused
from qiming.resources.lti.protocol.tokens import Expected
from qiming.resources.lti.services import log
from qiming.resources.lti.types import Note

FRESH: Final = timedelta(hours=12)
# A message with an unknown key makes us ask again: not more often than this.
AGAIN: Final = timedelta(seconds=60)
LIMITS: Final = fetch.Limits(seconds=5.0, bytes=200 * 1024)


def claims_of(tool: LtiTool, token: str, audiences: tuple[str, ...]) -> Plain:
    """The checked claims of a message of this tool; an unknown key is looked for once at the tool's address."""
    expected, now_s = Expected(tool.client_id, audiences), int(time.shared().timestamp())
    try:
        return tokens.read(token, _kept(tool), expected, now_s=now_s)
    except Refused as refusal:
        if refusal.code is not Code.UNKNOWN_KEY or not _may_ask_again(tool):
            raise
    return tokens.read(token, fetched(tool), expected, now_s=now_s)


def _kept(tool: LtiTool) -> Plain:
    if not tool.key_set_url:
        return keys.tools_set(tool.key_set)
    if tool.fetched_keys and tool.fetched_at and time.now() - tool.fetched_at < FRESH:
        return keys.tools_set(tool.fetched_keys)
    return fetched(tool)


def _may_ask_again(tool: LtiTool) -> bool:
    if not tool.key_set_url:
        return False
    return tool.fetched_at is None or time.now() - tool.fetched_at > AGAIN


def fetched(tool: LtiTool) -> Plain:
    """Fetch the set now and keep it."""
    found = asked(tool.key_set_url)
    before = keys.key_ids(tool.fetched_keys) if tool.fetched_keys else frozenset()
    tool.fetched_keys, tool.fetched_at = found, time.now()
    tool.save(update_fields=["fetched_keys", "fetched_at"])
    if before and before != keys.key_ids(found):
        log.note(Note.KEYS, tool, f"密钥集有变化：现在{len(found['keys'])}把")
    return found


def asked(url: str) -> Plain:
    """The key set that lies at an address; `Refused` when it cannot be had or read."""
    try:
        answer = fetch.session(LIMITS).get(url, headers={"Accept": "application/json"})
    except (OSError, ValueError) as error:  # every refusal and failure of the fetcher is one of these
        raise Refused(Code.KEYS_UNREACHABLE, str(error)[:200]) from None
    if answer.status_code != 200:
        raise Refused(Code.KEYS_UNREACHABLE, f"HTTP {answer.status_code}")
    try:
        document = answer.json()
    except (ValueError, RecursionError):
        raise Refused(Code.BAD_KEYS, "no JSON") from None
    return keys.tools_set(document)
