"""The ASGI application: addresses, keys, bodies, and replies as they come."""

import asyncio
import hashlib
import logging
from collections.abc import Callable, MutableMapping
from contextlib import AbstractAsyncContextManager, aclosing, suppress
from dataclasses import dataclass
from typing import Any, Final

from qiming.agents.gateway import tickets
from qiming.agents.gateway.answering import Answer, Receive, Send, body_of, left, unless_left
from qiming.agents.gateway.calls import House, trouble_of
from qiming.agents.gateway.chain import Chain, Source, keep_up
from qiming.agents.gateway.chat import Talk
from qiming.agents.gateway.embeddings import embed
from qiming.agents.gateway.errors import NO_LEDGER, Trouble
from qiming.agents.gateway.ledger import Away, Ledger
from qiming.agents.gateway.live import Ended, Register
from qiming.agents.gateway.turns import Turns
from qiming.agents.gateway.upstream import Patience, Upstream
from qiming.agents.guard import Guard
from qiming.agents.rules import choosing
from qiming.agents.sealing import Box
from qiming.agents.types import Application, Route
from qiming.assurance.runner.kinds import Failure
from qiming.kernel import time
from qiming.kernel.fetch import Outward

log = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]

PLACE: Final = b"x-qiming-place"
SLACK_S: Final = 30.0  # for a client that takes slowly what was said in time


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    headers: dict[bytes, bytes]

    @property
    def place(self) -> str:
        return self.headers.get(PLACE, b"").decode("ascii", "replace")


