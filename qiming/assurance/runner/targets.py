"""Products under test: how a conversation is put to them and where their reply stands."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, runtime_checkable
from urllib.parse import urljoin, urlsplit, urlunsplit

import msgspec

from qiming.assurance.runner.calling import Caller, Reply, Timing
from qiming.assurance.runner.judging_addresses import check_address
from qiming.assurance.runner.kinds import Failure, Kind
from qiming.assurance.runner.mapping import PLACE, BadMapping, Form
from qiming.assurance.runner.streams import read_stream
from qiming.assurance.types import Case
from qiming.kernel.addresses import Network

_encode: Final = msgspec.json.Encoder().encode
_MAX_RETRY_AFTER_S: Final = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Message:
    """One thing said: `role` is system, user or assistant."""

    role: str
    content: str


@dataclass(slots=True)
class Said:
    """A product's reply. `conversation`: what it wants to be told with the next turn, for products that remember."""

    text: str
    timing: Timing = field(default_factory=Timing)
    conversation: str = ""


class Described(Protocol):
    """What a record says of a product."""

    @property
    def kind(self) -> str: ...
    @property
    def stream(self) -> bool: ...
    @property
    def shown(self) -> str:
        """The address without anything secret."""
        ...

    def describe(self) -> dict[str, Any]:
        """What decides how the product answers; never a key."""
        ...


class Target(Described, Protocol):
    """What a run needs to know of a product."""

    @property
    def networks(self) -> tuple[Network, ...]:
        """Networks beyond the public one that its name may lead to."""
        ...

    async def reply(
        self, caller: Caller, messages: Sequence[Message], timing: Timing, conversation: str = ""
    ) -> Said:
        """One turn. Raises `Failure`."""
        ...


@runtime_checkable
class Situated(Target, Protocol):
    """A target that stands in a situation of its own: an agent of this house, which its page tells lesson and item."""

    def begin(self, case: Case) -> str:
        """A new conversation for `case`; its name comes with every turn as `conversation`."""
        ...


def product_hash(target: Described) -> str:
    """SHA-256 of what `describe` says."""
    return hashlib.sha256(msgspec.json.encode(target.describe(), order="sorted")).hexdigest()


def without_secrets(url: str) -> str:
    """Scheme, host, port and path."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


class OpenAI:
    """`POST …/chat/completions`, in one piece or as a stream of events."""

    kind = "openai"

    def __init__(
        self,
        url: str,
        model: str = "default",
        key: str = "",
        *,
        stream: bool = False,
        networks: tuple[Network, ...] = (),
        settings: Mapping[str, Any] | None = None,
    ) -> None:
        """`settings`: further fields of the request, such as temperature. Raises `Failure` for a bad address."""
        self.url = _completions(url)
        self.model = model
        self.stream = stream
        self.networks = networks
        self.settings = dict(settings or {})
        self._headers = {"Content-Type": "application/json"}
        if key:
            self._headers["Authorization"] = f"Bearer {key}"
        check_address(self.url, networks)

    @property
    def shown(self) -> str:
        return without_secrets(self.url)

    def describe(self) -> dict[str, Any]:
        return {"kind": self.kind, "url": self.shown, "model": self.model, "settings": self.settings}

    async def reply(
        self, caller: Caller, messages: Sequence[Message], timing: Timing, conversation: str = ""
    ) -> Said:
        said = [{"role": one.role, "content": one.content} for one in messages]
        body = _encode({"model": self.model, "messages": said, "stream": self.stream, **self.settings})
        async with caller.ask("POST", self.url, self._headers, body, timing) as answer:
            refuse_status(answer)
            if self.stream and answer.media_type == "text/event-stream":
                text = await read_stream(answer, timing)
            else:
                text = _message(json_of(answer, await answer.whole()))
        return Said(proper(text), timing)


class Mapped:
    """Any JSON interface, by a mapping."""

    kind = "mapped"
    stream = False

    def __init__(
        self,
        url: str,
        mapping: Form,
        key: str = "",
        *,
        model: str = "",
        networks: tuple[Network, ...] = (),
    ) -> None:
        """`url`: of the product; the mapping's own is taken relative to it. Raises `Failure` for a bad address."""
        self.url = urljoin(url, mapping.url) if mapping.url else url
        self.mapping = mapping
        self.model = model
        self.networks = networks
        self._key = key
        self._headers = {name: value.replace("{key}", key) for name, value in mapping.headers.items()}
        self._headers.setdefault("Content-Type", "application/json")
        check_address(self.url, networks)
        if urlsplit(self.url).netloc != urlsplit(url).netloc:
            raise BadMapping("映射里的 url 指向了别的服务器；请写成相对地址")

    @property
    def shown(self) -> str:
        return without_secrets(self.url)

    def describe(self) -> dict[str, Any]:
        mapping = {
            "method": self.mapping.method,
            "body": self.mapping.body,
            "reply": self.mapping.reply,
            "roles": dict(self.mapping.roles),
            "conversation": self.mapping.conversation,
            "blocked": [sorted(self.mapping.blocked_status), self.mapping.blocked_shows],
            "headers": sorted(self.mapping.headers),
        }
        return {"kind": self.kind, "url": self.shown, "model": self.model, "mapping": mapping}

    async def reply(
        self, caller: Caller, messages: Sequence[Message], timing: Timing, conversation: str = ""
    ) -> Said:
        values = {
            "messages": [
                {"role": self.mapping.roles.get(one.role, one.role), "content": one.content}
                for one in messages
            ],
            "last": messages[-1].content,
            "system": next((one.content for one in messages if one.role == "system"), ""),
            "key": self._key,
            "conversation": conversation,
            "model": self.model,
        }
        body = _encode(_filled(self.mapping.body, values))
        async with caller.ask(self.mapping.method, self.url, self._headers, body, timing) as answer:
            if answer.status in self.mapping.blocked_status:
                return Said(self.mapping.blocked_shows, timing, conversation)
            refuse_status(answer)
            told = json_of(answer, await answer.whole())
        text = _at(told, self.mapping.reply)
        if not isinstance(text, str):
            raise Failure(Kind.SHAPE, f"no text at {self.mapping.reply!r}")
        goes_on = _at(told, self.mapping.conversation) if self.mapping.conversation else None
        known = str(goes_on) if isinstance(goes_on, str | int) else conversation
        return Said(proper(text), timing, known)


