"""A turn said by a model, straight to the browser: `POST /talk/<ticket>`. The ticket is good for one reply; what the model
is told and what its reply is held against came closed from the site. Whatever goes wrong, the reply from the course stands."""

import asyncio
import logging
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import replace
from typing import Final

from qiming.agents.gateway.answering import Answer, Header, Receive, left, unless_left
from qiming.agents.gateway.asking import Chat
from qiming.agents.gateway.calls import AGAIN_S, House, caller_of, trouble_of
from qiming.agents.gateway.chat import Talk
from qiming.agents.gateway.errors import NO_LEDGER, Trouble, refused
from qiming.agents.gateway.guarding import Prepared
from qiming.agents.gateway.ledger import Away
from qiming.agents.gateway.live import Ended
from qiming.agents.gateway.turns import Spoken, Taken, Turns
from qiming.agents.guard import Answers, Roster, Vault, labels
from qiming.agents.rules import choosing
from qiming.agents.talk.box import Frame, Words, close, digest, open_words
from qiming.agents.talk.citing import Citing
from qiming.agents.talk.misjudging import Judging
from qiming.agents.talk.types import GROUNDED, Ask, Citation, Said
from qiming.agents.talk.verdicts import gives_verdict
from qiming.agents.types import Application, Kind
from qiming.assurance.runner.kinds import Failure
from qiming.kernel import time

log = logging.getLogger(__name__)

PREFIX: Final = "/talk/"
ORIGIN: Final = b"origin"
SLACK_S: Final = 30.0
_SAFE: Final[tuple[Header, ...]] = (
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"vary", b"Origin"),
)
_GONE: Final = "这一句已经回答过，或者等得太久了。刷新页面就能看到回答。"


def headers_for(origin: str, ours: frozenset[str]) -> tuple[Header, ...]:
    """The headers of an answer to a page at `origin`. Raises `Trouble` for pages that are not this site's."""
    if not origin:
        return _SAFE
    if origin not in ours:
        raise Trouble(403, "other_site", "这个地址只给本平台自己的页面用。")
    return (*_SAFE, (b"access-control-allow-origin", origin.encode("ascii", "replace")))


def preflight(origin: str, ours: frozenset[str]) -> tuple[Header, ...]:
    """The answer to a browser that asks first whether it may."""
    return (
        *headers_for(origin, ours),
        (b"access-control-allow-methods", b"POST"),
        (b"access-control-allow-headers", b"content-type"),
        (b"access-control-max-age", b"600"),
    )


async def speak(house: House, turns: Turns, ticket: str, receive: Receive, answer: Answer) -> None:
    """Use a ticket and let the model speak. Raises `Trouble` when it is no good (any more)."""
    try:
        taken = await turns.take(digest(ticket), time.now())
    except Away:
        raise Trouble(503, "ledger_away", NO_LEDGER, wait_s=5) from None
    words = open_words(taken.box, house.box) if taken else None
    if taken is None or words is None or words.frame is None:
        raise Trouble(404, "ticket_gone", _GONE)
    client = asyncio.create_task(left(receive))
    try:
        await _Turn(house, turns, taken, words, words.frame).go(answer, client)
    finally:
        client.cancel()


