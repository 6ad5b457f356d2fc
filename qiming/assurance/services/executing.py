"""One run in its own process: the runner asks the product, this writes how far it is and what came of it."""

import asyncio
import logging
import os
import threading
from collections.abc import Callable, Coroutine, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q

from qiming.assurance.models import TestRun
from qiming.assurance.queries import judging, own_banks
from qiming.assurance.rules.filing import AGENT
from qiming.assurance.runner import records, suites, summing
from qiming.assurance.runner.kinds import Failure
from qiming.assurance.runner.mapping import BadMapping
from qiming.assurance.services import asking
from qiming.kernel import made, time

if TYPE_CHECKING:
    from qiming.assurance.runner.running import Progress

log = logging.getLogger(__name__)
_WHY = "the process of the run itself"
LOOK_S = 0.5
BEATS = timedelta(minutes=2)  # a run that was not heard of for so long has lost its process


def execute_all(version_id: UUID) -> int:
    """Run whatever waits for a version, one suite after the other; returns how many. What another process is at is left
    to it."""
    done = 0
    while (run_id := _next(version_id)) is not None:
        execute(run_id)
        done += 1
    return done


def _next(version_id: UUID) -> UUID | None:
    """Take the oldest run that waits, or whose process is gone."""
    rows = TestRun.objects.unscoped(_WHY).filter(version_id=version_id)
    lost = Q(state="waiting") | Q(state="running", beat_at__lt=time.now() - BEATS)
    for run_id in rows.filter(lost).order_by("id").values_list("id", flat=True):
        if rows.filter(lost, id=run_id).update(state="running", beat_at=time.now()):
            return run_id
    return None


def execute(run_id: UUID) -> None:
    """Run it to its end, or note why not. A run that was begun goes on behind what its record holds."""
    run = TestRun.objects.unscoped(_WHY).select_related("version__product").get(id=run_id)
    run.state, run.beat_at = "running", time.now()
    run.started_at = run.started_at or time.now()
    run.record = run.record or f"assurance/{run.id}.jsonl"
    run.save(update_fields=["state", "beat_at", "started_at", "record"])
    try:
        suite = own_banks.suite_of(run)
        path = made.path_of(run.record)
        path.parent.mkdir(parents=True, exist_ok=True)
        watched(TestRun, run.id, lambda progress: asking.asked(run, suite, path, progress))
    except (Failure, BadMapping, suites.BadSuite, records.RecordTrouble) as trouble:
        _fail(run, str(trouble))
        return
    run.refresh_from_db(fields=["total"])
    finish(run)


def watched(model: Any, row_id: UUID, begin: Callable[["Progress"], Coroutine[Any, Any, Any]]) -> None:
    """The work on a thread with its own event loop; this thread writes the progress into its row meanwhile."""
    seen = {"done": 0, "total": 0}
    trouble: list[BaseException] = []

    def progress(done: int, total: int) -> None:
        seen.update(done=done, total=total)

    def work() -> None:
        try:
            asyncio.run(begin(progress))
        except BaseException as error:
            trouble.append(error)

    parent = os.getppid()
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(LOOK_S)
        model.objects.unscoped(_WHY).filter(id=row_id).update(beat_at=time.now(), **seen)
        if os.getppid() != parent:
            # The worker is gone: leave the record as it is, another process goes on with it.
            raise SystemExit(0)
    if trouble:
        raise trouble[0]


def _fail(run: TestRun, says: str) -> None:
    run.state, run.trouble, run.ended_at = "failed", says[:300], time.now()
    run.save(update_fields=["state", "trouble", "ended_at"])


def finish(run: TestRun) -> None:
    """Write the figures of a record that is complete."""
    run.state, run.ended_at = "done", time.now()
    settle(run)


def settle(run: TestRun) -> None:
    """The figures with what people have marked so far, and a model where it may; `open` lists what a person may look at."""
    bare = records.read(made.path_of(run.record))
    undecided = [
        one for one in bare.samples if one.finding and one.passed is None
    ]  # load: nothing was judged
    opened = {
        "open": [one.id for one in undecided],
        "open_published": sum(not one.sealed for one in undecided),
    }
    run.summary = {**run.summary, **opened}
    counts = judging.decided(run)
    found = summing.summary(counts.read, counts.marks)
    run.summary = {
        **opened,
        "samples": found.samples,
        "failed": found.failed,
        "seconds": round(found.seconds, 1),
        "banks": dict(found.banks),
        "by_model": counts.by_model,
        "metrics": [
            {**summing.as_json(judged.metric), "title": judged.rule.title, "unit": judged.rule.unit}
            for judged in summing.judged(counts.read, counts.marks)
        ],
        "troubles": dict(summing.troubles(counts.read.samples)),
        "asked": _agent_of(counts.read.header.product),
    }
    run.passed, run.total, run.done = found.passed, counts.read.header.samples, found.samples
    run.save()


def _agent_of(product: Mapping[str, Any]) -> str:
    """Which agent of this platform answered, of what version, by which engine; "" for a product that was reached outside."""
    return str(product.get("shown", "")) if product.get("kind") == AGENT else ""
