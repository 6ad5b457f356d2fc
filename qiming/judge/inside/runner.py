"""Runs a pupil's program, then answers what the checker asks about it. Everything in this process may be the pupil's.

Hears {source, answers, files}; tells {out} while it prints, then {ran}; then hears asks until there are no more.
"""

import os
import time
from pathlib import Path

import plain
import program
import talk
from qm_check import Hint

EMIT_S = 0.25


class Running:
    def __init__(self, line):
        self.line = line
        self.lab = program.Lab()
        self.runs = []
        self.functions = []
        self._unsaid = ""
        self._said_at = 0.0

    def out(self, text):
        """What is printed goes out in bundles."""
        self._unsaid += text
        if time.monotonic() - self._said_at > EMIT_S:
            self.say()

    def say(self):
        if self._unsaid:
            self.line.tell({"out": self._unsaid})
        self._unsaid, self._said_at = "", time.monotonic()

    def run(self, job):
        for name, text in job["files"].items():
            (Path("/work") / os.path.basename(name)).write_text(text, encoding="utf-8")
        ran = self.lab.run(job["source"], job["answers"], self.out)
        self.say()
        self.runs.append(self.lab.last)
        self.line.tell({"ran": {**ran, **self.seen(self.lab.last)}})

    def seen(self, run):
        """What a checker knows of a run without asking: `drawings` only of the kind."""
        if run is None:
            return {"output": "", "names": []}
        return {
            "output": run.output,
            "names": list(run.names),
            "kinds": [str(one["kind"]) for one in run.drawings],
        }

    def answer(self, asked):
        try:
            return {"value": self.pack(self.do(asked))}
        except Hint as hint:
            return {"hint": str(hint)}
        except Exception as error:
            return {"hint": f"检查时程序出了错：{type(error).__name__}"}

    def do(self, asked):
        if asked["ask"] == "again":
            self.runs.append(self.runs[0]._anew(asked["answers"]))
            return {"run": len(self.runs) - 1, **self.seen(self.runs[-1])}
        if asked["ask"] == "name":
            return self.runs[asked["run"]].names[asked["name"]]
        values = plain.unpack(asked["values"], self.functions.__getitem__)
        named = plain.unpack(asked["named"], self.functions.__getitem__)
        return self.lab._call(self.functions[asked["function"]], asked["shown"], values, named)

    def pack(self, value):
        def keep(function):
            self.functions.append(function)
            return len(self.functions) - 1

        return plain.pack(value, keep)


def main():
    line = talk.Line()
    running = Running(line)
    running.run(line.hear())
    while (asked := line.hear()) is not None:
        line.tell(running.answer(asked))
