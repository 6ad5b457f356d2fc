"""What a question lets slip beside its words: the length of the right option, and letters that nobody is shown.

The player shows the options of a choice with their letters, in the order written; the pieces of other kinds come
without their keys."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from qiming.curriculum.types import CHOOSING, ItemSpec
from qiming.kernel.content import Document, Place, Problem
from qiming.kernel.content_words import Words

LEAST_CHOICES = 5  # below it a share says little
MOST_LONGEST = 0.6
_PICTURE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
_SAID = re.compile(r"\w")
# 选B、选A、C、E; not 不选B. And: A、C对.
_LETTERS = r"([A-Z](?:\s*[、，和]\s*[A-Z](?![A-Za-z0-9]))*)"
_CHOOSE = re.compile(rf"(?<!不)(?<!别)(?<!不能)(?<!不该)选\s*[“「]?{_LETTERS}(?![A-Za-z0-9])")
_RIGHT = re.compile(rf"(?<![A-Za-z0-9]){_LETTERS}对(?=[。，；：]|$)")
_ALONE = re.compile(r"(?<![A-Za-z])[A-Z](?![A-Za-z])")
_HIDDEN = re.compile(r"(?<![A-Za-z0-9])[a-z]\d+(?![A-Za-z0-9])")
_PARTS = ("options", "entries", "left", "right", "bins")


def check_lengths(document: Document) -> Iterator[Problem]:
    """Whoever always takes the longest option should not pass: a hint when that works more often than not."""
    longest = [_right_is_longest(item["options"]) for item in document.data if item["kind"] == "single"]
    told = [one for one in longest if one is not None]
    if len(told) >= LEAST_CHOICES and sum(told) > MOST_LONGEST * len(told):
        yield document.problem((), _too_telling(sum(told), len(told)), warns=True, rule="longest-option")


def check_letters(document: Document, place: Place, item: ItemSpec) -> Iterator[Problem]:
    """The solution names the right letters, and nothing names what the pupil can't see."""
    seen = _visible(item)
    if item["kind"] in CHOOSING:
        named = _named(item["solution"])
        right = {option["key"] for option in item["options"] if option.get("correct")}
        # A letter may also be a thing of the question: tree A, pupil B.
        if named != right and named - set(_ALONE.findall(item["stem"])) not in (set(), right):
            words = _other_letters("、".join(sorted(named)), "、".join(sorted(right)))
            yield document.problem((*place, "solution"), words, rule="names-option")
        return
    keys = {piece["key"] for part in _PARTS for piece in item.get(part, ())}
    for at, text in _sayings(item):
        hidden = {key for key in _HIDDEN.findall(text) if key in keys} | _named(text)
        for key in sorted(key for key in hidden if key not in seen):
            yield document.problem((*place, *at), _unseen(key), rule="names-option")


def _right_is_longest(options: Sequence[dict[str, Any]]) -> bool | None:
    """None where the options are pictures."""
    sizes = [(_size(option["text"]), bool(option.get("correct"))) for option in options]
    if not any(size for size, _ in sizes):
        return None
    right = max((size for size, correct in sizes if correct), default=0)
    return right > max((size for size, correct in sizes if not correct), default=0)


def _size(text: str) -> int:
    return len(_SAID.findall(_PICTURE.sub("", text)))


def _named(text: str) -> set[str]:
    return {
        letter
        for pattern in (_CHOOSE, _RIGHT)
        for found in pattern.findall(text)
        for letter in re.findall("[A-Z]", found)
    }


def _visible(item: ItemSpec) -> str:
    pieces = (piece["text"] for part in _PARTS for piece in item.get(part, ()))
    return " ".join([item["stem"], str(item.get("picture_alt", "")), *pieces])


def _sayings(item: ItemSpec) -> Iterator[tuple[Place, str]]:
    yield ("solution",), item["solution"]
    yield ("otherwise",), item.get("otherwise", "")
    for at, hint in enumerate(item["hints"]):
        yield ("hints", at), hint
    for at, trap in enumerate(item.get("traps", ())):
        yield ("traps", at, "reply"), trap["reply"]


def _too_telling(longest: int, choices: int) -> Words:
    return Words(
        f"{choices}道单选题里，有{longest}道是最长的那个选项对：不读题也猜得出。",
        f"In {longest} of {choices} single choices the longest option is right.",
        "把对的写短，或把错的写得一样具体。",
        "Shorten the right ones, or make the wrong ones as concrete.",
    )


def _other_letters(named: str, right: str) -> Words:
    return Words(
        f"解答里说选{named}，对的选项是{right}。",
        f"The solution says {named}; right is {right}.",
        "改解答里的字母，或改哪一项是对的；说到错的选项，不要写成“选×”“×对”。",
        "Change the letters or which option is right; don't write of a wrong option as the one to take.",
    )


def _unseen(key: str) -> Words:
    return Words(
        f"这里说到“{key}”，学生看不到这个编号。",
        f"This names '{key}', which pupils never see.",
        "用它上面的字来说。",
        "Say it by its words.",
    )
