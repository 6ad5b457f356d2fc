"""Answers in words. Pieces of an item are our own HTML; what a pupil typed is escaped."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from qiming.curriculum.describe import mistakes
from qiming.curriculum.types import Item

Response = Mapping[str, Any]


def said(item: Item, response: Response) -> SafeString:
    """A response in words."""
    try:
        return _SAID[item.kind](item, response)
    except (KeyError, TypeError, AttributeError, ValueError):
        return mark_safe("这次作答按当时的题记下，现在读不出来")


def slip(item: Item, response: Response, misconception: str) -> SafeString:
    """Only what shows the misconception; the whole answer when no single part of it does."""
    try:
        wrong = [words for words, name, _ in mistakes(_only(item, response)) if name == misconception]
    except (KeyError, TypeError, AttributeError, ValueError):
        wrong = []
    return mark_safe("；".join(wrong)) if wrong else said(item, response)


def _only(item: Item, response: Response) -> Item:
    """The item with just those wrong options and traps that this response met."""
    data = dict(item.data)
    chosen = {response.get("choice"), *response.get("choices", ())}
    data["options"] = [one for one in item.data.get("options", ()) if one["key"] in chosen]
    data["traps"] = [one for one in item.data.get("traps", ()) if _met(item.kind, one, response)]
    return replace(item, data=data)


def _met(kind: str, trap: Mapping[str, Any], response: Response) -> bool:
    if kind == "order":
        order = response["order"]
        return bool(order.index(trap["before"][0]) < order.index(trap["before"][1]))
    if kind == "match":
        return bool(response["pairs"].get(trap["pair"][0]) == trap["pair"][1])
    if kind == "classify":
        return bool(response["bins"].get(trap["entry"]) == trap["bin"])
    return True


def _piece(item: Item, part: str, key: str) -> SafeString:
    return mark_safe(item.html[part][key])


def _single(item: Item, response: Response) -> SafeString:
    key = response["choice"]
    return format_html("选{}　{}", key, _piece(item, "options", key))


def _multiple(item: Item, response: Response) -> SafeString:
    return format_html_join(
        mark_safe("；"),
        "选{}　{}",
        ((key, _piece(item, "options", key)) for key in sorted(response["choices"])),
    )


def _order(item: Item, response: Response) -> SafeString:
    return format_html_join(
        mark_safe(" → "), "{}", ((_piece(item, "entries", k),) for k in response["order"])
    )


def _match(item: Item, response: Response) -> SafeString:
    pairs = sorted(response["pairs"].items())
    lines = ((_piece(item, "left", a), _piece(item, "right", b)) for a, b in pairs)
    return format_html_join(mark_safe("；"), "{} — {}", lines)


def _classify(item: Item, response: Response) -> SafeString:
    placed = response["bins"]
    lines = (
        (
            _piece(item, "bins", one["key"]),
            format_html_join(
                "、", "{}", ((_piece(item, "entries", k),) for k, b in placed.items() if b == one["key"])
            ),
        )
        for one in item.data["bins"]
    )
    return format_html_join(mark_safe("；"), "{}：{}", ((name, inside or "（空）") for name, inside in lines))


def _numeric(item: Item, response: Response) -> SafeString:
    return format_html("填{}", str(response["value"])[:40])


def _short(item: Item, response: Response) -> SafeString:
    return format_html("写：{}", str(response["text"]))


_SAID: Mapping[str, Callable[[Item, Response], SafeString]] = {
    "single": _single,
    "multiple": _multiple,
    "hotspot": _multiple,
    "order": _order,
    "match": _match,
    "classify": _classify,
    "numeric": _numeric,
    "short": _short,
}
