"""The picture of a hotspot with its areas and letters drawn on it: for pages, with counts, and for paper."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from qiming.curriculum.rules import shapes
from qiming.curriculum.types import Item, ItemSpec


@dataclass(frozen=True, slots=True)
class Mark:
    """One area in units of the picture, as text for SVG. `kind`: yes (right), hot (looked at) or nothing."""

    key: str
    label: str
    kind: str
    shape: str
    left: str
    top: str
    width: str
    height: str
    points: str
    x: str
    y: str
    wide: str
    base: str

    @property
    def middle(self) -> str:
        return f"{float(self.x) + float(self.wide) / 2:g}"

    @property
    def cx(self) -> str:
        return f"{float(self.left) + float(self.width) / 2:g}"

    @property
    def cy(self) -> str:
        return f"{float(self.top) + float(self.height) / 2:g}"

    @property
    def radius(self) -> str:
        return f"{float(self.width) / 2:g}"


@dataclass(frozen=True, slots=True)
class Marked:
    """What the template draws; `unit` is the height of a letter's badge."""

    url: str
    alt: str
    width: str
    height: str
    unit: str
    letter: str
    round: str
    marks: tuple[Mark, ...]

    @property
    def said(self) -> str:
        """In words, for who cannot see the picture."""
        return f"{self.alt}。{'；'.join(mark.label for mark in self.marks)}"


def marked(item: Item, counts: Mapping[str, int] | None = None, hot: str = "") -> Marked | None:
    """The picture with letters, and with counts how many chose each; None for other kinds."""
    if item.kind != "hotspot":
        return None
    size = item.data["size"]
    unit = max(size) / 22
    marks = tuple(_mark(option, size, unit, counts, hot) for option in item.data["options"])
    wide, high, high_of_badge, letter, round_ = (
        f"{figure:g}" for figure in (*size, unit, unit * 0.72, unit / 2)
    )
    return Marked(item.picture_url, item.picture_alt, wide, high, high_of_badge, letter, round_, marks)


def _mark(
    option: ItemSpec, size: list[float], unit: float, counts: Mapping[str, int] | None, hot: str
) -> Mark:
    area = option["area"]
    left, top, right, bottom = shapes.box(area)
    label = option["key"] if counts is None else f"{option['key']} {counts.get(option['key'], 0)}人"
    wide = unit * (1 if counts is None else 0.9 + 0.52 * len(label))
    x, y = corner(area)
    x = min(max(x - unit / 3, 0), size[0] - wide)
    y = min(max(y - unit * 0.8, 0), size[1] - unit)
    looked_at = bool(hot) and option.get("misconception") == hot
    return Mark(
        option["key"],
        label,
        "yes" if option.get("correct") else "hot" if looked_at else "",
        area["shape"],
        f"{left:g}",
        f"{top:g}",
        f"{right - left:g}",
        f"{bottom - top:g}",
        " ".join(f"{figure:g}" for figure in area["at"]),
        f"{x:g}",
        f"{y:g}",
        f"{wide:g}",
        f"{y + unit * 0.76:g}",
    )


def corner(area: shapes.Area) -> shapes.Point:
    """Where the letter of an area stands: beside what is drawn in it."""
    left, top, _, _ = shapes.box(area)
    return (area["at"][0], area["at"][1]) if area["shape"] == "polygon" else (left, top)


def on_sheet(item: Item) -> list[dict[str, Any]]:
    """Areas as parts of the picture's width and height, for a sheet of paper."""
    if item.kind != "hotspot":
        return []
    wide, high = item.data["size"]
    found = []
    for option in item.data["options"]:
        area = option["area"]
        left, top, right, bottom = shapes.box(area)
        x, y = corner(area)
        points = list(zip(area["at"][0::2], area["at"][1::2], strict=False))
        found.append(
            {
                "key": option["key"],
                "shape": area["shape"],
                "box": [left / wide, top / high, (right - left) / wide, (bottom - top) / high],
                "points": [[a / wide, b / high] for a, b in points] if area["shape"] == "polygon" else [],
                "at": [x / wide, y / high],
            }
        )
    return found
