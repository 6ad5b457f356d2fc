"""Indicator sets and findings as pure functions: what may be asked, how long it takes, what is shown of small groups."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ROOMS: Mapping[str, str] = {"teaching": "授课记录", "registry": "单位和人员登记", "governance": "任务台账"}
BUDGET = 120  # minutes a school may be asked for in a school year


@dataclass(frozen=True, slots=True)
class Held:
    """A figure that a room holds. `topics`: what it answers, `words`: by which a question for it is recognised."""

    key: str
    title: str
    room: str
    topics: frozenset[str]
    words: tuple[str, ...]
    unit: str  # "%" for a share of `whole`


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator: a held figure, or a question (`about` and `text`) with the minutes its answer takes."""

    key: str
    title: str
    definition: str
    formula: str
    room: str
    minimum_group: int
    minutes: int
    figure: str = ""
    about: str = ""
    text: str = ""

    @property
    def source(self) -> str:
        """Where the figure comes from, as people call the room."""
        return ROOMS.get(self.room, self.room)


@dataclass(frozen=True, slots=True)
class IndicatorSet:
    key: str
    title: str
    says: str
    source: str
    indicators: tuple[Indicator, ...]

    @property
    def minutes(self) -> int:
        return sum(one.minutes for one in self.indicators)

    @property
    def figures(self) -> list[Indicator]:
        return [one for one in self.indicators if one.figure]

    @property
    def questions(self) -> list[Indicator]:
        return [one for one in self.indicators if one.about]


def parse(data: Mapping[str, Any]) -> IndicatorSet:
    """A set that the schema has let through."""
    found = []
    for one in data["indicators"]:
        asks = one.get("asks", {})
        plain = {name: value for name, value in one.items() if name != "asks"}
        found.append(Indicator(**plain, about=asks.get("about", ""), text=asks.get("text", "")))
    return IndicatorSet(data["key"], data["title"], data["says"], data["source"], tuple(found))


def faults(given: IndicatorSet, held: Mapping[str, Held], spent: int = 0) -> list[str]:
    """Why a round may not be opened with this set; empty when it may. `spent`: minutes that schools were asked for in
    this school year already."""
    found = [*_doubled(given)]
    for one in given.figures:
        known = held.get(one.figure)
        if known is None:
            found.append(f"“{one.title}”：平台没有这个数（{one.figure}）。")
        elif known.room != one.room:
            found.append(f"“{one.title}”：这个数在{known.room}，不在{one.room}。")
        if one.minutes:
            found.append(f"“{one.title}”：平台自己取的数，不能要学校花时间。")
    for one in given.questions:
        if not one.minutes:
            found.append(f"“{one.title}”：写明回答要几分钟。")
        found += [
            f"“{one.title}”：平台已经有“{known.title}”，不能再问学校。" for known in answered(one, held)
        ]
    if spent + given.minutes > BUDGET:
        before = f"，这个学年已经用了{spent}分钟" if spent else ""
        found.append(f"要花学校{given.minutes}分钟{before}，一学年最多{BUDGET}分钟。")
    return found


def answered(question: Indicator, held: Mapping[str, Held]) -> list[Held]:
    """The held figures that answer a question already: by what it is about, or by the words it asks in."""
    text = question.title + question.text
    return [
        one
        for one in held.values()
        if question.about in one.topics or any(word in text for word in one.words)
    ]


def _doubled(given: IndicatorSet) -> Iterable[str]:
    keys = [one.key for one in given.indicators]
    return [f"“{key}”写了两次。" for key in sorted({one for one in keys if keys.count(one) > 1})]


def shown(part: int, whole: int, minimum_group: int) -> int | None:
    """A figure above the school: None where it, or what is left of the whole, is a group too small to show."""
    if not minimum_group or part in (0, whole):
        return part
    return None if part < minimum_group or (whole and whole - part < minimum_group) else part


# What a finding is. A fault of the system is the platform's or the office's to mend, never the school's.
KINDS: Mapping[str, str] = {
    "breach": "不符合要求",
    "weakness": "薄弱处",
    "strength": "做得好",
    "system_fault": "平台或制度的问题",
}


def findings(words: Mapping[str, str]) -> list[dict[str, str]]:
    """Findings as they were written, one a line under each kind."""
    return [
        {"kind": kind, "text": line.strip()}
        for kind in KINDS
        for line in words.get(kind, "").splitlines()
        if line.strip()
    ]


def needs_rectifying(found: Sequence[Mapping[str, str]]) -> bool:
    """Whether a school has something to put right: a breach; everything else is advice."""
    return any(one["kind"] == "breach" for one in found)
