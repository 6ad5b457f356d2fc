"""A form as it came back into the block it was made from. Only fields the block has are read; what else was sent is
nobody's. What cannot be read (a word where a number belongs) leaves the old value and says so."""

import copy
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.http import QueryDict

from qiming.curriculum.authoring import labs, schema_fields, texts
from qiming.curriculum.authoring.areas import follow_shapes, new_area
from qiming.curriculum.authoring.controls import PIECES, Choice, Field
from qiming.curriculum.authoring.parts import Block
from qiming.kernel.content import hash_data
from qiming.kernel.errors import UserError

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_WHOLE = re.compile(r"-?\d{1,6}")
_DECIMAL = re.compile(r"-?\d{1,9}(\.\d{1,6})?")
_LETTERS = "ABCDEFGHIJKLMNOPQRST"
MOST_PIECES = 12
NO_SUCH_ACT = UserError(
    "这个按钮对不上现在的内容", kept="写的都存好了。", next="刷新页面再点一次。", status=409
)


def read(block: Block, fields: Sequence[Field], sent: QueryDict) -> tuple[Block, dict[str, str]]:
    """The block with what was typed, and what could not be read by field name."""
    made, wrong = copy.deepcopy(block), dict[str, str]()
    for one in fields:
        if one.name not in sent and one.kind not in ("check", "several"):
            continue
        try:
            value = _value(one, sent)
        except ValueError as trouble:
            wrong[one.name] = str(trouble)
            continue
        _set(made, one.name.split("."), value, keep=not one.optional)
    follow_shapes(block, made)
    _tidy(made)
    return made, wrong


def shape_of(fields: Sequence[Field]) -> str:
    """A short mark of which controls a form has; of a lab also what may be chosen, and the box of the challenge, which
    follows the goals."""
    parts: list[Any] = []
    for one in fields:
        of_lab = one.name.startswith("lab.")
        box = one.value if one.name == "lab.challenge" else ""
        parts.append([one.name, one.kind, list(one.choices) if of_lab else [], box])
    return hash_data(parts)[:16]


def _value(one: Field, sent: QueryDict) -> Any:
    if one.kind == "check":
        return True if one.name in sent else None
    if one.kind == "several":
        ticked = _ticked(one, set(sent.getlist(one.name)))
        return schema_fields.chosen_of(one, ticked) if one.schema else ticked
    typed = clean(str(sent.get(one.name, "")))
    if len(typed) > one.most:
        raise ValueError(f"太长了，最多{one.most}个字；没有存这一处。")
    return schema_fields.value_of(one, typed) if one.schema else _READ[one.kind](one, typed)


def _ticked(one: Field, ticked: set[str]) -> list[str]:
    """Those chosen before keep their order; new ones come after."""
    known = [key for key, _ in one.choices]
    before = [key for key in one.value or [] if key in ticked and key in known]
    return before + [key for key in known if key in ticked and key not in before]


def _decimal(one: Field, typed: str) -> int | float | None:
    if not typed.strip() and one.optional:
        return None
    return _number(typed, _DECIMAL, "请填数，如 0.75。")


def _picked(one: Field, typed: str) -> Any:
    if typed not in {key for key, _ in one.choices}:
        if one.optional and not typed:
            return None
        raise ValueError("请从列表里选。")
    if one.name == "difficulty" or one.name.endswith(".level"):
        return int(typed)
    return typed or None


def _number(typed: str, form: re.Pattern[str], words: str) -> int | float:
    flat = typed.strip()
    if not form.fullmatch(flat):
        raise ValueError(words)
    number = float(flat)
    return int(number) if number.is_integer() else number


def _words(typed: str) -> list[dict[str, str]]:
    found = []
    for line in typed.splitlines():
        word, mark, meaning = re.sub("：", ":", line, count=1).partition(":")
        if line.strip() and not (mark and word.strip() and meaning.strip()):
            raise ValueError(f"“{line.strip()[:20]}”要写成“词：意思”。")
        if line.strip():
            found.append({"word": word.strip(), "meaning": meaning.strip()})
    return found


def _corners(typed: str) -> list[int | float]:
    found: list[int | float] = []
    for line in typed.splitlines():
        parts = [part for part in re.split(r"[,，、\s]+", line.strip()) if part]
        if parts and len(parts) != 2:
            raise ValueError(f"“{line.strip()[:20]}”要写成“横，纵”两个数。")
        found += [_number(part, _DECIMAL, "请填数，如 120，80。") for part in parts]
    return found


_READ: Mapping[str, Callable[[Field, str], Any]] = {
    "line": lambda _, typed: typed.strip(),
    "prose": lambda _, typed: typed.strip("\n"),
    "rich": lambda _, typed: typed.strip("\n"),
    "number": lambda _, typed: _number(typed, _WHOLE, "请填整数。"),
    "decimal": _decimal,
    "choice": _picked,
    "lines": lambda _, typed: [line.strip() for line in typed.splitlines() if line.strip()],
    "words": lambda _, typed: _words(typed),
    "corners": lambda _, typed: _corners(typed),
}


