"""Counts above the school: a group so small that a child could be recognised is not shown."""

SMALL_GROUP = 5


def shown_count(count: int, of: int) -> int | None:
    """`count` when neither it nor its complement within `of` is a small group; None hides it.

    Zero and everybody are shown: they say something of the whole, not of a few.
    """
    if count in (0, of):
        return count
    return None if count < SMALL_GROUP or of - count < SMALL_GROUP else count
