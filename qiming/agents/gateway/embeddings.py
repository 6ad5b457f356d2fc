"""Embeddings: texts with personal data covered out, vectors back, nothing else passed on."""

from contextlib import aclosing
from typing import Any

import msgspec

from qiming.agents.gateway.asking import Embeddings, read_embeddings
from qiming.agents.gateway.calls import Call, House, caller_of, making, models_for, opening
from qiming.agents.gateway.upstream import EMBEDDINGS, Tried
from qiming.agents.guard import Vault, mask
from qiming.agents.rules.quotas import guessed_tokens, most_tokens
from qiming.agents.types import Application, Kind, Model, Usage
from qiming.assurance.runner.kinds import Failure
from qiming.assurance.runner.kinds import Kind as Kinds


class _Vector(msgspec.Struct):
    index: int
    embedding: list[float]


class _Used(msgspec.Struct):
    prompt_tokens: int = 0


class _Answer(msgspec.Struct):
    data: list[_Vector]
    model: str = ""
    usage: _Used | None = None


async def embed(house: House, application: Application, body: bytes, place: str) -> dict[str, Any]:
    """The answer in OpenAI's form. Raises `Trouble`, `Failure` or `Ended`."""
    asked = read_embeddings(body)
    caller = caller_of(
        house, application, model=asked.model, place=place, user=asked.user, kind=Kind.EMBEDDINGS
    )
    vault = Vault()
    texts = [mask(text, vault).text for text in asked.texts]
    longest = max(guessed_tokens(text) for text in texts)
    models = models_for(house, caller, longest)
    async with making(house, caller, opening(house, caller, tokens=most_tokens(texts))) as call:
        answer = await _ask(house, models, texts, asked, call)
        guessed = sum(guessed_tokens(text) for text in texts)
        told = answer.usage.prompt_tokens if answer.usage else 0
        call.closing.usage = Usage(told or guessed, 0, counted=told > 0)
        call.closing.version = answer.model[:120]
    data = [
        {"object": "embedding", "index": one.index, "embedding": one.embedding}
        for one in sorted(answer.data, key=lambda one: one.index)
    ]
    usage = {"prompt_tokens": call.closing.usage.prompt, "total_tokens": call.closing.usage.total}
    return {"object": "list", "data": data, "model": asked.model, "usage": usage}


async def _ask(house: House, models: list[Model], texts: list[str], asked: Embeddings, call: Call) -> _Answer:
    def body(model: Model) -> dict[str, Any]:
        wanted = {"dimensions": asked.dimensions} if asked.dimensions else {}
        return {"model": model.upstream_name, "input": texts, **wanted}

    tried = Tried()
    said = ""
    try:
        async with aclosing(house.upstream.talk(models, EMBEDDINGS, body, call.live, tried)) as coming:
            async for piece in coming:
                said = piece.text
    finally:
        call.closing.model = tried.model.key if tried.model else ""
        call.closing.findings += [f"tried:{one}" for one in tried.failures]
    try:
        answer = msgspec.json.decode(said, type=_Answer)
    except (msgspec.DecodeError, RecursionError):
        raise Failure(Kinds.SHAPE, "no vectors in the answer") from None
    if sorted(one.index for one in answer.data) != list(range(len(texts))):
        raise Failure(Kinds.SHAPE, "not one vector for each text")
    return answer
