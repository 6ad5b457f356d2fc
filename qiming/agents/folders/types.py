"""An agent as its folder describes it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from string import Formatter
from typing import Final

STAGES: Final = ("primary", "junior", "senior")


@dataclass(frozen=True, slots=True)
class Phrases:
    """What the engine says, by move: sentences for a stage, or for all. Deterministic: the same turn says the same."""

    moves: Mapping[str, Mapping[str, tuple[str, ...]]]

    def say(self, move: str, stage: str, turn: int, **slots: str) -> str:
        """The sentence of this move for the `turn`-th time. Raises KeyError for a move nobody wrote."""
        said = self.moves[move]
        choices = said.get(stage) or said["all"]
        return choices[turn % len(choices)].format(**slots)

    def how_many(self, move: str, stage: str) -> int:
        said = self.moves[move]
        return len(said.get(stage) or said["all"])


def slots_of(sentence: str) -> set[str]:
    """The names in braces of a sentence. Raises ValueError when braces don't match."""
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


@dataclass(frozen=True, slots=True)
class Agent:
    """`audience`: whom it is for; `quota_class`: which education models may speak for it; `tests`: cases that measure it."""

    key: str
    title: str
    says: str
    version: str
    audience: str
    modes: tuple[str, ...]
    stages: tuple[str, ...]
    engine: str
    persona: str
    steps: tuple[str, ...]
    tools: tuple[str, ...]
    knowledge: tuple[str, ...]
    guard: str
    quota_class: str
    most_characters: int = 600
    phrases: Phrases = field(default_factory=lambda: Phrases({}))
    tests: tuple[str, ...] = ()
