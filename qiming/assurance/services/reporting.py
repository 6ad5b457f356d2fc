"""Reports over runs, for a headmaster and an engineer: a page and a paper, written once for what they tell."""

import contextlib
from uuid import UUID

from django.db import IntegrityError, transaction
from procrastinate.contrib.django import app as jobs
from procrastinate.exceptions import AlreadyEnqueued

from qiming.assurance.models import ProductVersion, TestRun, WrittenReport
from qiming.assurance.models.saying import UNDER_WAY
from qiming.assurance.queries import reporting as queries
from qiming.assurance.queries import seeing
from qiming.assurance.runner.marking import Marked
from qiming.assurance.runner.records import RecordTrouble
from qiming.assurance.runner.report import data, page
from qiming.assurance.services.common import WHY
from qiming.assurance.services.executing import BEATS
from qiming.kernel import made, time
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError

WRITE_TASK = "assurance.write_report"
AT_ONCE = 400  # samples; a page and a paper over so few are written in less than two seconds
PAGE, PAPER = "html", "pdf"


def ask_report(*, actor: Actor, version_id: UUID, run_id: UUID | None = None) -> UUID:
    """A report over one run, or over all that count of a version. What was written of the very same figures is given
    again; a small one is written at once, a large one by a job."""
    version, run = _asked_about(actor, version_id, run_id)
    runs = queries.counting_runs(version, run)
    if not runs:
        raise UserError("还没有可以写成报告的检测", kept="没有改动。", next="测完一套题再来。", status=409)
    hides = seeing.is_company(actor, version)
    basis = queries.basis_of(runs, hides_blind=hides)
    row = _row(actor, version, run, basis, hides=hides, steps=len(runs) + 2)
    if row.state == "done" and made.path_of(row.file(PAGE)).is_file():
        return row.id
    if row.state == "running" and row.beat_at > time.now() - BEATS:
        return row.id
    WrittenReport.objects.unscoped(WHY).filter(id=row.id).update(
        state="waiting", beat_at=time.now(), trouble=""
    )
    if sum(one.done for one in runs) <= AT_ONCE:
        write(row.id)
    else:
        wake(row.id)
    return row.id


def _asked_about(
    actor: Actor, version_id: UUID, run_id: UUID | None
) -> tuple[ProductVersion, TestRun | None]:
    if run_id is None:
        return seeing.load_version(actor, version_id), None
    run = seeing.load_run(actor, run_id)
    return run.version, run


def _row(
    actor: Actor, version: ProductVersion, run: TestRun | None, basis: str, *, hides: bool, steps: int
) -> WrittenReport:
    rows = WrittenReport.objects.unscoped(WHY)
    try:
        with transaction.atomic():
            row, _ = rows.get_or_create(
                version=version,
                basis=basis,
                defaults={
                    "scope_path": version.scope_path,
                    "run": run,
                    "hides_blind": hides,
                    "total": steps,
                    "asked_by": actor.person_id,
                },
            )
    except IntegrityError:  # somebody else asked at the same moment
        row = rows.get(version=version, basis=basis)
    return row


def wake(written_id: UUID) -> None:
    """Let a worker write it."""
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        task = jobs.configure_task(WRITE_TASK, queueing_lock=f"{WRITE_TASK}-{written_id}")
        task.defer(written_id=str(written_id))


def revive() -> int:
    """Begin anew with reports whose process is gone, and wake those nobody was told of; returns how many."""
    rows = WrittenReport.objects.unscoped(WHY)
    rows = rows.filter(state__in=UNDER_WAY, beat_at__lt=time.now() - BEATS)
    lost = list(rows.values_list("id", flat=True))
    rows.filter(id__in=lost).update(state="waiting")
    for written_id in lost:
        wake(written_id)
    return len(lost)


def write(written_id: UUID) -> None:
    """Write both forms, or note why not; what another process is at is left to it."""
    rows = WrittenReport.objects.unscoped(WHY).filter(id=written_id)
    if not rows.filter(state="waiting").update(state="running", beat_at=time.now(), done=0):
        return
    row = rows.select_related("version__product", "run").get()
    try:
        _write(row)
    except RecordTrouble as trouble:
        row.state, row.trouble = "failed", str(trouble)[:300]
    else:
        row.state = "done"
    row.ended_at = time.now()
    row.save()


def _write(row: WrittenReport) -> None:
    runs = queries.counting_runs(row.version, row.run)
    reads, marks, judging = [], Marked({}, None, 0), list[str]()
    for run in runs:
        found = queries.material(run, hides_blind=row.hides_blind, several=len(runs) > 1)
        reads += found.reads
        judging += found.judging
        larger = found.marked if found.marked.both > marks.both else marks
        marks = Marked({**marks.decided, **found.marked.decided}, larger.agreement, larger.both)
        _step(row)
    told = data.report(reads, marks, show_sealed=not row.hides_blind, judging=judging)
    made.keep(row.file(PAGE), page.page(told).encode())
    _step(row)
    try:
        from qiming.assurance.runner.report import paper  # noqa: PLC0415 - the typesetter is heavy

        made.keep(row.file(PAPER), paper.paper(told))
        row.has_paper, row.trouble = True, ""
    except RecordTrouble as trouble:  # the page stands without the paper
        row.has_paper, row.trouble = False, str(trouble)[:300]
    _step(row)


def _step(row: WrittenReport) -> None:
    row.done += 1
    row.save(update_fields=["done"])
    WrittenReport.objects.unscoped(WHY).filter(id=row.id).update(beat_at=time.now())
