"""A reply as it comes, held back far enough that nothing forbidden is shown: what is released stays released.

Every rule of the guard decides on at most `HOLD` letters or Chinese characters after the place in question (a word list
that needs more is refused when it is loaded), so what lies further back than that is settled. Symbols do not
count: putting many between does not push a word past the guard. The known answers are looked for in the whole reply.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qiming.agents.guard import personal
from qiming.agents.guard.answers import Answers
from qiming.agents.guard.injection import repeats
from qiming.agents.guard.lexicon import REACH, Lexicon
from qiming.agents.guard.masking import Vault, hidden, open_placeholder, restore
from qiming.agents.guard.names import Roster
from qiming.agents.guard.types import Act, Hit

HOLD = REACH
STEP = 24
MOST = 20_000
_SETTLED = re.compile(r"[。！？!?\n]")
_STOPS = frozenset((Act.REFUSE, Act.CRISIS))
SAYS = {
    "answer": "（我停在这里：再往下就是答案了。）你先写下自己的下一步，我来看它对不对。",
    "word": "（这段话不合适，我停在这里。）我们回到这节课：你想先弄清楚哪一步？",
    "injection": "（这段话不该由我说出来，我停在这里。）你这节课的问题是什么？",
    "long": "（说得太长了，我停在这里。）你最想问的是哪一点？",
}


@dataclass(frozen=True, slots=True)
class Stop:
    """Why a reply ended early, the sentence shown in its place, and what was found (for the record, not the page)."""

    why: str
    say: str
    hit: Hit | None


@dataclass(frozen=True, slots=True)
class Watch:
    """What a reply is held against. An empty part looks for nothing."""

    keywords: Lexicon
    roster: Roster | None = None
    answers: Answers | None = None
    canaries: tuple[str, ...] = ()

    def stoppers(self, text: str) -> tuple[Hit, ...]:
        found = [hit for hit in self.keywords.find(text) if hit.act in _STOPS]
        if self.canaries:
            found += repeats(text, self.canaries)
        return tuple(sorted(found, key=lambda hit: hit.start))

    def data(self, text: str) -> tuple[Hit, ...]:
        return personal.find(text, self.roster)


class StreamGuard:
    """One reply. `feed` takes what arrives and gives what may be shown; `finish` gives the rest; `stop` says why it ended."""

    def __init__(self, watch: Watch, vault: Vault | None = None) -> None:
        self._watch = watch
        self._vault = vault
        self._text = ""
        self._done = 0
        self._looked = 0
        self.stop: Stop | None = None
        self.hidden: list[str] = []

    @property
    def settled(self) -> int:
        """How many characters of what arrived have been decided on."""
        return self._done

    def feed(self, chunk: str) -> str:
        """What may be shown now; "" while nothing more is settled, and for ever after a stop."""
        if self.stop or not chunk:
            return ""
        self._text += chunk
        if len(self._text) > MOST:
            self._text = self._text[:MOST]
            return self._settle(final=True) + self._end("long", None)
        if len(self._text) - self._looked < self._step():
            return ""
        return self._settle(final=False)

    def finish(self) -> str:
        """The reply has ended: whatever is left and allowed."""
        return "" if self.stop else self._settle(final=True)

    def _step(self) -> int:
        """How much must arrive before looking again. Answers are looked for in the whole reply: the longer, the rarer."""
        return max(STEP, len(self._text) // 16) if self._watch.answers else STEP

    def _settle(self, *, final: bool) -> str:
        self._looked = len(self._text)
        limit = len(self._text) if final else self._limit()
        if limit <= self._done:
            return ""
        begin = _window(self._text, self._done)
        window = self._text[begin:]
        stopper = self._stopper(window, begin)
        data = [_moved(hit, begin) for hit in self._watch.data(window)]
        if stopper and (final or stopper[1].end <= limit):
            shown = self._show(max(self._done, stopper[1].start), data)
            return shown + self._end(*stopper)
        if stopper:
            limit = min(limit, stopper[1].start)
        if not final:
            limit = self._whole(limit)
        limit = min((hit.start for hit in data if hit.start < limit < hit.end), default=limit)
        return self._show(limit, data) if limit > self._done else ""

    def _limit(self) -> int:
        """How far back the end of what is settled lies: `HOLD` letters, figures or Chinese characters follow it."""
        left, text = HOLD, self._text
        for at in range(len(text) - 1, self._done - 1, -1):
            if text[at].isalnum():
                left -= 1
                if left == 0:
                    return at
        return self._done

    def _whole(self, limit: int) -> int:
        """Not in the middle of a number, a Latin word or a placeholder."""
        text = self._text
        while (
            limit > self._done
            and text[limit - 1].isascii()
            and (text[limit - 1].isalnum() or text[limit - 1] in ".,%/-")
        ):
            limit -= 1
        return max(self._done, open_placeholder(text[:limit])) if limit > self._done else limit

    def _stopper(self, window: str, begin: int) -> tuple[str, Hit] | None:
        """The first thing in sight that ends the reply. A leak without a place ends it where it stands."""
        found: list[tuple[str, Hit]] = []
        for hit in self._watch.stoppers(window):
            moved = _moved(hit, begin)
            if moved.end > self._done:
                found.append(("injection" if hit.key == "canary" else "word", moved))
                break
        if self._watch.answers:
            leak = self._watch.answers.leak(self._text)
            if leak:
                start = self._done if leak.start is None else leak.start
                end = start if leak.end is None else leak.end
                found.append(("answer", Hit(start, end, "answer", "answer", Act.REFUSE, "")))
        return min(found, key=lambda one: one[1].start, default=None)

    def _show(self, limit: int, data: Sequence[Hit]) -> str:
        pieces, at = [], self._done
        for hit in data:
            if hit.end <= at or hit.start >= limit:
                continue
            pieces += [self._text[at : max(at, hit.start)], hidden(hit)]
            self.hidden.append(hit.key)
            at = min(hit.end, limit)
        pieces.append(self._text[at:limit])
        self._done = limit
        shown = "".join(pieces)
        return restore(shown, self._vault) if self._vault else shown

    def _end(self, why: str, hit: Hit | None) -> str:
        self.stop = self.stop or Stop(why, SAYS[why], hit)
        return ""


def guarded(chunks: Iterable[str], guard: StreamGuard) -> Iterable[str]:
    """Pieces that may be shown, as they come; ends at the first stop."""
    for chunk in chunks:
        piece = guard.feed(chunk)
        if piece:
            yield piece
        if guard.stop:
            return
    last = guard.finish()
    if last:
        yield last


def _window(text: str, done: int) -> int:
    """Where to start looking again: far enough before what is shown for every rule, at a sentence's start if one is near."""
    left, at = 2 * HOLD, done
    while at > 0 and left > 0:
        at -= 1
        left -= text[at].isalnum()
    near = max(0, at - 2 * HOLD)
    ends = [match.end() for match in _SETTLED.finditer(text, near, at)]
    return ends[-1] if ends else near


def _moved(hit: Hit, by: int) -> Hit:
    return Hit(hit.start + by, hit.end + by, hit.key, hit.category, hit.act, hit.word) if by else hit
