"""Areas of a picture question while it is written: another shape, another picture, one more area."""

from typing import Any

from qiming.curriculum.authoring.models import LessonFork
from qiming.curriculum.authoring.parts import Block
from qiming.curriculum.models import MediaFile
from qiming.curriculum.picture_size import size_of
from qiming.curriculum.rules import shapes


def new_area(block: Block, n: int) -> Block:
    """A frame a fifth of the picture wide; each further one stands a little lower to the right."""
    wide, high = block["size"]
    step = n % 8
    at = [wide * (0.05 + 0.09 * step), high * (0.05 + 0.09 * step), wide / 5, high / 5]
    return {"shape": "rect", "at": [_tidy(figure) for figure in at]}


def reshaped(area: Block, shape: str) -> Block:
    """The same place in another shape: a frame around it, a circle inside it, its four corners."""
    if not shapes.is_whole(area):
        return {"shape": shape, "at": area["at"]}
    left, top, right, bottom = shapes.box(area)
    at: list[float] = [left, top, right - left, bottom - top]
    if shape == "circle":
        at = [(left + right) / 2, (top + bottom) / 2, min(right - left, bottom - top) / 2]
    elif shape == "polygon":
        at = [left, top, right, top, right, bottom, left, bottom]
    return {"shape": shape, "at": [_tidy(figure) for figure in at]}


def follow_shapes(before: Block, made: Block) -> None:
    """Where another shape was chosen, the figures follow it; those typed for the old shape are its last word."""
    if made.get("kind") != "hotspot":
        return
    old = {option["key"]: option["area"]["shape"] for option in before["options"]}
    for option in made["options"]:
        was = old.get(option["key"])
        if was not in (None, option["area"]["shape"]):
            option["area"] = reshaped({**option["area"], "shape": was}, option["area"]["shape"])


def fitted(block: Block, fork: LessonFork) -> Block:
    """The block with its picture's own size; areas measured on another picture are stretched to it."""
    if block.get("kind") != "hotspot" or not block.get("picture"):
        return block
    media = {**fork.base.media, **fork.media}
    name = str(block["picture"]).removeprefix("media/")
    body = MediaFile.objects.filter(sha256=media.get(name, "")).values_list("body", flat=True).first()
    size = size_of(bytes(body)) if body is not None else None
    if size is None or list(size) == block["size"]:
        return block
    across, down = size[0] / block["size"][0], size[1] / block["size"][1]
    options = [{**option, "area": _stretched(option["area"], across, down)} for option in block["options"]]
    return {**block, "size": [_tidy(side) for side in size], "options": options}


def _stretched(area: Block, across: float, down: float) -> Block:
    by = (across, down, min(across, down)) if area["shape"] == "circle" else (across, down)
    at = [_tidy(figure * by[n % len(by)]) for n, figure in enumerate(area["at"])]
    return {"shape": area["shape"], "at": at}


def _tidy(value: float) -> Any:
    short = round(value, 1)
    return int(short) if short == int(short) else short
