"""What a pupil did in a lab, counted from the words of evidence. Pure: one step at a time, in the order of arrival."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from qiming.learning.labs import words
from qiming.learning.labs.words import Said

MOST_BROKE = 5
MOST_CHOICES, MOST_CHOICE = 12, 60


@dataclass(frozen=True, slots=True)
class Tally:
    """One pupil in one lab. `goals` are indices of goals reached; `last` is the settings of the last model or test."""

    goals: tuple[int, ...] = ()
    kinds: tuple[str, ...] = ()  # goal types reached, for labs that told no index
    hints: int = 0
    acts: int = 0
    trained: int = 0
    tested: int = 0
    predicted: int = 0
    right: int = 0
    wrong: int = 0
    explained: int = 0
    changed_data: int = 0
    changed_settings: int = 0
    broke: tuple[str, ...] = ()
    before_hand_in: int | None = None  # models trained before the first hand-in
    last: Mapping[str, Any] = field(default_factory=dict)
    choices: Mapping[str, str] = field(
        default_factory=dict
    )  # where nobody is right: question → what was chosen last

    def as_json(self) -> dict[str, Any]:
        """Only what says something."""
        empty = asdict(Tally())
        return {name: value for name, value in asdict(self).items() if value != empty[name]}


_NAMES = frozenset(one.name for one in fields(Tally))
_LISTS = ("goals", "kinds", "broke")


def read(stored: Mapping[str, Any]) -> Tally:
    """A tally as it was stored; names it does not know are left out."""
    known = {name: value for name, value in stored.items() if name in _NAMES}
    return Tally(**known | {name: tuple(known.get(name, ())) for name in _LISTS})


def after(tally: Tally, said: Iterable[Said]) -> Tally:
    """The tally after these pieces of evidence."""
    for one in said:
        tally = _step(replace(tally, acts=tally.acts + 1), one)
    return tally


def handed_in(tally: Tally) -> Tally:
    """The first hand-in fixes how many models had been trained before it."""
    return tally if tally.before_hand_in is not None else replace(tally, before_hand_in=tally.trained)


def _step(tally: Tally, said: Said) -> Tally:
    step = _STEPS.get(said.word)
    return step(tally, said) if step else tally


def _hinted(tally: Tally, said: Said) -> Tally:
    return replace(tally, hints=max(tally.hints + 1, int(said.detail.get("hint") or 0)))


def _saw(tally: Tally, said: Said) -> Tally:
    right = said.detail.get("right")
    return replace(tally, right=tally.right + (right is True), wrong=tally.wrong + (right is False))


def _reached(tally: Tally, said: Said) -> Tally:
    detail = said.detail
    index, kind = detail.get("index"), str(detail.get("goal") or "")
    if isinstance(index, int) and index not in tally.goals:
        tally = replace(tally, goals=tuple(sorted((*tally.goals, index))))
    if kind and kind not in tally.kinds:
        tally = replace(tally, kinds=(*tally.kinds, kind)[: words.MOST_KEYS])
    return tally


def _broke(tally: Tally, how: str) -> Tally:
    if not how or how in tally.broke:
        return tally
    return replace(tally, broke=(*tally.broke, how)[:MOST_BROKE])


def _chose(tally: Tally, said: Said) -> Tally:
    about, choice = (str(said.detail.get(name) or "")[:MOST_CHOICE] for name in ("about", "choice"))
    if not about or not choice or (about not in tally.choices and len(tally.choices) >= MOST_CHOICES):
        return tally
    return replace(tally, choices={**tally.choices, about: choice})


def _compared(tally: Tally, said: Said) -> Tally:
    """What changed since the last model (or test) of the same word: the data it learnt from, or the settings."""
    settings = dict(said.detail.get("settings") or {})
    if said.word == words.TRAINED and "method" in said.detail:
        settings["method"] = said.detail["method"]
    before = tally.last.get(said.word)
    tally = replace(tally, last={**tally.last, said.word: settings})
    if before is None:
        return tally
    data = settings.get("data") != before.get("data")
    rest = _without_data(settings) != _without_data(before)
    return replace(
        tally, changed_data=tally.changed_data + data, changed_settings=tally.changed_settings + rest
    )


def _without_data(settings: Mapping[str, Any]) -> dict[str, Any]:
    # `run` and `steps` only count on; they are no choice of the pupil's
    return {name: value for name, value in settings.items() if name not in ("data", "run", "steps", "rounds")}


_STEPS: Mapping[str, Callable[[Tally, Said], Tally]] = {
    words.REACHED: _reached,
    words.HINT: _hinted,
    words.PREDICTED: lambda tally, said: replace(tally, predicted=tally.predicted + 1),
    words.SAW: _saw,
    words.EXPLAINED: lambda tally, said: replace(tally, explained=tally.explained + 1),
    words.BROKE: lambda tally, said: _broke(tally, str(said.detail.get("how") or "")),
    words.CHOSE: _chose,
    words.TRAINED: lambda tally, said: _compared(replace(tally, trained=tally.trained + 1), said),
    words.TESTED: lambda tally, said: _compared(replace(tally, tested=tally.tested + 1), said),
}
