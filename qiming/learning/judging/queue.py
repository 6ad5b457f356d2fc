"""The queue of programs: asked for, taken by a worker, finished, each in one transaction."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Case, Count, IntegerField, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from procrastinate.contrib.django import app as jobs

from qiming.curriculum import queries as curriculum
from qiming.judge.judging import Verdict
from qiming.judge.limits import Ending
from qiming.kernel import audit
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.kernel.scope import ScopedQuerySet
from qiming.kernel.time import now
from qiming.learning.judging import rules, station
from qiming.learning.models import JudgeRun, Work
from qiming.learning.services.common import LEARN, WHY_OWN, lesson_in, own_offering, where
from qiming.records.services import record
from qiming.records.types import Act, Result
from qiming.records.verbs import ObjectKind, Verb
from qiming.teaching import queries as teaching

QUEUE = "judge"
WAKE = "learning.judge"
WHY_WORKER = "the judging worker takes whatever waits"
OPEN = ("waiting", "running")
SHARED_WINDOW = timedelta(minutes=5)

KEPT = "程序还在，也都存好了。"
NOT_HERE = UserError(
    "现在不能在学校服务器上跑", kept=KEPT, next="先用“运行”，在这台设备上跑；过一会儿再试。", status=409
)
TOO_MANY_OPEN = UserError(
    f"你已经有{rules.MOST_OPEN}个程序在排队或运行",
    kept=KEPT,
    next="等一个有了结果，或先停下一个。",
    status=429,
)
TOO_OFTEN = UserError(
    f"一小时里最多在服务器上跑{rules.MOST_AN_HOUR}次",
    kept=KEPT,
    next="先用“运行”，在这台设备上跑。",
    status=429,
)
NO_PROGRAM = UserError("没有可以跑的程序", kept=KEPT, next="先在框里写几行，不超过两万字。")


def ask_own(
    *,
    actor: Actor,
    run_id: UUID,
    offering_id: UUID,
    lesson_key: str,
    activity_key: str,
    code: str,
    answers: str,
) -> JudgeRun:
    """Put a senior pupil's program into the queue; the same id again is the same run."""
    offering, pupil = own_offering(actor, offering_id)
    step = lesson_in(offering, lesson_key).activity(activity_key)
    program = rules.program_of({"code": code, "answers": answers})
    if step is None or step.data.get("lab", {}).get("id") != rules.LAB:
        raise Denied(LEARN)
    if program is None:
        raise NO_PROGRAM
    if not station.offers_notebook(offering.course_version_id, pupil.scope_path):
        raise NOT_HERE
    with transaction.atomic():
        _one_at_a_time(pupil.id)
        mine = JudgeRun.objects.unscoped(WHY_OWN).filter(pupil_id=pupil.id)
        if (same := mine.filter(id=run_id, kind="own").first()) is not None:
            return same
        if mine.filter(kind="own", state__in=OPEN).count() >= rules.MOST_OPEN:
            raise TOO_MANY_OPEN
        if mine.filter(kind="own", asked_at__gt=now() - timedelta(hours=1)).count() >= rules.MOST_AN_HOUR:
            raise TOO_OFTEN
        row = JudgeRun(
            id=run_id, kind="own", scope_path=pupil.scope_path, pupil_id=pupil.id, offering_id=offering.id,
            lesson_key=lesson_key, activity_key=activity_key, source=program[0], answers=program[1],
        )  # fmt: skip
        if JudgeRun.objects.unscoped(WHY_OWN).filter(id=run_id).exists():
            raise Denied(LEARN)
        row.save(force_insert=True)
        audit.write(
            actor, "learning.ran_on_server", thing="judge_run", thing_id=row.id, scope_path=row.scope_path
        )
        transaction.on_commit(wake)
    return row


def _one_at_a_time(pupil_id: UUID) -> None:
    """Two presses at once count one after the other."""
    from django.db import connection  # noqa: PLC0415 - beside its one use

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"judge {pupil_id}"])


def ask_marks(work: Work, state: object) -> None:
    """A handed-in program is to be judged; what was handed in before and still waits is not judged any more.

    Called in the transaction that hands the work in: a hand-in is never refused because of the judge."""
    program, offering_id = rules.program_of(state), work.offering_id
    if program is None or offering_id is None:
        return
    offering = teaching.offering(offering_id)
    step = curriculum.activity_of_course(offering.course_version_id, work.lesson_key, work.activity_key)
    is_program = step is not None and step.data.get("lab", {}).get("id") == rules.LAB
    if not is_program or station.is_off():
        return
    earlier = JudgeRun.objects.unscoped(WHY_OWN).filter(work=work, kind="marks")
    earlier.filter(state="waiting").update(state="replaced", finished_at=now())
    row = JudgeRun(
        kind="marks", scope_path=work.scope_path, pupil_id=work.pupil_id, offering_id=offering_id,
        lesson_key=work.lesson_key, activity_key=work.activity_key, work=work, work_version=work.version,
        source=program[0], answers=program[1],
    )  # fmt: skip
    JudgeRun.objects.bulk_create([row], ignore_conflicts=True)
    transaction.on_commit(wake)


def stop(*, actor: Actor, run_id: UUID) -> JudgeRun:
    """The pupil takes a run back; a running one is ended by its worker within a second."""
    with transaction.atomic():
        row = mine(actor, run_id, lock=True)
        if row.state in OPEN:
            row.state, row.finished_at = "stopped", now()
            row.outcome = {"ending": Ending.STOPPED.value}
            row.save(update_fields=["state", "finished_at", "outcome"])
    return row


