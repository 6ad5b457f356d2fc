"""Leading by questions without a model: ask for the attempt → point to evidence → the smallest next hint of the authored
ladder → a worked sibling → a check question. What would tell the item's answer is never said: every reply is held against
the known answers, together with all replies before it, and the next move is taken instead."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from zlib import crc32

from qiming.agents.folders.types import Phrases
from qiming.agents.grounded import matching
from qiming.agents.grounded.hearing import Heard, hear
from qiming.agents.guard.answers import Answers
from qiming.agents.talk.types import Ask, Citation, Context, LessonFacts, Passage
from qiming.assurance.graders.guidance import ends_with_question
from qiming.assurance.graders.text import squeezed

QUOTE = {"primary": 60, "junior": 110, "senior": 180}  # characters quoted at once
LEAST_TOLD = 8  # characters of an explanation that can be compared with anything
SHORT = 6  # characters of a bare answer
RELATED = 0.15  # share of what was said that item or lesson speak of too
MOST_SIBLING = {"primary": 90, "junior": 200, "senior": 260}
_POINTS = re.compile(
    r"[这那此本]|步|题|做|算|想|写|选|填|帮|教|懂|会"
)  # words that speak of what lies before us
_GUESSES = frozenset({"confirm", "choice", "compare", "eliminate", "narrow", "fill"})
_GIVEN = frozenset(
    {"hint", "sibling", "lesson_step", "after_hints"}
)  # after these the next step is the pupil's
_HELD = "请把题目再读一遍，你读到了什么？"  # when every sentence would tell something


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said, by which move, up to which rung of the ladder (0: none yet), and what it rests on."""

    move: str
    text: str
    rung: int = 0
    citations: tuple[Citation, ...] = ()


def reply(context: Context, text: str, phrases: Phrases) -> Reply:
    """The reply to `text`. Same conversation and words, same reply."""
    one = _Talk(context, text, phrases)
    answers = answers_of(context, text)
    past = [exchange.replied for exchange in context.history]
    spare = (Reply("last", one.say("last", at)) for at in range(phrases.how_many("last", context.stage)))
    for draft in (*one.drafts(), *spare):
        if not answers.told((*past, draft.text)):
            return replace(draft, rung=max(draft.rung, one.rung))
    return Reply("last", _HELD, one.rung)


def asks(context: Context, wanted: tuple[str, ...], said: Reply, phrases: Phrases) -> tuple[Ask, ...]:
    """What a reply must carry at this stage, as sentences. Where a title would tell the answer, none is named."""
    turn = turn_of(context)
    place = said.citations[0].title if said.citations else _step(context.lesson)
    titles = "；".join(one.title for one in said.citations) or (
        context.lesson.name if context.lesson else "本课程"
    )
    past = [exchange.replied for exchange in context.history]
    if answers_of(context).told((*past, f"{said.text}\n{place}\n{titles}")):
        place, titles = "课文", "本课程"
    made = []
    if "verification" in wanted:
        made.append(Ask("verification", phrases.say("verify", context.stage, turn, place=place)))
    if "sources" in wanted:
        made.append(Ask("sources", phrases.say("sources", context.stage, turn, titles=titles)))
    if "self_assessment" in wanted:
        made.append(Ask("self_assessment", phrases.say("self_assessment", context.stage, turn)))
    return tuple(made)


def answers_of(context: Context, text: str = "") -> Answers:
    """The known answers of the item at hand, and what the pupil has read and said."""
    if context.item is None:
        return Answers((), ())
    read = [context.item.stem, *(f"{key}．{words}" for key, words in context.item.pieces)]
    own = [one.said for one in context.attempts] + [one.asked for one in context.history] + [text]
    return Answers(context.item.known, [*read, *(words for words in own if words)])


def guesses(context: Context, text: str) -> bool:
    """Whether somebody who has not got it right yet wants a nod or a shake of the head."""
    judged = context.attempts[-1].correct if context.attempts else None
    heard = _Talk(context, text, Phrases({})).heard
    return context.item is not None and judged is not True and heard.way in _GUESSES


def turn_of(context: Context) -> int:
    """Which of several sentences comes: the number of the turn, begun elsewhere for every item and lesson. No chance in it."""
    about = context.item.key if context.item else context.lesson.key if context.lesson else ""
    return len(context.history) + crc32(about.encode()) % 6


