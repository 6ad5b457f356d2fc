"""A model's reply as it comes: server-sent events in the OpenAI form, or one JSON object where a model doesn't stream."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from qiming.agents.types import Usage
from qiming.assurance.runner.calling import Reply
from qiming.assurance.runner.kinds import Failure, Kind

_MAX_LINE: Final = 256 * 1024


class _Text(msgspec.Struct):
    content: str | None = None


class _Choice(msgspec.Struct):
    delta: _Text | None = None
    message: _Text | None = None
    finish_reason: str | None = None


class _Used(msgspec.Struct):
    prompt_tokens: int = 0
    completion_tokens: int = 0


class _Event(msgspec.Struct):
    choices: list[_Choice] = []
    usage: _Used | None = None
    model: str = ""
    error: Any = None


@dataclass(frozen=True, slots=True)
class Piece:
    """What one event brought. `finish`: the model's own word for why it ended."""

    text: str = ""
    finish: str = ""
    usage: Usage | None = None
    version: str = ""


_decode: Final = msgspec.json.Decoder(_Event).decode


async def pieces(answer: Reply) -> AsyncGenerator[Piece, None]:
    """A reply as it comes; events that came together are one piece, for each has a price on its way through the house.
    Raises `Failure`, after what was sound before it: a stream that breaks off before its end is no whole reply."""
    if answer.media_type != "text/event-stream":
        yield piece_of(await answer.whole())
        return
    rest, ended = b"", False
    async for part in answer.pieces():
        *lines, rest = (rest + part).split(b"\n")
        if len(rest) > _MAX_LINE:
            raise Failure(Kind.TOO_LARGE, "one line of the stream is too long")
        read = _Lines(lines)
        if read.found:
            piece = _together(read.found)
            ended = ended or bool(piece.finish)
            yield piece
        if read.failure:
            raise read.failure
        if read.done:
            return
    if rest.startswith(b"data:") and rest[5:].strip() == b"[DONE]":
        return
    if not ended:
        raise Failure(Kind.CUT, "the stream broke off without its end")


class _Lines:
    """The events in some lines, up to the end of the reply or the first that cannot be read."""

    def __init__(self, lines: list[bytes]) -> None:
        self.found: list[Piece] = []
        self.done = False
        self.failure: Failure | None = None
        for line in lines:
            if not line.startswith(b"data:"):
                continue
            data = line[5:].strip()
            if data == b"[DONE]":
                self.done = True
                return
            try:
                self.found.append(piece_of(data))
            except Failure as failure:
                self.failure = failure
                return


def _together(found: list[Piece]) -> Piece:
    """Several events as one: all text, and of the rest what was said last."""
    if len(found) == 1:
        return found[0]
    return Piece(
        "".join(one.text for one in found),
        next((one.finish for one in reversed(found) if one.finish), ""),
        next((one.usage for one in reversed(found) if one.usage), None),
        next((one.version for one in reversed(found) if one.version), ""),
    )


def piece_of(data: bytes) -> Piece:
    """One event. Raises `Failure` when it is not what an OpenAI-compatible model says."""
    try:
        told = _decode(data)
    except msgspec.ValidationError:
        raise Failure(Kind.SHAPE, "an event of another shape") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Failure(_unread(data), "an event that cannot be read") from None
    if told.error:
        raise Failure(Kind.SERVER_ERROR, "the model broke off with an error")
    used = told.usage
    usage = (
        Usage(max(0, used.prompt_tokens), max(0, used.completion_tokens), counted=True)
        if used and used.prompt_tokens + used.completion_tokens > 0
        else None
    )
    if not told.choices:
        return Piece("", "", usage, told.model[:120])
    first = told.choices[0]
    said = first.delta or first.message
    return Piece((said.content if said else "") or "", first.finish_reason or "", usage, told.model[:120])


def _unread(data: bytes) -> Kind:
    try:
        data.decode()
    except UnicodeDecodeError:
        return Kind.ENCODING
    return Kind.NOT_JSON