def clean(text: str) -> str:
    """Text as it may be kept: one kind of line end, nothing invisible that controls."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _set(block: Any, steps: list[str], value: Any, *, keep: bool) -> None:
    for step in steps[:-1]:
        block = _step(block, step)
        if block is None:
            return
    last = steps[-1]
    if isinstance(block, list):
        if last.isdecimal() and int(last) < len(block):
            block[int(last)] = value
    elif value is None or (value in ("", []) and not keep):
        block.pop(last, None)
    else:
        block[last] = value


def _step(block: Any, step: str) -> Any:
    if isinstance(block, dict):
        return block.get(step)
    if block and isinstance(block[0], dict) and "key" in block[0]:
        return next((piece for piece in block if piece["key"] == step), None)
    return block[int(step)] if step.isdecimal() and int(step) < len(block) else None


def _tidy(block: Block) -> None:
    """What belongs together: a right option tells of no misconception, a spare step alone treats one."""
    for option in block.get("options", []):
        if option.get("correct"):
            option.pop("misconception", None)
    if not block.get("extra"):
        block.pop("remedy_for", None)
    for line in block.get("record", []):
        if line.get("kind") == "choice":
            line.setdefault("choices", [])
        else:
            line.pop("choices", None)


def act(block: Block, name: str) -> Block:
    """One button of a list: `add:options`, `drop:options.B`, `up:hints.1`, `down:hints.0`, `after:slides.o2`."""
    verb, _, path = name.partition(":")
    part, _, key = (path, "", "") if verb == "add" else path.rpartition(".")
    if part not in PIECES or verb not in ("add", "after", "drop", "up", "down"):
        raise NO_SUCH_ACT
    made = copy.deepcopy(block)
    pieces = _listed_at(made, part)
    if verb == "add":
        _add(made, part, pieces, len(pieces))
        return made
    at = next((n for n, piece in enumerate(pieces) if _key(piece, n) == key), None)
    if at is None:
        raise NO_SUCH_ACT
    if verb == "after":
        _add(made, part, pieces, at + 1)
        return made
    if verb == "drop":
        pieces.pop(at)
        _forget(made, part, key)
    else:
        to = min(max(at + (-1 if verb == "up" else 1), 0), len(pieces) - 1)
        pieces.insert(to, pieces.pop(at))
    return made


def _listed_at(block: Block, part: str) -> list[Any]:
    """The list a button belongs to: of the block itself or, as `lab.goals`, further in."""
    *steps, last = part.split(".")
    for step in steps:
        if step not in block:
            raise NO_SUCH_ACT
        block = block[step]
    is_text = block.get("kind") in texts.TEXTS
    if last not in block and (is_text or last in texts.LISTS):
        raise NO_SUCH_ACT
    found = block.setdefault(last, [])
    if not isinstance(found, list):
        raise NO_SUCH_ACT
    return found


def _add(block: Block, part: str, pieces: list[Any], at: int) -> None:
    most = texts.MOST_PIECES if part in texts.LISTS else MOST_PIECES
    if len(pieces) >= most:
        raise UserError(f"最多{most}个", kept="写的都存好了。")
    made = _new_piece(block, part, pieces)
    pieces.insert(at, made)
    if part == "left":
        block["pairs"][made["key"]] = block["right"][0]["key"] if block["right"] else ""


def _key(piece: Any, n: int) -> str:
    return str(piece["key"]) if isinstance(piece, dict) and "key" in piece else str(n)


def _new_text(_: Block, pieces: list[Any]) -> Block:
    return texts.new_piece({piece["key"] for piece in pieces})


# Pieces that are not simply a key and empty words.
_MADE: Mapping[str, Callable[[Block, list[Any]], Any]] = {
    "hints": lambda *_: "",
    "traps": lambda block, _: _new_trap(block),
    "sections": _new_text,
    "slides": _new_text,
    "lab.goals": lambda block, _: labs.next_goal(block["lab"]),
}


def _new_piece(block: Block, part: str, pieces: list[Any]) -> Any:
    if part in _MADE:
        return _MADE[part](block, pieces)
    used = {piece["key"] for piece in pieces}
    letters = _LETTERS if part in ("options", "choices") else [f"p{n}" for n in range(1, 40)]
    key = next(one for one in letters if one not in used)
    if part == "options" and block.get("kind") == "hotspot":
        return {"key": key, "text": "", "area": new_area(block, len(pieces)), "reply": ""}
    if part == "entries" and block.get("kind") == "classify":
        return {"key": key, "text": "", "bin": block["bins"][0]["key"] if block["bins"] else ""}
    return {"key": key, **copy.deepcopy(_EMPTY.get(part, {"text": ""}))}


_EMPTY: Mapping[str, dict[str, Any]] = {
    "record": {"label": "", "kind": "text"},
    "rubric": {"text": "", "points": 1},
    "options": {"text": "", "reply": ""},
}


def _new_trap(block: Block) -> dict[str, Any]:
    def first(part: str, at: int = 0) -> str:
        pieces = block.get(part, [])
        return str(pieces[min(at, len(pieces) - 1)]["key"]) if pieces else ""

    kind = block["kind"]
    if kind == "order":
        return {"before": [first("entries", 1), first("entries")], "reply": ""}
    if kind == "match":
        return {"pair": [first("left"), first("right", 1)], "reply": ""}
    if kind == "classify":
        return {"entry": first("entries"), "bin": first("bins", 1), "reply": ""}
    return {"value": 0, "tolerance": 0, "reply": ""}


def _forget(block: Block, part: str, key: str) -> None:
    """Nothing points any more at a piece that was dropped."""
    if part in ("entries", "left", "right", "bins"):
        named = ("before", "pair", "entry", "bin")
        block["traps"] = [
            trap
            for trap in block.get("traps", [])
            if key not in [one for name in named for one in _listed(trap.get(name))]
        ]
    if part == "left":
        block["pairs"].pop(key, None)
    if part == "right":
        block["pairs"] = {left: right for left, right in block["pairs"].items() if right != key}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


_NEW_STEPS: Mapping[str, Mapping[str, Any]] = {
    "read": {},
    "predict": {"choices": [{"key": "A", "text": ""}, {"key": "B", "text": ""}]},
    "poll": {"choices": [{"key": "A", "text": ""}, {"key": "B", "text": ""}]},
    "lab": {},
    "unplugged": {"record": []},
    "quiz": {"items": []},
    "reflect": {"prompt": "", "starters": []},
    "discuss": {"prompt": ""},
}
_TWO = [{"key": "p1", "text": ""}, {"key": "p2", "text": ""}]
_NEW_ITEMS: Mapping[str, Mapping[str, Any]] = {
    "single": {
        "options": [
            {"key": "A", "text": "", "correct": True, "reply": ""},
            {"key": "B", "text": "", "reply": ""},
            {"key": "C", "text": "", "reply": ""},
        ]
    },
    "multiple": {
        "options": [
            {"key": "A", "text": "", "correct": True, "reply": ""},
            {"key": "B", "text": "", "correct": True, "reply": ""},
            {"key": "C", "text": "", "reply": ""},
        ]
    },
    "hotspot": {
        "size": [400, 300],
        "options": [
            {
                "key": "A",
                "text": "",
                "area": {"shape": "rect", "at": [40, 40, 80, 60]},
                "correct": True,
                "reply": "",
            },
            {"key": "B", "text": "", "area": {"shape": "rect", "at": [200, 40, 80, 60]}, "reply": ""},
        ],
    },
    "order": {"entries": [*_TWO, {"key": "p3", "text": ""}], "traps": []},
    "match": {
        "left": [{"key": "l1", "text": ""}, {"key": "l2", "text": ""}],
        "right": [{"key": "p1", "text": ""}, {"key": "p2", "text": ""}],
        "pairs": {"l1": "p1", "l2": "p2"},
        "traps": [],
    },
    "classify": {
        "bins": [{"key": "x", "text": ""}, {"key": "y", "text": ""}],
        "entries": [{"key": "p1", "text": "", "bin": "x"}, {"key": "p2", "text": "", "bin": "y"}],
        "traps": [],
    },
    "numeric": {"answer": {"value": 0, "tolerance": 0}, "traps": []},
    "short": {"accept": [], "rubric": [{"key": "p1", "text": "", "points": 1}], "sample": ""},
}
STEP_KINDS = tuple(_NEW_STEPS)
ITEM_KINDS = tuple(_NEW_ITEMS)


def new_step(key: str, kind: str, lab: labs.Lab | None = None) -> Block:
    """An activity of this kind with nothing in it yet; one with a lab begins with `lab`."""
    more = copy.deepcopy(dict(_NEW_STEPS[kind]))
    step = {"key": key, "title": "新环节", "kind": kind, "minutes": 5, "text": "", "teacher": "", **more}
    return step | ({"lab": lab} if kind == "lab" else {})


def new_item(key: str, kind: str, concepts: Sequence[Choice]) -> Block:
    """An item of this kind with nothing in it yet."""
    return {
        "id": key,
        "kind": kind,
        "concept": concepts[0][0] if concepts else "",
        "difficulty": 1,
        "use": ["class", "practice"],
        "stem": "",
        **copy.deepcopy(dict(_NEW_ITEMS[kind])),
        "hints": ["", ""],
        "solution": "",
    }
