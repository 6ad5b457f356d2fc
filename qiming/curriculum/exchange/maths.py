"""Formulas in MathML as TeX, which our Markdown shows between dollar signs."""

from collections.abc import Callable, Sequence

from qiming.curriculum.exchange.xml import Element, local
from qiming.kernel.text import MAX_FORMULA

_MOST_DEPTH = 60
_TEX_SIGNS = {
    "\\": r"\backslash ",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "%": r"\%",
    "#": r"\#",
    "&": r"\&",
    "~": r"\sim ",
}
_TEX_SIGNS |= {"_": r"\_", "^": r"\hat{}", "\u2061": "", "\u2062": "", "\u2063": ",", "\u00a0": " "}


def as_tex(element: Element) -> str:
    """The formula below `element` in TeX: the note the file itself carries, or written from its elements. Empty when
    there is none, or it is too long to be shown as one."""
    noted = next(
        (
            one
            for one in element.iter()
            if local(one) == "annotation" and "tex" in (one.get("encoding") or "")
        ),
        None,
    )
    text = " ".join((noted.text or "").split()) if noted is not None else _tex(element, 0)
    text = " ".join(text.split())
    return text if 0 < len(text) <= MAX_FORMULA and "$" not in text.replace(r"\$", "") else ""


def in_markdown(tex: str) -> str:
    """The formula as our Markdown has it."""
    return f"${tex}$" if tex else ""


def _tex(element: Element, depth: int) -> str:
    name = local(element)
    if depth > _MOST_DEPTH or not name or name in ("annotation", "annotation-xml"):
        return ""
    parts = [_tex(one, depth + 1) for one in element if local(one)]
    if not parts:
        return _sign(name, "".join((element.text or "").split()))
    how_many, write = _WRITTEN.get(name, (None, " ".join))
    return write(parts) if how_many in (None, len(parts)) else " ".join(parts)


def _sign(name: str, text: str) -> str:
    safe = "".join(_TEX_SIGNS.get(sign, sign) for sign in text)
    if name == "mtext" or (name == "mi" and len(text) > 1):
        return rf"\text{{{safe}}}" if name == "mtext" else rf"\mathrm{{{safe}}}"
    return safe


def _grown(parts: Sequence[str]) -> str:
    return f"{{{parts[0]}}}^{{{parts[1]}}}"


def _lowered(parts: Sequence[str]) -> str:
    return f"{{{parts[0]}}}_{{{parts[1]}}}"


def _both(parts: Sequence[str]) -> str:
    return f"{{{parts[0]}}}_{{{parts[1]}}}^{{{parts[2]}}}"


# Name: how many parts it must have (None: any), and how they are written.
_WRITTEN: dict[str, tuple[int | None, Callable[[Sequence[str]], str]]] = {
    "mfrac": (2, lambda parts: rf"\frac{{{parts[0]}}}{{{parts[1]}}}"),
    "msqrt": (None, lambda parts: rf"\sqrt{{{' '.join(parts)}}}"),
    "mroot": (2, lambda parts: rf"\sqrt[{parts[1]}]{{{parts[0]}}}"),
    "msup": (2, _grown),
    "mover": (2, lambda parts: rf"\overset{{{parts[1]}}}{{{parts[0]}}}"),
    "msub": (2, _lowered),
    "munder": (2, lambda parts: rf"\underset{{{parts[1]}}}{{{parts[0]}}}"),
    "msubsup": (3, _both),
    "munderover": (3, _both),
    "mtd": (None, " ".join),
    "mtr": (None, " & ".join),
    "mtable": (None, lambda rows: r"\begin{matrix} " + r" \\ ".join(rows) + r" \end{matrix}"),
    "mfenced": (None, lambda parts: rf"\left( {', '.join(parts)} \right)"),
}
