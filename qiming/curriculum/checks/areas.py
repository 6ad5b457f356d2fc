"""Areas of a picture question: on the picture, whole, each to be reached, and named."""

from collections.abc import Iterator
from pathlib import Path

from qiming.curriculum.checks.texts import Folder
from qiming.curriculum.picture_size import Size, size_of
from qiming.curriculum.rules import shapes
from qiming.curriculum.types import ItemSpec
from qiming.kernel.content import Document, Place, Problem
from qiming.kernel.content_words import Words

# A finger needs 44 px; on a phone a picture is some 320 px wide.
LEAST_SHARE = 1 / 16


def check_areas(document: Document, read: Folder) -> Iterator[Problem]:
    """Every item of kind `hotspot` with the picture it is asked on. The picture of a draft is not at hand here:
    the editor takes the size from it."""
    for at, item in enumerate(document.data):
        if item["kind"] != "hotspot":
            continue
        yield from _size(document, (at, "size"), item, read.media.get(item["picture"]))
        whole = []
        for n, option in enumerate(item["options"]):
            place: Place = (at, "options", n, "area")
            if not shapes.is_whole(option["area"]):
                yield document.problem(place, _NOT_WHOLE)
            elif not shapes.is_inside(option["area"], item["size"]):
                yield document.problem(place, _outside(item["size"]))
            else:
                whole.append((n, option))
                if _is_small(option["area"], item["size"]):
                    yield document.problem(place, _SMALL, warns=True)
        areas = [(option["key"], option["area"]) for _, option in whole]
        for n, option in whole:
            if shapes.hit(areas, *shapes.middle(option["area"])) != option["key"]:
                yield document.problem((at, "options", n, "area"), _COVERED)


def taps_problem(item: ItemSpec, least: int, most: int) -> Words | None:
    """What is wrong with how many taps are asked: the right areas must fit in between."""
    right = sum(bool(option.get("correct")) for option in item["options"])
    if least <= right <= most <= len(item["options"]):
        return None
    return Words(
        f"要点{least}到{most}处，可是对的有{right}处，一共{len(item['options'])}处。",
        f"{least} to {most} taps are asked, but {right} of {len(item['options'])} areas are right.",
        "请改 least 和 most，让对的正好点得完。",
        "Mend 'least' and 'most' so that the right areas can be tapped.",
    )


def _size(document: Document, place: Place, item: ItemSpec, path: Path | None) -> Iterator[Problem]:
    found: Size | None = size_of(path.read_bytes()) if path is not None and path.is_file() else None
    if found is not None and any(abs(a - b) > 0.5 for a, b in zip(found, item["size"], strict=True)):
        yield document.problem(place, _other_size(found))


def _is_small(area: shapes.Area, size: list[float]) -> bool:
    left, top, right, bottom = shapes.box(area)
    return min(right - left, bottom - top) < size[0] * LEAST_SHARE


def _outside(size: list[float]) -> Words:
    return Words(
        f"这一处伸到图外面去了，图是 {size[0]:g} × {size[1]:g}。",
        f"The area reaches beyond the picture of {size[0]:g} × {size[1]:g}.",
        "请把它挪进图里。",
        "Move it onto the picture.",
    )


def _other_size(found: Size) -> Words:
    return Words(
        f"图的宽和高是 {found[0]:g} × {found[1]:g}，这里写得不一样。",
        f"The picture measures {found[0]:g} × {found[1]:g}, other than stated.",
        "请照图改 size。",
        "State the picture's own size.",
    )


_NOT_WHOLE = Words(
    "这一处的形状没有写全：方框要左、上、宽、高，圆要圆心横、纵、半径，多边形至少三个角。",
    "The shape lacks figures: rect has left, top, width, height; circle x, y, radius; polygon three corners or more.",
    "请补全 at。",
    "Complete 'at'.",
)
_COVERED = Words(
    "这一处被别的区域盖住了，点它的中间会点到别处。",
    "The area is covered: a tap on its middle means another one.",
    "请把它们分开，或把小的移出中间。",
    "Move them apart.",
)
_SMALL = Words(
    "这一处很小，在手机上不好点。",
    "The area is small to tap on a phone.",
    "画大一点；图上的东西也可以画大一点。",
    "Make it larger.",
)
