"""Words without the names that say whose they are."""

from collections.abc import Iterable


def covered(text: str, schools: Iterable[str], districts: Iterable[str] = ()) -> str:
    """The text with the school's names as 本校 and its district's as 本区; the longest name first."""
    pairs = [*((name, "本校") for name in schools), *((name, "本区") for name in districts)]
    for name, word in sorted(pairs, key=lambda one: -len(one[0])):
        if name:
            text = text.replace(name, word)
    return text
