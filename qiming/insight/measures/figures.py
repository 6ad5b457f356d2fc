"""From whole sums to figures, and what of them may leave. Pure: no engine, no file."""

from collections.abc import Sequence
from math import sqrt
from typing import Any

SMALL = 5  # of the pupils of a group, so few that one could be recognised
DIGITS = 6
Z95 = 1.959964
Row = dict[str, Any]


def ratio(part: int | None, whole: int | None) -> float | None:
    """None of nothing, and of what is hidden."""
    return round(part / whole, DIGITS) if whole and part is not None else None


def of_item(row: Row) -> Row:
    """Difficulty and spread of one item; the spread is that of the score, of all first answers."""
    n, total, squares = row["first_answers"], row["score_milli"], row["score_milli_squared"]
    variance = (n * squares - total * total) / (n * n * 1_000_000) if n else 0.0
    return {
        "right_share": ratio(row["right"], n),
        "mean_score": ratio(total, 1000 * n),
        "sd_score": round(sqrt(max(0.0, variance)), DIGITS),
        "hinted_share": ratio(row["hinted"], n),
    }


def of_gap(row: Row) -> Row:
    """A district's ratio less that of all the others, with its interval; None where either side has too few schools."""
    own = {name: row[name] for name in ("schools", "x", "n", "xx", "xn", "nn")}
    rest = {name: row[f"all_{name}"] - value for name, value in own.items()}
    if own["n"] == 0 or rest["n"] == 0:
        return {"value": ratio(own["x"], own["n"]), "gap": None, "low": None, "high": None}
    gap = own["x"] / own["n"] - rest["x"] / rest["n"]
    doubt = [_variance(side) for side in (own, rest)]
    half = None if None in doubt else Z95 * sqrt(sum(one or 0.0 for one in doubt))
    return {
        "value": ratio(own["x"], own["n"]),
        "gap": round(gap, DIGITS),
        "low": None if half is None else round(gap - half, DIGITS),
        "high": None if half is None else round(gap + half, DIGITS),
    }


def _variance(side: Row) -> float | None:
    """Of a ratio of sums over clusters. In whole numbers until the one division, so no engine rounds otherwise."""
    m, x, n = (int(side[name]) for name in ("schools", "x", "n"))
    if m < 2:
        return None
    squares = int(side["xx"] * n * n - 2 * x * n * side["xn"] + x * x * side["nn"])
    return max(0, squares) * m / ((m - 1) * n**4)


def shown(rows: Sequence[Row], *, size: str, least: int, counts: Sequence[str]) -> tuple[list[Row], int]:
    """The rows whose group is large enough, and how many are not. Counts of a few, or of all but a few, become None;
    where one of several counts is hidden, another goes with it, so that it cannot be found by subtraction."""
    large = [row for row in rows if row[size] >= least]
    return [_without_few(row, size, counts) for row in large], len(rows) - len(large)


def _without_few(row: Row, size: str, counts: Sequence[str]) -> Row:
    whole = row[size]
    hidden = {name for name in counts if _is_few(row[name], whole)}
    others = sorted((name for name in counts if row[name] and name not in hidden), key=lambda name: row[name])
    if len(hidden) == 1 and others:
        hidden.add(others[0])
    return row | dict.fromkeys(hidden) if hidden else row


def _is_few(count: int, whole: int) -> bool:
    return count not in (0, whole) and (count < SMALL or whole - count < SMALL)
