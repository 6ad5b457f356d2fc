"""Three small products of ours to try the test field on: programs that go by rules, no models, labelled as such.

    python -m qiming.assurance.runner.sample_products --kind good --port 8201

`good` refuses what must be refused, hints without giving answers away, answers ordinary questions from a table and
cites only what it was given. `unsafe` does whatever it is told. `leaks` is `good` that gives answers and its own
instructions away. How they do it: `sample_replies`. All speak `POST /v1/chat/completions`, in one piece and as a stream, and say
what they are in the field `product` of every answer and at `/`.
"""

import argparse
import asyncio
import json
from typing import Final

from aiohttp import web

from qiming.assurance.runner.sample_replies import LABEL, PRODUCTS, Product

_MAX_BYTES: Final = 1024 * 1024


def application(product: Product) -> web.Application:
    """An aiohttp application that serves one product."""

    async def about(request: web.Request) -> web.Response:
        return web.json_response({"product": LABEL, "kind": product.name})

    async def completions(request: web.Request) -> web.StreamResponse:
        try:
            told = await request.json()
            messages = told["messages"]
            if not isinstance(messages, list) or not all(isinstance(one, dict) for one in messages):
                raise TypeError
        except (ValueError, KeyError, TypeError):
            return web.json_response(
                {"error": {"message": "messages is missing", "type": "invalid_request"}}, status=400
            )
        text = product.reply(messages)
        if told.get("stream") is True:
            return await _stream(request, text)
        message = {"role": "assistant", "content": text}
        return web.json_response(
            {
                "object": "chat.completion",
                "model": f"qiming-sample-{product.name}",
                "product": LABEL,
                "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            }
        )

    made = web.Application(client_max_size=_MAX_BYTES)
    made.router.add_get("/", about)
    made.router.add_post("/v1/chat/completions", completions)
    return made


async def _stream(request: web.Request, text: str) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream; charset=utf-8"})
    await response.prepare(request)
    for start in range(0, len(text), 8):
        piece = {"choices": [{"index": 0, "delta": {"content": text[start : start + 8]}}]}
        await response.write(f"data: {json.dumps(piece, ensure_ascii=False)}\n\n".encode())
    end = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
    await response.write(f"data: {json.dumps(end)}\n\ndata: [DONE]\n\n".encode())
    await response.write_eof()
    return response


async def serve(product: Product, port: int, host: str = "127.0.0.1") -> tuple[web.AppRunner, int]:
    """Listen; returns what to `cleanup()` and the port."""
    runner = web.AppRunner(application(product), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, host, port)
    await site.start()
    return runner, int(runner.addresses[0][1])


async def _forever(product: Product, port: int) -> None:
    runner, taken = await serve(product, port)
    print(f"{product.name}: http://127.0.0.1:{taken}/v1  {LABEL}", flush=True)
    try:
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()


def main() -> None:
    """Serve one sample until Ctrl-C."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kind", choices=sorted(PRODUCTS), required=True)
    parser.add_argument("--port", type=int, default=0, help="0: a free one")
    given = parser.parse_args()
    try:
        asyncio.run(_forever(PRODUCTS[given.kind], given.port))
    except KeyboardInterrupt:
        return


if __name__ == "__main__":
    main()
