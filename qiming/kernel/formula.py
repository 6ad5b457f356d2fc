"""A formula as it can be read in a line of text, for paper and wherever nothing draws TeX: ½x² rather than source."""

import re
from collections.abc import Mapping
from typing import Final

_SIGNS: Final[Mapping[str, str]] = {
    "times": "×",
    "div": "÷",
    "cdot": "·",
    "pm": "±",
    "mp": "∓",
    "le": "≤",
    "leq": "≤",
    "ge": "≥",
    "geq": "≥",
    "ne": "≠",
    "neq": "≠",
    "approx": "≈",
    "equiv": "≡",
    "to": "→",
    "rightarrow": "→",
    "Rightarrow": "⇒",
    "infty": "∞",
    "sum": "∑",
    "prod": "∏",
    "int": "∫",
    "in": "∈",
    "notin": "∉",
    "subset": "⊂",
    "cup": "∪",
    "cap": "∩",
    "angle": "∠",
    "triangle": "△",
    "perp": "⊥",
    "parallel": "∥",
    "circ": "°",
    "degree": "°",
    "ldots": "…",
    "cdots": "…",
    "dots": "…",
    "quad": " ",
    "qquad": " ",
    "%": "%",
    "$": "$",
    "{": "{",
    "}": "}",
    "&": "&",
    "#": "#",
    "_": "_",
    ",": " ",
    ";": " ",
    ":": " ",
    "!": "",
    " ": " ",
    "\\": "；",
    "alpha": "α",
    "beta": "β",
    "gamma": "γ",
    "delta": "δ",
    "Delta": "Δ",
    "epsilon": "ε",
    "theta": "θ",
    "lambda": "λ",
    "mu": "μ",
    "pi": "π",
    "rho": "ρ",
    "sigma": "σ",
    "Sigma": "Σ",
    "phi": "φ",
    "omega": "ω",
    "Omega": "Ω",
}
_RAISED: Final = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_LOWERED: Final = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
_CAN_RISE: Final = frozenset("0123456789+-=()n")
_CAN_SINK: Final = frozenset("0123456789+-=()")
_TOKEN: Final = re.compile(r"\\([A-Za-z]+|.)|([{}^_])|(\s+)|(.)", re.DOTALL)
_PLAIN: Final = re.compile(r"[\w.%]+|\(.*\)")
DEEPEST: Final = 30


def readable(source: str) -> str:
    """`\\frac{12}{16}` as 12/16, `x^2` as x², `\\times` as ×. What isn't known stays as its name: nothing is dropped."""
    tokens = [found.group(0) for found in _TOKEN.finditer(source)]
    tokens.reverse()
    return re.sub(r" {2,}", " ", _many(tokens, 0)).strip()


def _many(tokens: list[str], depth: int) -> str:
    """Everything up to the brace that closes, or the end."""
    said = ""
    while tokens:
        sign = tokens.pop()
        if sign == "}":
            break
        said += _after(said, sign, tokens, depth)
    return said


def _after(before: str, sign: str, tokens: list[str], depth: int) -> str:
    if sign == "{":
        return _many(tokens, depth + 1) if depth < DEEPEST else "{"
    if sign == "^":
        return _moved(_one(tokens, depth), _CAN_RISE, _RAISED, "^")
    if sign == "_":
        return _moved(_one(tokens, depth), _CAN_SINK, _LOWERED, "_")
    if sign.isspace():
        return " " if before and not before.endswith(" ") else ""
    return _command(sign[1:], tokens, depth) if sign.startswith("\\") and len(sign) > 1 else sign


def _one(tokens: list[str], depth: int) -> str:
    """The next thing: a group in braces, or one sign."""
    while tokens and tokens[-1].isspace():
        tokens.pop()
    return _after("", tokens.pop(), tokens, depth + 1) if tokens and depth < DEEPEST else ""


def _command(name: str, tokens: list[str], depth: int) -> str:
    if name in ("frac", "dfrac", "tfrac"):
        return f"{_whole(_one(tokens, depth))}/{_whole(_one(tokens, depth))}"
    if name == "sqrt":
        return f"√{_whole(_one(tokens, depth))}"
    if name in ("text", "mathrm", "mathbf", "textbf", "mathit", "overline", "boxed", "operatorname"):
        return _one(tokens, depth)
    if name in ("left", "right", "displaystyle", "big", "Big"):
        return ""
    if name in ("begin", "end"):
        _one(tokens, depth)
        return " "
    return _SIGNS.get(name, name)


def _whole(part: str) -> str:
    return part if _PLAIN.fullmatch(part) else f"({part})"


def _moved(part: str, can: frozenset[str], table: dict[int, int], mark: str) -> str:
    if part == "°":
        return part
    return part.translate(table) if part and set(part) <= can else f"{mark}{_whole(part)}"