class _Talk:
    """One turn: what there is to go on, and the moves that fit, the best first."""

    def __init__(self, context: Context, text: str, phrases: Phrases) -> None:
        self.context, self.text, self.phrases = context, text, phrases
        self.stage, self.lesson, self.item = context.stage, context.lesson, context.item
        self.turn = turn_of(context)
        self.rung = max((one.rung for one in context.history), default=0)
        self.heard: Heard = hear(text, with_item=context.item is not None)
        if self.heard.want == "other" and self._is_an_answer():
            self.heard = Heard("answer", "confirm")  # a bare answer wants a nod

    def say(self, move: str, turn: int | None = None, **slots: str) -> str:
        return self.phrases.say(move, self.stage, self.turn if turn is None else turn, **slots)

    def drafts(self) -> Iterator[Reply]:
        heard = self.heard
        if heard.want in ("greeting", "off_topic"):
            yield Reply(heard.want, self.say(heard.want, lesson=self._lesson_name()))
        elif heard.want in ("thanks", "who", "insult", "feelings"):
            yield Reply(heard.want, self.say(heard.want))
        elif heard.want == "write":
            yield Reply("write_for_me", self.say("write_for_me"))
        elif self.context.task == "explain_back" and heard.want in (
            "own_words",
            "reason",
            "other",
            "explain",
        ):
            yield from self._explain_back()
        elif heard.want == "explain":
            yield from self._explain()
        elif heard.want == "own_words" and self.item is None:
            yield from self._explain_back()
        elif self.item is None:
            yield from self._without_item()
        elif heard.want == "other" and not self._is_about_item():
            yield Reply("off_topic", self.say("off_topic", lesson=self._lesson_name()))
        yield from self._on_item()

    # ---- the item at hand

    def _on_item(self) -> Iterator[Reply]:
        """Asking, evidence, hints, a sibling, the step of the lesson; led in by what was heard."""
        if self.item is None:
            yield Reply("no_item", self.say("no_item", lesson=self._lesson_name()))
            return
        lead = self.say(f"lead_{self.heard.way}") if self.heard.way else ""
        if not self.context.attempts:
            move = f"ask_{self.heard.way}" if self.heard.way else "ask_attempt"
            yield Reply(move, lead + self.say(move))
            yield Reply("ask_attempt", self.say("ask_attempt"))
            return
        for one in self._helps():
            yield replace(one, text=lead + one.text)
            yield one

    def _helps(self) -> Iterator[Reply]:
        last = self.context.attempts[-1]
        if last.correct:
            yield Reply("after_right", self.say("after_right"))
            return
        if self.heard.want == "reason":
            yield Reply("reason_given", self.say("reason_given"))
        looked = any(one.move == "evidence" for one in self.context.history)
        if not looked and self.rung == 0 and self.heard.want != "hint":
            yield Reply("evidence", self.say("evidence"))
        if self.heard.way and self.context.history and self.context.history[-1].move in _GIVEN:
            yield Reply(f"ask_{self.heard.way}", self.say(f"ask_{self.heard.way}"), self.rung)  # think first
        yield from self._hints()
        yield from self._after_ladder()

    def _hints(self) -> Iterator[Reply]:
        """The next rungs. The last is never given: in a lesson it may come close to the solution."""
        assert self.item
        for at in range(self.rung, len(self.item.hints) - 1):
            hint = self.item.hints[at].strip()
            told = self.say("hint", min(at, 1), hint=hint)
            told += "" if ends_with_question(told) else self.say("hint_check")
            cited = Citation(self.item.key, f"{self._lesson_name()}·本题提示{at + 1}", self.item.version)
            yield Reply("hint", told, at + 1, (cited,))

    def _after_ladder(self) -> Iterator[Reply]:
        done = {one.move for one in self.context.history}
        if self.item and self.item.sibling and "sibling" not in done:
            yield self._sibling()
        if self.lesson and self.lesson.step and "lesson_step" not in done:
            told = self.say("lesson_step", lesson=self._lesson_name(), step=self.lesson.step)
            yield Reply("lesson_step", told, self.rung, (self._step_cited(),))
        yield Reply("after_hints", self.say("after_hints"), self.rung)

    def _sibling(self) -> Reply:
        assert self.item and self.item.sibling
        worked = self.item.sibling
        solution = matching.quote("", worked.solution, MOST_SIBLING.get(self.stage, 200))
        told = self.say("sibling", stem=worked.stem, solution=solution)
        return Reply("sibling", told, self.rung, (Citation(worked.key, worked.place or "你做完的一题"),))

    # ---- without an item, and concepts

    def _without_item(self) -> Iterator[Reply]:
        if self.context.task == "preview" and self.lesson and self.lesson.question:
            cited = Citation(self.lesson.key, f"{self.lesson.name}·这节课的问题", self.lesson.version)
            yield Reply("preview", self.say("preview", question=self.lesson.question), citations=(cited,))
        if self.context.task == "review" and (word := self._word()):
            yield Reply("review", self.say("review", word=word))
        if self.heard.want in ("other", "hint", "answer"):
            found = matching.best(self.text, self.context.passages)
            if found:
                yield self._explained(found, self._word_in(found))
            elif self.heard.want == "other":
                yield Reply("off_topic", self.say("off_topic", lesson=self._lesson_name()))

    def _explain(self) -> Iterator[Reply]:
        """A word of the lesson, or the passage that speaks of what was asked; else plainly that it isn't there."""
        about = self.heard.about or self.text
        for place, (word, _) in zip(self._words(), self.lesson.words if self.lesson else (), strict=True):
            if word in self.text:
                yield self._explained(place, word)
        found = matching.best(about, self.context.passages) or matching.best(self.text, self.context.passages)
        if found:
            yield self._explained(found, self.heard.about or self._word_in(found))
        if self.item is None or self.heard.about:
            words = "、".join(word for word, _ in (self.lesson.words if self.lesson else ())[:3])
            told = self.say("unknown", lesson=self._lesson_name(), words=words or "这节课的问题")
            yield Reply("unknown", told)

    def _explained(self, found: Passage, word: str) -> Reply:
        said = matching.quote(self.heard.about or self.text, found.text, QUOTE.get(self.stage, 110))
        told = self.say("explain", quote=said.rstrip("。"), title=found.title) + self.say(
            "explain_check", word=word or "它"
        )
        return Reply(
            "explain", told, self.rung, (Citation(found.key, found.title, found.version, found.url),)
        )

    def _explain_back(self) -> Iterator[Reply]:
        """The pupil's own words beside what the passage says: what is there is named, what is missing only pointed to."""
        passages = (*self._words(), *self.context.passages)
        found = matching.best(self.text, passages) or next(iter(passages), None)
        word = self.heard.about or self._word()
        asks = self.heard.want == "explain" and self.text.rstrip().endswith(("?", "？"))
        if asks or len(self.text.strip()) < LEAST_TOLD or found is None:
            yield Reply("explain_back_ask", self.say("explain_back_ask", word=word or "这节课"))
            return
        wanted = matching.ideas(found.text)
        held = matching.covered(self.text, wanted)
        cited = (Citation(found.key, found.title, found.version, found.url),)
        word = word or self._word_in(found) or "它"
        if not held:
            told = self.say("explain_back_start", place=found.title, word=word)
            yield Reply("explain_back_start", told, self.rung, cited)
            return
        said = matching.quote(self.text, held[0], 40).rstrip("。")
        if len(held) >= max(1, (len(wanted) + 1) // 2):
            yield Reply(
                "explain_back_good", self.say("explain_back_good", said=said, word=word), self.rung, cited
            )
        told = self.say("explain_back_more", said=said, place=found.title, word=word)
        yield Reply("explain_back_more", told, self.rung, cited)

    # ---- words

    def _is_an_answer(self) -> bool:
        """A letter, a number or words of the item, and nothing else."""
        tight = squeezed(self.text).text
        if self.item is None or not tight:
            return False
        told = [self.item.stem, *(words for _, words in self.item.pieces)]
        bare = len(tight) <= SHORT and any(one.isdigit() or one.isascii() for one in tight)
        return bare or (len(tight) > 1 and any(tight in squeezed(words).text for words in told))

    def _is_about_item(self) -> bool:
        """Whether it speaks of the item, its pieces or the lesson at all."""
        assert self.item
        if _POINTS.search(self.text):
            return True
        told = [self.item.stem, *self.item.hints, *(words for _, words in self.item.pieces)]
        told += [one.text for one in self.context.passages]
        told += [word + meaning for word, meaning in (self.lesson.words if self.lesson else ())]
        return matching.share(matching.pairs(self.text), matching.pairs("\n".join(told))) >= RELATED

    def _lesson_name(self) -> str:
        return self.lesson.name if self.lesson else "这门课"

    def _step_cited(self) -> Citation:
        assert self.lesson
        return Citation(self.lesson.key, _step(self.lesson), self.lesson.version)

    def _words(self) -> tuple[Passage, ...]:
        """The lesson's new words with their meanings, as something to quote."""
        if self.lesson is None:
            return ()
        key, name, version = self.lesson.key, self.lesson.name, self.lesson.version
        return tuple(Passage(key, name, version, "新词", meaning) for _, meaning in self.lesson.words)

    def _word(self) -> str:
        """A word of the lesson, another one each turn."""
        words = self.lesson.words if self.lesson else ()
        named = next((word for word, _ in words if word in self.text), "")
        return named or (words[self.turn % len(words)][0] if words else "")

    def _word_in(self, passage: Passage) -> str:
        words = self.lesson.words if self.lesson else ()
        return next((word for word, _ in words if word in passage.text), "")


def _step(lesson: LessonFacts | None) -> str:
    if lesson is None:
        return "课文"
    return f"{lesson.name}·{lesson.step}" if lesson.step else lesson.name
