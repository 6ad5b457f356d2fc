"""Tries a folder of tasks without a browser: python try_task.py content/datasets/<name> [<task> [<program.py> [<answer> …]]]

Says of every task whether the reference solution runs and passes every check, and which checks the starter misses.
Exit code 1 when something is wrong. Each program runs by itself in a process with a time limit.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SECONDS = 20
HERE = Path(__file__).parent


def keys_in(check: str) -> list[str]:
    """The checks of a check file, in order."""
    lines = [line for line in check.splitlines() if line.startswith("def check_")]
    return [line.removeprefix("def check_").split("(")[0] for line in lines]


def tried(folder: Path, task: str, program: Path, answers: list[str] | None = None) -> dict:
    """{error, output, drawings, checks} of one program of a task, run in a process of its own."""
    with tempfile.TemporaryDirectory() as place:
        for file in [*folder.glob("*.csv"), *folder.glob("*.txt")]:
            shutil.copy(file, place)
        check = (folder / f"{task}_check.py").read_text(encoding="utf-8")
        asked = {"source": program.read_text(encoding="utf-8"), "check": check, "answers": answers or []}
        command = [sys.executable, "-B", str(HERE / "try_task.py"), "--inside"]
        try:
            done = subprocess.run(
                command,
                cwd=place,
                input=json.dumps(asked),
                capture_output=True,
                encoding="utf-8",
                timeout=SECONDS,
                check=False,
                env={**os.environ, "PYTHONIOENCODING": "utf-8", "PYTHONPATH": str(HERE)},
            )
        except subprocess.TimeoutExpired:
            return {
                "error": {"says": f"{SECONDS} 秒没有跑完", "python": "", "line": None},
                "checks": [],
                "output": "",
            }
    return json.loads(done.stdout) if done.returncode == 0 else {"error": {"says": done.stderr}, "checks": []}


def _inside() -> None:
    import program

    asked = json.load(sys.stdin)
    lab = program.Lab()
    parts: list[str] = []
    ran = lab.run(asked["source"], asked["answers"], parts.append)
    checks = lab.check(asked["check"], keys_in(asked["check"])) if ran["error"] is None else []
    json.dump({**ran, "output": "".join(parts), "checks": checks}, sys.stdout, ensure_ascii=False)


def faults(folder: Path, task: str, told=lambda _: None) -> list[str]:
    """What is wrong with a task, in sentences; empty when all is well."""
    found = []
    answers = answers_of(folder, task)
    solved = tried(folder, task, folder / f"{task}_solution.py", answers)
    if solved["error"]:
        found.append(f"{task}: the solution fails: {solved['error']}")
    missed = [check for check in solved["checks"] if not check["ok"]]
    found += [f"{task}: the solution misses {one['key']}: {one['broken'] or one['hint']}" for one in missed]
    began = tried(folder, task, folder / f"{task}_start.py", answers)
    told(f"{task}: starter: {began['error'] or 'runs'}")
    for check in began["checks"]:
        told(f"  {'passes' if check['ok'] else 'misses'} {check['key']} {check['hint']} {check['broken']}")
    found += [
        f"{task}: starter breaks {one['key']}: {one['broken']}" for one in began["checks"] if one["broken"]
    ]
    if began["checks"] and all(check["ok"] for check in began["checks"]):
        found.append(f"{task}: the starter passes every check already")
    return found


def answers_of(folder: Path, task: str) -> list[str]:
    """What the task's dataset.yaml gives to input()."""
    import yaml

    tasks = yaml.safe_load((folder / "dataset.yaml").read_text(encoding="utf-8")).get("tasks", ())
    return next((one.get("input", "").splitlines() for one in tasks if one["key"] == task), [])


def main(arguments: list[str]) -> int:
    folder = Path(arguments[0])
    only = arguments[1:2]
    if len(arguments) > 2:
        ran = tried(folder, only[0], Path(arguments[2]), arguments[3:] or answers_of(folder, only[0]))
        print(
            ran.get("output", ""), json.dumps({**ran, "output": ""}, ensure_ascii=False, indent=1), sep="\n"
        )
        return 1 if ran["error"] else 0
    tasks = only or sorted(path.name.removesuffix("_check.py") for path in folder.glob("*_check.py"))
    found = [fault for task in tasks for fault in faults(folder, task, told=print)]
    print("\n".join(found) or f"{len(tasks)} tasks: well")
    return 1 if found or not tasks else 0


if __name__ == "__main__":
    if sys.argv[1:] == ["--inside"]:
        _inside()
    else:
        sys.exit(main(sys.argv[1:]))
