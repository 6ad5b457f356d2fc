"""What the judging worker does: takes a run, has it judged in the sandbox, keeps the verdict. Never in a web process."""

import logging
import time as clock
from collections.abc import Callable

from procrastinate.contrib.django import app as jobs

from qiming.curriculum import queries as curriculum
from qiming.judge.ground import Ground, lay
from qiming.judge.judging import Job, Verdict, judge
from qiming.judge.limits import Ending
from qiming.judge.packages import notebook
from qiming.kernel.time import now
from qiming.learning.judging import queue, rules, station
from qiming.learning.models import JudgeRun
from qiming.teaching import queries as teaching

log = logging.getLogger(__name__)

TELL_S = 0.5
LOOK_S = 1.0


@jobs.task(name=queue.WAKE, queue=queue.QUEUE)
def judge_what_waits() -> None:
    """Run what waits, one after the other, until nothing does."""
    while one():
        pass


@jobs.periodic(cron="* * * * *")
@jobs.task(name="learning.judge_minute", queue=queue.QUEUE, queueing_lock="judge_minute")
def judge_minute(timestamp: int) -> None:
    """Say that the worker is there; take up what a worker that was killed had begun; forget pupils' own tries."""
    station.report()
    forget_own()
    if queue.waiting(now()).exists():
        queue.wake()


def one() -> bool:
    """Judge the next run; False when there is none, or when nothing can be run here."""
    row = queue.take() if station.works_here() else None
    if row is None:
        return False
    verdict = Verdict(Ending.CRASHED) if row.tries > rules.MOST_TRIES else _judged(row)
    if verdict.ending == Ending.NO_SANDBOX:  # no fault of the program: it waits until the walls stand again
        log.error("the sandbox could not be built: %s", verdict.complaint[-300:])
        queue.put_back(row)
        station.report()
        return False
    queue.finish(row, verdict)
    return True


def _judged(row: JudgeRun) -> Verdict:
    lines = _Printing(row)
    return judge(
        _ground(row.kind),
        job_of(row),
        rules.limits_of(row.kind),
        told=lines.told if row.kind == "own" else lambda _: None,
        should_stop=lines.seldom(lambda: not queue.is_wanted(row)),
    )


class _Printing:
    """Passes on what is printed, and asks whether to go on, not more often than a database likes."""

    def __init__(self, row: JudgeRun) -> None:
        self.row = row
        self.output = ""
        self._told_at = 0.0

    def told(self, text: str) -> None:
        self.output += text
        if clock.monotonic() - self._told_at > TELL_S:
            self._told_at = clock.monotonic()
            queue.tell(self.row, self.output)

    def seldom(self, ask: Callable[[], bool]) -> Callable[[], bool]:
        asked_at = clock.monotonic()

        def now_and_then() -> bool:
            nonlocal asked_at
            if clock.monotonic() - asked_at < LOOK_S:
                return False
            asked_at = clock.monotonic()
            return ask()

        return now_and_then


def _ground(kind: str) -> Ground:
    """A marked program finds Python alone, as in the browser; a senior's own also what the school installed."""
    return lay(station.LAB) if kind == "marks" else lay(station.LAB, notebook())


def job_of(row: JudgeRun) -> Job:
    """The program with its task's data; for marks with the checks the lesson asks for, and the ones kept on the server."""
    offering = teaching.offering(row.offering_id)
    step = curriculum.activity_of_course(offering.course_version_id, row.lesson_key, row.activity_key)
    lab = step.data.get("lab", {}) if step else {}
    key, task = str(lab.get("dataset", "")), str(lab.get("settings", {}).get("task", ""))
    files = curriculum.dataset_texts(key)
    data = {name: text for name, text in files.items() if not name.endswith((".py", ".yaml"))}
    answers = rules.lines_of(row.answers)
    if row.kind == "own":
        return Job(row.source, answers, data)
    kept_here = files.get(f"{task}_marks.py", "")
    keys = [*rules.keys_of(lab.get("goals", ())), *rules.checks_in(kept_here)]
    check = "\n\n".join(part for part in (files.get(f"{task}_check.py", ""), kept_here) if part)
    return Job(row.source, answers, data, check, keys)


def forget_own() -> int:
    """Pupils' own tries are theirs to keep in the work; here they go after a day."""
    old = JudgeRun.objects.unscoped(queue.WHY_WORKER).filter(kind="own", asked_at__lt=now() - rules.KEPT_OWN)
    return old.delete()[0]
