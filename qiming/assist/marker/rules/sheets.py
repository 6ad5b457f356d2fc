"""From lines read off a photographed sheet to the answers of its questions, and to whose sheet it is. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from qiming.assurance.graders.text import clean, squeezed

K = TypeVar("K")

PRINTED = 0.7  # so much of a line stands in a question: it is the question, not an answer
LITTLE = 6  # letters on the whole sheet: nothing was read
UNCLEAR_SCORE = 0.8
BLURRED = 0.02
_NUMBER = re.compile(r"^\s*(?:第\s*)?[（(]?\s*(\d{1,2})\s*(?:题\s*[:：.、]?|[.．、）):：])\s*")
_SEAT = re.compile(r"(?:座号|学号|座位号|座)[:： _]*(\d{1,2})(?!\d)")
_NAME_FIELD = re.compile(r"姓名")
_LABEL = re.compile(r"^(?:答案?|解)\s*[:：]\s*")
_RULE = re.compile(r"[_＿\-—]{3,}")


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it was read; `box` in shares of the picture's sides."""

    text: str
    box: tuple[float, float, float, float]
    score: float


@dataclass(frozen=True, slots=True)
class Question(Generic[K]):
    key: K
    no: int
    stem: str


@dataclass(frozen=True, slots=True)
class Pupil(Generic[K]):
    key: K
    seat: int
    name: str


@dataclass(slots=True)
class Written:
    """What stands under one question. `score` is that of its worst line, 0 when nothing was found."""

    texts: list[str] = field(default_factory=list)
    boxes: list[tuple[float, float, float, float]] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self.texts)

    @property
    def score(self) -> float:
        return min(self.scores, default=0.0)


def lines_of(rows: Sequence[Mapping[str, Any]]) -> list[Line]:
    """Lines as they are stored."""
    return [Line(str(row["text"]), tuple(row["box"]), float(row["score"])) for row in rows]


def answers_of(lines: Sequence[Line], questions: Sequence[Question[K]]) -> dict[K, Written]:
    """The written lines under each question found on the sheet, from its printed words or its number on."""
    found: dict[K, Written] = {}
    now: Question[K] | None = None
    for line in _reading_order(lines):
        asked, rest = _question_at(line, questions, now)
        if asked is not None:
            now = asked
            found.setdefault(asked.key, Written())
        if now is None:
            continue
        rest = _LABEL.sub("", _RULE.sub("", rest)).strip()
        if squeezed(rest).text:
            written = found[now.key]
            written.texts.append(rest)
            written.boxes.append(line.box)
            written.scores.append(line.score)
    return found


def _question_at(
    line: Line, questions: Sequence[Question[K]], now: Question[K] | None
) -> tuple[Question[K] | None, str]:
    """The question that begins (or goes on) in this line, and what is written behind it."""
    text = clean(line.text).text
    for question in questions:
        if (rest := _behind(text, question.stem)) is not None:
            return question, rest
    number = _NUMBER.match(text)
    if number is not None:
        for question in questions:
            # A number going backwards is the pupil's own list, not the next question.
            if question.no == int(number[1]) and (now is None or question.no > now.no):
                return question, text[number.end() :]
    return None, line.text


def _behind(text: str, stem: str) -> str | None:
    """What follows a question's printed words in this line; None when the line does not print them."""
    bare, asked = squeezed(_NUMBER.sub("", text)).text, squeezed(stem).text
    if len(bare) < 3 or len(asked) < 3:
        return None
    end = asked[-4:]
    at = text.rfind(end)
    if at >= 0 and _share(squeezed(text[: at + len(end)]).text, asked) >= PRINTED:
        return text[at + len(end) :].lstrip("?？。.!！:： ")
    return "" if _share(bare, asked) >= PRINTED else None


def _share(text: str, of: str) -> float:
    pairs = [text[at : at + 2] for at in range(len(text) - 1)]
    return sum(pair in of for pair in pairs) / len(pairs) if pairs else 0.0


def _reading_order(lines: Sequence[Line]) -> list[Line]:
    """Rows from top to bottom, each from left to right; a row is what overlaps by more than half its height."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda one: one.box[1]):
        for row in rows:
            first = row[0].box
            shared = min(first[3], line.box[3]) - max(first[1], line.box[1])
            if shared > 0.5 * min(first[3] - first[1], line.box[3] - line.box[1]):
                row.append(line)
                break
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda one: one.box[0])]


def whose(lines: Sequence[Line], pupils: Sequence[Pupil[K]]) -> K | None:
    """The pupil whose seat number and name stand on the sheet; None when neither or when they disagree."""
    text = "\n".join(line.text for line in _reading_order(lines))
    bare = squeezed(text).text
    seats = {int(one) for one in _SEAT.findall(clean(text).text)}
    by_seat = {one.key for one in pupils if one.seat in seats}
    by_name = {one.key for one in pupils if len(one.name) > 1 and squeezed(one.name).text in bare}
    both = by_seat & by_name if by_seat and by_name else by_seat | by_name
    return next(iter(both)) if len(both) == 1 else None


def troubles_of(lines: Sequence[Line], *, sharp: float, turn: int, found: int) -> list[str]:
    """What the teacher has to know about a photo, keys of `words.TROUBLES`; `found`: how many questions were found."""
    letters = sum(len(squeezed(line.text).text) for line in lines)
    if letters < LITTLE:
        return ["nothing"]
    troubles = []
    scores = sorted(line.score for line in lines)
    if scores[len(scores) // 2] < UNCLEAR_SCORE or sharp < BLURRED:
        troubles.append("blurred")
    if turn:
        troubles.append("turned")
    names = [line.box for line in lines if _NAME_FIELD.search(line.text)]
    if any(abs(one[0] - other[0]) > 0.3 or abs(one[1] - other[1]) > 0.3 for one in names for other in names):
        troubles.append("two_sheets")
    if not found:
        troubles.append("no_question")
    return troubles
