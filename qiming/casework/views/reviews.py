"""评审: one's own sheet: filled in over several sittings, handed in once, or given back."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from qiming.casework import services
from qiming.casework.forms import SheetForm, WhyForm
from qiming.casework.models import ReviewSheet
from qiming.casework.queries.sheets import lines_of, own_sheet
from qiming.casework.queries.workflows import workflow_of
from qiming.casework.types import ReviewState, Verdict
from qiming.casework.views.cases import _thing_url
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, signed_in_page

REVIEWS = "只有被请的评审人看得到自己的评审表；交之前看不到别人的分，交了不能改"


@require_http_methods(["GET", "POST"])
@signed_in_page(REVIEWS)
def sheet(request: ActorRequest, sheet_id: UUID) -> HttpResponseBase:
    """The sheet; a draft is kept with `keep`, anything else hands it in."""
    found = own_sheet(request.actor, sheet_id)
    review = workflow_of(found.case.workflow_id).reviews[found.review]
    if request.method == "GET":
        return _page(request, found, SheetForm(review=review, sheet=found))
    form = SheetForm(request.POST, review=review, sheet=found)
    if not form.is_valid():
        return _page(request, found, form, 422)
    try:
        if "keep" in request.POST:
            version = request.POST.get("version", "")
            services.keep_draft(
                actor=request.actor,
                sheet_id=sheet_id,
                points=form.points(),
                notes=form.notes(),
                version=int(version) if version.isdigit() else -1,
            )
            return HttpResponseRedirect(reverse("casework.sheet", args=[sheet_id]))
        services.hand_in(
            actor=request.actor,
            sheet_id=sheet_id,
            points=form.points(),
            notes=form.notes(),
            verdict=form.cleaned_data["verdict"],
            advice=form.cleaned_data["advice"],
        )
    except UserError as error:
        form.add_error(None, f"{error.message}。{error.next}")
        return _page(request, found, form, error.status)
    return HttpResponseRedirect(reverse("casework.mine"))


@require_POST
@signed_in_page(REVIEWS)
def decline(request: ActorRequest, sheet_id: UUID) -> HttpResponseBase:
    """Give the review back."""
    return _give_back(request, sheet_id, conflict=False)


@require_POST
@signed_in_page(REVIEWS)
def conflict(request: ActorRequest, sheet_id: UUID) -> HttpResponseBase:
    """Declare a tie to the applicant: the review goes to somebody else."""
    return _give_back(request, sheet_id, conflict=True)


def _give_back(request: ActorRequest, sheet_id: UUID, *, conflict: bool) -> HttpResponseBase:
    found = own_sheet(request.actor, sheet_id)
    why = WhyForm(request.POST)
    review = workflow_of(found.case.workflow_id).reviews[found.review]
    if not why.is_valid():
        return _page(request, found, SheetForm(review=review, sheet=found), 422, why=why)
    if conflict:
        services.declare_conflict(actor=request.actor, sheet_id=sheet_id, reason=why.cleaned_data["why"])
    else:
        services.decline(actor=request.actor, sheet_id=sheet_id, why=why.cleaned_data["why"])
    return HttpResponseRedirect(reverse("casework.mine"))


def _page(
    request: ActorRequest, found: ReviewSheet, form: SheetForm, status: int = 200, why: WhyForm | None = None
) -> HttpResponse:
    workflow = workflow_of(found.case.workflow_id)
    review = workflow.reviews[found.review]
    context = {
        "sheet": found,
        "case": found.case,
        "review": review,
        "form": form,
        "pairs": [(one, form[f"points_{one.key}"], form[f"note_{one.key}"]) for one in review.criteria],
        "why": why or WhyForm(),
        "thing_url": _thing_url(found.case),
        "locked": found.state != ReviewState.ASKED,
        "lines": lines_of(review, found),
        "verdict": Verdict(found.verdict).zh if found.verdict else "",
        "state": ReviewState(found.state),
    }
    return render(request, "casework/sheet.html", context, status=status)
