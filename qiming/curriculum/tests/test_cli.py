"""`qiming content` as an operator and a script meet it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from qiming.curriculum.cli import app
from qiming.curriculum.models import CourseVersion

RUN = CliRunner()


def test_check_of_a_right_folder(tiny: Path) -> None:
    done = RUN.invoke(app, ["check", "--root", str(tiny)])
    assert (done.exit_code, done.output) == (0, "0 to mend, 0 worth a look\n")


def test_check_tells_people_and_machines(tiny: Path) -> None:
    path = tiny / "courses/g7-tiny/lessons/01-first/lesson.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("minutes: 20", "minutes: 21"), encoding="utf-8")
    said = RUN.invoke(app, ["check", "--root", str(tiny)])
    assert said.exit_code == 1 and "环节共46分钟" in said.output
    told = RUN.invoke(app, ["check", "--root", str(tiny), "--json"])
    (problem,) = json.loads(told.output)
    assert problem["where"] == "activities" and problem["file"].endswith("lesson.yaml")


def test_stats_count_in_total_and_per_grade(tiny: Path) -> None:
    counted = json.loads(RUN.invoke(app, ["stats", "--root", str(tiny), "--json"]).output)
    by_grade = counted.pop("by_grade")
    assert counted == {
        "courses": 1,
        "lessons": 1,
        "activities": 6,
        "items": 12,
        "labs": 1,
        "concepts": 3,
        "edges": 2,
    }
    assert by_grade["7"]["items"] == 12 and by_grade["1"]["concepts"] == 1
    assert "lessons" in RUN.invoke(app, ["stats", "--root", str(tiny)]).output


@pytest.mark.django_db
def test_sync_says_what_it_did_and_then_that_nothing_changed(tiny: Path) -> None:
    first = RUN.invoke(app, ["sync", "--root", str(tiny)])
    assert first.exit_code == 0 and "imported  content/courses/g7-tiny" in first.output
    again = json.loads(RUN.invoke(app, ["sync", "--root", str(tiny), "--json"]).output)
    assert again["unchanged"] and again["problems"] == []
    assert CourseVersion.objects.count() == 1


@pytest.mark.django_db
def test_sync_fails_loudly_on_a_bad_folder(tiny: Path) -> None:
    (tiny / "courses/g7-tiny/course.yaml").write_text("key: [", encoding="utf-8")
    done = RUN.invoke(app, ["sync", "--root", str(tiny)])
    assert done.exit_code == 1 and "YAML 读不懂" in done.output
