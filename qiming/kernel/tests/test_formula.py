"""Formulas in a line of text, and hostile ones that must end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiming.kernel.formula import readable
from qiming.kernel.rich import tree
from qiming.kernel.text import render_markdown


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("\\frac{12}{16}", "12/16"),
        ("\\frac{x+1}{2} = 3", "(x+1)/2 = 3"),
        ("x^2 + 2x - 3 \\le 0", "x² + 2x - 3 ≤ 0"),
        ("a_1, a_{10}", "a₁, a₁₀"),
        ("x^{k+1}", "x^(k+1)"),
        ("\\sqrt{b^2-4ac}", "√(b²-4ac)"),
        ("90^\\circ", "90°"),
        ("3 \\times 4 \\div 2", "3 × 4 ÷ 2"),
        ("\\text{速度} = \\frac{s}{t}", "速度 = s/t"),
        ("75\\%", "75%"),
        ("\\left( x \\right)", "( x )"),
        ("\\unknown{x}", "unknownx"),
        ("", ""),
        ("\\", "\\"),
        ("}{^_", ""),
    ],
)
def test_what_it_says(source: str, said: str) -> None:
    assert readable(source) == said


@given(st.text(alphabet="{}^_\\ a1frac", max_size=300))
def test_it_always_ends(source: str) -> None:
    assert isinstance(readable(source), str)


def test_deep_nesting_ends() -> None:
    assert readable("{" * 5000 + "x")
    assert isinstance(readable("^" * 5000), str)
    assert isinstance(readable("\\frac" * 3000), str)


def test_on_paper_a_formula_can_be_read() -> None:
    assert tree(render_markdown("得 $\\frac{1}{2}x^2$ 米")) == [{"t": "p", "c": ["得 ", "1/2x²", " 米"]}]
