"""How large the class is that both sides are measured with."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sizes:
    """`answers` lie behind the class, about so many; `had` of the peer's `lessons` have been answered, `each`
    question of an exercise so often."""

    pupils: int
    answers: int
    lessons: int
    had: int
    each: int


SIZES = {
    "loop": Sizes(
        pupils=45, answers=0, lessons=8, had=2, each=2
    ),  # the demo's class, with what it answered: 860
    "term": Sizes(
        pupils=30, answers=3_000, lessons=11, had=10, each=2
    ),  # after a term, as the peer is measured
}
