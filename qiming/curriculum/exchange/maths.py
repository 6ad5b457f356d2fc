"""Formulas in MathML as one line of text that a person can read: (a+b)/c, x², √(2)."""

from collections.abc import Callable, Sequence

from qiming.curriculum.exchange.xml import Element, local

_RAISED = str.maketrans("0123456789+-n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ")
_LOWERED = str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋")
_MOST_DEPTH = 60


def plain_math(element: Element, depth: int = 0) -> str:
    """The formula below `element` on one line."""
    name = local(element)
    if depth > _MOST_DEPTH or not name or name in ("annotation", "annotation-xml"):
        return ""
    parts = [plain_math(one, depth + 1) for one in element if local(one)]
    if not parts:
        return "".join((element.text or "").split())
    written = _of(name, parts)
    return "".join(parts) if written is None else written


def _of(name: str, parts: Sequence[str]) -> str | None:
    how_many, write = _WRITTEN.get(name, (None, None))
    return write(parts) if write is not None and how_many in (None, len(parts)) else None


def _set(text: str, table: dict[int, int], mark: str) -> str:
    turned = text.translate(table)
    if turned != text and not set(turned) & set("0123456789+-n"):
        return turned
    return mark + _grouped(text)


def _grouped(text: str) -> str:
    return text if len(text) <= 1 or text.isalnum() else f"({text})"


def _power(parts: Sequence[str]) -> str:
    return parts[0] + _set(parts[1], _RAISED, "^")


def _index(parts: Sequence[str]) -> str:
    return parts[0] + _set(parts[1], _LOWERED, "_")


# Name: how many parts it must have (None: any), and how they are written.
_WRITTEN: dict[str, tuple[int | None, Callable[[Sequence[str]], str]]] = {
    "mfrac": (2, lambda parts: f"{_grouped(parts[0])}/{_grouped(parts[1])}"),
    "msqrt": (None, lambda parts: f"√({''.join(parts)})"),
    "mroot": (2, lambda parts: f"{parts[1].translate(_RAISED)}√({parts[0]})"),
    "msup": (2, _power),
    "mover": (2, _power),
    "msub": (2, _index),
    "munder": (2, _index),
    "msubsup": (3, lambda parts: _index(parts[:2]) + _set(parts[2], _RAISED, "^")),
    "munderover": (3, lambda parts: _index(parts[:2]) + _set(parts[2], _RAISED, "^")),
    "mtr": (None, "，".join),
    "mtable": (None, "；".join),
    "mfenced": (None, lambda parts: f"({','.join(parts)})"),
}
