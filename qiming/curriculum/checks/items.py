"""Items: keys that fit together, traps that can fire, and a hint ladder that never says the answer."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from qiming.curriculum.checks.areas import taps_problem
from qiming.curriculum.checks.known import Known, no_such, repeated
from qiming.curriculum.checks.options import check_lengths, check_letters
from qiming.curriculum.rules import MalformedResponse, mark, taps
from qiming.curriculum.types import CHOOSING, ItemSpec
from qiming.kernel.content import Document, Place, Problem
from qiming.kernel.content_words import Words
from qiming.kernel.text import fold

LEAST_ITEMS = 12
LEAST_ITEMS_SMALL = 6
LEAST_KINDS = 4
LONG_ENOUGH = 4
_NUMBER = re.compile(r"\d+(?:\.\d+)?%?")


def check_items(
    document: Document, lesson_key: str, misconceptions: set[str], known: Known
) -> Iterator[Problem]:
    """Every item of a lesson by itself."""
    for at, item in enumerate(document.data):
        place: Place = (at,)
        if known.item_ids[item["id"]] > 1:
            yield document.problem((*place, "id"), repeated("题号", "Item id", item["id"]))
        if not item["id"].startswith(f"{lesson_key}-"):
            yield document.problem((*place, "id"), _wrong_prefix(lesson_key))
        if item["concept"] not in known.concepts:
            words = no_such("知识点", "concept", item["concept"], "检查编号。", "Check the id.")
            yield document.problem((*place, "concept"), words)
        yield from _named(document, place, item, misconceptions)
        yield from check_letters(document, place, item)
        keys_fit = list(_keys(document, place, item))
        yield from keys_fit
        if not keys_fit:
            yield from _marks_itself(document, place, item)
            yield from _says_answer(document, place, item)
    yield from check_lengths(document)


def check_item_set(document: Document, lesson: dict[str, Any], grades: Sequence[int]) -> Iterator[Problem]:
    """The items of a lesson taken together."""
    least = LEAST_ITEMS_SMALL if max(grades) <= 2 else LEAST_ITEMS
    if len(document.data) < least:
        yield document.problem((), _too_few(len(document.data), least), rule="items-per-lesson")
    kinds = {item["kind"] for item in document.data}
    if len(kinds) < LEAST_KINDS and max(grades) > 2:
        yield document.problem((), _FEW_KINDS, warns=True)
    asked = Counter(item["concept"] for item in document.data)
    for concept in lesson["concepts"]:
        if asked[concept] < 2:
            yield document.problem(
                (), _concept_unasked(concept, asked[concept]), warns=True, rule="items-per-concept"
            )
    taught = {*lesson["concepts"], *lesson.get("revisits", ())}
    for at, item in enumerate(document.data):
        if item["concept"] not in taught:
            yield document.problem((at, "concept"), _NOT_TAUGHT, warns=True)


def answers(item: ItemSpec) -> list[str]:
    """The texts that would give the answer away."""
    kind = item["kind"]
    if kind in CHOOSING:
        return [option["text"] for option in item["options"] if option.get("correct")]
    if kind == "short":
        return [str(accepted) for accepted in item["accept"]]
    return []


def right_response(item: ItemSpec) -> dict[str, Any]:
    """The response that is fully right (for `short`: an accepted one)."""
    return _RIGHT[item["kind"]](item)


def trap_response(item: ItemSpec, trap: dict[str, Any]) -> dict[str, Any]:
    """The right response bent just so that `trap` should fire."""
    response = right_response(item)
    kind = item["kind"]
    if kind == "order":
        first, second = trap["before"]
        order = [key for key in response["order"] if key != first]
        order.insert(order.index(second), first)
        return {"order": order}
    if kind == "match":
        return {"pairs": response["pairs"] | {trap["pair"][0]: trap["pair"][1]}}
    if kind == "classify":
        return {"bins": response["bins"] | {trap["entry"]: trap["bin"]}}
    return {"value": trap["value"]}


def _named(document: Document, place: Place, item: ItemSpec, known: set[str]) -> Iterator[Problem]:
    for part in ("options", "traps"):
        for at, piece in enumerate(item.get(part, ())):
            name = piece.get("misconception")
            if name and name not in known:
                words = no_such(
                    "误解",
                    "misconception",
                    name,
                    "先写进 misconceptions.yaml。",
                    "Add it to misconceptions.yaml.",
                )
                yield document.problem((*place, part, at, "misconception"), words)


def _keys(document: Document, place: Place, item: ItemSpec) -> Iterator[Problem]:
    parts = ("options", "entries", "left", "right", "bins", "rubric")
    for part in parts:
        counted = Counter(piece["key"] for piece in item.get(part, ()))
        for key in (key for key, times in counted.items() if times > 1):
            yield document.problem((*place, part), repeated("键", "Key", key))
    kind = item["kind"]
    if kind in CHOOSING:
        right = sum(bool(option.get("correct")) for option in item["options"])
        if kind == "single" and right != 1:
            yield document.problem((*place, "options"), _one_right(right))
        if kind != "single" and not 0 < right < len(item["options"]):
            yield document.problem((*place, "options"), _SOME_RIGHT)
        elif kind == "hotspot" and (words := taps_problem(item, *taps(item))) is not None:
            yield document.problem((*place, "options"), words)
    yield from _references(document, place, item)


def _references(document: Document, place: Place, item: ItemSpec) -> Iterator[Problem]:
    """Pairs, bins and traps name pieces that exist, and every piece has its place."""
    keys = {part: {p["key"] for p in item.get(part, ())} for part in ("entries", "left", "right", "bins")}
    if item["kind"] == "match":
        if set(item["pairs"]) != keys["left"] or not set(item["pairs"].values()) <= keys["right"]:
            yield document.problem((*place, "pairs"), _PAIRS)
        if len(keys["right"]) > len(keys["left"]) + 1:
            yield document.problem((*place, "right"), _RIGHT_LONG)
    if item["kind"] == "classify" and not {e["bin"] for e in item["entries"]} <= keys["bins"]:
        yield document.problem((*place, "entries"), _BINS)
    for at, trap in enumerate(item.get("traps", ())):
        if not _trap_fits(item["kind"], trap, keys):
            yield document.problem((*place, "traps", at), _TRAP_KEYS)


def _trap_fits(kind: str, trap: dict[str, Any], keys: dict[str, set[str]]) -> bool:
    if kind == "order":
        return set(trap["before"]) <= keys["entries"] and len(set(trap["before"])) == 2
    if kind == "match":
        return trap["pair"][0] in keys["left"] and trap["pair"][1] in keys["right"]
    if kind == "classify":
        return trap["entry"] in keys["entries"] and trap["bin"] in keys["bins"]
    return True


def _marks_itself(document: Document, place: Place, item: ItemSpec) -> Iterator[Problem]:
    """The right response must be marked right, each trap wrong and by its name."""
    if item["kind"] == "short" and not item["accept"]:
        return
    try:
        if mark(item, right_response(item)).correct is not True:
            yield document.problem(place, _NOT_MARKED_RIGHT, rule="marks-itself")
        for at, trap in enumerate(item.get("traps", ())):
            verdict = mark(item, trap_response(item, trap))
            if verdict.correct or trap["misconception"] not in verdict.misconceptions:
                yield document.problem((*place, "traps", at), _TRAP_IDLE)
    except MalformedResponse:
        yield document.problem(place, _NOT_MARKED_RIGHT, rule="marks-itself")
    if item["kind"] in ("order", "match", "classify", "numeric") and not item.get("traps"):
        yield document.problem(place, _NO_TRAPS, warns=True)


def _says_answer(document: Document, place: Place, item: ItemSpec) -> Iterator[Problem]:
    stem = fold(item["stem"])
    said: list[tuple[Place, str, Words]] = [
        (("hints", at), text, _HINT_SAYS) for at, text in enumerate(item["hints"])
    ]
    for part in ("options", "traps"):
        said += [
            ((part, at, "reply"), piece["reply"], _REPLY_SAYS)
            for at, piece in enumerate(item.get(part, ()))
            if not piece.get("correct")
        ]
    if item.get("otherwise"):
        said.append((("otherwise",), item["otherwise"], _REPLY_SAYS))
    for where, text, words in said:
        if gives_away(item, text, stem):
            yield document.problem((*place, *where), words, rule="answer-given-away")


def gives_away(item: ItemSpec, text: str, folded_stem: str = "") -> bool:
    """Whether `text` holds the answer: its words, its number, or the whole order or pairing."""
    folded = fold(text)
    for answer in answers(item):
        wanted = fold(answer)
        least = 2 if item["kind"] == "short" else LONG_ENOUGH
        if len(wanted) >= least and wanted in folded and wanted not in folded_stem:
            return True
    if item["kind"] == "numeric":
        return _says_number(item, text)
    if item["kind"] == "order":
        return _in_sequence(folded, [fold(entry["text"]) for entry in item["entries"]])
    return False


def _says_number(item: ItemSpec, text: str) -> bool:
    """A number equal to the answer that the stem doesn't already show."""
    value = float(item["answer"]["value"])
    percent = str(item["answer"].get("unit") or "") == "%"
    shown = set(_NUMBER.findall(item["stem"]))
    for figure in set(_NUMBER.findall(text)) - shown:
        plain = float(figure.rstrip("%"))
        same = plain if percent or not figure.endswith("%") else plain / 100
        if abs(same - value) < 1e-9:
            return True
    return False


