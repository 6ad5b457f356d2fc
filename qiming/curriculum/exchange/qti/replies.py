"""Feedback of a QTI item: which words are shown for which response, as far as our replies can hold it.

Understood: feedback named like the chosen answer, and chains of conditions on one response (is, holds, near a number,
one placed before another). Anything else is told.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from qiming.curriculum.exchange.qti.declared import number
from qiming.curriculum.exchange.xml import Element, below, child, children

MISCONCEPTION = re.compile(r"m-[a-z0-9]+(?:-[a-z0-9]+)*")
_BRANCHES = ("response-if", "response-else-if", "response-else")


@dataclass(frozen=True, slots=True)
class Said:
    """Feedback: the element that holds it, and the misconception it names, if any."""

    element: Element
    misconception: str = ""


@dataclass(slots=True)
class Replies:
    """`by_value`: chosen answer or `left right`; `by_order`: (earlier, later); `by_number`: value and tolerance."""

    by_value: dict[str, Said] = field(default_factory=dict)
    by_order: list[tuple[str, str, Said]] = field(default_factory=list)
    by_number: list[tuple[float, float, Said]] = field(default_factory=list)
    when_right: Said | None = None
    otherwise: Said | None = None
    unplaced: list[Element] = field(default_factory=list)


def replies(item: Element, response: str) -> Replies:
    """The feedback that hangs on the response of this name."""
    found = Replies()
    shown = below(item, "modal-feedback", "feedback-inline", "feedback-block")
    named = {
        (one.get("outcome-identifier", ""), one.get("identifier", "")): Said(one, _misconception(one))
        for one in shown
        if one.get("show-hide", "show") == "show"
    }
    processing = child(item, "response-processing")
    for rule in below(processing, "set-outcome-value") if processing is not None else ():
        if len(rule):
            _set_by(found, rule, response, named)
    for element in shown:
        # An answer's own inline feedback needs no condition to be understood.
        if element.tag == "feedback-inline" and (near := _choice_around(element)) is not None:
            found.by_value.setdefault(near.get("identifier", ""), Said(element, _misconception(element)))
    placed = {one.element for one in _all(found)}
    found.unplaced = [one for one in shown if one not in placed]
    return found


def _set_by(found: Replies, rule: Element, response: str, named: Mapping[tuple[str, str], Said]) -> None:
    """What one rule shows: the feedback named like the response, or the one it names, under its condition."""
    outcome, value, branch = rule.get("identifier", ""), rule[0], rule.getparent()
    if value.tag == "variable" and value.get("identifier") == response:
        for (of, name), said in named.items():
            if of == outcome:
                found.by_value.setdefault(name, said)
    for name in _values(value):
        if branch.tag in _BRANCHES and (outcome, name) in named:
            _place(found, branch, response, named[outcome, name])


def _all(found: Replies) -> Iterator[Said]:
    yield from found.by_value.values()
    yield from (said for _, _, said in found.by_order)
    yield from (said for _, _, said in found.by_number)
    yield from (said for said in (found.when_right, found.otherwise) if said is not None)


def _values(value: Element) -> list[str]:
    if value.tag == "base-value":
        return [(value.text or "").strip()]
    if value.tag == "multiple":
        return [(one.text or "").strip() for one in children(value, "base-value")]
    return []


def _place(found: Replies, branch: Element, response: str, said: Said) -> None:
    if branch.tag == "response-else":
        found.otherwise = found.otherwise or said
        return
    test = next((one for one in branch if not one.tag.startswith(("set-", "response-", "exit-"))), None)
    if test is None:
        return
    order = _order(test, response)
    if order is not None:
        found.by_order.append((*order, said))
        return
    if test.tag == "not" and len(test) and _is_right(test[0], response):
        found.otherwise = found.otherwise or said
    elif _is_right(test, response):
        found.when_right = found.when_right or said
    elif (near := _near(test, response)) is not None:
        found.by_number.append((*near, said))
    else:
        value = _is(test, response)
        if value is not None:
            found.by_value.setdefault(value, said)


def _is_right(test: Element, response: str) -> bool:
    return test.tag in ("match", "equal") and _names(test, response) and child(test, "correct") is not None


def _is(test: Element, response: str) -> str | None:
    if test.tag not in ("match", "member", "string-match", "contains") or not _names(test, response):
        return None
    value = child(test, "base-value")
    if value is None and test.tag in ("match", "contains"):
        held = below(test, "base-value")
        value = held[0] if len(held) == 1 else None
    return " ".join((value.text or "").split()) if value is not None else None


def _near(test: Element, response: str) -> tuple[float, float] | None:
    if test.tag != "equal" or not _names(test, response):
        return None
    value = child(test, "base-value")
    target = number(value.text or "") if value is not None else None
    if target is None:
        return None
    tolerance = number((test.get("tolerance") or "0").split()[0]) or 0.0
    return target, tolerance if test.get("tolerance-mode") == "absolute" else 0.0


def _order(test: Element, response: str) -> tuple[str, str] | None:
    """One before another, written as: first and second, or first and third, …"""
    tests = list(test) if test.tag == "or" else [test]
    found: set[tuple[str, str]] = set()
    for both in tests:
        pair = _two_places(both, response)
        if pair is None:
            return None
        found.add(pair)
    return found.pop() if len(found) == 1 else None


def _two_places(both: Element, response: str) -> tuple[str, str] | None:
    if both.tag != "and" or len(both) != 2:
        return None
    at: dict[int, str] = {}
    for match in both:
        index, value = child(match, "index"), child(match, "base-value")
        if match.tag != "match" or index is None or value is None or not _names(index, response):
            return None
        place = number(index.get("n", ""))
        if place is None:
            return None
        at[int(place)] = (value.text or "").strip()
    if len(at) != 2:
        return None
    first, second = (at[place] for place in sorted(at))
    return first, second


def _names(test: Element, response: str) -> bool:
    variable = child(test, "variable")
    return variable is not None and variable.get("identifier") == response


def _choice_around(element: Element) -> Element | None:
    kinds = ("simple-choice", "hottext", "inline-choice")
    return next((up for up in element.iterancestors() if up.tag in kinds), None)


def _misconception(element: Element) -> str:
    for one in element.iter():
        for word in (one.get("class") or "").split() if isinstance(one.tag, str) else ():
            if MISCONCEPTION.fullmatch(word):
                return word
    return ""
