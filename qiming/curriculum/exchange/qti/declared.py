"""What a QTI item declares about a response: cardinality, base type, right values, what each value earns."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from qiming.curriculum.exchange.xml import Element, below, child, children


@dataclass(slots=True)
class Declared:
    """A response declaration. `mapped` gives what each value earns; `areas` lists the same for a picture's areas."""

    identifier: str
    cardinality: str
    base_type: str
    right: list[str] = field(default_factory=list)
    mapped: dict[str, float] = field(default_factory=dict)
    strict_case: bool = False

    def correct(self) -> list[str]:
        """The right values: as said, else those that earn most together (all that earn something; one where one may be given)."""
        if self.right:
            return self.right
        earning = {value: points for value, points in self.mapped.items() if points > 0}
        if self.cardinality == "single" and self.base_type == "identifier" and earning:
            return [max(earning, key=lambda value: earning[value])]
        return list(earning)


def declarations(item: Element) -> Mapping[str, Declared]:
    """All response declarations of an item (plain names)."""
    found = {}
    for element in children(item, "response-declaration"):
        declared = Declared(
            element.get("identifier", ""), element.get("cardinality", "single"), element.get("base-type", "")
        )
        right = child(element, "correct-response")
        if right is not None:
            declared.right = [" ".join((v.text or "").split()) for v in children(right, "value")]
        for entry in below(element, "map-entry"):
            points = number(entry.get("mapped-value", ""))
            if points is not None:
                declared.mapped[" ".join(entry.get("map-key", "").split())] = points
            declared.strict_case |= entry.get("case-sensitive", "true") in ("true", "1")
        found[declared.identifier] = declared
    _from_processing(item, found)
    return found


def _from_processing(item: Element, found: Mapping[str, Declared]) -> None:
    """Some write what is right only into the processing: a comparison of the response with a fixed value."""
    processing = child(item, "response-processing")
    if processing is None:
        return
    for test in below(processing, "match", "string-match", "equal", "equal-rounded"):
        variable, value = child(test, "variable"), child(test, "base-value")
        declared = found.get(variable.get("identifier", "")) if variable is not None else None
        branch = next(
            (up for up in test.iterancestors() if up.tag in ("response-if", "response-else-if")), None
        )
        if declared is None or value is None or branch is None or declared.right or declared.mapped:
            continue
        if test.getparent() is branch and any(_sets_points(one) for one in branch):
            declared.right = [" ".join((value.text or "").split())]


def _sets_points(rule: Element) -> bool:
    if rule.tag != "set-outcome-value" or rule.get("identifier", "").upper() not in ("SCORE", "MAXSCORE"):
        return False
    return any((number(value.text or "") or 0) > 0 for value in below(rule, "base-value"))


def number(text: str) -> float | None:
    """A plain number, None for anything else."""
    text = text.strip()
    if not re.fullmatch(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{1,3})?", text):
        return None
    value = float(text)
    return value if abs(value) < 1e15 else None
