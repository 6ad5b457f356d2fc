"""Programming tasks: their files are there and are Python, and a lesson's goals name checks that exist.

Nothing is run here: programs of a content folder run in the tests and in the pupil's browser only.
"""

import ast
from collections.abc import Iterator
from typing import Any

from qiming.curriculum.checks.known import no_such, repeated
from qiming.curriculum.datasets import SERVER_ONLY
from qiming.curriculum.reading import DatasetFolder, Library
from qiming.kernel.content import Document, Place, Problem, Unreadable, read_text, relative
from qiming.kernel.content_words import Words

PARTS = ("start", "check", "solution")
CHECK = "check_"


def check_tasks(document: Document, read: DatasetFolder, library: Library) -> Iterator[Problem]:
    data: dict[str, Any] = document.data
    for at, name in enumerate(data.get("files", ())):
        if not (read.folder / name).is_file():
            yield document.problem(("files", at), _no_file(name))
    keys = [task["key"] for task in data["tasks"]]
    for at, key in enumerate(keys):
        if keys.index(key) < at:
            yield document.problem(("tasks", at, "key"), repeated("任务", "Task", key))
        for part in PARTS:
            yield from _program(document, read, library, at, f"{key}_{part}.py", starts=part == "start")
        if (read.folder / f"{key}{SERVER_ONLY}").is_file():
            yield from _program(document, read, library, at, f"{key}{SERVER_ONLY}", starts=False)
        if not checks_of(read, library, key):
            yield document.problem(("tasks", at), _no_checks(key))


def checks_of(read: DatasetFolder, library: Library, task: str) -> list[str]:
    """Keys of the checks that a task's check file holds."""
    try:
        return checks_in(read_text(read.folder / f"{task}_check.py", library.root))
    except Unreadable:
        return []


def checks_in(text: str) -> list[str]:
    """Keys of the checks in a check file's text."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return []
    return [
        node.name.removeprefix(CHECK)
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name.startswith(CHECK)
    ]


def task_of_lab(lesson: Document, place: Place, lab: dict[str, Any], library: Library) -> Iterator[Problem]:
    """A lab that names a task names one of its folder, and its goals name that task's checks."""
    read = next((one for one in library.datasets if one.folder.name == lab["dataset"]), None)
    task = lab["settings"].get("task")
    if read is None or read.document is None or read.document.data["kind"] != "program" or task is None:
        return
    tasks = [one["key"] for one in read.document.data["tasks"]]
    if task not in tasks:
        words = no_such(
            "任务", "task", str(task), f"有：{'、'.join(tasks)}。", f"There are: {', '.join(tasks)}."
        )
        yield lesson.problem((*place, "settings", "task"), words)
        return
    checks = checks_of(read, library, task)
    for at, goal in enumerate(lab["goals"]):
        if goal["goal"] == "check" and goal.get("check") not in checks:
            shown = "、".join(checks)
            words = no_such("检查", "check", str(goal.get("check")), f"有：{shown}。", f"There are: {shown}.")
            yield lesson.problem((*place, "goals", at), words)


def _program(
    document: Document, read: DatasetFolder, library: Library, at: int, name: str, *, starts: bool
) -> Iterator[Problem]:
    """The file is there and is Python; only a starter may be broken on purpose."""
    path = read.folder / name
    if not path.is_file():
        yield document.problem(("tasks", at), _no_file(name))
        return
    try:
        text = read_text(path, library.root)
    except Unreadable as refusal:
        yield refusal.problem
        return
    if starts:
        return
    try:
        ast.parse(text)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        yield Problem(relative(path, library.root), line, "", _NOT_PYTHON)


def _no_file(file: str) -> Words:
    return no_such("文件", "file", file, "请放进这个文件夹。", "Put it into this folder.")


def _no_checks(task: str) -> Words:
    return Words(
        f"任务“{task}”一项检查也没有。",
        f"Task '{task}' has no check.",
        f"请在 {task}_check.py 里写 def check_…(p):。",
        f"Write def check_…(p): in {task}_check.py.",
    )


_NOT_PYTHON = Words(
    "这个程序不是正确的 Python。", "This program is not valid Python.", "请改好。", "Mend it."
)