def _in_sequence(text: str, parts: Sequence[str]) -> bool:
    at = 0
    for part in parts:
        found = text.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return True


_RIGHT: dict[str, Callable[[ItemSpec], dict[str, Any]]] = {
    "single": lambda item: {"choice": next(o["key"] for o in item["options"] if o.get("correct"))},
    "multiple": lambda item: {"choices": [o["key"] for o in item["options"] if o.get("correct")]},
    "hotspot": lambda item: {"choices": [o["key"] for o in item["options"] if o.get("correct")]},
    "order": lambda item: {"order": [entry["key"] for entry in item["entries"]]},
    "match": lambda item: {"pairs": dict(item["pairs"])},
    "classify": lambda item: {"bins": {entry["key"]: entry["bin"] for entry in item["entries"]}},
    "numeric": lambda item: {"value": item["answer"]["value"]},
    "short": lambda item: {"text": (item["accept"] or [item["sample"]])[0]},
}


def _wrong_prefix(lesson_key: str) -> Words:
    return Words(
        f"题号要以课的编号“{lesson_key}-”开头。",
        f"An item id starts with its lesson's key '{lesson_key}-'.",
        "请改题号。",
        "Change the id.",
    )


def _too_few(there: int, least: int) -> Words:
    return Words(
        f"只有{there}道题，至少要{least}道。",
        f"Only {there} items, at least {least} are needed.",
        "请补题。",
        "Add items.",
    )


