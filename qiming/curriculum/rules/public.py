"""What a pupil's browser may get of an item: the question and the pieces, nothing that gives the answer away."""

import hashlib
from collections.abc import Sequence
from typing import Any

from qiming.curriculum.rules.marking import taps
from qiming.curriculum.types import Item


def public_item(item: Item, seed: str = "") -> dict[str, Any]:
    """Plain JSON. What is placed by hand comes shuffled, the same way each time for one `seed` (a pupil).

    No answers, replies, traps, misconceptions, solution or hints; only how many hints there are.
    """
    data = item.data
    shown: dict[str, Any] = {
        "id": str(item.id),
        "key": item.key,
        "kind": item.kind,
        "stem": item.stem_html,
        "hints": len(item.hints),
        "picture": item.picture_url,
        "picture_alt": item.picture_alt,
    }
    if item.kind in ("single", "multiple"):
        shown["options"] = _pieces(item, "options")
    elif item.kind == "hotspot":
        areas = {option["key"]: option["area"] for option in data["options"]}
        shown["options"] = [{**piece, "area": areas[piece["key"]]} for piece in _pieces(item, "options")]
        shown["size"] = data["size"]
        shown["least"], shown["most"] = taps(data)
    elif item.kind == "order":
        shown["entries"] = shuffled(_pieces(item, "entries"), f"{seed}/{item.key}", never_as_given=True)
    elif item.kind == "match":
        shown["left"] = _pieces(item, "left")
        shown["right"] = shuffled(_pieces(item, "right"), f"{seed}/{item.key}", never_as_given=True)
    elif item.kind == "classify":
        shown["bins"] = _pieces(item, "bins")
        shown["entries"] = shuffled(_pieces(item, "entries"), f"{seed}/{item.key}")
    elif item.kind == "numeric":
        shown["unit"] = str(data["answer"].get("unit") or "")
    return shown


def _pieces(item: Item, part: str) -> list[dict[str, str]]:
    html = item.html.get(part, {})
    return [{"key": piece["key"], "html": html.get(piece["key"], "")} for piece in item.data[part]]


def shuffled(
    pieces: Sequence[dict[str, str]], seed: str, *, never_as_given: bool = False
) -> list[dict[str, str]]:
    """The pieces in an order fixed by `seed`; with `never_as_given`, not the order they came in."""
    mixed = sorted(pieces, key=lambda piece: hashlib.sha256(f"{seed}/{piece['key']}".encode()).digest())
    if never_as_given and len(mixed) > 1 and mixed == list(pieces):
        mixed = [*mixed[1:], mixed[0]]
    return mixed
