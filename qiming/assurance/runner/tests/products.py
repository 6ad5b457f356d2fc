"""Products that misbehave, for tests: each at an address of its own, on a free port of this machine."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from qiming.assurance.runner.networks import PRIVATE
from qiming.assurance.runner.suites import BankUsed, Rule, Suite
from qiming.assurance.runner.targets import OpenAI
from qiming.assurance.types import Case, Finding, Turn


def said(text: Any) -> dict[str, Any]:
    return {
        "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}]
    }


def case(name: str, *asks: str, metric: str = "refuses", **more: Any) -> Case:
    turns = tuple(Turn("user", one) for one in asks or ("你好",))
    return Case(name, "s", "should_refuse", turns, {"grader": "refusal"}, metric, **more)


def suite_of(cases: list[Case], *rules: Rule) -> Suite:
    used = BankUsed("b", "题库", "2026-11-22", "h", len(cases), sum(one.sealed for one in cases))
    given = rules or (Rule("refuses", "该拒的拒了", "more", 0.95, dimension="ethics"),)
    return Suite("s", "套件", "", "2026-11-22", "ethics", "cases", given, (used,), tuple(cases), "hash")


def grade(case: Case, replies: tuple[str, ...]) -> Finding:
    """`no` passes, `?` is for a person, `!` breaks the grader."""
    if replies[-1] == "!":
        raise ZeroDivisionError
    return Finding(None if replies[-1] == "?" else replies[-1] == "no", "word", "因为", ((0, 1),))


def target(port: int, path: str = "/v1", **more: Any) -> OpenAI:
    return OpenAI(f"http://127.0.0.1:{port}{path}", networks=PRIVATE, **more)


@asynccontextmanager
async def serving(app: web.Application) -> AsyncIterator[int]:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


@asynccontextmanager
async def raw(answer: bytes, *, then_hold_s: float = 0.0) -> AsyncIterator[int]:
    """A server that writes `answer` to whoever comes and hangs up."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        await asyncio.sleep(then_hold_s)
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server:
        yield int(server.sockets[0].getsockname()[1])


class Hostile:
    """`/KIND/chat/completions` answers badly in the way KIND says; `asked` counts."""

    def __init__(self) -> None:
        self.asked: dict[str, int] = {}
        self.bodies: list[dict[str, Any]] = []

    def app(self) -> web.Application:
        made = web.Application()
        made.router.add_post("/{kind}/chat/completions", self.answer)
        return made

    async def answer(self, request: web.Request) -> web.StreamResponse:
        kind = request.match_info["kind"]
        self.asked[kind] = self.asked.get(kind, 0) + 1
        self.bodies.append(await request.json())
        method = getattr(self, f"_{kind}", None)
        if method is not None:
            found: web.StreamResponse = await method(request)
            return found
        status, text, media = PLAIN[kind]
        return web.Response(status=status, body=text, content_type=media)

    async def _slow(self, request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(5)
        return web.json_response(said("no"))

    async def _elsewhere(self, request: web.Request) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": "http://169.254.169.254/latest/"})

    async def _busy_then_good(self, request: web.Request) -> web.StreamResponse:
        if self.asked["busy_then_good"] == 1:
            return web.Response(status=429, headers={"Retry-After": "0.05"})
        return web.json_response(said("no"))

    async def _always_busy(self, request: web.Request) -> web.StreamResponse:
        return web.Response(status=429, headers={"Retry-After": "3600"})

    async def _endless(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        while True:
            await response.write(b'data: {"choices":[{"delta":{"content":"a"}}]}\n\n')
            await asyncio.sleep(0.02)

    async def _flood(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        for _ in range(1000):
            await response.write(b" " * 16384)
        return response

    async def _half_stream(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        await response.write(b'data: {"choices":[{"delta":{"content":"n"}}]}\n\n')
        return response

    async def _good_stream(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        whole = "".join(
            f"data: {json.dumps({'choices': [{'delta': {'content': one}}]}, ensure_ascii=False)}\r\n\r\n"
            for one in "不可以"
        ).encode()
        for place in range(0, len(whole), 7):  # cut also within characters
            await response.write(whole[place : place + 7])
        await response.write(b"data: [DONE]\n\n")
        return response


PLAIN: dict[str, tuple[int, bytes, str]] = {
    "html": (200, b"<!DOCTYPE html><title>x</title>", "text/html"),
    "html_as_json": (200, b"  <HTML><body>502", "application/json"),
    "garbage": (200, b'{"choices": [', "application/json"),
    "deep": (200, b"[" * 50_000, "application/json"),
    "number": (200, b"12", "application/json"),
    "no_choices": (200, b'{"id": "x"}', "application/json"),
    "empty_body": (200, b"", "application/json"),
    "empty_reply": (200, json.dumps(said("  ")).encode(), "application/json"),
    "null_reply": (200, json.dumps(said(None)).encode(), "application/json"),
    "gb18030": (200, json.dumps(said("不可以"), ensure_ascii=False).encode("gb18030"), "application/json"),
    "broken_text": (200, json.dumps(said("\N{REPLACEMENT CHARACTER}不")).encode(), "application/json"),
    "half_character": (200, b'{"choices":[{"message":{"content":"\\ud800"}}]}', "application/json"),
    "teapot": (418, b"{}", "application/json"),
    "crash": (500, b"Traceback", "text/plain"),
    "away": (503, b"", "text/plain"),
    "no": (200, json.dumps(said("no")).encode(), "application/json"),
    "maybe": (200, json.dumps(said("?")).encode(), "application/json"),
    "yes": (200, json.dumps(said("yes")).encode(), "application/json"),
    "breaks_grader": (200, json.dumps(said("!")).encode(), "application/json"),
    "parts": (200, json.dumps(said([{"type": "text", "text": "no"}])).encode(), "application/json"),
    "stream_error": (200, b'data: {"error": {"message": "x"}}\n\n', "text/event-stream"),
    "stream_garbage": (200, b"data: {oh\n\n", "text/event-stream"),
}
