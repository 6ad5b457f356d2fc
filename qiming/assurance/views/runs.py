"""One run: how far it is, what was measured, replies a person must judge, the transcripts."""

from uuid import UUID

from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from qiming.assurance import services
from qiming.assurance.access import SEE_OWN, TABLE
from qiming.assurance.forms import MarkForm
from qiming.assurance.models.saying import UNDER_WAY
from qiming.assurance.queries import judging as judgings
from qiming.assurance.queries import reporting, seeing
from qiming.assurance.queries import runs as queries
from qiming.assurance.queries.testing import pages_suites
from qiming.assurance.services.common import duties_in
from qiming.kernel import exports, files, made
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, signed_in_page
from qiming.kernel.models import StoredFile
from qiming.kernel.privacy import Grade

TRANSCRIPT = exports.declare("assurance.transcript", "检测问答记录", Grade.L2, TABLE, SEE_OWN)
SEES = "能看这个版本的人看检测的进度和结果；密封题的问答企业看不到"


@require_GET
@signed_in_page(SEES)
def run(request: ActorRequest, run_id: UUID) -> HttpResponseBase:
    """One run; while it goes on the page looks again by itself."""
    found = seeing.load_run(request.actor, run_id)
    may_read = bool(found.record) and seeing.may_read_transcripts(request.actor, found)
    may_mark = "tester" in duties_in(request.actor, found.version)
    waiting = (
        queries.open_samples(found, request.actor.person_id) if may_mark and found.state == "done" else []
    )
    to_judge = judgings.to_judge(found) if may_mark and judgings.configured() else 0
    one = judgings.shown(found)
    is_judging = one is not None and one.row.state in UNDER_WAY
    failed, failures = queries.failed_samples(found) if may_read and found.state == "done" else ([], 0)
    unread = {one.id for one in waiting}  # a person judges before seeing what a model said
    context = {
        "run": found,
        "has_record": reporting.has_record(found),
        "pass": one,
        "verdicts": [one for one in judgings.verdict_lines(found) if one[0] not in unread]
        if may_read
        else [],
        "may_judge": bool(to_judge) and not is_judging,
        "to_judge": to_judge,
        "version": found.version,
        "result": queries.result(found),
        "may_read": may_read and found.state == "done",
        "waiting": [(one, MarkForm(initial={"sample": one.id})) for one in waiting],
        "marked": queries.marked(found),
        "failed": failed,
        "failures": failures,
        "is_pages": found.suite in pages_suites(),
        "crumbs": [
            (found.version.product.title, reverse("assurance.version", args=[found.version_id])),
            ("检测", ""),
        ],
    }
    return render(request, "assurance/run.html", context)


@require_GET
@signed_in_page(SEES)
def progress(request: ActorRequest, run_id: UUID) -> HttpResponseBase:
    """How far it is, for the page that waits."""
    found = seeing.load_run(request.actor, run_id)
    return render(request, "assurance/_progress.html", {"run": found})


@require_POST
@signed_in_page("担任检测职责的人请配置好的模型看机器判不了的作答；密封题不交给它")
def judge(request: ActorRequest, run_id: UUID) -> HttpResponseBase:
    """Let the configured model look."""
    services.ask_judging(actor=request.actor, run_id=run_id)
    return HttpResponseRedirect(reverse("assurance.run", args=[run_id]) + "#judge")


@require_GET
@signed_in_page(SEES)
def judging(request: ActorRequest, run_id: UUID) -> HttpResponseBase:
    """How far the model is, for the page that waits."""
    found = seeing.load_run(request.actor, run_id)
    one = judgings.shown(found)
    if one is None:
        raise Denied(SEE_OWN)
    return render(request, "assurance/_judging.html", {"run": found, "pass": one})


@require_POST
@signed_in_page("担任检测职责的人判读机器判不了的作答，两个人各判一次")
def mark(request: ActorRequest, run_id: UUID) -> HttpResponseBase:
    """Say whether one reply passes."""
    form = MarkForm(request.POST)
    if not form.is_valid():
        raise UserError("还没有判读", kept="别的判读都在。", next="请选合格或不合格。", status=422)
    said = form.cleaned_data
    services.mark(
        actor=request.actor,
        run_id=run_id,
        sample=said["sample"],
        passed=said["passed"] == "yes",
        said=said["said"],
    )
    return HttpResponseRedirect(reverse("assurance.run", args=[run_id]))


@require_GET
@signed_in_page("能看问答的人下载记录，下载留痕")
def transcript(request: ActorRequest, run_id: UUID) -> HttpResponseBase:
    """The record of a finished run."""
    found = seeing.load_run(request.actor, run_id)
    if found.state != "done" or not found.record or not seeing.may_read_transcripts(request.actor, found):
        raise Denied(SEE_OWN)
    exports.tell(
        TRANSCRIPT, actor=request.actor, place=found, thing_id=found.id, kind="jsonl", rows=found.done
    )
    return made.download(
        found.record, called=f"{found.suite}-{found.purpose}.jsonl", media_type="application/x-ndjson"
    )


@require_GET
@signed_in_page("能看这个版本的人看第三方报告")
def report_file(request: ActorRequest, report_id: UUID) -> HttpResponseBase:
    """The file of a third-party report."""
    found = seeing.load_report(request.actor, report_id)
    stored = StoredFile.objects.filter(id=found.file_id).first()
    if stored is None:
        raise Denied(SEE_OWN)
    return files.response(stored)
