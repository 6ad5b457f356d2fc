"""Asking the models of a route one after the other until one answers; what has begun to answer is never asked twice."""

import asyncio
import logging
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from qiming.agents.gateway.breaker import Breaker
from qiming.agents.gateway.events import Piece, pieces
from qiming.agents.gateway.live import Live
from qiming.agents.sealing import MODEL_KEY, Box
from qiming.agents.types import Model
from qiming.assurance.runner.calling import Caller, Limits, Timing
from qiming.assurance.runner.kinds import Failure, Kind
from qiming.assurance.runner.targets import refuse_status
from qiming.kernel.fetch import Outward, OutwardRefused

log = logging.getLogger(__name__)

CHAT: Final = "/chat/completions"
EMBEDDINGS: Final = "/embeddings"
FIRST_S: Final = 30.0  # to the first sign of an answer
NEXT_S: Final = 20.0  # from one piece to the next
ROOM_S: Final = 5.0  # until a place among a model's calls is free
PATIENCE_S: Final = 1.5  # a model that asks to wait longer is not waited for
MOST_BYTES: Final = 8 * 1024 * 1024
BURST_S: Final = 0.004  # pieces closer together than this are a burst: what comes meanwhile is read in one go
_ENDLESS_S: Final = 24 * 3600.0  # the call's own deadline decides, where it can be settled
# Kinds that say nothing about whether the model works: the request was not to its liking.
_NOT_ITS_FAULT: Final = frozenset({Kind.CLIENT_ERROR})


@dataclass(slots=True)
class _Door:
    """The pooled connections to one model as it was written down."""

    model: Model
    caller: Caller
    key: str
    room: asyncio.Semaphore


@dataclass(slots=True)
class Patience:
    """How long is waited for what; tests are less patient."""

    first_s: float = FIRST_S
    next_s: float = NEXT_S
    room_s: float = ROOM_S


@dataclass(slots=True)
class Tried:
    """What became of a call: which model answered, how many were asked before it."""

    model: Model | None = None
    asked: int = 0
    failures: list[str] = field(default_factory=list)


