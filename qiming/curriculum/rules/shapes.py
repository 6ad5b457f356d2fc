"""Areas of a picture: rect, circle and polygon in the picture's own units, from its top left corner. Pure.

`{"shape": "rect", "at": [left, top, width, height]}`, `{"shape": "circle", "at": [x, y, radius]}`,
`{"shape": "polygon", "at": [x1, y1, x2, y2, …]}`. Where areas lie one over another, the smallest is meant.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from math import hypot, isfinite, pi
from typing import Any

Area = Mapping[str, Any]
Point = tuple[float, float]
Box = tuple[float, float, float, float]

MOST_CORNERS = 20
_EDGE = 1e-6


def is_whole(area: Area) -> bool:
    """Whether the figures are as many as the shape needs, and it holds some room."""
    at: Sequence[float] = area["at"]
    if not all(isfinite(figure) and figure >= 0 for figure in at):
        return False
    if area["shape"] == "rect":
        return len(at) == 4 and at[2] > 0 and at[3] > 0
    if area["shape"] == "circle":
        return len(at) == 3 and at[2] > 0
    return len(at) % 2 == 0 and 3 <= len(at) // 2 <= MOST_CORNERS and room(area) > _EDGE


def box(area: Area) -> Box:
    """Left, top, right, bottom."""
    at = area["at"]
    if area["shape"] == "rect":
        return at[0], at[1], at[0] + at[2], at[1] + at[3]
    if area["shape"] == "circle":
        return at[0] - at[2], at[1] - at[2], at[0] + at[2], at[1] + at[2]
    return min(at[0::2]), min(at[1::2]), max(at[0::2]), max(at[1::2])


def is_inside(area: Area, size: Sequence[float]) -> bool:
    """Whether all of it lies on a picture of this width and height."""
    left, top, right, bottom = box(area)
    return left >= -_EDGE and top >= -_EDGE and right <= size[0] + _EDGE and bottom <= size[1] + _EDGE


def room(area: Area) -> float:
    """How much of the picture it covers, in square units."""
    at = area["at"]
    if area["shape"] == "rect":
        return float(at[2] * at[3])
    if area["shape"] == "circle":
        return float(pi * at[2] ** 2)
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in _sides(area))) / 2


def holds(area: Area, x: float, y: float) -> bool:
    """Whether a point lies in it; its edge belongs to it (of a polygon: as far as figures tell)."""
    at = area["at"]
    if area["shape"] == "circle":
        return bool(hypot(x - at[0], y - at[1]) <= at[2] + _EDGE)
    left, top, right, bottom = box(area)
    if not (left - _EDGE <= x <= right + _EDGE and top - _EDGE <= y <= bottom + _EDGE):
        return False
    if area["shape"] == "rect":
        return True
    odd = False
    for (x1, y1), (x2, y2) in _sides(area):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            odd = not odd
    return odd


def middle(area: Area) -> Point:
    """A point well inside, where a letter can stand: the centre, or the middle of a polygon's widest stretch."""
    left, top, right, bottom = box(area)
    x, y = (left + right) / 2, (top + bottom) / 2
    if area["shape"] != "polygon":
        return x, y
    widest, found = 0.0, (x, y)
    # Nine lines across, the one through the centre first: equal stretches keep the letter in the middle.
    for part in (5, 4, 6, 3, 7, 2, 8, 1, 9):
        height = top + (bottom - top) * part / 10
        crossed = sorted(
            (x2 - x1) * (height - y1) / (y2 - y1) + x1
            for (x1, y1), (x2, y2) in _sides(area)
            if (y1 > height) != (y2 > height)
        )
        for start, end in zip(crossed[0::2], crossed[1::2], strict=False):
            if end - start > widest + _EDGE:
                widest, found = end - start, ((start + end) / 2, height)
    return found


def hit(areas: Iterable[tuple[str, Area]], x: float, y: float) -> str | None:
    """The key of the smallest area that holds the point; None where there is none."""
    under = [(room(area), at, key) for at, (key, area) in enumerate(areas) if holds(area, x, y)]
    return min(under)[2] if under else None


def _sides(area: Area) -> list[tuple[Point, Point]]:
    at = area["at"]
    corners = list(zip(at[0::2], at[1::2], strict=False))
    return list(pairwise([*corners, *corners[:1]]))
