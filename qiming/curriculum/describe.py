"""Items in words for the teacher: the answer, and what each mistake tells."""

from typing import Any

from qiming.curriculum import queries
from qiming.curriculum.marked import marked
from qiming.curriculum.types import CHOOSING, Item, Lesson


def item_row(item: Item, lesson: Lesson) -> dict[str, Any]:
    """An item for the teacher: the answer in words, each mistake with the misconception behind it."""
    named = queries.misconceptions(lesson.course_version_id)
    steps = [step.title for step in lesson.activities if item.key in step.data.get("items", ())]
    return {
        "item": item,
        "concept": queries.concept(item.concept),
        "steps": steps,
        "answer": answer_lines(item),
        "marked": marked(item),
        "mistakes": [(said, named.get(name), reply) for said, name, reply in mistakes(item)],
    }


def answer_lines(item: Item) -> list[str]:
    """The right answer, a line each, as HTML of the pieces."""
    data, html = item.data, item.html
    if item.kind in CHOOSING:
        return [f"{o['key']}　{html['options'][o['key']]}" for o in data["options"] if o.get("correct")]
    if item.kind == "order":
        return [f"{n}　{html['entries'][e['key']]}" for n, e in enumerate(data["entries"], start=1)]
    if item.kind == "match":
        return [f"{html['left'][a]} → {html['right'][b]}" for a, b in data["pairs"].items()]
    if item.kind == "classify":
        bins = {b["key"]: html["bins"][b["key"]] for b in data["bins"]}
        return [
            f"{words}：{'；'.join(html['entries'][e['key']] for e in data['entries'] if e['bin'] == key)}"
            for key, words in bins.items()
        ]
    return []


def mistakes(item: Item) -> list[tuple[str, str, str]]:
    """(what was answered, the misconception's id, the reply) of every mistake the item knows."""
    data, html = item.data, item.html
    found = [
        (f"选{o['key']}　{html['options'][o['key']]}", o["misconception"], o["reply"])
        for o in data.get("options", ())
        if not o.get("correct")
    ]
    for trap in data.get("traps", ()):
        if item.kind == "order":
            first, second = (html["entries"][key] for key in trap["before"])
            said = f"把“{first}”放在“{second}”前面"
        elif item.kind == "match":
            said = f"把“{html['left'][trap['pair'][0]]}”连到“{html['right'][trap['pair'][1]]}”"
        elif item.kind == "classify":
            said = f"把“{html['entries'][trap['entry']]}”放进“{html['bins'][trap['bin']]}”"
        else:
            said = f"填{trap['value']:g}"
        found.append((said, trap["misconception"], trap["reply"]))
    return found
