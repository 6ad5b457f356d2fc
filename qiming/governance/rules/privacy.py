"""Counts above the school: a group so small that a child could be recognised is not shown."""

from collections.abc import Sequence

SMALL_GROUP = 5


def shown_count(count: int, of: int) -> int | None:
    """`count` when neither it nor its complement within `of` is a small group; None hides it.

    Zero and everybody are shown: they say something of the whole, not of a few.
    """
    if count in (0, of):
        return count
    return None if count < SMALL_GROUP or of - count < SMALL_GROUP else count


def shown_counts(groups: Sequence[tuple[int, int]]) -> list[int | None]:
    """`shown_count` for the parts (count, of) of a whole whose sum is shown too: where a single part is hidden,
    the smallest other count is hidden with it, or the one could be found by subtraction."""
    shown = [shown_count(count, of) for count, of in groups]
    others = [at for at, count in enumerate(shown) if count]
    if shown.count(None) == 1 and others:
        shown[min(others, key=lambda at: (groups[at][0], at))] = None
    return shown
