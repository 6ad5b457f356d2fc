"""How a class went about a lab, not only how far it came: pure rules over the lines of counts.

Each pupil who began is in exactly one way of working; predictions, breaking it and hints are told beside.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from qiming.learning.labs.tally import Tally

MANY = 3  # models trained (or tests taken) from which on it counts as several


@dataclass(frozen=True, slots=True)
class Way:
    """One way of working; the first that fits is taken."""

    key: str
    says: str
    fits: Callable[[Tally], bool]


def _changed(run: Tally) -> tuple[bool, bool]:
    return run.changed_data > 0, run.changed_settings > 0


WAYS: Sequence[Way] = (
    Way("both", "数据和设置都改过，再比", lambda run: _changed(run) == (True, True)),
    Way("data", "改数据，再看结果", lambda run: _changed(run) == (True, False)),
    Way("settings", "改设置，再看结果", lambda run: _changed(run) == (False, True)),
    Way("again", "同样的数据和设置试了几次", lambda run: run.trained + run.tested >= MANY),
    Way("once", "训练或考过一两次，没有改动", lambda run: run.trained + run.tested > 0),
    Way("thought", "想过，说出了理由", lambda run: run.explained > 0),
    Way("looked", "做了别的，没有训练", lambda run: True),
)


@dataclass(frozen=True, slots=True)
class Bar:
    """How many pupils went one way; `share` in percent of those who began."""

    key: str
    says: str
    n: int
    share: int


@dataclass(frozen=True, slots=True)
class Strategies:
    """What a class did in one lab step."""

    began: int
    bars: tuple[Bar, ...] = ()
    predicted: int = 0  # pupils who said a guess before seeing
    right: int = 0  # guesses that came true, of all pupils
    wrong: int = 0
    learnt_from_wrong: int = (
        0  # pupils who guessed wrong at first and right later or reached a goal all the same
    )
    broke: tuple[tuple[str, int], ...] = ()
    hints: int = 0  # pupils who asked for one
    before_hand_in: tuple[
        tuple[str, int], ...
    ] = ()  # models trained before the first hand-in: how many, pupils

    @property
    def finding(self) -> str:
        """The one sentence for the teacher: what most did, and what that asks for next."""
        if not self.began:
            return "还没有人做这个实验"
        top = max(self.bars, key=lambda bar: bar.n)
        return f"{self.began}人做过，最多的一种做法（{top.n}人）：{top.says}"


@dataclass(slots=True)
class _Sums:
    ways: Counter[str] = field(default_factory=Counter)
    broke: Counter[str] = field(default_factory=Counter)
    before: Counter[str] = field(default_factory=Counter)


def way_of(run: Tally) -> Way:
    return next(way for way in WAYS if way.fits(run))


def strategies(runs: Sequence[Tally], break_goal: str = "", break_title: str = "") -> Strategies:
    """From the counts of everybody who began. A lab's challenge reached is a way of breaking it."""
    began = [run for run in runs if run != Tally()]
    sums = _Sums()
    for run in began:
        sums.ways[way_of(run).key] += 1
        sums.broke.update({*run.broke, *([break_title] if break_goal and break_goal in run.kinds else [])})
        if run.before_hand_in is not None:
            sums.before[_models(run.before_hand_in)] += 1
    return Strategies(
        began=len(began),
        bars=tuple(
            Bar(way.key, way.says, sums.ways[way.key], round(100 * sums.ways[way.key] / len(began)))
            for way in WAYS
            if sums.ways[way.key]
        ),
        predicted=sum(run.predicted + run.right + run.wrong > 0 for run in began),
        right=sum(run.right for run in began),
        wrong=sum(run.wrong for run in began),
        learnt_from_wrong=sum(run.wrong > 0 and (run.right > 0 or bool(run.goals)) for run in began),
        broke=tuple(sums.broke.most_common(4)),
        hints=sum(run.hints > 0 for run in began),
        # where nobody of the class trained anything, that nobody did before handing in says nothing
        before_hand_in=tuple((words, sums.before[words]) for words in _MODELS if sums.before[words])
        if any(run.trained for run in began)
        else (),
    )


_MODELS = ("没有训练就交", "训练1次", "训练2到4次", "训练5次以上")


def _models(n: int) -> str:
    return _MODELS[0] if n == 0 else _MODELS[1] if n == 1 else _MODELS[2] if n < 5 else _MODELS[3]
