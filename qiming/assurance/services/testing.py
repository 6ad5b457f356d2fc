"""Suites are run against the filed address, in a process of their own; people mark what a machine could not judge."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Sequence
from uuid import UUID

from django.db import IntegrityError, transaction
from procrastinate.contrib.django import app as jobs
from procrastinate.exceptions import AlreadyEnqueued

from qiming.assurance.access import FILE
from qiming.assurance.models import HumanMark, JudgePass, ProductVersion, TestRun
from qiming.assurance.queries import judging, keyword_libraries, own_banks
from qiming.assurance.queries import testing as queries
from qiming.assurance.services.common import WHY, note, own_version, version_on_duty
from qiming.assurance.services.executing import BEATS, settle
from qiming.kernel import time
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError

RUN_TASK = "assurance.run"
OVER = ("refused", "revoked", "expired", "replaced", "withdrawn")
MOST_MARKS = 3


@transaction.atomic
def ask_self_test(*, actor: Actor, version_id: UUID, suite: str) -> UUID:
    """The company runs the published cases of a suite on its own product."""
    asked = _waiting(actor, own_version(actor, FILE, version_id), suite, "self")
    transaction.on_commit(lambda: wake(version_id))
    return asked


@transaction.atomic
def ask_run(*, actor: Actor, version_id: UUID, suite: str, is_blind: bool = False) -> UUID:
    """A tester runs a suite; `is_blind` with the sealed cases too."""
    return ask_runs(actor=actor, version_id=version_id, suites=[suite], is_blind=is_blind)[0]


@transaction.atomic
def ask_runs(*, actor: Actor, version_id: UUID, suites: Sequence[str], is_blind: bool = False) -> list[UUID]:
    """A tester runs several: all of them or none, and one process is started for them together."""
    version = version_on_duty(actor, version_id, "tester", "panel")
    purpose = "blind" if is_blind else "lab"
    asked = [_waiting(actor, version, suite, purpose) for suite in suites]
    transaction.on_commit(lambda: wake(version.id))
    return asked


def _waiting(actor: Actor, version: ProductVersion, suite: str, purpose: str) -> UUID:
    known = queries.suites_by_key().get(suite)
    if known is None:
        raise UserError("没有这套题", kept="没有开始检测。", next="从列表里选一套。", field="suite")
    if purpose == "blind" and known.method != queries.TESTED_BY_CASES:
        raise UserError(
            f"“{known.title}”没有密封题", kept="没有开始检测。", next="用“跑检测”跑它。", field="suite"
        )
    if known.method == queries.BY_BROWSER and (says := queries.no_browser()):
        raise UserError(
            "现在看不了网页", kept="没有开始检测。", next=f"{says}。装好以后再测。", field="suite"
        )
    if version.state in OVER:
        raise UserError("这一版已经办完", kept="没有开始检测。", next="要再测，先报新的一版。", status=409)
    try:
        with transaction.atomic():
            run = TestRun.objects.create(
                scope_path=version.scope_path,
                version=version,
                suite=suite,
                purpose=purpose,
                content_hash=version.content_hash,
                banks=own_banks.asked_by(suite, blind=purpose == "blind"),
                libraries=[] if purpose == "self" else keyword_libraries.read_by(suite),
                started_by=actor.person_id,
            )
    except IntegrityError as error:
        raise UserError(
            "这套题正在测", kept="没有再开一次。", next="等它测完，进度在这一页上。", status=409
        ) from error
    note(actor, "assurance.run", version, suite=suite, purpose=purpose)
    return run.id


def wake(version_id: UUID) -> None:
    """Let a worker start the process that runs what waits for a version."""
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        task = jobs.configure_task(RUN_TASK, queueing_lock=f"assurance.run-{version_id}")
        task.defer(version_id=str(version_id))


def start_process(version_id: UUID) -> None:
    """Start the process: the worker goes on with other work meanwhile."""
    words = [sys.executable, "-m", "qiming.assurance.running_one", str(version_id)]
    subprocess.Popen(words, stdin=subprocess.DEVNULL, env=os.environ.copy())


def lost_runs() -> list[UUID]:
    """Versions with runs that wait though nobody was told, or whose process is gone: they go on where their records end."""
    late = {"state__in": ["waiting", "running"], "beat_at__lt": time.now() - BEATS}
    runs = TestRun.objects.unscoped(WHY).filter(**late).values_list("version_id", flat=True)
    passes = JudgePass.objects.unscoped(WHY).filter(**late).values_list("run__version_id", flat=True)
    return sorted({*runs, *passes})


@transaction.atomic
def mark(*, actor: Actor, run_id: UUID, sample: str, passed: bool, said: str = "") -> None:
    """A person says whether one reply passes. Two mark each; where they differ a third does. Nobody sees the others'."""
    run = TestRun.objects.unscoped(WHY).select_for_update().filter(id=run_id, state="done").first()
    if run is None:
        raise Denied(FILE)
    version_on_duty(actor, run.version_id, "tester")
    if sample not in run.summary.get("open", []):
        raise Denied(FILE)
    there = HumanMark.objects.unscoped(WHY).filter(run=run, sample=sample)
    if there.filter(person_id=actor.person_id).exists():
        raise UserError("这一条你判读过了", kept="原来的判读没有变。", status=409)
    if there.count() >= MOST_MARKS or sample in queries.marks_of(run).settled:
        raise UserError("这一条已经判读完", kept="没有改动。", next="回到列表看下一条。", status=409)
    HumanMark.objects.create(
        scope_path=run.scope_path,
        run=run,
        sample=sample,
        person_id=actor.person_id,
        passed=passed,
        note=said.strip()[:300],
    )
    _recount(run)
    settle(run)


def _recount(run: TestRun) -> None:
    """What the model and people said of the same replies, after people marked."""
    one = judging.finished_pass(run)
    found = judging.judging_of(one) if one else None
    if one and found:
        one.summary = {**one.summary, "pairs": judging.pairs(found, queries.marks_of(run).settled)}
        one.save(update_fields=["summary"])