class Gateway:
    """`source`, `ledger` and `turns` are one and the same database in an installation. `sites`: origins of our own pages."""

    def __init__(
        self,
        *,
        source: Source,
        ledger: Ledger,
        turns: Turns,
        sites: frozenset[str] = frozenset(),
        guard: Guard,
        box: Box,
        outward: Outward,
        producer: str,
        patience: Patience | None = None,
    ) -> None:
        async def told(model: str, is_up: bool, note: str) -> None:
            with suppress(Away):
                await ledger.seen(model, is_up=is_up, note=note, at=time.now())

        self._source = source
        self._turns, self._sites = turns, sites
        self.house = House(
            chain=Chain(),
            ledger=ledger,
            upstream=Upstream(box, outward, told, patience),
            guard=guard,
            box=box,
            producer=producer,
            register=Register(),
            ends=set(),
        )
        self._following: asyncio.Task[None] | None = None

    # ---- the process

    async def open(self) -> None:
        """Read the chain, then follow its changes."""
        house = self.house
        with suppress(Away):  # it is read as soon as the database is there
            await self._source.read(house.chain, None)
            house.chain.is_known = True
        self._following = asyncio.create_task(
            keep_up(
                self._source,
                house.chain,
                lambda: house.register.switched(house.chain.switches, house.chain.routes),
            )
        )

    async def close(self) -> None:
        """Stop listening; wait until what ended is written."""
        if self._following:
            self._following.cancel()
            with suppress(asyncio.CancelledError):
                await self._following
        if self.house.ends:
            await asyncio.wait(self.house.ends, timeout=5)
        await self.house.upstream.close()

    # ---- requests

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One HTTP request."""
        answer = Answer(send)
        request = Request(scope["method"], scope["path"], dict(scope["headers"]))
        try:
            await self._serve(request, receive, answer)
        except Trouble as trouble:
            await answer.trouble(trouble)
        except (Failure, Ended) as error:
            await answer.trouble(trouble_of(error))
        except Exception:
            log.exception("a call failed")
            await answer.trouble(
                Trouble(500, "internal", "网关出错了，没有完成。请再试一次，还不行请告诉运维人员。")
            )

    async def _serve(self, request: Request, receive: Receive, answer: "Answer") -> None:
        if (request.method, request.path) == ("GET", "/alive"):
            return await answer.whole({"alive": True})
        if request.path.startswith(tickets.PREFIX):
            return await self._ticket(request, receive, answer)
        application = self._application(request)
        match (request.method, request.path):
            case ("GET", "/v1/models"):
                return await answer.whole(self._models(application, request.place))
            case ("POST", "/v1/chat/completions"):
                body = await body_of(receive)
                return await self._chat(application, body, request.place, receive, answer)
            case ("POST", "/v1/embeddings"):
                body = await body_of(receive)
                return await answer.whole(await embed(self.house, application, body, request.place))
        raise Trouble(
            404,
            "no_such_address",
            "没有这个地址。可用的有 /v1/models、/v1/chat/completions、/v1/embeddings。",
        )

    async def _ticket(self, request: Request, receive: Receive, answer: Answer) -> None:
        """A turn of one of our own pages; the ticket is the only key."""
        origin = request.headers.get(tickets.ORIGIN, b"").decode("ascii", "replace")
        if request.method == "OPTIONS":
            return await answer.nothing(tickets.preflight(origin, self._sites))
        answer.headers = tickets.headers_for(origin, self._sites)
        if request.method != "POST":
            raise Trouble(405, "post_only", "这个地址只收 POST。")
        ticket = request.path.removeprefix(tickets.PREFIX)
        await tickets.speak(self.house, self._turns, ticket, receive, answer)
        return None

    def _application(self, request: Request) -> Application:
        kind, _, secret = request.headers.get(b"authorization", b"").partition(b" ")
        found = self.house.chain.applications.get(hashlib.sha256(secret.strip()).digest())
        if not self.house.chain.is_known:
            raise Trouble(503, "ledger_away", NO_LEDGER, wait_s=5)
        if kind.lower() != b"bearer" or found is None:
            raise Trouble(401, "no_key", "没有带钥匙，或者钥匙不对。请在 Authorization 里写 Bearer 和钥匙。")
        no = choosing.key_holds(found, time.now())
        if no is not None:
            raise Trouble(no.status, no.code, no.says)
        return found

    def _models(self, application: Application, place: str) -> dict[str, Any]:
        """The routes this key may call at this place."""
        chain = self.house.chain
        found = [
            route
            for route in chain.routes.values()
            if choosing.may_call(
                application,
                route,
                place or application.path,
                kind=route.kind,
                enabled=chain.enabled.get(route.key, ()),
                switches=chain.switches,
            )
            is None
        ]
        return {"object": "list", "data": [_described(route) for route in found]}

    async def _chat(
        self, application: Application, body: bytes, place: str, receive: Receive, answer: "Answer"
    ) -> None:
        talk = Talk.of_application(self.house, application, body, place)
        client = asyncio.create_task(left(receive))
        try:
            async with asyncio.timeout(talk.caller.route.most_seconds + SLACK_S):
                if talk.asked.stream:
                    await _as_it_comes(talk, answer, client)
                else:
                    await _in_one_piece(talk, answer, client)
        except TimeoutError:
            raise Trouble(504, "too_slow", "接收得太慢，已经停下。") from None
        finally:
            client.cancel()


def _described(route: Route) -> dict[str, Any]:
    return {"id": route.key, "object": "model", "owned_by": "qiming", "created": 0, "name": route.title}


async def _in_one_piece(talk: Talk, answer: "Answer", client: "asyncio.Task[None]") -> None:
    parts, finish = [], "stop"
    async with aclosing(unless_left(talk, client)) as coming:
        async for one in coming:
            parts.append(one.text)
            finish = one.finish or finish
    message = {"role": "assistant", "content": "".join(parts)}
    await answer.whole(
        _head(talk, "chat.completion")
        | {"choices": [{"index": 0, "message": message, "finish_reason": finish}], "usage": _usage(talk)}
        | talk.label
    )


async def _as_it_comes(talk: Talk, answer: "Answer", client: "asyncio.Task[None]") -> None:
    head = _head(talk, "chat.completion.chunk")

    def chunk(delta: dict[str, str], finish: str | None = None) -> dict[str, Any]:
        return head | {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}

    try:
        async with aclosing(unless_left(talk, client)) as coming:
            async for one in coming:
                if not answer.begun:
                    await answer.event(chunk({"role": "assistant", "content": ""}) | talk.label)
                if one.finish:
                    await answer.event(chunk({}, one.finish) | talk.label)
                else:
                    await answer.event(chunk({"content": one.text}))
    except (Failure, Ended) as error:
        if not answer.begun:
            raise
        return await answer.trouble(trouble_of(error))
    if talk.asked.stream_options and talk.asked.stream_options.include_usage:
        await answer.event(head | {"choices": [], "usage": _usage(talk)})
    await answer.event("[DONE]")
    return await answer.end()


def _head(talk: Talk, kind: str) -> dict[str, Any]:
    return {
        "id": f"chatcmpl-{talk.first.id}",
        "object": kind,
        "created": int(talk.first.at.timestamp()),
        "model": talk.asked.model,
    }


def _usage(talk: Talk) -> dict[str, int]:
    used = talk.usage
    return {"prompt_tokens": used.prompt, "completion_tokens": used.completion, "total_tokens": used.total}


class Server:
    """The ASGI entry: `open` gives the gateway when the process begins and closes what it opened when it ends."""

    def __init__(self, opened: Callable[[], AbstractAsyncContextManager[Gateway]]) -> None:
        self._opened = opened
        self._gateway: Gateway | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self._live(receive, send)
        if scope["type"] != "http" or self._gateway is None:
            return None
        return await self._gateway.serve(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        async with self._opened() as gateway:
            self._gateway = gateway
            await gateway.open()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await gateway.close()
        await send({"type": "lifespan.shutdown.complete"})
