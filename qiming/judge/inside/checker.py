"""Runs a task's checks in a sandbox of their own; the program they are about runs in another one and is asked for values.

Hears {source, check, keys, ran}; tells asks and hears their answers; tells {checks} at the end. A program can answer
what it likes, as it can compute what it likes: it cannot reach the verdict.
"""

import plain
import program
import talk
from qm_check import Hint, Program


class Broken(Exception):
    """The program is gone."""


class Far:
    """The program in the other sandbox."""

    def __init__(self, line, source):
        self.line = line
        self.source = source

    def ask(self, ask, **rest):
        self.line.tell({"ask": ask, **rest})
        told = self.line.hear()
        if told is None:
            raise Broken
        if "hint" in told:
            raise Hint(told["hint"])
        return plain.unpack(told["value"], lambda number: Function(self, number))

    def call(self, function, shown, values, named):
        if not isinstance(
            function, Function
        ):  # a class of Python's own, a value that only looks like a function
            raise Hint(f"检查时想运行 {shown}，可它不是程序里的函数。")
        return function.run(shown, values, named)

    def seen(self, ran, run=0):
        names = Names(self, run, ran["names"])
        kinds = [{"kind": kind} for kind in ran.get("kinds", ())]
        return Program(self.source, names, ran["output"], kinds, self.call, self.again)

    def again(self, answers):
        ran = self.ask("again", answers=answers)
        return self.seen(ran, ran["run"])


class Function:
    def __init__(self, far, number):
        self.far = far
        self.number = number

    def __call__(self, *values, **named):
        return self.run(f"函数({', '.join(repr(one)[:40] for one in values)})", values, named)

    def run(self, shown, values, named):
        packed = [plain.pack(what, _number) for what in (tuple(values), dict(named))]
        return self.far.ask("call", function=self.number, shown=shown, values=packed[0], named=packed[1])

    def __deepcopy__(self, memo):
        return self


def _number(function):
    return function.number if isinstance(function, Function) else -1


class Names(dict):
    """The program's names; each value is fetched when a check looks at it."""

    def __init__(self, far, run, names):
        super().__init__(dict.fromkeys(names))
        self.far = far
        self.run = run

    def __getitem__(self, name):
        if name not in self:
            raise KeyError(name)
        return self.far.ask("name", run=self.run, name=name)

    def get(self, name, otherwise=None):
        try:
            return self[name]
        except KeyError:
            return otherwise


def main():
    line = talk.Line()
    job = line.hear()
    lab = program.Lab()
    lab.last = Far(line, job["source"]).seen(job["ran"])
    line.tell({"checks": lab.check(job["check"], job["keys"])})
