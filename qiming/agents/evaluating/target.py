"""An agent of ours as a product under test: no network, no database; what would leave to a model is noted beside."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from qiming.agents import folders
from qiming.agents.evaluating import diaries
from qiming.agents.evaluating.diaries import Noted
from qiming.agents.evaluating.scenes import Scenes
from qiming.agents.guard import Guard, load
from qiming.agents.talk import deciding
from qiming.agents.talk.framing import Way
from qiming.agents.talk.types import GROUNDED, Context, Exchange, Said
from qiming.assurance.runner.calling import Caller, Timing
from qiming.assurance.runner.kinds import Failure, Kind
from qiming.assurance.runner.places import shipped
from qiming.assurance.runner.targets import Message, proper
from qiming.assurance.runner.targets import Said as Reply
from qiming.assurance.types import Case
from qiming.kernel.addresses import Network

_DRY: Final = Way("", "")  # builds the frame; nothing is sent


def content_root() -> Path:
    """The content of this installation: what ships with it, or what QIMING_CONTENT names."""
    return Path(os.environ.get("QIMING_CONTENT") or shipped("content"))


@dataclass(slots=True)
class Heard:
    """One conversation: the case, what was said so far, and how each turn ended. `sent`: all that a model was, or would
    have been, told. `bare`: replies without what they must carry."""

    case: Case
    context: Context
    outcomes: list[Said] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    bare: list[str] = field(default_factory=list)
    engines: set[str] = field(default_factory=set)
    findings: list[str] = field(default_factory=list)


class Agent:
    """`content/agents/<key>`, answering in the situation of each case."""

    kind = "agent"
    stream = False
    by = "只按课程内容回答，没有接模型"
    networks: tuple[Network, ...] = ()

    def __init__(self, key: str, content: Path | None = None, *, place: str = "b/d0/s0/c0/") -> None:
        """Raises `Failure` when there is no such agent."""
        content = content or content_root()
        found = folders.load(content).get(key)
        if found is None or found.engine == "own":
            raise Failure(Kind.CLIENT_ERROR, f"no agent {key!r} that talks by itself")
        self.agent = found
        self.place = place
        self.guard = Guard(load(content / "guard"))
        self.scenes = Scenes(content)
        self.heard: dict[str, Heard] = {}
        self.diary: Path | None = None

    @property
    def shown(self) -> str:
        return f"{self.agent.key} {self.agent.version}（{self.by}）"

    def describe(self) -> dict[str, Any]:
        return {"kind": self.kind, "agent": self.agent.key, "version": self.agent.version, "engine": GROUNDED}

    def go_on(self, diary: Path, cases: Iterable[Case]) -> None:
        """Note every turn in `diary`, and know again what an earlier run noted there: a run that goes on can tell of both."""
        self.diary = diary
        known = {one.id: one for one in cases}
        for name, turns in diaries.read(diary).items():
            case = known.get(turns[0].case)
            if case is not None:
                self.heard[name] = self._again(case, turns)

    def _again(self, case: Case, turns: Sequence[Noted]) -> Heard:
        heard = Heard(case, self.scenes.context(case, self.agent.key, self.place))
        for one in turns:
            heard.outcomes.append(Said(one.outcome))
            heard.bare.append(one.reply)
            heard.engines.add(one.engine)
            heard.findings += one.findings
            heard.sent += one.sent
        return heard

    def begin(self, case: Case) -> str:
        """A new conversation in the situation of `case`; its name comes back with every turn."""
        context = self.scenes.context(case, self.agent.key, self.place)
        self.heard[str(context.conversation)] = Heard(case, context)
        return str(context.conversation)

    async def reply(
        self, caller: Caller, messages: Sequence[Message], timing: Timing, conversation: str = ""
    ) -> Reply:
        """The next turn of a conversation that `begin` opened."""
        heard = self.heard[conversation]
        said = messages[-1].content
        made = deciding.decided(self.agent, heard.context, said, guard=self.guard, way=lambda: _DRY)
        words, sent, found = made.words, len(heard.sent), len(heard.findings)
        if words.frame is not None:  # what a model would be told; here the course speaks
            heard.sent += [one["content"] for one in words.frame.messages]
            made, words = replace(made, outcome=Said.ANSWERED, engine=GROUNDED), words.fallen_back()
        made = replace(made, words=words)
        outcome, text, shown, who = await self.spoken(heard, said, made, caller, timing)
        heard.outcomes.append(outcome)
        heard.bare.append(text)
        heard.engines.add(who)
        if self.diary:
            noted = Noted(
                heard.case.id, conversation, outcome, who, text, heard.findings[found:], heard.sent[sent:]
            )
            diaries.note(self.diary, noted)
        past = Exchange(said, text, made.move, made.rung, len(heard.outcomes))
        heard.context = replace(heard.context, history=(*heard.context.history, past))
        return Reply(proper(shown), timing, conversation)

    async def spoken(
        self, heard: Heard, said: str, made: deciding.Made, caller: Caller, timing: Timing
    ) -> tuple[Said, str, str, str]:
        """(outcome, reply, reply with what it carries, who spoke). Here: the course."""
        return made.outcome, made.words.replied, made.words.shown, GROUNDED
