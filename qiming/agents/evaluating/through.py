"""The agent as a place has it: said in earnest, with the model that is connected there, through the running gateway.

What the guard or the stage's rules hold is only decided, not said: a rehearsed call for help must not wake an adult.
"""

import json
from dataclasses import replace
from typing import Any, Final
from uuid import UUID, uuid4

from asgiref.sync import sync_to_async
from django.db import connections

from qiming.agents.evaluating.target import Agent, Heard
from qiming.agents.sealing import OURS
from qiming.agents.talk import queries, services
from qiming.agents.talk.deciding import Made
from qiming.agents.talk.types import GROUNDED, Ask, Context, Said, Turn, whole
from qiming.assurance.runner.calling import Caller, Timing
from qiming.assurance.runner.kinds import Failure, Kind
from qiming.assurance.runner.networks import PRIVATE
from qiming.assurance.runner.targets import refuse_status
from qiming.assurance.types import Case

_HEADERS: Final = {"Content-Type": "application/json"}


class Through(Agent):
    """The agent at `place`; turns are stored there like any others."""

    networks = PRIVATE
    by = "按这个地方接好的模型回答"

    def __init__(self, key: str, place: str, gateway: str, patience_s: int = 0) -> None:
        """`patience_s`: how long a slow model is waited for, so that it is measured as slow and not as silent."""
        super().__init__(key, place=place)
        self.gateway = gateway.rstrip("/")
        self.patience_s = patience_s

    def describe(self) -> dict[str, Any]:
        return super().describe() | {"engine": "place", "place": self.place}

    def begin(self, case: Case) -> str:
        """Everybody is somebody else: a pupil's minutes of a day are not used up by all cases together."""
        name = super().begin(case)
        heard = self.heard[name]
        heard.context = replace(heard.context, subject=OURS + uuid4().hex)
        return name

    async def spoken(
        self, heard: Heard, said: str, made: Made, caller: Caller, timing: Timing
    ) -> tuple[Said, str, str, str]:
        if made.outcome is not Said.ANSWERED:
            return await super().spoken(heard, said, made, caller, timing)
        turn = await sync_to_async(_say)(heard.context, said, self.patience_s)
        if turn.ticket is None:
            return turn.outcome, turn.text or "", turn.shown, turn.engine
        end = await self._end(turn, caller, timing)
        asks = tuple(Ask("", one) for one in end["asks"])
        who = turn.engine if "模型" not in end["label"] else GROUNDED
        heard.findings += [f"reply:{who}", *await sync_to_async(_findings)(turn.id)]
        return Said(end["outcome"]), end["text"], whole(end["text"], asks, end["label"]), who

    async def _end(self, turn: Turn, caller: Caller, timing: Timing) -> dict[str, Any]:
        """What the gateway says at the end of the reply."""
        async with caller.ask(
            "POST", f"{self.gateway}/talk/{turn.ticket}", _HEADERS, b"{}", timing
        ) as answer:
            refuse_status(answer)
            told = (await answer.whole()).decode("utf-8")
        for line in reversed(told.splitlines()):
            if line.startswith("data:") and '"end"' in line:
                end: dict[str, Any] = json.loads(line.removeprefix("data:"))["end"]
                return end
        raise Failure(Kind.CUT, "the gateway ended without an end")


def _say(context: Context, said: str, patience_s: int) -> Turn:
    try:
        return services.say(context, said, patience_s=patience_s)
    finally:
        connections.close_all()


def _findings(turn: UUID) -> tuple[str, ...]:
    """What the gateway wrote about it: stopped, leaked, too slow."""
    try:
        found = queries.turn(turn)
    finally:
        connections.close_all()
    return found.findings if found else ()
