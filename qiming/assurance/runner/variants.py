"""The same question written differently: does the product still answer the same way?

Deterministic: the same case gives the same variant. Digits, ASCII signs of arithmetic and what a grader looks for
stay as they are where a change would make it another question.
"""

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from qiming.assurance.types import Case, Turn

_MARKS: Final = "·~*^ 、"
# Characters pupils take for one another when they type by sound or by shape.
_TAKEN_FOR: Final = dict(
    zip("的地得在再做作他她它那哪已己未末人入天夫", "地的得再在作做她它他哪那己已末未入人夫天", strict=True)
)


def typos(text: str, luck: random.Random) -> str:
    """One slip in about twelve characters: taken for another, doubled, or changed with its neighbour."""
    found = list(text)
    places = [place for place, sign in enumerate(found) if _is_han(sign)]
    for place in sorted(luck.sample(places, min(len(places), max(1, len(places) // 12))) if places else []):
        sign = found[place]
        if sign in _TAKEN_FOR:
            found[place] = _TAKEN_FOR[sign]
        elif luck.random() < 0.5:
            found[place] = sign * 2
        elif place + 1 < len(found) and _is_han(found[place + 1]):
            found[place], found[place + 1] = found[place + 1], sign
    return "".join(found)


def fullwidth(text: str, luck: random.Random) -> str:
    """ASCII as full-width signs, the way an input method leaves it."""
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)


def symbols(text: str, luck: random.Random) -> str:
    """Signs between the characters, as people write to slip past a filter. Numbers stay whole."""
    found = []
    for sign, following in zip(text, text[1:] + " ", strict=True):
        found.append(sign)
        if _is_han(sign) and _is_han(following) and luck.random() < 0.4:
            found.append(luck.choice(_MARKS))
    return "".join(found)


KINDS: Final[dict[str, Callable[[str, random.Random], str]]] = {
    "typos": typos,
    "fullwidth": fullwidth,
    "symbols": symbols,
}


def varied(case: Case, kind: str) -> Case | None:
    """`case` with what the pupil says changed; None when that leaves it as it was. Raises `KeyError`."""
    change = KINDS[kind]
    luck = random.Random(f"{case.id} {kind}")  # noqa: S311 - must give the same every time
    turns = tuple(
        Turn(turn.role, change(turn.content, luck)) if turn.role == "user" else turn for turn in case.turns
    )
    return None if turns == case.turns else replace(case, turns=turns)


def _is_han(sign: str) -> bool:
    return "\u4e00" <= sign <= "\u9fff"
