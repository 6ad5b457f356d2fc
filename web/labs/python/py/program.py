"""Runs a pupil's program and its checks, inside the lab's Python or (for tests) in an ordinary one.

Nothing here is a wall: what a program may reach is settled by the worker it runs in. What is settled here: output has an
end, input() is answered from a list, errors come back as words, and one run leaves nothing behind for the next.
"""

import builtins
import io
import linecache
import random
import sys
import types

import qm
import said
from qm_check import Hint, Program

MOST_OUTPUT = 20_000
MOST_LINE = 400
TOO_MUCH = "打印得太多了，程序停在这里。是不是循环停不下来，或者在循环里打印了太多？"


class TooMuch(BaseException):
    """More was printed than a page can show; no `except Exception` of the program catches it."""


class Printed(io.TextIOBase):
    """Takes what is printed, hands it on, and stops the program when it is too much."""

    def __init__(self, emit=None):
        self.parts = []
        self.size = 0
        self.emit = emit

    def writable(self):
        return True

    def write(self, text):
        left = MOST_OUTPUT - self.size
        kept = text[:left]
        self.size += len(kept)
        self.parts.append(kept)
        if kept and self.emit:
            self.emit(kept)
        if len(text) > left:
            raise TooMuch
        return len(text)

    @property
    def text(self):
        return "".join(self.parts)


class Lab:
    """One interpreter for many runs; `last` is the run that ended without error, for the checks."""

    def __init__(self):
        self.last = None
        self._cells = None
        self._builtins = dict(vars(builtins))
        self._recursion = sys.getrecursionlimit()
        qm._in_lab = True

    def run(self, source, answers=(), emit=None):
        """{error, drawings, asked}: error as said.explain gives it, or None; `asked` is the last question unanswered."""
        self.last = None
        ran = self._once(source, list(answers), emit)
        if ran["error"] is None:
            self.last = self._seen(source, ran)
        return {"error": ran["error"], "drawings": ran["drawings"], "asked": ran["asked"]}

    def cell(self, source, first, fresh, answers=(), emit=None):
        """One cell, in the names the cells before it left; `first` is its first line in the program. Nothing is checked."""
        self.last = None
        if fresh or self._cells is None:
            self._cells = types.ModuleType("__main__")
        ran = self._once("\n" * (first - 1) + source, list(answers), emit, self._cells)
        return {"error": ran["error"], "drawings": ran["drawings"], "asked": ran["asked"]}

    def check(self, source, keys):
        """Per key {key, ok, hint, broken}; `source` is the check file."""
        module = {"__name__": "check", "__builtins__": builtins}
        printed, sys.stdout = sys.stdout, Printed()
        try:
            exec(compile(source, "check.py", "exec"), module)
            return [{"key": key, **self._one(module.get(f"check_{key}"))} for key in keys]
        finally:
            sys.stdout = printed
            self._clean()

    def _one(self, check):
        try:
            if check is None:
                raise LookupError("no such check")
            check(self.last)
        except (Hint, AssertionError) as missed:
            return {"ok": False, "hint": str(missed) or "这一项还没做到，再看看任务。", "broken": ""}
        except (Exception, TooMuch) as error:
            return {"ok": False, "hint": "这一项检查自己出了错，请告诉老师。", "broken": repr(error)}
        return {"ok": True, "hint": "", "broken": ""}

    def _once(self, source, answers, emit, main=None):
        self._clean()
        printed = Printed(emit)
        asked = [None]
        names = (main or types.ModuleType("__main__")).__dict__
        linecache.cache[said.PROGRAM] = (len(source), None, source.splitlines(True), said.PROGRAM)
        out, err = sys.stdout, sys.stderr
        sys.stdout = sys.stderr = printed
        builtins.input = self._asking(answers, asked)
        error = None
        try:
            exec(compile(source, said.PROGRAM, "exec"), names)
        except SystemExit:
            pass
        except TooMuch:
            error = {"kind": "TooMuch", "line": None, "says": TOO_MUCH, "python": ""}
        except BaseException as met:
            error = said.explain(met)
        finally:
            sys.stdout, sys.stderr = out, err
            drawings = list(qm._drawn)
            self._clean()
        return {
            "error": error,
            "drawings": drawings,
            "asked": asked[0],
            "names": names,
            "output": printed.text,
        }

    def _asking(self, answers, asked):
        left = iter(answers)

        def ask(prompt=""):
            print(prompt, end="")
            try:
                answer = next(left)
            except StopIteration:
                asked[0] = str(prompt)
                raise EOFError("EOF when reading a line") from None
            print(answer)
            return answer

        return ask

    def _seen(self, source, ran):
        return Program(source, ran["names"], ran["output"], ran["drawings"], self._call, self._anew(source))

    def _call(self, function, shown, values, named):
        printed, sys.stdout = sys.stdout, Printed()
        builtins.input = self._asking([], [None])
        try:
            return function(*values, **named)
        except TooMuch:
            raise Hint(f"检查时运行了 {shown}，它打印得停不下来。") from None
        except (Exception, SystemExit) as met:
            told = said.explain(met)
            where = f"第 {told['line']} 行：" if told["line"] else ""
            raise Hint(f"检查时运行了 {shown}，它出错了。{where}{told['says']}") from None
        finally:
            sys.stdout = printed

    def _anew(self, source):
        def again(answers):
            printed = sys.stdout
            ran = self._once(source, answers, None)
            sys.stdout = printed
            if ran["error"]:
                shown = "、".join(answers) or "（没有）"
                raise Hint(f"检查时换了一组回答（{shown}）再运行，程序出错了：{ran['error']['says']}")
            return self._seen(source, ran)

        return again

    def _clean(self):
        """Takes back what a program may have changed for the next one."""
        for name, value in self._builtins.items():
            setattr(builtins, name, value)
        for name in set(vars(builtins)) - set(self._builtins):
            delattr(builtins, name)
        for name in ("qm", "random"):
            sys.modules[name] = qm if name == "qm" else random
        sys.setrecursionlimit(self._recursion)
        qm._drawn.clear()
        qm._in_lab = True
        random.seed()
