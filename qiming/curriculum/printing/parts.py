"""Items as they stand on paper, with and without what only the teacher should see."""

from typing import Any

from qiming.curriculum.marked import on_sheet
from qiming.curriculum.rules import taps
from qiming.curriculum.rules.public import shuffled
from qiming.curriculum.types import CHOOSING, Item
from qiming.kernel.rich import Node, tree

WRITING_LINES = {"short": 3, "numeric": 1}


def on_paper(item: Item) -> dict[str, Any]:
    """Question and pieces; what is to be ordered or paired is mixed, always the same way."""
    return {
        "stem": tree(item.stem_html),
        "picture": item.picture_url,
        "picture_alt": item.picture_alt,
        "spots": on_sheet(item),
        "groups": [
            {"title": title, "pieces": [tree(html) for html in pieces], "numbered": item.kind == "order"}
            for title, pieces in _groups(item)
        ],
        "lines": WRITING_LINES.get(item.kind, 0),
    }


def with_answer(item: Item, concept: str) -> dict[str, Any]:
    """The same for the answer book."""
    return on_paper(item) | {
        "kind": item.kind_words,
        "concept": concept,
        "difficulty": item.difficulty,
        "answer": answer_words(item),
        "solution": tree(item.solution_html),
        "hints": [tree(hint) for hint in item.hints],
    }


def answer_words(item: Item) -> str:
    """The right answer in one line."""
    return _ANSWERS[item.kind](item)


def _groups(item: Item) -> list[tuple[str, list[str]]]:
    html = item.html
    if item.kind in CHOOSING:
        return [_to_choose(item)]
    if item.kind == "order":
        return [("排一排", _mixed(item, "entries"))]
    if item.kind == "match":
        left = [html["left"][piece["key"]] for piece in item.data["left"]]
        return [("左边", left), ("右边", _mixed(item, "right"))]
    if item.kind == "classify":
        words = [str(one["text"]) for one in item.data["bins"]]
        if any("![" in word for word in words):
            drawn = [html["bins"][one["key"]] for one in item.data["bins"]]
            return [("分到这几处", drawn), ("分一分", _mixed(item, "entries"))]
        return [(f"分到：{'、'.join(words)}", _mixed(item, "entries"))]
    return []


def _to_choose(item: Item) -> tuple[str, list[str]]:
    """The options; those of a hotspot stand on its picture."""
    if item.kind == "hotspot":
        least, most = taps(item.data)
        return (f"在图上圈出{most}处" if least == most else "在图上圈，可以圈几处"), []
    html = item.html["options"]
    return "", [f"{piece['key']}　{html[piece['key']]}" for piece in item.data["options"]]


def _mixed(item: Item, part: str) -> list[str]:
    pieces = [{"key": piece["key"], "html": item.html[part][piece["key"]]} for piece in item.data[part]]
    return [piece["html"] for piece in shuffled(pieces, f"paper/{item.key}", never_as_given=True)]


def _plain(html: str) -> str:
    def said(nodes: list[Node]) -> str:
        return "".join(
            node if isinstance(node, str) else node.get("alt", "") or said(node.get("c", []))
            for node in nodes
        )

    return said(tree(html))


def _of_options(item: Item) -> str:
    return "、".join(option["key"] for option in item.data["options"] if option.get("correct"))


def _of_order(item: Item) -> str:
    return " → ".join(_plain(item.html["entries"][entry["key"]]) for entry in item.data["entries"])


def _of_match(item: Item) -> str:
    return "；".join(
        f"{_plain(item.html['left'][left])}—{_plain(item.html['right'][right])}"
        for left, right in item.data["pairs"].items()
    )


def _of_classify(item: Item) -> str:
    said = []
    for one in item.data["bins"]:
        inside = [
            _plain(item.html["entries"][e["key"]]) for e in item.data["entries"] if e["bin"] == one["key"]
        ]
        said.append(f"{_plain(item.html['bins'][one['key']])}：{'、'.join(inside) or '没有'}")
    return "；".join(said)


def _of_numeric(item: Item) -> str:
    answer = item.data["answer"]
    return f"{answer['value']}{answer.get('unit') or ''}"


def _of_short(item: Item) -> str:
    return str(item.data["sample"])


_ANSWERS = {
    "single": _of_options,
    "multiple": _of_options,
    "hotspot": _of_options,
    "order": _of_order,
    "match": _of_match,
    "classify": _of_classify,
    "numeric": _of_numeric,
    "short": _of_short,
}
