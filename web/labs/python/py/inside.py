"""How the lab's worker speaks to Python: JSON in, JSON out."""

import json
import os
import sys
from importlib import abc
from pathlib import Path

import program

# The bridges to the page's JavaScript. The worker's policy and its emptied globals are the wall; this shuts the gate in it.
BRIDGES = ("js", "pyodide_js", "_pyodide", "_pyodide_core", "pyodide", "micropip", "pyodide_http")


class _Refused(abc.MetaPathFinder):
    """Answers for the bridges as for any module that is not there."""

    def find_spec(self, fullname, path=None, target=None):
        if fullname.split(".")[0] in BRIDGES:
            raise ModuleNotFoundError(f"No module named '{fullname}'", name=fullname)
        return


def close_bridges():
    sys.meta_path[:] = [_Refused(), *(one for one in sys.meta_path if "pyodide" not in type(one).__module__)]
    for name in list(sys.modules):
        if name.split(".")[0] in BRIDGES:
            del sys.modules[name]


class Inside:
    def __init__(self, folder="/work"):
        self.lab = program.Lab()
        self.folder = Path(folder)

    def run(self, asked, emit):
        """`asked`: {source, answers, files, check, checks, cell?}. Returns {error, drawings, asked, checks}."""
        asked = json.loads(asked)
        cell = asked.get("cell")
        if not cell or cell["fresh"]:
            self._lay_out(asked["files"])
        if cell:
            ran = self.lab.cell(asked["source"], cell["first"], cell["fresh"], asked["answers"], emit)
            return json.dumps({**ran, "checks": []}, ensure_ascii=False)
        ran = self.lab.run(asked["source"], asked["answers"], emit)
        missing = ran["error"] is not None or not asked["checks"]
        checks = [] if missing else self.lab.check(asked["check"], asked["checks"])
        return json.dumps({**ran, "checks": checks}, ensure_ascii=False)

    def _lay_out(self, files):
        """Only the task's files, as they were, whatever an earlier run has done to them."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for path in self.folder.iterdir():
            if path.is_file():
                path.unlink()
        for name, text in files.items():
            (self.folder / name).write_text(text, encoding="utf-8")
        os.chdir(self.folder)
