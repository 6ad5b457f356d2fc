"""Two people mark each reply a machine could not judge; where they differ a third decides."""

from collections.abc import Sequence


def settled(given: Sequence[bool]) -> bool | None:
    """What was decided; None while it is not: two alike, or the majority of three."""
    if len(given) < 2:
        return None
    if given[0] == given[1]:
        return given[0]
    return sum(given[:3]) >= 2 if len(given) > 2 else None


def agreement(pairs: Sequence[tuple[bool, bool]]) -> float | None:
    """Cohen's kappa of the first two markers, -1 to 1; None when there is nothing to compare. When both always said the
    same one thing there is no chance to correct for: 1 when they agreed."""
    if not pairs:
        return None
    n = len(pairs)
    seen = sum(one == other for one, other in pairs) / n
    first, second = sum(one for one, _ in pairs) / n, sum(other for _, other in pairs) / n
    chance = first * second + (1 - first) * (1 - second)
    return 1.0 if chance == 1 else (seen - chance) / (1 - chance)
