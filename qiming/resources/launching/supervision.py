"""Whether a class is being taught at this moment: the room above that runs periods says so."""

from collections.abc import Callable

Taught = Callable[[str, str], bool]
"""(scope path of the class, lesson key; empty: whichever): whether a period with it runs now."""
_asked: list[Taught] = []


def register(taught: Taught) -> None:
    if taught not in _asked:
        _asked.append(taught)


def is_taught_now(class_path: str, lesson_key: str) -> bool:
    """Nobody who could tell means no: a condition that nobody watches is not met."""
    return any(taught(class_path, lesson_key) for taught in _asked)