class Upstream:
    """All models. `told` hears when one goes down or comes back."""

    def __init__(
        self,
        box: Box,
        outward: Outward,
        told: Callable[[str, bool, str], Awaitable[None]],
        patience: Patience | None = None,
    ) -> None:
        self._box = box
        self._outward = outward
        self._told = told
        self._tls = ssl.create_default_context(cafile=outward.ca_file) if outward.ca_file else None
        self._doors: dict[str, _Door] = {}
        self._opened: list[Caller] = []
        self._breakers: dict[str, Breaker] = {}
        self.patience = patience or Patience()

    async def close(self) -> None:
        for caller in self._opened:
            await caller.__aexit__()
        self._opened.clear()
        self._doors.clear()

    def is_up(self, key: str) -> bool:
        breaker = self._breakers.get(key)
        return breaker is None or breaker.is_up(asyncio.get_running_loop().time())

    async def talk(
        self,
        models: list[Model],
        path: str,
        body: Callable[[Model], dict[str, Any]],
        live: Live,
        tried: Tried,
    ) -> AsyncGenerator[Piece, None]:
        """The pieces of the first reply that begins. Raises `Failure` or `Ended`; close it with `aclosing`."""
        last = Failure(Kind.UNREACHABLE, "no model is up")
        for model in models:
            for again in (True, False):
                began = False
                tried.asked += 1
                try:
                    async with aclosing(self._ask(model, path, body(model), live)) as reply:
                        async for piece in reply:
                            began = True
                            tried.model = model
                            yield piece
                    return
                except Failure as failure:
                    tried.failures.append(f"{model.key}:{failure.kind.value}")
                    if began:
                        raise
                    last = failure
                    wait_s = failure.wait_s if failure.wait_s is not None else 0.1
                    if not (again and failure.may_retry and wait_s <= PATIENCE_S and self.is_up(model.key)):
                        break
                    await self._pause(live, wait_s)
        raise last

    async def _pause(self, live: Live, seconds: float) -> None:
        async with live.within(seconds + 1):
            await asyncio.sleep(seconds)

    async def _ask(
        self, model: Model, path: str, body: dict[str, Any], live: Live
    ) -> AsyncGenerator[Piece, None]:
        """One attempt at one model, counted by its breaker."""
        async with self._room(model, live) as door, self._counted(model):
            live.model = model
            async with aclosing(self._open(door, path, body, live)) as reply:
                async for piece in reply:
                    yield piece

    async def _open(
        self, door: _Door, path: str, body: dict[str, Any], live: Live
    ) -> AsyncGenerator[Piece, None]:
        headers = {"Content-Type": "application/json", "Accept": "text/event-stream, application/json"}
        if door.key:
            headers["Authorization"] = f"Bearer {door.key}"
        url = door.model.address.rstrip("/") + path
        asking = door.caller.ask("POST", url, headers, msgspec.json.encode(body), Timing())
        first_s = max(self.patience.first_s, live.patience_s)
        async with AsyncExitStack() as stack:
            async with live.within(first_s):
                answer = await stack.enter_async_context(asking)
            refuse_status(answer)
            if path == EMBEDDINGS:
                async with live.within(self.patience.first_s):
                    yield Piece(text=_text(await answer.whole()))
                return
            wait_s = first_s
            coming = await stack.enter_async_context(aclosing(pieces(answer)))
            while True:
                async with live.within(wait_s):
                    piece = await anext(coming, None)
                if piece is None:
                    return
                wait_s = max(self.patience.next_s, live.patience_s)
                yield piece

    @asynccontextmanager
    async def _counted(self, model: Model) -> AsyncIterator[None]:
        breaker = self._breakers.setdefault(model.key, Breaker())
        clock = asyncio.get_running_loop().time
        breaker.asked(clock())
        settled = False
        try:
            yield
            settled = True
            if breaker.worked():
                await self._told(model.key, True, "")
        except Failure as failure:
            settled = True
            if failure.kind in _NOT_ITS_FAULT:
                breaker.let_go()
            elif breaker.failed(clock()):
                log.warning("model %s is left alone for a while (%s)", model.key, failure.kind.value)
                await self._told(model.key, False, failure.kind.value)
            raise
        finally:
            if not settled:
                breaker.let_go()

    @asynccontextmanager
    async def _room(self, model: Model, live: Live) -> AsyncIterator[_Door]:
        """A place among the calls this model takes at once: who gets none in time is told so, nobody piles up."""
        door = await self._door(model)
        try:
            async with live.within(self.patience.room_s):
                await door.room.acquire()
        except Failure:
            raise Failure(Kind.LIMITED, "too many calls at once", status=429, wait_s=5) from None
        try:
            yield door
        finally:
            door.room.release()

    async def _door(self, model: Model) -> _Door:
        door = self._doors.get(model.key)
        if door is not None and door.model == model:
            return door
        try:
            networks = self._outward.networks_for(self._outward.origin_of(model.address))
        except OutwardRefused:
            raise Failure(Kind.FORBIDDEN, "not among the servers that may be asked") from None
        key = b""
        if model.sealed_key:
            opened = self._box.open(model.sealed_key, MODEL_KEY)
            if opened is None:
                raise Failure(Kind.CLIENT_ERROR, "the model's key cannot be opened")
            key = opened
        limits = Limits(seconds=_ENDLESS_S, bytes=MOST_BYTES, connections=model.concurrency)
        caller = await Caller(limits, networks, tls=self._tls).__aenter__()
        self._opened.append(caller)
        self._doors[model.key] = door = _Door(
            model, caller, key.decode(), asyncio.Semaphore(model.concurrency)
        )
        return door


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise Failure(Kind.ENCODING, "the answer is not UTF-8") from None
