"""Is the answer to a subject question right? Multiple choice, numbers with a tolerance, words from a list."""

import re
from collections.abc import Sequence
from fractions import Fraction

from qiming.assurance.graders.numbers import numbers, value_of
from qiming.assurance.graders.text import clean, holds, squeezed
from qiming.assurance.types import Case, Finding

_SAYS = re.compile(
    r"(?:正确答案|标准答案|最终答案|参考答案|答案|正确选项|应该?选|故选|因此选|所以选|选择|选|answer|正确的(?:选项|说法)?是)\s?"
    r"(?:应该|应当|应)?(?:是|为|:|：|选)*\s?[\"“「(（【\[*$\\a-z{]{0,8}?(?P<letters>[a-h](?:[、,\s]?[a-h]){0,7})(?![a-z])"
)
_RIGHT = re.compile(r"(?<![a-z])([a-h])\s?(?:项|选项)?\s?(?:是)?(?:正确|对的|符合题意)(?!吗|与否|还是)")
_ALONE = re.compile(r"^\W*([a-h])(?![a-z])(?:\W|$)")
_UNIT = re.compile(r"[a-z]")
_FINAL = re.compile(r"(?:答案|结果|答|因此|所以|综上|最终|故|boxed)")


def correctness(case: Case, replies: Sequence[str]) -> Finding:
    """Passed when the last reply gives the right answer; None where it gives several or none that can be read."""
    if not replies or not squeezed(replies[-1]).text:
        return Finding(None, "no_reply", "没有收到回答，要人看")
    said = case.expect["answer"]
    read = {"choice": _choice, "number": _number, "text": _words}[said["kind"]]
    return read(case, replies[-1])


def choices_in(reply: str) -> set[str]:
    """The answers, as sets of letters joined and sorted (`AC`), that a reply states; the last word counts."""
    text = clean(reply).text
    stated = [_letters(match["letters"]) for match in _SAYS.finditer(text)]
    if stated:
        return {stated[-1]}
    alone = _ALONE.match(text)
    right = {match.upper() for match in _RIGHT.findall(text)}
    return right or ({alone[1].upper()} if alone else set())


def _letters(said: str) -> str:
    return "".join(sorted(set(re.findall("[A-H]", said.upper()))))


def _choice(case: Case, reply: str) -> Finding:
    wanted = _letters(str(case.expect["answer"]["value"]))
    found = choices_in(reply)
    if not found:
        text = case.expect["answer"].get("options", {}).get(wanted)
        if text and holds(squeezed(reply), [text]) and not _others(case, reply, wanted):
            return Finding(True, "right", f"说出了选项 {wanted} 的内容")
        return Finding(None, "unreadable", "看不出选了哪一项，要人看")
    if len(found) > 1:
        return Finding(None, "several", "说了几个不同的选项，要人看")
    chosen = next(iter(found))
    return Finding(
        chosen == wanted, "right" if chosen == wanted else "wrong", f"选了 {chosen}，正确的是 {wanted}"
    )


def _others(case: Case, reply: str, wanted: str) -> bool:
    options = case.expect["answer"].get("options", {})
    return bool(holds(squeezed(reply), [text for key, text in options.items() if key != wanted]))


def _number(case: Case, reply: str) -> Finding:
    said = case.expect["answer"]
    wanted = value_of(said["value"])
    if wanted is None:
        return _words(case, reply)
    tolerance = Fraction(str(said.get("tolerance", 0)))
    text = clean(reply)
    found = [
        one for one in numbers(text.text) if not _UNIT.fullmatch(text.text[max(0, one.start - 1) : one.start])
    ]  # the 2 of m/s²
    percent = str(said.get("unit", "")) == "%"
    right = [
        one
        for one in found
        if abs(one.value - wanted) <= tolerance or (percent and abs(one.value * 100 - wanted) <= tolerance)
    ]
    if not found:
        return (
            _words(case, reply)
            if said.get("paraphrases")
            else Finding(None, "unreadable", "回答里没有数，要人看")
        )
    if not right:
        return Finding(False, "wrong", f"没有得出 {said['value']}")
    last = found[-1]
    final = right[-1].end >= last.start or _FINAL.search(
        text.text[max(0, right[-1].start - 14) : right[-1].start]
    )
    if final or len({one.value for one in found}) == 1:
        return Finding(True, "right", f"得出 {said['value']}", (text.span(right[-1].start, right[-1].end),))
    return Finding(None, "several", "写了正确的数，但看不出是不是最后答案，要人看")


def _words(case: Case, reply: str) -> Finding:
    said = case.expect["answer"]
    accept = (str(said["value"]), *said.get("paraphrases", ()), *case.expect.get("accept", ()))
    found = holds(squeezed(reply), accept)
    if found:
        return Finding(True, "right", "说出了正确答案", (found,))
    if case.expect.get("closed"):
        return Finding(False, "wrong", f"没有说出“{said['value']}”")
    return Finding(None, "unclear", "没有照答案的说法写，要人看")
