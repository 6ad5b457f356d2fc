"""Other ends for the gateway's tests: a model that misbehaves on demand, a ledger in memory, a client that may leave."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from aiohttp import web

from qiming.agents.gateway.app import Gateway
from qiming.agents.gateway.chain import Chain
from qiming.agents.gateway.ledger import Away, Closing, Opening
from qiming.agents.gateway.turns import Spoken, Taken
from qiming.agents.gateway.upstream import Patience
from qiming.agents.guard import Guard, load
from qiming.agents.sealing import MODEL_KEY, TEXT, Box
from qiming.agents.services.keys import digest
from qiming.agents.types import Application, Audience, Bucket, Enabled, Kind, Model, Per, Quota, Route, Switch
from qiming.kernel.fetch import Outward
from qiming.kernel.ids import new_id

CONTENT = Path(__file__).parents[3] / "content"
CITY, SCHOOL, CLASS = "b/", "b/d1/s1/", "b/d1/s1/c1/"
KEY = "qk-test"
SITE = "http://127.0.0.1:8000"
BOX = Box(["a secret of the tests"])
WORDS = [
    "一元",
    "一次",
    "方程",
    "先",
    "看",
    "等号",
    "两边",
    "，",
    "再",
    "想",
    "哪一步",
    "能",
    "让",
    "它",
    "更简单",
    "。",
]


def event(text: str = "", finish: str | None = None, **more: Any) -> bytes:
    told = {"model": "fake-1", "choices": [{"delta": {"content": text}, "finish_reason": finish}], **more}
    return b"data: " + json.dumps(told, ensure_ascii=False).encode() + b"\n\n"


USED = b'data: {"choices":[],"usage":{"prompt_tokens":11,"completion_tokens":16}}\n\n'
Behaviour = Callable[[web.StreamResponse], Any]


@dataclass
class Fake:
    """A model: how it answers next, and what it was asked."""

    pieces: list[bytes | float] = field(default_factory=list)
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    asked: list[dict[str, Any]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    left: int = 0  # connections that were closed on it before it had finished
    at_once: int = 0
    most_at_once: int = 0
    address: str = ""

    def says(self, *words: str) -> None:
        self.pieces = [*map(event, words or WORDS), event(finish="stop"), USED, b"data: [DONE]\n\n"]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(await request.json())
        self.tokens.append(request.headers.get("Authorization", ""))
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            if self.status != 200 or self.body:
                kind = "application/json"
                return web.Response(
                    status=self.status, body=self.body, headers=self.headers, content_type=kind
                )
            return await self._stream(request)
        except (ConnectionError, asyncio.CancelledError):
            self.left += 1
            raise
        finally:
            self.at_once -= 1

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for piece in self.pieces:
            if isinstance(piece, float):
                await asyncio.sleep(piece)
            elif piece == b"CUT":
                assert request.transport
                request.transport.close()
                return response
            else:
                await response.write(piece)
        return response


@asynccontextmanager
async def served(*fakes: Fake) -> AsyncIterator[None]:
    """Each fake on a port of its own."""
    runners = []
    for fake in fakes:
        app = web.Application(client_max_size=4 * 1024 * 1024)
        app.router.add_post("/v1/chat/completions", fake.answer)
        app.router.add_post("/v1/embeddings", fake.answer)
        runner = web.AppRunner(app, handler_cancellation=True, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]  # the port that was given
        fake.address = f"http://127.0.0.1:{port}/v1"
        runners.append(runner)
    try:
        yield
    finally:
        for runner in runners:
            await runner.cleanup()


@dataclass
class Memory:
    """A ledger and a source in memory."""

    calls: dict[UUID, tuple[Opening, Closing | None]] = field(default_factory=dict)
    used: dict[str, list[int]] = field(default_factory=dict)
    held: dict[UUID, tuple[Bucket, ...]] = field(default_factory=dict)
    health: list[tuple[str, bool]] = field(default_factory=list)
    is_away: bool = False
    changed: "asyncio.Queue[Chain | None]" = field(default_factory=asyncio.Queue)
    told: Chain = field(default_factory=Chain)
    waiting: dict[bytes, Taken] = field(default_factory=dict)  # turns, by the digest of their ticket
    spoken: list[Spoken] = field(default_factory=list)

    async def take(self, ticket_sha256: bytes, at: datetime) -> Taken | None:
        if self.is_away:
            raise Away
        return self.waiting.pop(ticket_sha256, None)

    async def write(self, spoken: Spoken, at: datetime) -> None:
        if self.is_away:
            raise Away
        self.spoken.append(spoken)

    async def begin(self, opening: Opening, buckets: tuple[Bucket, ...]) -> tuple[str, str] | None:
        if self.is_away:
            raise Away
        for one in buckets:
            used = self.used.setdefault(one.key, [0, 0, 0])
            for at, (measure, most, more) in enumerate(
                (
                    ("requests", one.requests, 1),
                    ("tokens", one.tokens, opening.tokens),
                    ("seconds", one.seconds, opening.seconds),
                )
            ):
                if most is not None and used[at] + more > most:
                    return measure, one.key
        for one in buckets:
            self._add(one, 1, opening.tokens, opening.seconds)
        self.calls[opening.id], self.held[opening.id] = (opening, None), buckets
        return None

    def _add(self, bucket: Bucket, *more: int) -> None:
        self.used[bucket.key] = [a + b for a, b in zip(self.used[bucket.key], more, strict=True)]

    async def end(self, call_id: UUID, closing: Closing, at: datetime) -> None:
        if self.is_away:
            raise Away
        opening = self.calls[call_id][0]
        self.calls[call_id] = (opening, closing)
        used = (closing.usage.total, -(-closing.total_ms // 1000)) if closing.generated else (0, 0)
        for one in self.held.pop(call_id):
            self._add(
                one, 0 if closing.generated else -1, used[0] - opening.tokens, used[1] - opening.seconds
            )

    async def note(self, opening: Opening, closing: Closing) -> None:
        self.calls[opening.id] = (opening, closing)

    async def seen(self, model: str, *, is_up: bool, note: str, at: datetime) -> None:
        self.health.append((model, is_up))

    async def read(self, chain: Chain, table: str | None) -> None:
        for name in ("models", "routes", "enabled", "switches", "applications", "quotas"):
            setattr(chain, name, getattr(self.told, name))

    async def changes(self) -> AsyncIterator[str]:
        yield ""
        while True:
            await self.changed.get()
            yield "agents_killswitch"


def application(**changes: Any) -> Application:
    made = Application(
        id=new_id(),
        name="应用",
        path=SCHOOL,
        kinds=frozenset({"chat", "embeddings"}),
        routes=frozenset({"study", "vectors"}),
        stage="junior",
        audience=Audience.PUPIL,
        expires_at=datetime(2030, 1, 1, tzinfo=UTC),
    )
    return replace(made, **changes)


ROUTE = Route(
    "study",
    "初中学伴",
    Kind.CHAT,
    ("first", "second"),
    frozenset({"junior", "primary", "staff"}),
    frame="你是学伴。",
)
VECTORS = Route("vectors", "检索", Kind.EMBEDDINGS, ("vectors",), frozenset({"junior"}))


def chain(fakes: dict[str, Fake], **changes: Any) -> Chain:
    """One route to `first`, then `second`; open for the school; 100,000 tokens a day for it."""
    models = {
        key: Model(
            key,
            Kind.EMBEDDINGS if key == "vectors" else Kind.CHAT,
            fake.address,
            f"{key}-up",
            BOX.close(b"upstream secret", MODEL_KEY),
            grades=frozenset({"L1", "L2"}),
            is_filed=True,
        )
        for key, fake in fakes.items()
    }
    made = Chain(
        models=models,
        routes={"study": ROUTE, "vectors": VECTORS},
        enabled={key: (Enabled(SCHOOL, key, yes=True),) for key in ("study", "vectors")},
        applications={digest(KEY): application()},
        quotas=(Quota(new_id(), SCHOOL, Per.PLACE, tokens=100_000),),
    )
    for name, value in changes.items():
        setattr(made, name, value)
    return made


@dataclass
class Told:
    """What a client got."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes = b""

    @property
    def json(self) -> Any:
        return json.loads(self.raw)

    @property
    def code(self) -> str:
        return str(self.json["error"]["code"])

    @property
    def events(self) -> list[Any]:
        parts = [one[6:] for one in self.raw.decode().split("\n\n") if one.startswith("data: ")]
        return [one if one == "[DONE]" else json.loads(one) for one in parts]

    @property
    def text(self) -> str:
        return "".join(
            one["choices"][0]["delta"].get("content", "")
            for one in self.events
            if isinstance(one, dict) and one.get("choices")
        )