class _Turn:
    """One reply: shown as it comes, held against the answers as a whole, written whatever happens."""

    def __init__(self, house: House, turns: Turns, taken: Taken, words: Words, frame: Frame) -> None:
        self.house, self.turns, self.taken = house, turns, taken
        self.words, self.frame = words, frame
        self.answers = Answers(frame.known, [*frame.read, words.asked])
        self.judging = Judging(frame.known, frame.tried, frame.read)
        self.citing = Citing(len(frame.passages), [*frame.allowed, words.asked, *frame.read])
        self.shown: list[str] = []
        self.findings: list[str] = []
        self.talk: Talk | None = None

    async def go(self, answer: Answer, client: "asyncio.Task[None]") -> None:
        try:
            self.talk = self._prepared()
            async with asyncio.timeout(self.talk.caller.most_seconds + SLACK_S):
                await self._as_it_comes(self.talk, answer, client)
        except (Trouble, Failure, Ended, TimeoutError) as error:
            trouble = _trouble(error)
            if isinstance(error, Ended) and error.why == "gone":
                return await self._left()
            self.findings.append(f"model:{trouble.code}")
            return await self._instead(answer, why=trouble.says, outcome=Said.FAILED)
        except (GeneratorExit, asyncio.CancelledError):
            self.house.later(self._write(self._as_far_as_it_came(), Said.STOPPED))
            raise
        except Exception:
            if client.done():  # nobody was there to write to
                return await self._left()
            log.exception("a turn failed")
            self.findings.append("model:internal")
            return await self._instead(answer, why="模型这一次没有答成。", outcome=Said.FAILED)
        await self._end(self.talk, answer)
        return None

    def _prepared(self) -> Talk:
        """The call, after every rule of the chain said yes. Raises `Trouble`."""
        frame, house = self.frame, self.house
        application = _application(house, frame)
        caller = caller_of(
            house, application, model=frame.route, place=frame.place, user=frame.subject, kind=Kind.CHAT
        )
        caller = replace(caller, patience_s=frame.patience_s)
        first = [{"role": "system", "content": caller.route.frame}] if caller.route.frame else []
        prepared = Prepared([*first, *frame.messages], Vault.of(frame.vault))
        watch = house.guard.watch(
            roster=Roster(frame.names),
            answers=self.answers if frame.known else None,
            canaries=(frame.canary,) if frame.canary else (),
        )
        asked = Chat(model=frame.route, messages=[], stream=True, max_tokens=frame.most_tokens)
        return Talk(house, caller, prepared, asked, watch)

    async def _as_it_comes(self, talk: Talk, answer: Answer, client: "asyncio.Task[None]") -> None:
        async with aclosing(unless_left(talk, client)) as coming:
            async for one in coming:
                if not answer.begun:
                    begin = {"label": labels.MARK, "notice": labels.NOTICE}
                    await answer.event({"begin": begin, **talk.label})
                if one.text and talk.stop is None:
                    await self._show(self.citing.feed(one.text), answer, talk)
        if talk.stop is None:
            await self._show(self.citing.finish(), answer, talk)

    async def _show(self, text: str, answer: Answer, talk: Talk) -> None:
        if text and self.frame.guessed and gives_verdict(text):
            talk.halt("verdict")
        elif text and (false := self.judging.found(text, whole=False)):
            talk.halt(f"misjudged:{false}")
        if text and not talk.halted:
            self.shown.append(text)
            await answer.event({"text": text})

    # ---- the end

    async def _end(self, talk: Talk, answer: Answer) -> None:
        text = "".join(self.shown).strip()
        if talk.stop:
            self.findings.append(f"stop:{talk.stop.why}")
        if talk.stop and talk.stop.why != "answer":
            text = f"{text}\n{talk.stop.say}".strip()
        if talk.halted:
            self.findings.append(talk.halted)
            return await self._instead(answer, why="", outcome=Said.ANSWERED)
        if (talk.stop and talk.stop.why == "answer") or self.answers.told((*self.frame.past, text)):
            self.findings.append("leak")
            return await self._instead(answer, why="", outcome=Said.ANSWERED)
        if false := self.judging.found(text):
            self.findings.append(f"misjudged:{false}")
            return await self._instead(answer, why="", outcome=Said.ANSWERED)
        if not text:
            return await self._instead(answer, why="", outcome=Said.FAILED)
        await self._finish(answer, self._spoken(text), Said.ANSWERED, talk.label)
        return None

    async def _instead(self, answer: Answer, *, why: str, outcome: Said) -> None:
        """The reply from the course, in place of what was or wasn't said."""
        await self._finish(answer, self.words.fallen_back(), outcome, {}, why=why)

    async def _finish(
        self, answer: Answer, words: Words, outcome: Said, label: Mapping[str, str], why: str = ""
    ) -> None:
        """Written first, said then: a page that looks again finds what it was told."""
        await self._write(words, outcome)
        end = {
            "outcome": outcome.value,
            "text": words.replied,
            "label": words.label,
            "citations": [{"key": one.key, "title": one.title, "url": one.url} for one in words.citations],
            "asks": [one.text for one in words.asks],
            "why": why,
        }
        await answer.event({"end": end, **label})
        await answer.end()

    async def _left(self) -> None:
        """The reader stopped it: what was shown is what was said."""
        await self._write(self._as_far_as_it_came(), Said.STOPPED)

    def _as_far_as_it_came(self) -> Words:
        text = "".join(self.shown).strip()
        fit = text and not self.answers.told((*self.frame.past, text)) and not self.judging.found(text)
        return self._spoken(text) if fit else self.words.fallen_back()

    def _spoken(self, text: str) -> Words:
        cited = [self.frame.passages[number - 1] for number in self.citing.used]
        return Words(
            asked=self.words.asked,
            replied=text,
            citations=cited,
            asks=_asks(self.words.asks, cited),
            label=labels.MARK,
        )

    async def _write(self, words: Words, outcome: Said) -> None:
        self.findings += [f"citation:invented:{len(self.citing.invented)}"] if self.citing.invented else []
        spoken = Spoken(
            id=self.taken.id,
            box=close(words, self.house.box),
            outcome=outcome,
            engine=self.frame.route if words.label == labels.MARK else GROUNDED,
            findings=self.findings,
            call=self.talk.first.id if self.talk else None,
        )
        try:
            await self.turns.write(spoken, time.now())
        except Away:
            self.house.later(self._write_later(spoken))

    async def _write_later(self, spoken: Spoken) -> None:
        at = time.now()
        for wait_s in AGAIN_S:
            await asyncio.sleep(wait_s)
            try:
                return await self.turns.write(spoken, at)
            except Away:
                continue
        log.error("a reply could not be written; the worker will close its turn")
        return None


def _application(house: House, frame: Frame) -> Application:
    """The holder of the key the site chose, if it still opens anything; who is there was judged with the turn."""
    known = house.chain.applications.values()
    found = next((one for one in known if one.is_ours and str(one.id) == frame.application), None)
    if not house.chain.is_known:
        raise Trouble(503, "ledger_away", NO_LEDGER, wait_s=5)
    no = (
        choosing.key_holds(found, time.now())
        if found
        else choosing.No("key_gone", "这里的模型已经收回，改由课程内容回答。")
    )
    if no is not None or found is None:
        raise refused(no or choosing.No("key_gone", "这里的模型已经收回。"))
    return replace(found, supervised=frame.accompanied)


def _trouble(error: Trouble | Failure | Ended | TimeoutError) -> Trouble:
    if isinstance(error, Trouble):
        return error
    if isinstance(error, TimeoutError):
        return Trouble(504, "too_slow", "接收得太慢，已经停下。")
    return trouble_of(error)


def _asks(asks: list[Ask], cited: list[Citation]) -> list[Ask]:
    """What the reply must carry; its sources are those it really used."""
    if not cited:
        return asks
    titles = "；".join(dict.fromkeys(one.title for one in cited))
    return [Ask("sources", f"来源：{titles}") if one.kind == "sources" else one for one in asks]