def mine(actor: Actor, run_id: UUID, *, lock: bool = False) -> JudgeRun:
    """The pupil's own run; another's and none answer alike."""
    rows = JudgeRun.objects.for_actor(actor, "learning.see_own").filter(kind="own")
    row = (rows.select_for_update() if lock else rows).filter(id=run_id).first()
    if row is None:
        raise Denied("learning.see_own")
    return row


def ahead(row: JudgeRun) -> int:
    """How many will be run before this one, about."""
    if row.state != "waiting":
        return 0
    waiting = JudgeRun.objects.unscoped(WHY_WORKER).filter(state="waiting")
    return waiting.filter(Q(kind="marks") | Q(asked_at__lt=row.asked_at)).exclude(id=row.id).count()


def wake() -> None:
    with transaction.atomic():
        jobs.configure_task(WAKE, queue=QUEUE).defer()


def waiting(at: datetime) -> ScopedQuerySet[JudgeRun]:
    """What may be taken: what waits, and what a worker took and did not finish in time."""
    rows = JudgeRun.objects.unscoped(WHY_WORKER)
    return rows.filter(Q(state="waiting") | Q(state="running", lease_until__lt=at))


def take() -> JudgeRun | None:
    """The next run, now this worker's: hand-ins first; among pupils, whoever had the least in the last minutes."""
    at = now()
    recent = (
        JudgeRun.objects.unscoped(WHY_WORKER)
        .filter(pupil_id=OuterRef("pupil_id"), taken_at__gt=at - SHARED_WINDOW)
        .order_by()
        .values("pupil_id")
        .annotate(had=Count("id"))
        .values("had")
    )
    with transaction.atomic():
        rows = waiting(at).annotate(
            had=Coalesce(Subquery(recent, output_field=IntegerField()), 0),
            turn=Case(When(kind="marks", then=Value(0)), default=Value(1)),
        )
        row = (
            rows.order_by("turn", "had", "asked_at", "id")
            .select_for_update(skip_locked=True, of=("self",))
            .first()
        )
        if row is None:
            return None
        row.state, row.taken_at, row.lease_until = "running", at, at + rules.lease(row.kind)
        row.tries += 1
        row.save(update_fields=["state", "taken_at", "lease_until", "tries"])
    return row


def is_wanted(row: JudgeRun) -> bool:
    """Whether the run is still this worker's to do."""
    return JudgeRun.objects.unscoped(WHY_WORKER).filter(id=row.id, state="running", tries=row.tries).exists()


def tell(row: JudgeRun, output: str) -> None:
    """What was printed so far."""
    rows = JudgeRun.objects.unscoped(WHY_WORKER).filter(id=row.id, state="running", tries=row.tries)
    rows.update(output=output[: rules.MOST_SHOWN])


def put_back(row: JudgeRun) -> None:
    """As if it had not been taken."""
    rows = JudgeRun.objects.unscoped(WHY_WORKER).filter(id=row.id, state="running", tries=row.tries)
    rows.update(state="waiting", tries=row.tries - 1, taken_at=None, lease_until=None)


def finish(row: JudgeRun, verdict: Verdict) -> bool:
    """Keep the verdict, once; False when the run is no longer this worker's."""
    with transaction.atomic():
        held = JudgeRun.objects.unscoped(WHY_WORKER).select_for_update()
        kept = held.filter(id=row.id, state="running", tries=row.tries).first()
        if kept is None:
            return False
        kept.state, kept.finished_at = "done", now()
        kept.output = verdict.output[: rules.MOST_SHOWN]
        kept.outcome = rules.outcome_of(verdict)
        kept.passed, kept.of = sum(one.ok for one in verdict.checks), len(verdict.checks)
        if kept.kind == "marks":
            _record(kept)
        kept.save()
    return True


def _record(row: JudgeRun) -> None:
    """The server's verdict as a statement: it says that the server ran it, and under which limits."""
    offering = teaching.offering(row.offering_id)
    outcome: dict[str, Any] = row.outcome
    [row.statement_id] = record(
        [
            Act(
                actor_person=row.pupil_id,
                verb=Verb.SCORED,
                object_kind=ObjectKind.WORK,
                object_id=str(row.work_id),
                name=row.work.title if row.work else None,
                at=row.finished_at or now(),
                scope_path=row.scope_path,
                result=Result(
                    success=outcome["ending"] == Ending.DONE
                    and not outcome["error"]
                    and row.passed == row.of,
                    score_scaled=row.passed / row.of if row.of else None,
                    extensions={
                        "by": "server",
                        "ending": outcome["ending"],
                        "error": outcome["error"]["kind"] if outcome["error"] else None,
                        "checks": {one["key"]: one["ok"] for one in outcome["checks"]},
                        "cpu_ms": outcome["cpu_ms"],
                    },
                ),
                context=where(offering, lesson_key=row.lesson_key, activity=row.activity_key, lab=rules.LAB),
            )
        ]
    )
    audit.write(
        None, "learning.judged", thing="judge_run", thing_id=row.id, scope_path=row.scope_path,
        detail={"passed": row.passed, "of": row.of, "ending": outcome["ending"]},
    )  # fmt: skip
