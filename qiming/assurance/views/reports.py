"""Reports over runs, and two versions side by side."""

from uuid import UUID

from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from qiming.assurance import services
from qiming.assurance.access import SEE_OWN, TABLE
from qiming.assurance.models import WrittenReport
from qiming.assurance.queries import comparing, reporting, seeing
from qiming.kernel import exports, made
from qiming.kernel.access import Denied
from qiming.kernel.http import ActorRequest, signed_in_page
from qiming.kernel.privacy import Grade

REPORT = exports.declare("assurance.written", "检测报告", Grade.L2, TABLE, SEE_OWN)
FORMS = {"html": "text/html; charset=utf-8", "pdf": exports.PDF}
SEES = "能看这个版本的人要一份检测报告；给企业的那份不写密封题问了什么、答了什么"


@require_POST
@signed_in_page(SEES)
def write_version(request: ActorRequest, version_id: UUID) -> HttpResponseBase:
    """One report over all runs that count."""
    return _lead(services.ask_report(actor=request.actor, version_id=version_id))


@require_POST
@signed_in_page(SEES)
def write_run(request: ActorRequest, run_id: UUID) -> HttpResponseBase:
    """A report over one run."""
    found = seeing.load_run(request.actor, run_id)
    return _lead(services.ask_report(actor=request.actor, version_id=found.version_id, run_id=run_id))


def _lead(written_id: UUID) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("assurance.written", args=[written_id]))


@require_GET
@signed_in_page(SEES)
def written(request: ActorRequest, written_id: UUID) -> HttpResponseBase:
    """The report's two forms, or how far it is."""
    row = reporting.load_written(request.actor, written_id)
    context = {**_of(row), "version": row.version, "has_blind": reporting.has_blind(row)}
    context["crumbs"] = [
        (row.version.product.title, reverse("assurance.version", args=[row.version_id])),
        ("检测报告", ""),
    ]
    return render(request, "assurance/written.html", context)


@require_GET
@signed_in_page(SEES)
def writing(request: ActorRequest, written_id: UUID) -> HttpResponseBase:
    """How far it is, for the page that waits."""
    return render(request, "assurance/_writing.html", _of(reporting.load_written(request.actor, written_id)))


def _of(row: WrittenReport) -> dict[str, object]:
    there = row.state == "done" and made.path_of(row.file("html")).is_file()
    return {"written": row, "is_there": there, "is_over": row.state in {"done", "failed"}}


@require_GET
@signed_in_page("能看这份报告的人下载网页或 PDF，下载留痕")
def written_file(request: ActorRequest, written_id: UUID, form: str) -> HttpResponseBase:
    """The report as a file."""
    row = reporting.load_written(request.actor, written_id)
    if row.state != "done" or form not in FORMS or (form == "pdf" and not row.has_paper):
        raise Denied(SEE_OWN)
    exports.tell(REPORT, actor=request.actor, place=row, thing_id=row.id, kind=form)
    called = f"检测报告-{row.version.product.title}-第{row.version.number}版.{form}"
    return exports.named(
        made.download(row.file(form), called=called, media_type=FORMS[form]), REPORT, called=called
    )


@require_GET
@signed_in_page("能看两个版本的人比较它们在同样的题上的结果；企业看不到密封题的编号")
def compare(request: ActorRequest, version_id: UUID, other_id: UUID) -> HttpResponseBase:
    """What changed from `other` to this version."""
    now = seeing.load_version(request.actor, version_id)
    then = seeing.load_version(request.actor, other_id)
    if then.product_id != now.product_id or then.id == now.id:
        raise Denied(SEE_OWN)
    found = comparing.compare(then, now, names_cases=not seeing.is_company(request.actor, now))
    context = {
        "now": now,
        "then": then,
        "found": found,
        "crumbs": [(now.product.title, reverse("assurance.version", args=[now.id])), ("两版比较", "")],
    }
    return render(request, "assurance/compare.html", context)
