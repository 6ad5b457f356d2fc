"""What differs between two lessons, and three of them put together: what was, what they made of it, what we did.

Pure. A value that only one side changed is taken; where both changed it differently somebody must choose. Lists of
pieces with keys (options, entries, what pupils note) are compared piece by piece, orders by what moved.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

Path = tuple[str, ...]


class _Missing:
    def __repr__(self) -> str:
        return "nothing"


MISSING: Final = _Missing()
_ORDERS = (("activities",), ("items",))


@dataclass(frozen=True, slots=True)
class Change:
    """One value that differs; MISSING where there is none."""

    path: Path
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Conflict:
    """One value that both sides changed differently."""

    path: Path
    base: Any
    theirs: Any
    mine: Any

    @property
    def name(self) -> str:
        return "/".join(self.path)


@dataclass(slots=True)
class Merged:
    value: Any = None
    taken: list[Change] = field(default_factory=list)  # what came from their side by itself
    conflicts: list[Conflict] = field(default_factory=list)


def merge(base: Any, theirs: Any, mine: Any, choices: Mapping[str, str] | None = None) -> Merged:
    """`mine` with their changes. `choices` maps a conflict's name to "theirs" or "mine"; an unchosen one stays mine."""
    found = Merged()
    found.value = _Merging(found, choices or {}).value((), (base, theirs, mine))
    return found


def differences(before: Any, after: Any) -> list[Change]:
    """Every value that differs, as deep as both sides have the same shape."""
    return differences_at((), before, after)


def differences_at(path: Path, before: Any, after: Any) -> list[Change]:
    """The same for what stands at `path`."""
    found: list[Change] = []
    _compare(path, before, after, found)
    return found


Sides = tuple[Any, Any, Any]  # what was, what they made of it, what we did


@dataclass(frozen=True, slots=True)
class _Merging:
    found: Merged
    choices: Mapping[str, str]

    def value(self, path: Path, sides: Sides) -> Any:
        base, theirs, mine = sides
        if theirs in (base, mine):
            return mine
        if base == mine:
            self.found.taken.extend(differences_at(path, mine, theirs))
            return theirs
        if all(isinstance(side, dict) for side in sides):
            return self._dict(path, sides)
        return self._list(path, sides)

    def _list(self, path: Path, sides: Sides) -> Any:
        if all(_is_keyed(side) for side in sides):
            return self._pieces(path, sides)
        if _are_goals(*sides):
            rows = zip(*sides, strict=True)
            return [self.value((*path, str(n)), row) for n, row in enumerate(rows)]
        if path in _ORDERS and (order := merged_order(*sides)) is not None:
            if order != sides[2]:
                self.found.taken.append(Change(path, sides[2], order))
            return order
        return self._chosen(path, sides)

    def _dict(self, path: Path, sides: Sides) -> dict[str, Any]:
        names = dict.fromkeys([*sides[2], *sides[1]])
        merged = {name: self.value((*path, name), _at(name, sides)) for name in names}
        return {name: value for name, value in merged.items() if value is not MISSING}

    def _pieces(self, path: Path, sides: Sides) -> list[Any]:
        base, theirs, mine = ({piece["key"]: piece for piece in side} for side in sides)
        order = merged_order(list(base), list(theirs), list(mine))
        if order is None:
            order = self._chosen((*path, "@order"), (list(base), list(theirs), list(mine)))
        names = dict.fromkeys([*order, *mine, *theirs])
        merged = {key: self.value((*path, key), _at(key, (base, theirs, mine))) for key in names}
        return [merged[key] for key in names if merged[key] is not MISSING]

    def _chosen(self, path: Path, sides: Sides) -> Any:
        conflict = Conflict(path, *sides)
        self.found.conflicts.append(conflict)
        return sides[1] if self.choices.get(conflict.name) == "theirs" else sides[2]


def _at(name: str, sides: Sides) -> Sides:
    base, theirs, mine = sides
    return base.get(name, MISSING), theirs.get(name, MISSING), mine.get(name, MISSING)


def merged_order(base: list[str], theirs: list[str], mine: list[str]) -> list[str] | None:
    """One order of what both sides leave, with what either added; None when both moved things differently."""
    common = [key for key in base if key in theirs and key in mine]
    as_theirs = [key for key in theirs if key in common]
    as_mine = [key for key in mine if key in common]
    if as_mine in (common, as_theirs):
        leading, other = theirs, mine
    elif as_theirs == common:
        leading, other = mine, theirs
    else:
        return None
    order = [key for key in leading if key in other or key not in base]
    for at, key in enumerate(other):
        if key not in base and key not in order:
            before = next((one for one in reversed(other[:at]) if one in order), None)
            order.insert(order.index(before) + 1 if before is not None else 0, key)
    return order


def _compare(path: Path, before: Any, after: Any, found: list[Change]) -> None:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for name in dict.fromkeys([*before, *after]):
            _compare((*path, name), before.get(name, MISSING), after.get(name, MISSING), found)
        return
    if _is_keyed(before) and _is_keyed(after):
        sides = [{piece["key"]: piece for piece in side} for side in (before, after)]
        common = [[key for key in side if key in sides[0] and key in sides[1]] for side in sides]
        if common[0] != common[1]:
            found.append(Change((*path, "@order"), list(sides[0]), list(sides[1])))
        for key in dict.fromkeys([*sides[0], *sides[1]]):
            _compare((*path, key), sides[0].get(key, MISSING), sides[1].get(key, MISSING), found)
        return
    if _are_goals(before, after):
        for n, (was, now) in enumerate(zip(before, after, strict=True)):
            _compare((*path, str(n)), was, now, found)
        return
    found.append(Change(path, before, after))


def _are_goals(*lists: Any) -> bool:
    """Whether these are the goals of a lab, of the same kinds in the same order: then one stands for the other."""
    if not all(
        isinstance(one, list) and all(isinstance(row, dict) and "goal" in row for row in one) for one in lists
    ):
        return False
    kinds = [[row["goal"] for row in one] for one in lists]
    return bool(kinds[0]) and all(one == kinds[0] for one in kinds)


def _is_keyed(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(piece, dict) and "key" in piece for piece in value)
        and len({piece["key"] for piece in value}) == len(value)
    )