@dataclass
class House:
    """A gateway that runs, and its client."""

    gateway: Gateway
    memory: Memory

    async def ask(
        self,
        body: Any,
        *,
        path: str = "/v1/chat/completions",
        key: str = KEY,
        place: str = "",
        method: str = "POST",
        leave_after: int | None = None,
        origin: str = "",
    ) -> Told:
        """`leave_after`: the client goes after so many pieces of the answer."""
        told, gone = Told(), asyncio.Event()
        data = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        given = [{"type": "http.request", "body": data}]
        pieces = 0

        async def receive() -> Any:
            if given:
                return given.pop()
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            nonlocal pieces
            if message["type"] == "http.response.start":
                told.status = message["status"]
                told.headers = {name.decode(): value.decode() for name, value in message["headers"]}
                return
            told.raw += message["body"]
            pieces += 1
            if leave_after is not None and pieces >= leave_after:
                gone.set()
                await asyncio.sleep(0)

        headers = [(b"authorization", f"Bearer {key}".encode()), (b"x-qiming-place", place.encode())]
        headers = (headers if place else headers[:1]) + ([(b"origin", origin.encode())] if origin else [])
        scope = {"type": "http", "method": method, "path": path, "headers": headers}
        await self.gateway.serve(scope, receive, send)
        if self.gateway.house.ends:
            await asyncio.wait(set(self.gateway.house.ends), timeout=2)
        return told

    @property
    def closings(self) -> list[Closing]:
        return [closing for _, closing in self.memory.calls.values() if closing]

    async def switch(self, *switches: Switch) -> None:
        self.memory.told.switches = switches
        self.memory.changed.put_nowait(None)
        await asyncio.sleep(0.01)


