"""What the marker proposes for one answer: points per criterion, where they come from, and whether it is sure. Pure.

"Not sure" is an answer too: a doubtful proposal says why, and stands first in the teacher's list.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qiming.assist.marker.rubrics import Criterion
from qiming.assist.marker.rules.matching import Hit, How, find, said
from qiming.kernel.text import fold

ENGINE = "rubric-1"
SURE = 0.8
DERIVED_AT_MOST = 0.7  # nobody has read these words as a rubric yet
_CONFIDENCE = {How.SAME: 0.95, How.SYNONYM: 0.88, How.NEAR: 0.65, How.DENIED: 0.3}
_LITTLE, _SHORT = 2, 10  # characters
_LIST_SHARE = 0.95
_ECHO = 0.8


@dataclass(frozen=True, slots=True)
class Judged:
    """One criterion: points, the hits behind them, how sure, why (Chinese, for the teacher)."""

    key: str
    points: int
    of: int
    hits: tuple[Hit, ...]
    confidence: float
    why: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """All criteria of one answer. `doubts` says why it is not sure; empty when it is."""

    judged: tuple[Judged, ...]
    confidence: float
    doubts: tuple[str, ...]

    @property
    def is_sure(self) -> bool:
        return not self.doubts

    @property
    def total(self) -> int:
        return sum(one.points for one in self.judged)

    @property
    def points(self) -> dict[str, int]:
        return {one.key: one.points for one in self.judged}

    @property
    def spans(self) -> list[tuple[int, int]]:
        """What to mark in the answer."""
        return sorted({span for one in self.judged for hit in one.hits for span in hit.spans})


def propose(
    rubric: Sequence[Criterion],
    answer: str,
    *,
    stem: str = "",
    accept: Sequence[str] = (),
    is_derived: bool = False,
    read_confidence: float = 1.0,
) -> Proposal:
    """Points for `answer`. `accept`: answers that are right as they stand. `is_derived`: the rubric was made from the
    item's words, not written by a teacher. `read_confidence`: how surely the answer was read off a photo."""
    if fold(answer) and fold(answer) in {fold(one) for one in accept}:
        hit = Hit(((0, len(answer)),), answer, How.SAME)
        judged = tuple(
            Judged(one.key, one.points, one.points, (hit,), 0.98, "和标准答案一样") for one in rubric
        )
        return Proposal(judged, min(0.98, read_confidence), _reading_doubt(read_confidence))
    judged = tuple(_judge(one, answer, is_derived=is_derived) for one in rubric)
    confidence = min([one.confidence for one in judged] + [read_confidence])
    doubts: list[str] = [
        f"“{_short(row.text)}”：{one.why}"
        for row, one in zip(rubric, judged, strict=True)
        if one.confidence < SURE
    ]
    doubts += _about_the_whole(judged, answer, stem)
    doubts += _reading_doubt(read_confidence)
    return Proposal(
        judged, round(min(confidence, 0.5) if doubts and confidence >= SURE else confidence, 2), tuple(doubts)
    )


def _judge(row: Criterion, answer: str, *, is_derived: bool) -> Judged:
    if not row.ideas:
        return Judged(row.key, 0, row.points, (), 0.0, "还没有写要点，机器不会给分")
    found = [find(answer, ways) for ways in row.ideas]
    hits = tuple(hit for hit in found if hit is not None and hit.how > How.DENIED)
    denied = tuple(hit for hit in found if hit is not None and hit.how is How.DENIED)
    wrong = find(answer, row.wrong) if row.wrong else None
    if wrong is not None and wrong.how > How.NEAR:
        return Judged(
            row.key, 0, row.points, (wrong,), 0.6, f"写了“{_quoted(answer, wrong)}”，标准里说这样不对"
        )
    got = min(len(hits), row.needed)
    points = row.points * got // row.needed
    confidence, why = _sure_of(row, answer, hits, denied, got)
    if (
        row.in_order
        and got == row.needed
        and [one.start for one in hits] != sorted(one.start for one in hits)
    ):
        points, confidence, why = row.points * (got - 1) // row.needed, 0.6, "要点都有，先后和标准不一样"
    if is_derived:
        confidence = min(confidence, DERIVED_AT_MOST)
        why = f"{why}；要点是照题目推的，您还没有写"
    return Judged(row.key, points, row.points, hits or denied, confidence, why)


def _sure_of(
    row: Criterion, answer: str, hits: Sequence[Hit], denied: Sequence[Hit], got: int
) -> tuple[float, str]:
    """How sure the count of ideas is, and the sentence for the teacher."""
    if denied and got < row.needed:
        return 0.5, f"提到“{_quoted(answer, denied[0])}”，前后有“不”“没”一类的字，意思可能相反"
    if got == 0:
        return _sure_of_nothing(answer)
    surest = sorted((_CONFIDENCE[one.how] for one in hits), reverse=True)[:got]
    confidence = surest[-1]
    words = "、".join(f"“{_quoted(answer, one)}”" for one in hits[:3])
    if got < row.needed:
        return min(confidence, 0.7), f"{row.needed}个要点说到{got}个：{words}"
    if confidence < SURE:
        return confidence, f"{words}和标准里的说法相近，不一样"
    return confidence, f"说到{words}"


def _sure_of_nothing(answer: str) -> tuple[float, str]:
    size = len(said(answer).text)
    if size <= _LITTLE:
        return 0.9, "几乎没有写"
    if size <= _SHORT:
        return 0.82, "没有说到要点"
    return 0.55, "写了不少，没有一处和标准里的说法对得上"


def _about_the_whole(judged: Sequence[Judged], answer: str, stem: str) -> list[str]:
    doubts = []
    text = said(answer).text
    pairs = [text[at : at + 2] for at in range(len(text) - 1)]
    if stem and len(pairs) >= 6 and sum(pair in said(stem).text for pair in pairs) / len(pairs) >= _ECHO:
        doubts.append("几乎是照抄题目")
    spans = {span for one in judged for hit in one.hits for span in hit.spans}
    covered = sum(end - start for start, end in spans)
    letters = sum(char.isalnum() for char in answer)
    if len(spans) >= 3 and letters and covered / letters >= _LIST_SHARE:
        doubts.append("只列了词，没有写成话")
    return doubts


def _reading_doubt(read_confidence: float) -> tuple[str, ...]:
    return () if read_confidence >= SURE else ("照片上的字没有读清楚，先对一对文字",)


def _quoted(answer: str, hit: Hit) -> str:
    return "…".join(answer[start:end] for start, end in hit.spans)[:24]


def _short(text: str) -> str:
    return text if len(text) <= 14 else f"{text[:13]}…"


def to_data(proposal: Proposal) -> dict[str, Any]:
    """What is kept of a proposal beside the teacher's points."""
    return {
        "engine": ENGINE,
        "points": proposal.points,
        "confidence": proposal.confidence,
        "doubts": list(proposal.doubts),
        "why": {one.key: one.why for one in proposal.judged},
    }


def total_of(points: Mapping[str, object]) -> int:
    """The sum of points as they were stored."""
    return sum(int(str(value)) for value in points.values())
