"""The subjects products are filed for: the platform's own short names, told by the room above that knows the courses.

A lesson is of one of these subjects and nothing else, so a word that is none of them would open a product to no lesson.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace

from qiming.assurance.admission import ANY, Conditions

Subjects = Callable[[], Mapping[str, str]]
"""The short names of the subjects there are, each with its Chinese one."""

_TELLERS: list[Subjects] = []
_BASE = {"ai": "人工智能"}
_KEY = re.compile(r"[a-z]{2,12}|\*")
EVERY = "各学科通用"
_EVERY_SAID = frozenset({EVERY, "通用"})


def register_subjects(tell: Subjects) -> Subjects:
    """Let a higher room say which subjects there are."""
    if tell not in _TELLERS:
        _TELLERS.append(tell)
    return tell


def known_subjects() -> dict[str, str]:
    """Key → Chinese name: artificial intelligence, and what else there are courses of."""
    found = dict(_BASE)
    for tell in _TELLERS:
        found |= tell()
    return found


def subject_choices() -> list[tuple[str, str]]:
    """What a company may tick."""
    return [(ANY, EVERY), *known_subjects().items()]


def subject_words(keys: Collection[str]) -> str:
    """Several subjects in Chinese; a word nobody knows stays as it is."""
    if ANY in keys:
        return EVERY
    known = known_subjects()
    return "、".join(sorted(known.get(one, one) for one in keys))


def subject_keys(words: Iterable[str]) -> frozenset[str]:
    """Keys out of what was once written in words. What is no subject stays as it is and so matches nothing: a condition
    is never wider than what was meant. Asks the database only when a word is there."""
    said = frozenset(words)
    if all(_KEY.fullmatch(one) for one in said):
        return said
    by_name = {name: key for key, name in known_subjects().items()} | dict.fromkeys(_EVERY_SAID, ANY)
    return frozenset(by_name.get(one, one) for one in said)


def in_keys(one: Conditions) -> Conditions:
    """The same conditions, their subjects by key."""
    keys = subject_keys(one.subjects)
    return one if keys == one.subjects else replace(one, subjects=keys)
