"""Why an estimate is what it is: the answers replayed one by one, each with what it did."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from qiming.mastery.bands import LEAST_TO_KNOW, LEAST_TO_SAY, Band, band
from qiming.mastery.priors import Params
from qiming.mastery.tracing import State, start, step, weight_of


@dataclass(frozen=True, slots=True)
class Observation:
    """One marked answer; `ref` is whatever the caller finds it by again (an attempt's id)."""

    correct: bool
    params: Params = field(default_factory=Params)
    try_no: int = 1
    hints_used: int = 0
    hints_total: int = 0
    solution_shown: bool = False
    day: date | None = None
    ref: str = ""

    @property
    def weight(self) -> float:
        return weight_of(
            correct=self.correct,
            try_no=self.try_no,
            hints_used=self.hints_used,
            hints_total=self.hints_total,
            solution_shown=self.solution_shown,
        )


@dataclass(frozen=True, slots=True)
class Step:
    ref: str
    before: float
    after: float
    weight: float
    words: str


@dataclass(frozen=True, slots=True)
class Explanation:
    state: State
    band: Band
    steps: tuple[Step, ...]
    summary: str


def explain(observations: Sequence[Observation]) -> Explanation:
    """Replays the answers in the order given. The words are for the pupil and the teacher alike."""
    state = start(observations[0].params if observations else None)
    steps = []
    for seen in observations:
        after = step(state, seen.correct, seen.params, seen.weight, day=seen.day)
        steps.append(Step(seen.ref, state.p, after.p, seen.weight, _words(seen)))
        state = after
    return Explanation(state, band(state), tuple(steps), _summary(state, observations))


def _words(seen: Observation) -> str:
    if seen.solution_shown and seen.correct:
        return "看过解答后答对，只算看过，不算会"
    parts = ["答对" if seen.correct else "没答对"]
    if seen.try_no > 1:
        parts.append(f"第{seen.try_no}次试")
    if seen.hints_used:
        parts.append(f"看了{seen.hints_used}步提示")
    if 0 < seen.weight < 1:
        parts.append("算得轻一些")
    return "，".join(parts)


def _summary(state: State, observations: Sequence[Observation]) -> str:
    verdict = band(state)
    if verdict is Band.UNSURE:
        return f"证据不够：算数的作答只有{state.n}次，至少要{LEAST_TO_SAY}次才下结论。"
    right = sum(1 for seen in observations if seen.correct and seen.weight > 0)
    counted = f"算数的作答{state.n}次，答对{right}次"
    if verdict is Band.KNOWN:
        return f"已经掌握：{counted}，最近的作答也站得住。"
    if verdict is Band.NEARLY:
        few = f"，还不到{LEAST_TO_KNOW}次" if state.n < LEAST_TO_KNOW else ""
        return f"快了：{counted}{few}，再独立答对一两次就稳了。"
    return f"还要练：{counted}。"
