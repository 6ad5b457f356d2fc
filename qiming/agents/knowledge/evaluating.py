"""How often the search finds what it should: a labelled set (`content/knowledge/retrieval.yaml`) against what is loaded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from qiming.agents.knowledge.searching import search
from qiming.agents.knowledge.types import Kind, Passage
from qiming.kernel.content import read_yaml

DEEPEST = 20


@dataclass(frozen=True, slots=True)
class Question:
    """`wants`: lessons, steps or concepts that answer it, none when our courses do not; `hold`: not for tuning."""

    ask: str
    stage: str
    wants: tuple[str, ...]
    hold: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """Of `n` questions with an answer: how many stood first, how many among five, the mean of 1/rank (0 beyond 20).
    `known`: the share on which `covered` says that there is an answer; `silent`: of `unanswerable` questions without an
    answer, the share on which it says that there is none."""

    n: int
    recall_1: float
    recall_5: float
    mrr: float
    known: float
    unanswerable: int
    silent: float


def read_set(content: Path) -> tuple[Question, ...]:
    """The labelled questions."""
    data = read_yaml(content / "knowledge" / "retrieval.yaml", content).data
    return tuple(
        Question(one["ask"], one["stage"], tuple(one["wants"]), one["set"] == "hold")
        for one in data["questions"]
    )


def rank(found: Sequence[Passage], wants: Sequence[str]) -> int | None:
    """The place (from 1) of the first passage that answers, None when there is none."""
    for place, one in enumerate(found, 1):
        if any(one.target == want or one.target.startswith(f"{want}/") for want in wants):
            return place
    return None


def measure(
    questions: Sequence[Question], *, threshold: float
) -> tuple[Figures, list[tuple[Question, int | None]]]:
    """The figures, and where each question's answer stood."""
    ranks: list[tuple[Question, int | None]] = []
    known = silent = 0
    for one in questions:
        found = search((Kind.COURSE, Kind.CONCEPT), one.ask, stage=one.stage, limit=DEEPEST)
        is_covered = max((each.coverage for each in found), default=0.0) >= threshold
        if one.wants:
            ranks.append((one, rank(found, one.wants)))
            known += is_covered
        else:
            silent += not is_covered
    places = [place for _, place in ranks]
    n, without = len(ranks), len(questions) - len(ranks)
    return (
        Figures(
            n=n,
            recall_1=_share(sum(place == 1 for place in places), n),
            recall_5=_share(sum(place is not None and place <= 5 for place in places), n),
            mrr=_share(sum(1 / place for place in places if place), n),
            known=_share(known, n),
            unanswerable=without,
            silent=_share(silent, without),
        ),
        ranks,
    )


def _share(count: float, n: int) -> float:
    return round(count / n, 3) if n else 0.0
