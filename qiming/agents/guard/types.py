"""What the guard's parts hand to each other. Plain data; no Django, no clock."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

Source = Literal["seen", "secondary", "unverified", "proposal"]
Span = tuple[int, int]


class Act(StrEnum):
    """What follows from a finding."""

    REFUSE = "refuse"  # the text is not sent on, or not shown
    CAREFUL = "careful"  # may be talked about, within the course's frame; noted
    CRISIS = "crisis"  # generation ends, fixed text and an adult
    HIDE = "hide"  # a personal datum: covered before the text goes on


@dataclass(frozen=True, slots=True)
class Hit:
    """A place in a text as it was written, and why it was found. `key` names the entry or the kind of datum."""

    start: int
    end: int
    key: str
    category: str
    act: Act
    word: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a word list: what is looked for and in what surroundings it is harmless.

    `words`: any of them. `near`: when given, one of these must stand within `within` characters (letters and
    Chinese characters, symbols not counted) of the word, in the same paragraph; the hit then covers both.
    `unless`: longer expressions in which the word is harmless; a word that one overlaps doesn't count.
    `unless_near`: words that make it harmless when they stand within `around` characters of the hit, in its sentence.
    """

    key: str
    category: str
    act: Act
    words: tuple[str, ...]
    near: tuple[str, ...] = ()
    within: int = 12
    unless: tuple[str, ...] = ()
    unless_near: tuple[str, ...] = ()
    around: int = 16
    weight: str = ""


@dataclass(frozen=True, slots=True)
class Category:
    """One of the classes of risk, with how well its wording is known."""

    key: str
    group: str
    title: str
    status: Source


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict a person can read: yes or no and why, in Chinese; `rules` are the keys of the rules that decided."""

    yes: bool
    reason: str
    rules: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
