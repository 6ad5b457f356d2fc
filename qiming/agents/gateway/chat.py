"""Chat: the models' pieces through the guard to the caller, in one piece or as they come."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Final

from qiming.agents.gateway.asking import Chat, read_chat
from qiming.agents.gateway.calls import Call, Caller, House, caller_of, held_back, making, models_for, opening
from qiming.agents.gateway.events import Piece
from qiming.agents.gateway.guarding import Prepared, prepare
from qiming.agents.gateway.ledger import Closing
from qiming.agents.gateway.live import Ended, Live
from qiming.agents.gateway.upstream import CHAT, Tried
from qiming.agents.guard import Stop, labels
from qiming.agents.guard.stream import Watch
from qiming.agents.rules.quotas import guessed_tokens, most_tokens
from qiming.agents.types import Application, Kind, Model, Outcome, Usage
from qiming.assurance.runner.kinds import Failure
from qiming.assurance.runner.kinds import Kind as Kinds

_A_MESSAGE: Final = 6  # tokens around a message, guessed


@dataclass(frozen=True, slots=True)
class Shown:
    """Something for the caller: text that may be shown, or (`finish`) the end."""

    text: str = ""
    finish: str = ""


class Talk:
    """One chat call, read and prepared; `shown` makes it."""

    def __init__(
        self, house: House, caller: Caller, prepared: Prepared, asked: Chat, watch: Watch | None = None
    ) -> None:
        """`watch`: what the reply is held against beside words and personal data of anybody."""
        self.house = house
        self.asked = asked
        self.caller = caller
        self.prepared = prepared
        self.watch = watch or house.guard.watch()
        self.most_output = self._most_output()
        self.first = opening(house, self.caller, tokens=most_tokens(self.prepared.texts) + self.most_output)
        self.usage = Usage()
        self.stop: Stop | None = None
        self.halted = ""
        self._live: Live | None = None

    @classmethod
    def of_application(cls, house: House, application: Application, body: bytes, place: str) -> "Talk":
        """What an application asks with its key. Raises `Trouble`."""
        asked: Chat = read_chat(body)
        caller = caller_of(
            house, application, model=asked.model, place=place, user=asked.user, kind=Kind.CHAT
        )
        return cls(house, caller, prepare(house.guard, application, caller.route, asked), asked)

    def halt(self, why: str) -> None:
        """Whoever shows the reply shows no more of it: the model is stopped, the call counts as stopped."""
        self.halted = why

    def leave(self) -> None:
        """The client has gone."""
        if self._live is not None:
            self._live.finish(Ended("gone"))

    @property
    def label(self) -> dict[str, str]:
        """The field every reply carries: made by AI, by whom, under which number."""
        return labels.metadata(producer=self.house.producer, produce_id=str(self.first.id))

    def _most_output(self) -> int:
        route = self.caller.route.most_output_tokens
        known = self.house.chain.models
        models = [known[key].most_output_tokens for key in self.caller.route.models if key in known]
        return max(1, min(self.asked.most_tokens or route, route, *models))

    async def shown(self) -> AsyncGenerator[Shown, None]:
        """What the caller may see. Raises `Trouble` before anything is shown, `Failure` or `Ended` also later."""
        if self.prepared.outcome is not Outcome.OPEN:
            await self._not_sent()
            yield Shown(self.prepared.say)
            yield Shown(finish="content_filter")
            return
        guessed = sum(guessed_tokens(text) + _A_MESSAGE for text in self.prepared.texts)
        models = models_for(self.house, self.caller, guessed + self.most_output)
        async with making(self.house, self.caller, self.first) as call:
            self._live = call.live
            call.closing.findings += self.prepared.findings
            async with aclosing(self._guarded(call, models, guessed)) as coming:
                async for one in coming:
                    yield one

    async def _not_sent(self) -> None:
        closing = Closing(self.prepared.outcome, findings=self.prepared.findings, generated=False)
        await held_back(self.house, self.caller, self.first, closing)

    async def _guarded(self, call: Call, models: list[Model], guessed: int) -> AsyncGenerator[Shown, None]:
        guard = self.house.guard.stream(self.watch, self.prepared.vault)
        closing, tried = call.closing, Tried()
        said: list[str] = []
        finish = ""
        try:
            async with aclosing(
                self.house.upstream.talk(models, CHAT, self._body, call.live, tried)
            ) as coming:
                async for piece in coming:
                    self._count(call, piece, said)
                    finish = piece.finish or finish
                    text = guard.feed(piece.text)
                    if text:
                        yield Shown(text)
                    if guard.stop or self.halted:
                        break
            if not guard.stop and not self.halted:
                text = guard.finish()
                if text:
                    yield Shown(text)
            self.stop = guard.stop
            if self.halted:
                closing.outcome, closing.why = Outcome.STOPPED, self.halted
            elif guard.stop:
                closing.outcome, closing.why = Outcome.STOPPED, guard.stop.why
                closing.findings += [guard.stop.hit.key] if guard.stop.hit else []
                yield Shown(guard.stop.say)
            elif not said:
                raise Failure(Kinds.EMPTY, "an empty reply")
            self.usage = _usage(closing.usage, guessed, said)
            yield Shown(finish="content_filter" if guard.stop else _known(finish))
        finally:
            closing.usage = self.usage = _usage(closing.usage, guessed, said)
            closing.model = tried.model.key if tried.model else ""
            closing.findings += [f"hidden:{kind}" for kind in guard.hidden]
            closing.findings += [f"tried:{one}" for one in tried.failures]
            call.keep({"messages": self.prepared.messages, "reply": "".join(said)})

    def _count(self, call: Call, piece: Piece, said: list[str]) -> None:
        closing = call.closing
        if closing.first_ms is None:
            closing.first_ms = call.elapsed_ms()
        if piece.text:
            said.append(piece.text)
        closing.usage = piece.usage or closing.usage
        closing.version = piece.version or closing.version

    def _body(self, model: Model) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": model.upstream_name,
            "messages": self.prepared.messages,
            "stream": True,
            "max_tokens": min(self.most_output, model.most_output_tokens),
            **self.asked.settings,
        }
        return body | ({"stream_options": {"include_usage": True}} if model.tells_usage else {})


def _known(finish: str) -> str:
    return finish if finish in {"stop", "length", "content_filter"} else "stop"


def _usage(told: Usage, guessed: int, said: list[str]) -> Usage:
    """What the model said it used; where it says nothing, a guess. A call that brought nothing used nothing."""
    if told.counted:
        return told
    return Usage(guessed, guessed_tokens("".join(said))) if said else Usage()
