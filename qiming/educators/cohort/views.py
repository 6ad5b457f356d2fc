"""An output's pages: begin it, write it, hand it in; read it, for whoever judges it."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qiming.curriculum import queries as curriculum
from qiming.educators import dated
from qiming.educators.access import RUN_TRAINING, TABLE
from qiming.educators.cohort import queries, services
from qiming.educators.cohort.forms import OutputForm, StageForm
from qiming.educators.models import Output
from qiming.kernel import time
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, signed_in_page
from qiming.registry import queries as registry
from qiming.registry.types import Stage

MINE = ("我的培训", "/educators/mine/")
WRITES = "学员写自己的研修成果，别人的动不了"


@require_http_methods(["GET", "POST"])
@signed_in_page(WRITES)
def begin(request: ActorRequest, enrolment_id: UUID) -> HttpResponse:
    """Begin one's output, or go on with it."""
    enrolment = queries.own_enrolment(request.actor, enrolment_id)
    found = queries.of_enrolments([enrolment.id]).get(enrolment.id)
    if found is not None:
        return HttpResponseRedirect(reverse("educators.output", args=[found.id]))
    form = StageForm(request.POST or None, stages=registry.school_of(enrolment.scope_path).stages)
    error: UserError | None = None
    if form.is_valid():
        try:
            row = services.begin(
                actor=request.actor, enrolment_id=enrolment.id, stage=Stage(form.cleaned_data["stage"])
            )
            return HttpResponseRedirect(reverse("educators.output_edit", args=[row.id]))
        except UserError as caught:
            error = caught
    context = {
        "form": form,
        "training": enrolment.training,
        "rule": dated.cohort(time.today()),
        "error": error,
        "crumbs": [MINE, ("成果", None)],
    }
    status = error.status if error else 422 if form.errors else 200
    return render(request, "educators/output_begin.html", context, status=status)


@require_GET
@signed_in_page("写的人、办培训的人和担任评审职责的人看一份研修成果；评审看不到是谁写的")
def output(request: ActorRequest, output_id: UUID) -> HttpResponse:
    return _output(request, queries.load(request.actor, output_id))


def _output(request: ActorRequest, row: Output, error: UserError | None = None) -> HttpResponse:
    is_own = row.person_id == request.actor.person_id
    plan, known = queries.plan_of(row), {one.key: one for one in queries.outcomes_for(row)}
    context = {
        "output": row,
        "is_own": is_own,
        "runs": TABLE.allows(request.actor, RUN_TRAINING, row.enrolment.training),
        "is_open": row.state in queries.OPEN,
        "state": queries.STATES[row.state],
        "training": row.enrolment.training,
        "mapping": queries.mapping_of(row),
        "plan": [(one, [known[key].text for key in one.outcomes if key in known]) for one in plan],
        "example": queries.example_of(row),
        "no_example": queries.why_no_example(row.id),
        "course": curriculum.course(row.course_version_id) if row.course_version_id else None,
        "rule": dated.cohort(time.today()),
        "error": error,
        "crumbs": [MINE, ("成果", None)] if is_own else [],
    }
    return render(request, "educators/output.html", context, status=error.status if error else 200)


@require_http_methods(["GET", "POST"])
@signed_in_page(WRITES)
def edit(request: ActorRequest, output_id: UUID) -> HttpResponse:
    """All periods on one page; whatever was written is kept."""
    row = queries.load(request.actor, output_id)
    if row.person_id != request.actor.person_id:
        raise Denied("educators.own")
    if row.state not in queries.OPEN:
        return HttpResponseRedirect(reverse("educators.output", args=[row.id]))
    form = OutputForm(
        request.POST if request.method == "POST" else None,
        plan=queries.plan_of(row),
        outcomes=queries.outcomes_for(row),
        examples=queries.examples(row.person_id, row.scope_path),
        initial={"version": row.version, "course": row.course_version_id},
    )
    error: UserError | None = None
    if form.is_valid():
        try:
            services.keep(
                actor=request.actor,
                output_id=row.id,
                draft=form.draft(),
                version=form.cleaned_data["version"],
            )
            return HttpResponseRedirect(reverse("educators.output", args=[row.id]))
        except UserError as caught:
            error = caught
    context = {
        "form": form,
        "output": row,
        "error": error,
        "crumbs": [MINE, ("成果", reverse("educators.output", args=[row.id])), ("写", None)],
    }
    status = error.status if error else 422 if form.errors else 200
    return render(request, "educators/output_edit.html", context, status=status)


@require_POST
@signed_in_page(WRITES)
def hand_in(request: ActorRequest, output_id: UUID) -> HttpResponse:
    row = queries.load(request.actor, output_id)
    try:
        services.hand_in(actor=request.actor, output_id=row.id)
    except UserError as error:
        return _output(request, row, error)
    return HttpResponseRedirect(reverse("educators.output", args=[row.id]))
