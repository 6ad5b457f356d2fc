"""Areas of a picture as QTI writes them (pixels as shown, or per cent) and as ours (units of the picture itself)."""

from math import cos, pi, sin
from typing import Any

from qiming.curriculum.exchange.qti.declared import number
from qiming.curriculum.exchange.xml import Element, below
from qiming.curriculum.picture_size import Size
from qiming.curriculum.rules.shapes import MOST_CORNERS, Area

LETTERS = "ABCDEFGHIJKLMNOPQRST"
_ROUND = 16


def image_of(asked: Element) -> Element | None:
    """The picture that a question is asked on."""
    there = next((one for one in asked if one.tag in ("object", "img", "picture")), None)
    return next(iter(below(there, "img")), there) if there is not None and there.tag == "picture" else there


def shown_size(image: Element, size: Size) -> Size:
    """The size in which the areas were measured: the one the picture is shown in, else its own."""
    wide, high = number(image.get("width") or ""), number(image.get("height") or "")
    return wide or size[0], high or size[1]


def area_of(shape: str, coords: str, shown: Size, size: Size) -> tuple[Area | None, bool]:
    """Our area, kept on the picture, and whether its form had to change; None for what cannot be read."""
    if shape == "default":
        return {"shape": "rect", "at": [0, 0, *map(_tidy, size)]}, True
    said = _figures(coords, shown) or []
    x, y = size[0] / shown[0], size[1] / shown[1]
    if shape == "rect" and len(said) == 4:
        (left, right), (top, bottom) = sorted((said[0], said[2])), sorted((said[1], said[3]))
        return _rect(left * x, top * y, right * x, bottom * y, size), False
    if shape == "circle" and len(said) == 3 and abs(x - y) < 0.01 * x:
        return _circle(said[0] * x, said[1] * y, said[2] * x, size)
    if shape in ("circle", "ellipse") and len(said) in (3, 4):
        turned = [2 * pi * n / _ROUND for n in range(_ROUND)]
        rim = [(said[0] + said[2] * cos(at), said[1] + said[-1] * sin(at)) for at in turned]
        return _polygon([(a * x, b * y) for a, b in rim], size), True
    if shape == "poly" and len(said) >= 6 and len(said) % 2 == 0:
        return _few([(a * x, b * y) for a, b in zip(said[0::2], said[1::2], strict=True)], size)
    return None, False


def _few(corners: list[tuple[float, float]], size: Size) -> tuple[Area | None, bool]:
    """A polygon without its last corner said twice, and with no more corners than ours may have."""
    if corners[0] == corners[-1]:
        corners = corners[:-1]
    few = corners[:: -(-len(corners) // MOST_CORNERS)]
    return (_polygon(few, size), len(few) < len(corners)) if len(few) >= 3 else (None, False)


def coords_of(area: Area) -> tuple[str, str]:
    """Shape and coords as QTI writes them."""
    at = area["at"]
    if area["shape"] == "rect":
        return "rect", _joined([at[0], at[1], at[0] + at[2], at[1] + at[3]])
    return ("circle" if area["shape"] == "circle" else "poly"), _joined(at)


def _joined(figures: list[float]) -> str:
    return ",".join(f"{figure:g}" for figure in figures)


def _figures(coords: str, shown: Size) -> list[float] | None:
    parts = [part.strip() for part in coords.split(",")]
    found = []
    for place, part in enumerate(parts):
        figure = number(part.removesuffix("%"))
        if figure is None:
            return None
        found.append(figure * shown[place % 2] / 100 if part.endswith("%") else figure)
    return found


def _rect(left: float, top: float, right: float, bottom: float, size: Size) -> Area:
    left, right = (_held(one, size[0]) for one in (left, right))
    top, bottom = (_held(one, size[1]) for one in (top, bottom))
    return {"shape": "rect", "at": [left, top, _tidy(right - left), _tidy(bottom - top)]}


def _circle(x: float, y: float, radius: float, size: Size) -> tuple[Area, bool]:
    x, y = _held(x, size[0]), _held(y, size[1])
    room = min(x, y, size[0] - x, size[1] - y)
    return {"shape": "circle", "at": [x, y, _tidy(min(radius, room))]}, radius > room + 1


def _polygon(corners: list[tuple[float, float]], size: Size) -> Area:
    return {
        "shape": "polygon",
        "at": [_held(part, size[n]) for corner in corners for n, part in enumerate(corner)],
    }


def _held(value: float, most: float) -> Any:
    return _tidy(min(max(value, 0.0), most))


def _tidy(value: float) -> Any:
    short = round(value, 1)
    return int(short) if short == int(short) else short
