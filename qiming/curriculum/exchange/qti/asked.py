"""Each kind of QTI interaction as a kind of item of ours."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from qiming.curriculum.exchange.markup import Writer
from qiming.curriculum.exchange.model import Level
from qiming.curriculum.exchange.pictures import Pictures
from qiming.curriculum.exchange.qti.areas import labelled
from qiming.curriculum.exchange.qti.declared import Declared, number
from qiming.curriculum.exchange.qti.replies import Replies, Said
from qiming.curriculum.exchange.xml import Element, below, child, children, words

Part = dict[str, Any]
KEY = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")
NEVER = {
    "custom-interaction": "自定义题型",
    "portable-custom-interaction": "自定义题型（PCI）",
    "graphic-associate-interaction": "在图上连线",
    "graphic-gap-match-interaction": "把图片拖到图上",
    "position-object-interaction": "在图上摆东西",
    "drawing-interaction": "画图",
    "upload-interaction": "上传文件",
    "media-interaction": "播放媒体",
}


class NotOurs(Exception):
    """This question has no form among ours; the message says why, in Chinese."""


@dataclass(slots=True)
class Asking:
    """One question of an item and what its parts are read with."""

    element: Element
    declared: Declared
    said: Replies
    writer: Writer
    pictures: Pictures
    where: str
    say: Callable[[Level, str], None]
    item: Element
    keys: dict[str, str] = field(default_factory=dict)

    def key(self, identifier: str) -> str:
        """Our key for an identifier of the file: the same where it can be."""
        if identifier not in self.keys:
            fits = KEY.fullmatch(identifier) and identifier not in self.keys.values()
            n = len(self.keys) + 1
            while not fits and f"k{n}" in self.keys.values():
                n += 1
            self.keys[identifier] = identifier if fits else f"k{n}"
        return self.keys[identifier]

    def pieces(self, choices: Iterable[Element]) -> list[Part]:
        found = []
        for one in choices:
            identifier = one.get("identifier", "")
            if identifier in self.keys:
                raise NotOurs(f"两个选项用了同一个标识“{identifier[:40]}”")
            text = self.writer.line(one) or " ".join(
                (one.get("match-label") or one.get("hotspot-label") or "").split()
            )
            found.append({"key": self.key(identifier), "text": text or "（空白）"})
        return found

    def right(self) -> list[str]:
        right = self.declared.correct()
        if not right:
            raise NotOurs("没有写正确答案")
        return right

    def reply(self, said: Said | None) -> Part:
        """`reply` and `misconception` of a piece of feedback, as far as there are any."""
        text = self.writer.block(said.element) if said is not None else ""
        if not text:
            return {}
        assert said is not None
        return {"reply": text} | ({"misconception": said.misconception} if said.misconception else {})

    def otherwise(self) -> Part:
        text = self.writer.block(self.said.otherwise.element) if self.said.otherwise else ""
        return {"otherwise": text} if text else {}

    def traps(self, trap_of: Callable[[str], Part | None], right: Iterable[str]) -> Part:
        """Replies to single wrong placings."""
        wanted = set(right)
        found = []
        for value, said in self.said.by_value.items():
            trap = trap_of(value) if value not in wanted else None
            if trap is not None and (reply := self.reply(said)):
                found.append(trap | reply)
        return {"traps": found} if found else {}

    # What the stem shows in the place of this question's own parts.

    def blank(self, gap: Element) -> str:
        gaps = below(self.element, "gap")
        return f"〔{gaps.index(gap) + 1}〕" if gap in gaps else ""

    def hot(self, hottext: Element) -> str:
        text = words(hottext)
        return f"**{text}**" if text else ""

    def redraws(self, image: Element) -> bool:
        return self.element.tag in _ON_PICTURES and image.getparent() is self.element

    def drawn(self, image: Element) -> str:
        if self.element.tag != "graphic-order-interaction":
            return ""  # beside the stem, where its areas are
        spots = below(self.element, "hotspot-choice")
        name, alt = labelled(image, spots, self.pictures, self.where, lambda what: self.say(Level.LOST, what))
        if not name:
            raise NotOurs("题里的图没有收，这道题没法做")
        return f"![{alt}]({name})"


def _choice(asking: Asking) -> Part:
    return options_of(asking, asking.pieces(below(asking.element, "simple-choice")))


def _inline_choice(asking: Asking) -> Part:
    return options_of(asking, asking.pieces(below(asking.element, "inline-choice")), at_most_one=True)


def _hottext(asking: Asking) -> Part:
    return options_of(asking, asking.pieces(below(asking.element, "hottext")))


def _letters(asking: Asking, spots: list[Element]) -> list[Part]:
    if len(spots) > 20:
        raise NotOurs("图上的位置太多")
    found = []
    for letter, spot in zip("ABCDEFGHIJKLMNOPQRSTU", spots, strict=False):
        label = " ".join((spot.get("hotspot-label") or "").split())
        text = f"{letter}（{label}）" if label else f"位置{letter}"
        found.append({"key": asking.key(spot.get("identifier", "")), "text": text})
    return found


def options_of(asking: Asking, pieces: list[Part], *, at_most_one: bool = False) -> Part:
    right = set(asking.right())
    known = set(asking.keys)
    if not right <= known:
        raise NotOurs("正确答案不在选项里")
    many = number(asking.element.get("max-choices", "1")) != 1 and asking.declared.cardinality != "single"
    single = at_most_one or not many or (len(right) == 1 and asking.declared.cardinality == "single")
    if single and len(right) > 1:
        single = False
    partly = [value for value, points in asking.declared.mapped.items() if points > 0 and value not in right]
    if partly:
        asking.say(Level.CHANGED, "选了别的也给一部分分，这一条没有收")
    names = {key: identifier for identifier, key in asking.keys.items()}
    options = []
    for piece in pieces:
        identifier = names[piece["key"]]
        correct = identifier in right
        reply = asking.reply(asking.said.by_value.get(identifier))
        if correct and not reply and asking.said.when_right and single:
            reply = asking.reply(asking.said.when_right)
        if correct:
            reply.pop("misconception", None)
        elif not reply and single and asking.said.otherwise:
            reply = asking.reply(asking.said.otherwise)
        options.append({**piece, **({"correct": True} if correct else {}), **reply})
    return {"kind": "single" if single else "multiple", "options": options} | (
        {} if single else asking.otherwise()
    )


def _order(asking: Asking, pieces: list[Part] | None = None) -> Part:
    pieces = pieces or asking.pieces(below(asking.element, "simple-choice"))
    right = asking.right()
    if sorted(right) != sorted(asking.keys):
        raise NotOurs("只要排其中几样，或正确顺序没有写全")
    at = {key: right.index(identifier) for identifier, key in asking.keys.items()}
    traps = [
        {"before": [asking.key(first), asking.key(then)]} | asking.reply(said)
        for first, then, said in asking.said.by_order
        if first in asking.keys and then in asking.keys and right.index(first) > right.index(then)
    ]
    return (
        {"kind": "order", "entries": sorted(pieces, key=lambda piece: at[piece["key"]])}
        | ({"traps": traps} if traps else {})
        | asking.otherwise()
    )


def _graphic_order(asking: Asking) -> Part:
    pieces = _letters(asking, below(asking.element, "hotspot-choice"))
    asking.say(Level.CHANGED, "在图上排顺序，改成了给图上的位置标字母、排字母")
    return _order(asking, pieces)


def _match(asking: Asking) -> Part:
    sets = [children(one, "simple-associable-choice") for one in children(asking.element, "simple-match-set")]
    if len(sets) != 2:
        raise NotOurs("连线题要有两列")
    left, right = (asking.pieces(one) for one in sets)
    pairs = [_two(value) for value in asking.right()]
    ours = (asking.element.get("class") or "").split()
    if len({a for a, _ in pairs}) == len(pairs) == len(left):
        placed = {asking.key(a): asking.key(b) for a, b in pairs if b in asking.keys}
    elif len({b for _, b in pairs}) == len(pairs) == len(right):
        placed = {asking.key(b): asking.key(a) for a, b in pairs if a in asking.keys}
        left, right = right, left
        asking.say(Level.CHANGED, "连线题左右两列对调了")
    else:
        raise NotOurs("连线题里有的一样要连好几样，或有的没有写答案")
    as_match = "qiming-match" in ours or ("qiming-classify" not in ours and _one_to_one(left, right, placed))
    return _paired(asking, left, right, placed) if as_match else _sorted_in(asking, left, right, placed)


def _one_to_one(left: list[Part], right: list[Part], placed: dict[str, str]) -> bool:
    return len(set(placed.values())) == len(left) and len(right) <= len(left) + 1


def _paired(asking: Asking, left: list[Part], right: list[Part], pairs: dict[str, str]) -> Part:
    if set(pairs) != {piece["key"] for piece in left}:
        raise NotOurs("有的没有写和什么配对")
    keys = set(pairs)

    def trap(value: str) -> Part | None:
        a, b = (asking.keys.get(name, "") for name in _two(value))
        a, b = (a, b) if a in keys else (b, a)
        return {"pair": [a, b]} if a in keys and b else None

    return (
        {"kind": "match", "left": left, "right": right, "pairs": pairs}
        | asking.traps(trap, asking.declared.correct())
        | asking.otherwise()
    )


def _sorted_in(asking: Asking, entries: list[Part], bins: list[Part], placed: dict[str, str]) -> Part:
    if set(placed) != {piece["key"] for piece in entries}:
        raise NotOurs("有的没有写放进哪一类")

    def trap(value: str) -> Part | None:
        a, b = (asking.keys.get(name, "") for name in _two(value))
        a, b = (a, b) if a in placed else (b, a)
        return {"entry": a, "bin": b} if a in placed and b else None

    return (
        {
            "kind": "classify",
            "bins": bins,
            "entries": [{**entry, "bin": placed[entry["key"]]} for entry in entries],
        }
        | asking.traps(trap, asking.declared.correct())
        | asking.otherwise()
    )


def _associate(asking: Asking) -> Part:
    pieces = {
        piece["key"]: piece for piece in asking.pieces(below(asking.element, "simple-associable-choice"))
    }
    pairs = [_two(value) for value in asking.right()]
    used = [name for pair in pairs for name in pair]
    rest = [key for identifier, key in asking.keys.items() if identifier not in used]
    if len(set(used)) != len(used) or len(rest) > 1 or not set(used) <= set(asking.keys):
        raise NotOurs("配对题里有的一样要配好几样，或有几样不用配")
    asking.say(Level.CHANGED, "任意两两配对，改成了左右两列连线")
    named = {asking.key(a): asking.key(b) for a, b in pairs}
    right = [pieces[key] for key in (*named.values(), *rest)]
    return _paired(asking, [pieces[key] for key in named], right, named)


def _gap_match(asking: Asking) -> Part:
    gaps = [
        {"key": asking.key(gap.get("identifier", "")), "text": f"第{n}空"}
        for n, gap in enumerate(below(asking.element, "gap"), start=1)
    ]
    texts = asking.pieces(below(asking.element, "gap-text", "gap-img"))
    gap_keys = {gap["key"] for gap in gaps}
    placed: dict[str, str] = {}
    for value in asking.right():
        a, b = (asking.keys.get(name, "") for name in _two(value))
        text, gap = (a, b) if b in gap_keys else (b, a)
        if gap in placed or not text:
            raise NotOurs("一个空里要放好几样，或答案指向了没有的东西")
        placed[gap] = text
    if len(gaps) == 1:
        options = [
            {**text, **({"correct": True} if text["key"] == placed.get(gaps[0]["key"]) else {})}
            for text in texts
        ]
        return {"kind": "single", "options": options}
    if _one_to_one(gaps, texts, placed):
        return _paired(asking, gaps, texts, placed)
    return _sorted_in(asking, gaps, texts, placed)


def _text_entry(asking: Asking) -> Part:
    right = asking.right()
    if asking.declared.base_type in ("float", "integer"):
        return _numeric(asking, right)
    if asking.element.get("pattern-mask"):
        asking.say(Level.LOST, "对写法的限制（pattern mask）没有收")
    if asking.declared.strict_case:
        asking.say(Level.CHANGED, "原来区分大小写，现在不分大小写和全角半角")
    accept = list(dict.fromkeys([*right, *(v for v, points in asking.declared.mapped.items() if points > 0)]))
    return {"kind": "short", "accept": accept, "sample": accept[0]} | asking.otherwise()


def _numeric(asking: Asking, right: list[str]) -> Part:
    values = [number(value) for value in right]
    if len(values) != 1 or values[0] is None:
        raise NotOurs("填数的答案不是一个数")
    value = values[0]
    traps = []
    for target, tolerance, said in asking.said.by_number:
        if target != value and (reply := asking.reply(said)):
            traps.append({"value": _figure(target), "tolerance": _figure(tolerance)} | reply)
    unit = next(
        (one for one in below(asking.item, "span") if "qiming-unit" in (one.get("class") or "").split()), None
    )
    answer: Part = {"value": _figure(value), "tolerance": _figure(_tolerance(asking, value))}
    if unit is not None and words(unit):
        answer["unit"] = words(unit)
    return {"kind": "numeric", "answer": answer} | ({"traps": traps} if traps else {}) | asking.otherwise()


def _tolerance(asking: Asking, value: float) -> float:
    """How far off still counts, from the comparison in the processing; none said is none."""
    for test in below(asking.item, "equal"):
        variable = child(test, "variable")
        if (
            variable is None
            or variable.get("identifier") != asking.declared.identifier
            or child(test, "correct") is None
        ):
            continue
        said = number((test.get("tolerance") or "0").split()[0] or "0") or 0.0
        if test.get("tolerance-mode") == "absolute":
            return said
        if test.get("tolerance-mode") == "relative":
            return abs(value) * said / 100
    for test in below(asking.item, "equal-rounded"):
        places = number(test.get("figures", ""))
        if places is not None and test.get("rounding-mode") == "decimalPlaces" and 0 <= places <= 9:
            return 0.5 * 10**-places
    return 0.0


def _extended_text(asking: Asking) -> Part:
    sample = next((value for value in asking.declared.correct() if value), "")
    accept = (
        list(asking.declared.mapped) if "qiming-short" in (asking.element.get("class") or "").split() else []
    )
    return {"kind": "short", "accept": accept} | ({"sample": sample} if sample else {}) | asking.otherwise()


def _slider(asking: Asking) -> Part:
    asking.say(Level.CHANGED, "拖动滑块，改成了填数")
    return _numeric(asking, asking.right())


def _two(value: str) -> tuple[str, str]:
    parts = value.split()
    if len(parts) != 2:
        raise NotOurs("答案里的配对写得不完整")
    return parts[0], parts[1]


def _figure(value: float) -> int | float:
    return int(value) if value == int(value) and abs(value) < 1e15 else value


_ON_PICTURES = ("hotspot-interaction", "select-point-interaction", "graphic-order-interaction")
ASKED: dict[str, Callable[[Asking], Part]] = {
    "choice-interaction": _choice,
    "inline-choice-interaction": _inline_choice,
    "hottext-interaction": _hottext,
    "order-interaction": _order,
    "graphic-order-interaction": _graphic_order,
    "match-interaction": _match,
    "associate-interaction": _associate,
    "gap-match-interaction": _gap_match,
    "text-entry-interaction": _text_entry,
    "extended-text-interaction": _extended_text,
    "slider-interaction": _slider,
}
