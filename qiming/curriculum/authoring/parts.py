"""A lesson as places that can be changed one by one, and back.

Parts map a place to what stands there: `lesson` its facts, `activities` and `items` the order of their keys,
`activity/<key>` and `item/<key>` one of them, `text/<kind>` guide, slides, task sheet (`authoring.texts`). An activity or item with `hidden` stays here and isn't built.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from qiming.curriculum.authoring.texts import text_parts
from qiming.curriculum.models import ItemVersion, LessonVersion

Parts = dict[str, Any]
Block = dict[str, Any]

LESSON, ACTIVITIES, ITEMS = "lesson", "activities", "items"
ACTIVITY, ITEM = "activity/", "item/"
ORDERS = {ACTIVITIES: ACTIVITY, ITEMS: ITEM}
# What building adds to an activity, and to the lesson.
_BUILT = ("text_html",)
_OF_FILES = ("activities", "folder")


def parts_of(data: Mapping[str, Any], items: Iterable[Mapping[str, Any]]) -> Parts:
    """The parts of a stored lesson's `data` and its items' `data`."""
    parts: Parts = {LESSON: {name: value for name, value in data.items() if name not in _OF_FILES}}
    parts[ACTIVITIES] = [step["key"] for step in data["activities"]]
    for step in data["activities"]:
        parts[ACTIVITY + step["key"]] = _plain_step(step)
    listed = list(items)
    parts[ITEMS] = [item["id"] for item in listed]
    for item in listed:
        parts[ITEM + item["id"]] = dict(item)
    return parts


def stored_parts(row: LessonVersion) -> Parts:
    """The parts of a lesson version of the city."""
    items = ItemVersion.objects.filter(lesson_version=row).order_by("position")
    return parts_of(row.data, items.values_list("data", flat=True)) | text_parts(row.texts)


def lesson_data(parts: Parts) -> dict[str, Any]:
    """The lesson as its file would say it: hidden steps and items left out, also where a step names them."""
    shown = {item["id"] for item in item_data(parts)}
    steps = []
    for step in blocks(parts, ACTIVITIES):
        if step.get("hidden"):
            continue
        plain = {name: value for name, value in step.items() if name != "hidden"}
        if "items" in plain:
            plain["items"] = [key for key in plain["items"] if key in shown]
        steps.append(plain)
    return {**parts[LESSON], "activities": steps}


def item_data(parts: Parts) -> list[Block]:
    """The items as their file would list them."""
    return [
        {name: value for name, value in item.items() if name != "hidden"}
        for item in blocks(parts, ITEMS)
        if not item.get("hidden")
    ]


def blocks(parts: Parts, order: str) -> list[Block]:
    """The activities or items in their order."""
    prefix = ORDERS[order]
    return [parts[prefix + key] for key in parts[order] if prefix + key in parts]


def set_in_order(parts: Parts) -> Parts:
    """The parts with orders and places that agree: every key there is stands in its order once."""
    kept = dict(parts)
    for order, prefix in ORDERS.items():
        there = [place.removeprefix(prefix) for place in parts if place.startswith(prefix)]
        listed = [key for key in dict.fromkeys(parts[order]) if key in there]
        kept[order] = listed + [key for key in there if key not in listed]
    return kept


def changed_places(before: Parts, after: Parts) -> dict[str, list[Any]]:
    """Every place that differs, with what stood and what stands there."""
    places = dict.fromkeys([*before, *after])
    return {
        place: [before.get(place), after.get(place)]
        for place in places
        if before.get(place) != after.get(place)
    }


def put(parts: Parts, values: Mapping[str, Any]) -> Parts:
    """The parts with these values at these places; None takes the place away."""
    kept = {place: value for place, value in parts.items() if place not in values}
    kept |= {place: value for place, value in values.items() if value is not None}
    return set_in_order(kept)


def _plain_step(step: Mapping[str, Any]) -> Block:
    plain = {name: value for name, value in step.items() if name not in _BUILT}
    if "lab" in plain:
        plain["lab"] = {name: value for name, value in plain["lab"].items() if name != "dataset_url"}
    return plain
