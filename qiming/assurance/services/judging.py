"""A configured model looks again at what rules left open; people stay above it. Nothing is asked unless somebody asks for it."""

import os
from collections import Counter
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q

from qiming.assurance import runner
from qiming.assurance.access import FILE
from qiming.assurance.models import JudgePass, TestRun
from qiming.assurance.queries import judging as queries
from qiming.assurance.queries import own_banks
from qiming.assurance.queries.testing import marks_of
from qiming.assurance.runner import records
from qiming.assurance.runner.judging import verdicts
from qiming.assurance.runner.kinds import Failure
from qiming.assurance.runner.networks import PRIVATE
from qiming.assurance.runner.suites import BadSuite
from qiming.assurance.services.common import WHY, note, version_on_duty
from qiming.assurance.services.executing import BEATS, settle, watched
from qiming.assurance.services.testing import wake
from qiming.kernel import made, time
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError

KEY = "QIMING_JUDGE_KEY"


@transaction.atomic
def ask_judging(*, actor: Actor, run_id: UUID) -> UUID:
    """A tester lets the configured model look at the open replies of a run; blind cases stay here."""
    run = TestRun.objects.unscoped(WHY).select_for_update().filter(id=run_id, state="done").first()
    if run is None:
        raise Denied(FILE)
    version = version_on_duty(actor, run.version_id, "tester")
    if not queries.configured():
        raise UserError(
            "没有配置评判模型", kept="没有开始评判。", next="请系统管理员配置以后再来。", status=409
        )
    if not queries.to_judge(run):
        raise UserError(
            "没有可以请模型看的作答", kept="没有开始评判。", next="密封题只由人判读。", status=409
        )
    try:
        with transaction.atomic():
            one = JudgePass.objects.create(
                scope_path=run.scope_path,
                run=run,
                judge=settings.ASSURANCE_JUDGE_MODEL[:120],
                started_by=actor.person_id,
            )
    except IntegrityError as error:
        raise UserError("模型正在看", kept="没有再开一次。", next="等它看完。", status=409) from error
    note(actor, "assurance.judge", version, suite=run.suite, judge=one.judge)
    transaction.on_commit(lambda: wake(version.id))
    return one.id


def judge_all(version_id: UUID) -> int:
    """Whatever pass waits for a version, one after the other; returns how many."""
    done = 0
    while (pass_id := _next(version_id)) is not None:
        judge(pass_id)
        done += 1
    return done


def lost() -> Q:
    """Passes that wait, or whose process is gone."""
    return Q(state="waiting") | Q(state="running", beat_at__lt=time.now() - BEATS)


def _next(version_id: UUID) -> UUID | None:
    rows = JudgePass.objects.unscoped(WHY).filter(run__version_id=version_id)
    for pass_id in rows.filter(lost()).order_by("id").values_list("id", flat=True):
        if rows.filter(lost(), id=pass_id).update(state="running", beat_at=time.now()):
            return pass_id
    return None


def judge(pass_id: UUID) -> None:
    """Ask to its end, or note why not. What was asked before is not asked again."""
    one = JudgePass.objects.unscoped(WHY).select_related("run__version").get(id=pass_id)
    try:
        _ask(one)
        found = verdicts.read(made.path_of(one.record))
    except (Failure, records.RecordTrouble, BadSuite) as trouble:
        one.state, one.trouble, one.ended_at = "failed", str(trouble)[:300], time.now()
        one.save(update_fields=["state", "trouble", "ended_at"])
        return
    said = Counter(verdict.passed for verdict in found.verdicts.values())
    with transaction.atomic():  # people may be marking meanwhile
        run = TestRun.objects.unscoped(WHY).select_for_update().get(id=one.run_id)
        one.summary = {
            "passed": said[True],
            "failed": said[False],
            "open": dict(Counter(row.open for row in found.verdicts.values() if row.passed is None)),
            "pairs": queries.pairs(found, marks_of(run).settled),
        }
        one.state, one.trouble, one.ended_at = "done", "", time.now()
        one.total = one.done = len(found.verdicts)
        one.save()
        settle(run)


def _ask(one: JudgePass) -> None:
    """Write the record of the pass. The model is named by whoever runs the installation: it may stand in its own network."""
    asking, rubric = runner.asking, runner.rubrics.load(None)
    model = runner.targets.OpenAI(
        settings.ASSURANCE_JUDGE_URL,
        settings.ASSURANCE_JUDGE_MODEL,
        os.environ.get(KEY, ""),
        networks=PRIVATE,
        settings={"temperature": 0},
    )
    read = records.read(made.path_of(one.run.record))
    header = asking.header_of(read, model, rubric)
    one.judge, one.judge_hash = model.model[:120], header.judge["hash"]
    one.rubric, one.rubric_hash = rubric.named, rubric.hash
    one.record = f"assurance/{one.run_id}.{one.judge_hash[:12]}-{rubric.hash[:12]}.judge.jsonl"
    one.save()
    out, more = made.path_of(one.record), own_banks.folders(one.run.banks)
    watched(
        JudgePass,
        one.id,
        lambda progress: asking.judge_record(read, model, rubric, out, more=more, progress=progress),
    )
