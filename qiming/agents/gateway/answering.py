"""What goes back to a caller, and whether the caller is still there."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, MutableMapping
from contextlib import aclosing
from typing import Any, Final

import msgspec

from qiming.agents.gateway.asking import MOST_BYTES
from qiming.agents.gateway.chat import Shown, Talk
from qiming.agents.gateway.errors import GONE, Trouble
from qiming.agents.gateway.live import Ended

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Header = tuple[bytes, bytes]

BODY_S: Final = 30.0
_encode: Final = msgspec.json.Encoder().encode


async def body_of(receive: Receive) -> bytes:
    parts, size = [], 0
    try:
        async with asyncio.timeout(BODY_S):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Ended("gone")
                parts.append(message.get("body", b""))
                size += len(parts[-1])
                if size > MOST_BYTES:
                    raise Trouble(413, "too_large", "请求太大，超过1 MiB。没有发出去，请缩短或分几次说。")
                if not message.get("more_body"):
                    return b"".join(parts)
    except TimeoutError:
        raise Trouble(408, "too_slow", "请求很久没有传完。没有发出去。") from None


async def left(receive: Receive) -> None:
    """Returns when the client has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def unless_left(talk: Talk, client: "asyncio.Task[None]") -> AsyncGenerator[Shown, None]:
    """What may be shown, until the client has gone; then the model is told to stop in the middle of its word."""
    client.add_done_callback(lambda task: None if task.cancelled() else talk.leave())
    async with aclosing(talk.shown()) as coming:
        async for one in coming:
            yield one


class Answer:
    """What goes back; after the first byte no other status can be said."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.begun = False
        self.headers: tuple[Header, ...] = ()  # beside those of every answer

    async def whole(self, body: Any, status: int = 200, wait_s: int | None = None) -> None:
        headers = [
            (b"content-type", b"application/json; charset=utf-8"),
            (b"cache-control", b"no-store"),
            *self.headers,
        ]
        if wait_s is not None:
            headers.append((b"retry-after", str(wait_s).encode()))
        data = _encode(body)
        headers.append((b"content-length", str(len(data)).encode()))
        self.begun = True
        await self._send({"type": "http.response.start", "status": status, "headers": headers})
        await self._send({"type": "http.response.body", "body": data})

    async def trouble(self, trouble: Trouble) -> None:
        """The error as a whole answer, or as the last event; nothing for a client that has gone."""
        if trouble.status == GONE:
            return
        if not self.begun:
            await self.whole(trouble.body(), trouble.status, trouble.wait_s)
        else:
            await self.event(trouble.body())
            await self.end()

    async def event(self, body: Any) -> None:
        if not self.begun:
            self.begun = True
            headers = [
                (b"content-type", b"text/event-stream; charset=utf-8"),
                (b"cache-control", b"no-store"),
                (b"x-accel-buffering", b"no"),
                *self.headers,
            ]
            await self._send({"type": "http.response.start", "status": 200, "headers": headers})
        data = body.encode() if isinstance(body, str) else _encode(body)
        await self._send(
            {"type": "http.response.body", "body": b"data: " + data + b"\n\n", "more_body": True}
        )

    async def nothing(self, headers: tuple[Header, ...]) -> None:
        """An answer without a body."""
        self.begun = True
        await self._send({"type": "http.response.start", "status": 204, "headers": list(headers)})
        await self._send({"type": "http.response.body", "body": b""})

    async def end(self) -> None:
        await self._send({"type": "http.response.body", "body": b""})
