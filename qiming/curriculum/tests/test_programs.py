"""Programming tasks: what the checks of content find, what is served, and that every task that ships can be done."""

import importlib.util
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest
from django.test import Client

from qiming.curriculum import queries
from qiming.curriculum.checks import check_library
from qiming.curriculum.reading import read_library
from qiming.curriculum.services.sync import sync_content
from qiming.curriculum.tests.conftest import LESSON, ROOT
from qiming.kernel.content import Problem

Bend = Callable[[str, str, str], None]
STEPS = "datasets/steps"
PY = ROOT / "web" / "labs" / "python" / "py"
SHIPPED = sorted(path for path in (ROOT / "content" / "datasets").glob("*/*_check.py"))


def problems(content: Path, labs: Path) -> list[Problem]:
    library = read_library(content, labs)
    check_library(library, date(2026, 11, 24))
    return list(library.all_problems())


@pytest.fixture
def programming(tiny: Path, bend: Bend) -> Path:
    """The tiny folder, its lab made into a programming one."""
    shutil.copytree(Path(__file__).parent / "programs" / "steps", tiny / STEPS)
    lab = "id: image-classifier\n      dataset: dots\n      settings: {start: empty}\n      goals: [{goal: examples-per-class, min: 1, text: 每类放一张}]"
    task = "id: python\n      dataset: steps\n      settings: {task: mean}\n      goals: [{goal: check, check: mean, text: 平均数算对了}]"
    bend(f"{LESSON}/lesson.yaml", lab, task)
    return tiny


def test_a_lesson_may_have_a_programming_task(programming: Path, labs: Path) -> None:
    assert [str(problem) for problem in problems(programming, labs)] == []


WRONG = [
    (f"{STEPS}/dataset.yaml", "steps.csv", "step.csv", "没有文件“step.csv”"),
    (f"{STEPS}/dataset.yaml", "steps.csv", "../steps.csv", "files"),
    (f"{STEPS}/dataset.yaml", "key: greet", "key: mean", "重复"),
    (f"{STEPS}/dataset.yaml", "key: greet", "key: bye", "没有文件“bye_start.py”"),
    (f"{STEPS}/dataset.yaml", "key: greet", "key: Greet", "tasks"),
    (f"{STEPS}/mean_check.py", "def check_mean(p):", "def check_mean(p)", "不是正确的 Python"),
    (f"{STEPS}/greet_check.py", "def check_greet", "def other", "一项检查也没有"),
    (f"{STEPS}/mean_solution.py", "return", "retrun", "不是正确的 Python"),
    (f"{LESSON}/lesson.yaml", "task: mean", "task: none", "没有任务“none”"),
    (f"{LESSON}/lesson.yaml", "check: mean", "check: none", "没有检查“none”"),
    (f"{LESSON}/lesson.yaml", "{task: mean}", "{}", "缺少“task”"),
    (f"{LESSON}/lesson.yaml", "dataset: steps", "dataset: dots", "用不了这种数据"),
]


@pytest.mark.parametrize(("file", "old", "new", "says"), WRONG)
def test_a_mistake_in_a_task_is_found(
    programming: Path, labs: Path, bend: Bend, file: str, old: str, new: str, says: str
) -> None:
    bend(file, old, new)
    found = [str(problem) for problem in problems(programming, labs)]
    assert any(says in one for one in found), found


def test_starter_checks_and_data_are_served_and_the_solution_is_not(
    db: None, programming: Path, labs: Path, client: Client
) -> None:
    assert sync_content(programming, labs=labs).problems == []
    dataset = queries.dataset("steps")
    assert dataset is not None and dataset.kind == "program"
    for name in ("dataset.yaml", "steps.csv", "mean_start.py", "mean_check.py", "greet_start.py"):
        answer = client.get(dataset.base_url + name)
        assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/"), name
    for name in ("mean_solution.py", "greet_solution.py", "other.py", "..%2Fdots%2Fdataset.yaml"):
        assert client.get(dataset.base_url + name).status_code == 404, name


def _trying() -> ModuleType:
    spec = importlib.util.spec_from_file_location("try_task", PY / "try_task.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("check", SHIPPED, ids=lambda path: f"{path.parent.name}:{path.stem}")
def test_every_task_that_ships_can_be_done_and_is_not_done_yet(check: Path) -> None:
    assert _trying().faults(check.parent, check.stem.removesuffix("_check")) == []


def test_a_task_that_cannot_be_done_is_found(programming: Path) -> None:
    trying, steps = _trying(), programming / STEPS
    assert trying.faults(steps, "mean") == [] and trying.faults(steps, "greet") == []
    solved, starter = steps / "mean_solution.py", steps / "mean_start.py"
    starter.write_text(solved.read_text(encoding="utf-8"), encoding="utf-8")
    assert "passes every check already" in trying.faults(steps, "mean")[0]
    solved.write_text("print(1 / 0)", encoding="utf-8")
    assert "the solution fails" in trying.faults(steps, "mean")[0]