def _concept_unasked(concept: str, times: int) -> Words:
    return Words(
        f"本课教 {concept}，却只有{times}道题问它。",
        f"{concept} is taught here but asked by {times} items only.",
        "至少两道，才看得出会不会。",
        "Two at least, or nothing can be said of it.",
    )


def _one_right(right: int) -> Words:
    return Words(
        f"单选题要恰好一个对的，现在有{right}个。",
        f"A single-choice item has exactly one right option, here {right}.",
        "请改 correct。",
        "Mend 'correct'.",
    )


_FEW_KINDS = Words(
    "题型少于4种。", "Fewer than four kinds of item.", "换几种问法。", "Ask in other ways too."
)
_NOT_TAUGHT = Words(
    "这个知识点不在本课的 concepts 或 revisits 里。",
    "This concept is neither taught nor revisited here.",
    "加进 revisits，或改题。",
    "Add it to revisits or change the item.",
)
_SOME_RIGHT = Words(
    "多选题要有对的也有错的。",
    "A multiple-choice item has right and wrong options.",
    "请改 correct。",
    "Mend 'correct'.",
)
_PAIRS = Words(
    "pairs 没有给左边每一样配上右边的一样。",
    "'pairs' doesn't pair each left piece with a right one.",
    "请补全。",
    "Complete it.",
)
_RIGHT_LONG = Words(
    "右边最多比左边多一样。", "The right side may hold one more than the left.", "请删减。", "Remove some."
)
_BINS = Words(
    "有条目放进了没有的框。", "An entry names a bin that doesn't exist.", "请改 bin。", "Mend 'bin'."
)
_TRAP_KEYS = Words("这个陷阱提到的键不存在。", "This trap names keys that don't exist.", "请改。", "Mend it.")
_NOT_MARKED_RIGHT = Words(
    "按写好的答案作答，机器没有判对。",
    "The stated answer isn't marked right.",
    "请检查答案、键和误差。",
    "Check the answer, the keys and the tolerance.",
)
_TRAP_IDLE = Words(
    "这个陷阱碰不到：照它作答，要么判对了，要么认不出这个误解。",
    "This trap can't fire: the response is right or isn't recognised.",
    "看看是不是写成了正确答案，或方向反了。",
    "It may state the right answer or point the wrong way.",
)
_NO_TRAPS = Words(
    "没有写陷阱，看不出学生错在哪。",
    "No traps: nothing is learnt from a wrong response.",
    "想一想最常见的错，写一两条。",
    "Add one or two for the commonest mistakes.",
)
_HINT_SAYS = Words(
    "提示里说出了答案。",
    "This hint states the answer.",
    "改成让学生自己走一步。",
    "Let the pupil take the step.",
)
_REPLY_SAYS = Words(
    "回应里说出了答案。",
    "This reply states the answer.",
    "改成一个追问。",
    "Ask back instead.",
)
