"""python -m benchmarks.surveys: what one anonymous answer costs, and with that an hour of 40,000.

A scratch database of its own in a temporary folder with synthetic people. Each answer is a whole request (form, view,
two tables) through Django's handler in this process, without a network; CPU is of this process and of its database
connection. The hour's sum is derived: answers × CPU of one, against 3,600 s of two cores. The
page with the questions is not in it. Mixing and closing are measured at the size given.
"""

import argparse
import os
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from benchmarks import machine, results
from benchmarks.results import Line
from benchmarks.shelf import _cpu

HOUR = 40_000
CORES = 2
FORM = "application/x-www-form-urlencoded"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--answers", type=int, default=2_000)
    parser.add_argument("--no-save", dest="save", action="store_false")
    given = parser.parse_args()
    before = {"reference_ms": machine.reference_ms(), "load": machine.load()}
    with tempfile.TemporaryDirectory(prefix="qiming-surveys-") as folder:
        lines = _measured(Path(folder), given.answers)
    print(results.table(lines))
    if given.save:
        run = {
            "command": machine.command("benchmarks.surveys"),
            "commit": machine.commit(),
            "machine": machine.machine(),
            "versions": machine.versions(),
            "before": before,
            "after": {"reference_ms": machine.reference_ms(), "load": machine.load()},
        }
        print(results.keep(machine.ROOT / "benchmarks" / "results", "surveys", run, lines))


def _measured(folder: Path, answers: int) -> list[Line]:
    from qiming.site import database, supervisor

    os.environ.update(QIMING_HOME=str(folder), DJANGO_SETTINGS_MODULE="qiming.site.settings")
    os.environ.pop("DATABASE_URL", None)
    supervisor.open_house("owner")
    try:
        supervisor.migrate()
        return _figures(answers)
    finally:
        from django.db import connections

        connections.close_all()
        database.stop(folder)


def _figures(answers: int) -> list[Line]:
    from qiming.governance.surveys import drawing, rules, services
    from qiming.kernel import keys

    survey, people = _opened(answers)
    key = keys.kept_key(drawing.KEY)
    tokens = [rules.token(key, survey, one, number % 2) for number, one in enumerate(people)]
    wall, cpu = _sent(survey, tokens)
    per_answer = cpu / answers * 1000
    size = {"answers": answers}
    lines = [
        Line("ours", "one answer, whole request", "CPU ms", round(per_answer, 2), more=size),
        Line("ours", "one answer, whole request", "ms", round(wall / answers * 1000, 2), more=size),
        Line(
            "ours",
            "an hour of 40,000 answers on 2 cores (derived)",
            "% busy",
            round(100 * per_answer / 1000 * HOUR / (3600 * CORES), 1),
            aim=100.0,
            more=size,
        ),
    ]
    for what, act in (("mixing", services.mix), ("closing with results", _close)):
        began, spent = time.perf_counter(), _cpu()
        act(survey)
        more = size | {"cpu_s": round(_cpu() - spent, 2)}
        lines.append(Line("ours", what, "s", round(time.perf_counter() - began, 2), more=more))
    return lines


def _close(survey_id: UUID) -> Any:
    from qiming.governance.surveys import services

    return services.close(actor=None, survey_id=survey_id)


def _opened(count: int) -> tuple[UUID, list[UUID]]:
    """An open survey of ten questions in two strata."""
    from datetime import timedelta

    from qiming.governance.surveys import drawing
    from qiming.governance.surveys.models import Survey
    from qiming.governance.surveys.rules import SCALE, Kind, Question, Stratum
    from qiming.kernel import time as clock

    asked = [Question(f"q{at}", Kind.SCALE, f"synthetic {at}", SCALE) for at in range(1, 10)]
    asked.append(Question("q10", Kind.WORDS, "synthetic words"))
    people = [uuid4() for _ in range(count)]
    halves = [frozenset(people[0::2]), frozenset(people[1::2])]
    today = clock.today()
    survey = Survey.objects.create(
        scope_path="b/",
        title="synthetic",
        purpose="synthetic",
        audience="pupil",
        questions=[one.kept() for one in asked],
        starts_on=today,
        ends_on=today + timedelta(days=1),
        size=1,
        state="open",
        strata=[
            {"no": no, "name": str(no), "stage": "junior", "classes": 9, "drawn": 9, "people": 9 * count,
             "invited": len(half), "class_ids": []}
            for no, half in enumerate(halves)
        ],
        made_by=uuid4(),
    )  # fmt: skip
    drawing.invite(survey, [Stratum(str(no), "junior", 9, (), 9, half) for no, half in enumerate(halves)])
    return survey.id, people


def _sent(survey: UUID, tokens: list[str]) -> tuple[float, float]:
    """Wall and CPU seconds of handing in every answer once."""
    from django.test import Client
    from django.urls import reverse

    from qiming.kernel.throttle import buckets

    address = reverse("governance.survey_send", args=[survey])
    client = Client(headers={"Accept": "application/json", "Host": "localhost"})
    wall = cpu = 0.0
    for number, one in enumerate(tokens):
        chosen = {f"q{at}": str((number + at) % 5) for at in range(1, 10)}
        body = urlencode({"token": one, **chosen, "q10": "synthetic" if number % 4 == 0 else ""})
        buckets.forget()  # they come from many addresses
        began, spent = time.perf_counter(), _cpu()
        answer = client.post(address, body, content_type=FORM)
        wall, cpu = wall + time.perf_counter() - began, cpu + _cpu() - spent
        if answer.status_code != 200:
            raise SystemExit(f"an answer was not taken ({answer.status_code}): no figure")
    return wall, cpu


if __name__ == "__main__":
    main()
