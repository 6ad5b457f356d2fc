"""A reply that comes as server-sent events, the way OpenAI-compatible products stream."""

import time
from collections.abc import AsyncIterator
from typing import Any, Final

import msgspec

from qiming.assurance.runner.calling import Reply, Timing
from qiming.assurance.runner.kinds import Failure, Kind

_MAX_LINE: Final = 256 * 1024


async def read_stream(answer: Reply, timing: Timing) -> str:
    """The text of all pieces. `timing.first_ms` becomes the time to the first piece with text.

    Raises `Failure`: a stream that breaks off before its end is no reply.
    """
    began = time.perf_counter()
    parts: list[str] = []
    ended = False
    async for event in _events(answer):
        if event == b"[DONE]":
            ended = True
            break
        piece, last = _piece(event)
        ended = ended or last
        if piece and not parts:
            timing.first_ms = answer.elapsed_ms()
        if piece:
            parts.append(piece)
    if not ended:
        seconds = time.perf_counter() - began
        raise Failure(Kind.CUT, f"the stream broke off after {seconds:.1f} s without its end")
    return "".join(parts)


async def _events(answer: Reply) -> AsyncIterator[bytes]:
    """The data of each event. Pieces of the network end anywhere, also within a character."""
    rest = b""
    async for piece in answer.pieces():
        *lines, rest = (rest + piece).split(b"\n")
        if len(rest) > _MAX_LINE:
            raise Failure(Kind.TOO_LARGE, "one line of the stream is too long")
        for line in lines:
            if line.startswith(b"data:"):
                yield line[5:].strip()
    if rest.startswith(b"data:"):
        yield rest[5:].strip()


def _piece(event: bytes) -> tuple[str, bool]:
    """(text, whether the product says that it has finished)."""
    try:
        told: Any = msgspec.json.decode(event)
    except (msgspec.DecodeError, RecursionError):
        try:
            event.decode()
        except UnicodeDecodeError:
            raise Failure(Kind.ENCODING, "the stream is not UTF-8") from None
        raise Failure(Kind.NOT_JSON, "an event of the stream is not JSON") from None
    if not isinstance(told, dict):
        raise Failure(Kind.SHAPE, "an event of the stream is no object")
    if told.get("error"):
        raise Failure(Kind.SERVER_ERROR, "the product broke its stream off with an error")
    choices = told.get("choices")
    if not choices:
        return "", False  # usage figures come in an event of their own
    first = choices[0] if isinstance(choices, list) else None
    if not isinstance(first, dict):
        raise Failure(Kind.SHAPE, "no choices in an event of the stream")
    delta = first.get("delta")
    text = delta.get("content") if isinstance(delta, dict) else None
    return text if isinstance(text, str) else "", bool(first.get("finish_reason"))
