"""What a hidden check sees of a pupil's program: the run that has just ended, and ways to ask it more.

A check is `def check_<key>(p)`; an `assert` that fails shows its message as the hint. Hints never hold the answer.
"""

import ast
import copy
import re

_WORDS = {
    "def": ast.FunctionDef,
    "for": (ast.For, ast.comprehension),
    "while": ast.While,
    "if": (ast.If, ast.IfExp),
    "import": (ast.Import, ast.ImportFrom),
    "return": ast.Return,
    "dict": (ast.Dict, ast.DictComp),
    "list": (ast.List, ast.ListComp),
    "lambda": ast.Lambda,
    "class": ast.ClassDef,
    "try": ast.Try,
    "break": ast.Break,
}


class Hint(Exception):
    """A check that does not hold, with what the pupil may do next."""


def close(a, b, tolerance=1e-6):
    """Whether two numbers, or two lists of numbers, are equal but for rounding."""
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(close(one, other, tolerance) for one, other in zip(a, b, strict=True))
    numbers = all(isinstance(one, int | float) and not isinstance(one, bool) for one in (a, b))
    return bool(numbers and abs(a - b) <= tolerance)


class Program:
    """A run that ended without error. `calling` and `anew` are given by the lab."""

    def __init__(self, source, names, output, drawings, calling, anew):
        self.source = source
        self.names = names
        self.output = output
        self.drawings = drawings
        self._calling = calling
        self._anew = anew
        self._tree = ast.parse(source)

    @property
    def lines(self):
        return [line.strip() for line in self.output.splitlines() if line.strip()]

    @property
    def numbers(self):
        return [
            float(found) for found in re.findall(r"(?<![\w.])-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?", self.output)
        ]

    def says(self, text):
        return "".join(str(text).split()) in "".join(self.output.split())

    def need(self, name):
        """What the program calls `name`."""
        if name not in self.names:
            raise Hint(f"程序里还没有叫 {name} 的名字。看看任务里说的名字，大小写和下划线也要一样。")
        return self.names[name]

    def call(self, name, *values, **named):
        """What the pupil's function gives for copies of these arguments."""
        function = self.need(name)
        if not callable(function):
            raise Hint(f"{name} 现在是一个值，还不是函数。用 def {name}(…): 来写它。")
        shown = ", ".join(
            [*(_short(value) for value in values), *(f"{key}={_short(named[key])}" for key in named)]
        )
        return self._calling(function, f"{name}({shown})", copy.deepcopy(values), copy.deepcopy(named))

    def uses(self, word):
        return any(isinstance(node, _WORDS[word]) for node in ast.walk(self._tree))

    def calls(self, name):
        """Whether a function or method of that name is called anywhere."""
        return any(
            isinstance(node, ast.Call)
            and name in (getattr(node.func, "id", None), getattr(node.func, "attr", None))
            for node in ast.walk(self._tree)
        )

    def drew(self, kind):
        return any(drawing["kind"] == kind for drawing in self.drawings)

    def again(self, input=()):  # noqa: A002 (named as the function it feeds)
        """Runs the program anew with these answers to input()."""
        return self._anew([str(answer) for answer in input])


def _short(value):
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"