@lru_cache(maxsize=1)
def _guard() -> Guard:
    return Guard(load(CONTENT / "guard"))


@asynccontextmanager
async def house(told: Chain, **patience: float) -> AsyncIterator[House]:
    memory = Memory(told=told)
    origins = ",".join({one.address.removesuffix("/v1") for one in told.models.values()})
    gateway = Gateway(
        source=memory,
        ledger=memory,
        turns=memory,
        sites=frozenset({SITE}),
        guard=_guard(),
        box=BOX,
        outward=Outward.from_environment({"QIMING_OUTWARD": origins}),
        producer="启明",
        patience=Patience(**({"first_s": 0.4, "next_s": 0.4, "room_s": 0.3} | patience)),
    )
    await gateway.open()
    try:
        yield House(gateway, memory)
    finally:
        await gateway.close()


def question(text: str = "这道方程我移项移错了，先看哪里？", **more: Any) -> dict[str, Any]:
    return {"model": "study", "messages": [{"role": "user", "content": text}], "user": "u1", **more}


def slowly(words: list[str], pause_s: float) -> list[bytes | float]:
    """The events of these words, with a pause after each, and the end."""
    pieces: list[bytes | float] = []
    for word in words:
        pieces += [event(word), pause_s]
    return [*pieces, event(finish="stop")]


def kept(closing: Closing) -> Any:
    """The text of a call, out of its box."""
    opened = BOX.open(closing.box or b"", TEXT)
    assert opened
    return json.loads(opened)