def _filled(body: Any, values: Mapping[str, Any]) -> Any:
    """`body` with its places filled once: what was said is never read as a template."""
    if isinstance(body, str):
        whole = PLACE.fullmatch(body)
        if whole:
            return values[whole.group(1)]
        return PLACE.sub(lambda one: _as_text(values[one.group(1)]), body)
    if isinstance(body, dict):
        return {name: _filled(value, values) for name, value in body.items()}
    if isinstance(body, list):
        return [_filled(value, values) for value in body]
    return body


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else _encode(value).decode()


def _at(told: Any, path: str) -> Any:
    for step in path.split("."):
        if isinstance(told, dict):
            told = told.get(step)
        elif (
            isinstance(told, list)
            and re.fullmatch(r"-?\d{1,6}", step)
            and -len(told) <= int(step) < len(told)
        ):
            told = told[int(step)]
        else:
            return None
    return told


def _completions(url: str) -> str:
    bare = url.rstrip("/")
    if bare.endswith("/chat/completions"):
        return bare
    return f"{bare}{'' if urlsplit(bare).path else '/v1'}/chat/completions"


def _message(told: Any) -> str:
    """The text of a completion; a refusal that stands in its own field is a reply too."""
    message = _at(told, "choices.0.message")
    if isinstance(message, dict):
        content = message.get("content")
        if isinstance(content, list):
            content = "".join(
                str(one.get("text", ""))
                for one in content
                if isinstance(one, dict) and one.get("type") == "text"
            )
        text = content or message.get("refusal") or ""
        if isinstance(text, str):
            return text
    raise Failure(Kind.SHAPE, "no text at choices.0.message.content")


def refuse_status(answer: Reply) -> None:
    """Raise `Failure` for everything but 2xx."""
    status = answer.status
    if 200 <= status < 300:
        return
    if 300 <= status < 400:
        raise Failure(Kind.REDIRECT, f"status {status}: redirects are not followed", status=status)
    wait = retry_after(answer.headers.get("Retry-After", "")) if status in {429, 503} else None
    kind = Kind.LIMITED if status == 429 else Kind.SERVER_ERROR if status >= 500 else Kind.CLIENT_ERROR
    raise Failure(kind, f"status {status}", status=status, wait_s=wait)


def retry_after(text: str) -> float | None:
    """Seconds that a product asks to wait; None when it doesn't say or not in seconds."""
    if re.fullmatch(r"\d{1,9}(\.\d+)?", text.strip()):
        return min(float(text), _MAX_RETRY_AFTER_S)
    return None


def json_of(answer: Reply, body: bytes) -> Any:
    """The answer's JSON. Raises `Failure` saying what it was instead."""
    opening = body[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if answer.media_type in {"text/html", "application/xhtml+xml"} or opening.startswith(
        (b"<!doctype", b"<html")
    ):
        raise Failure(Kind.HTML, "a web page instead of JSON", status=answer.status)
    if not opening:
        raise Failure(Kind.EMPTY, "an empty answer", status=answer.status)
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Failure(Kind.ENCODING, "the answer is not UTF-8", status=answer.status) from None
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        raise Failure(Kind.NOT_JSON, "the answer is not JSON", status=answer.status) from None


def proper(text: str) -> str:
    """A reply that is text. Raises `Failure` for an empty or broken one."""
    if not text.strip():
        raise Failure(Kind.EMPTY, "an empty reply")
    if "\N{REPLACEMENT CHARACTER}" in text:
        raise Failure(Kind.ENCODING, "the reply holds replacement characters")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise Failure(Kind.ENCODING, "the reply holds half characters") from None
    return text
