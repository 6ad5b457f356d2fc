"""`python -m benchmarks.gateway.upstream PORT`: a model that says fifty tokens at once, in OpenAI's form."""

import json
import sys

from aiohttp import web

TOKENS = 50


def _event(text: str = "", finish: str | None = None, **more: object) -> bytes:
    delta = {"content": text} if text else {}
    told = {
        "id": "c",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "bench",
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
        **more,
    }
    return b"data: " + json.dumps(told, ensure_ascii=False).encode() + b"\n\n"


USED = {"prompt_tokens": 40, "completion_tokens": TOKENS, "total_tokens": 40 + TOKENS}
PIECES = [*(_event("字") for _ in range(TOKENS)), _event(finish="stop", usage=USED), b"data: [DONE]\n\n"]


async def answer(request: web.Request) -> web.StreamResponse:
    await request.read()
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    for piece in PIECES:
        await response.write(piece)
    return response


def main() -> None:
    app = web.Application()
    app.router.add_post("/v1/chat/completions", answer)
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=None)


if __name__ == "__main__":
    main()
