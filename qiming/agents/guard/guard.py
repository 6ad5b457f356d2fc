"""The guard as one thing: what a pupil says on its way out, passages on their way in, replies on their way back.

Deterministic and always on; model judges may be put on top, never in its place (decision 0035). Nothing here knows a
database, a request or a clock: who asks, when and with which item is told by the caller.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from qiming.agents.guard import injection
from qiming.agents.guard.answers import Answers
from qiming.agents.guard.crisis import Alarm
from qiming.agents.guard.files import Library
from qiming.agents.guard.injection import Fenced, Passage
from qiming.agents.guard.lexicon import REACH
from qiming.agents.guard.masking import Vault, mask
from qiming.agents.guard.names import Roster
from qiming.agents.guard.stream import Stop, StreamGuard, Watch
from qiming.agents.guard.types import Act, Hit

MOST = 4_000  # characters of one thing a pupil says
Way = Literal["send", "refuse", "crisis", "check_in", "unreadable"]
# What follows from words that may be a cry: the child is asked, adults are told, it goes on as it had been asked before, or
# only the word lists listen (nobody there is a child).
Unsure = Literal["ask", "tell", "go_on", "words_only"]
REFUSES = "这件事我不能帮忙。如果是课上要讨论的问题，换个说法，说说你想弄清楚什么；如果有人让你这样做，请告诉老师或家长。"
_ODD = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf8ff\ufffe\uffff]")
_UNSEEN = re.compile(r"[\xad\u0300-\u036f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]")


@dataclass(frozen=True, slots=True)
class Question:
    """What becomes of a pupil's text. `text` is what may leave (masked) and only when `way` is send.

    `say`: what the pupil reads otherwise. `hits`: for the record and the teacher; `orders`: text in it that speaks to a model.
    """

    way: Way
    text: str
    say: str = ""
    hits: tuple[Hit, ...] = ()
    orders: tuple[Hit, ...] = ()
    kinds: tuple[str, ...] = ()
    alarm: Alarm | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole reply after the guard: what may be shown, why it ended early, what kinds of data were covered."""

    text: str
    stop: Stop | None
    hidden: tuple[str, ...]


class Guard:
    """One library of words, any number of conversations."""

    def __init__(self, library: Library) -> None:
        self.library = library

    def question(
        self,
        text: str,
        *,
        stage: str,
        vault: Vault,
        roster: Roster | None = None,
        before: str = "",
        most: int = MOST,
        unsure: Unsure = "ask",
    ) -> Question:
        """Look at what a pupil wrote before anything of it leaves. A cry for help comes before every other rule.

        `before`: what the same pupil wrote just before; a sentence spread over two messages is read as one.
        """
        tail = before[-REACH:]
        alarm = self._heard(text[: 4 * most], stage, unsure)
        if alarm is None or not alarm.sure:
            by_words_only = unsure == "words_only" or alarm is not None
            alarm = self._across(tail, text[:REACH], stage, by_words_only=by_words_only) or alarm
        if alarm:
            way: Way = "crisis" if alarm.sure else "check_in"
            return Question(way, "", alarm.say, (alarm.hit,), alarm=alarm)
        unreadable = readable(text, most)
        if unreadable:
            return Question("unreadable", "", unreadable)
        hits = self.library.keywords.find(text) or self._words_across(tail, text[:REACH])
        if any(hit.act is Act.REFUSE for hit in hits):
            return Question("refuse", "", REFUSES, hits)
        masked = mask(text, vault, roster)
        orders = injection.orders(text, self.library.injection)
        return Question("send", masked.text, "", hits, orders, masked.kinds)

    def _heard(self, text: str, stage: str, unsure: Unsure) -> Alarm | None:
        crisis = self.library.crisis
        alarm = crisis.heard(text, stage, by_words_only=unsure == "words_only")
        if alarm is None or alarm.sure or unsure == "ask":
            return alarm
        return crisis.told_of(alarm, stage) if unsure == "tell" else None

    def _across(self, tail: str, head: str, stage: str, *, by_words_only: bool) -> Alarm | None:
        """An alarm that only the two messages together raise. Two of which each alone is unsure don't add up to one."""
        crisis = self.library.crisis
        if not tail:
            return None
        earlier = crisis.heard(tail, stage, by_words_only=by_words_only)
        if earlier and earlier.sure:
            return None
        alarm = crisis.heard(tail + head, stage, by_words_only=by_words_only or earlier is not None)
        return alarm if alarm and alarm.sure else None

    def _words_across(self, tail: str, head: str) -> tuple[Hit, ...]:
        if not tail:
            return ()
        return tuple(
            hit for hit in self.library.keywords.find(tail + head) if hit.start < len(tail) < hit.end
        )

    def passages(self, found: Sequence[Passage]) -> Fenced:
        """Retrieved passages as data for a prompt; those that give orders are left out and named."""
        return injection.fence(found, self.library.injection)

    def watch(
        self, *, roster: Roster | None = None, answers: Answers | None = None, canaries: Iterable[str] = ()
    ) -> Watch:
        return Watch(self.library.keywords, roster, answers, tuple(canaries))

    def stream(self, watch: Watch, vault: Vault | None = None) -> StreamGuard:
        """For a reply that is shown as it comes."""
        return StreamGuard(watch, vault)

    def reply(self, text: str, watch: Watch, vault: Vault | None = None) -> Reply:
        """For a reply that is shown as a whole: the same rules, the same outcome."""
        guard = StreamGuard(watch, vault)
        shown = guard.feed(text) + guard.finish()
        return Reply(shown, guard.stop, tuple(guard.hidden))


def readable(text: str, most: int = MOST) -> str:
    """Why a text cannot be dealt with, in words for who wrote it, or "" when it can."""
    if not text.strip():
        return "还没有写内容。写下你的问题或想法再发。"
    if len(text) > most:
        return f"写了{len(text)}个字，一次最多{most}个字。没有发出去，你写的还在，请分几次说。"
    if "\x00" in text or len(_ODD.findall(text)) > max(2, len(text) // 50):
        return "里面有读不出的字符，像是文件而不是文字。没有发出去，请直接打字或粘贴文字。"
    if len(_UNSEEN.findall(text)) > max(20, len(text) // 2):
        return "里面有太多看不见的符号，读不出意思。没有发出去，请直接打字。"
    return ""
