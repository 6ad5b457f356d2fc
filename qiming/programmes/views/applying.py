"""A head writes the school's application over several sittings; figures come from the platform."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qiming.kernel import files
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, page, signed_in_page
from qiming.kernel.models import StoredFile
from qiming.kernel.uploads import MAX_BYTES
from qiming.programmes import queries, services
from qiming.programmes.access import APPLY, SEE, TABLE
from qiming.programmes.forms import ApplicationForm, FileForm
from qiming.programmes.models import Application, Attachment
from qiming.programmes.queries.schools import schools_for
from qiming.programmes.services.applying import OPEN
from qiming.programmes.services.attaching import MOST_FILES
from qiming.programmes.types import Figure, Programme
from qiming.programmes.views.calls import HOME
from qiming.registry import queries as registry
from qiming.registry.types import OrgRef
from qiming.resources.queries import shelf_of

_WHY = "loaded through the access table"


@require_http_methods(["GET", "POST"])
@signed_in_page("校长代表本校申报：征集是给所有学校的")
def apply(request: ActorRequest, call_id: UUID) -> HttpResponseBase:
    """Begin: the form with what the platform knows already in it."""
    if not TABLE.may_try(request.actor, APPLY):
        raise Denied(APPLY, hides=False)
    call = queries.load_call(request.actor, call_id)
    schools = schools_for(request.actor, APPLY)
    if not schools:
        raise Denied(APPLY, hides=False)
    programme = queries.programme_of(call)
    school = _chosen(request, schools)
    form = ApplicationForm(
        request.POST if request.method == "POST" else None,
        programme=programme,
        schools=schools,
        shelf=shelf_of(school.path),
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = services.begin(
                actor=request.actor, call_id=call.id, school_id=school.id, form=form.given()
            )
        except UserError as error:
            form.add_error(None, f"{error.message}。{error.next}")
        else:
            return HttpResponseRedirect(reverse("programmes.edit", args=[made]))
    context = {
        "heading": f"申报{programme.title}",
        "call": call,
        "back": reverse("programmes.call", args=[call.id]),
        "is_open": queries.is_open(call),
        "crumbs": [HOME, (call.title, reverse("programmes.call", args=[call.id])), ("申报", "")],
    }
    return _form(request, form, programme, school, context)


@require_http_methods(["GET", "POST"])
@page(TABLE, APPLY)
def edit(request: ActorRequest, application_id: UUID) -> HttpResponseBase:
    """Go on writing, until it is sent."""
    row = _own(request, application_id)
    if row.state not in OPEN:
        return HttpResponseRedirect(reverse("programmes.application", args=[row.id]))
    programme, school = queries.programme_of(row.call), registry.org_by_path(row.scope_path)
    form = ApplicationForm(
        request.POST if request.method == "POST" else None,
        programme=programme,
        schools=[school],
        shelf=shelf_of(school.path),
        initial=_initial(row),
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.save(
                actor=request.actor,
                application_id=row.id,
                form=form.given(),
                version=form.cleaned_data["version"],
            )
        except UserError as error:
            form.add_error(None, f"{error.message}。{error.next}")
        else:
            return HttpResponseRedirect(_next(request, row))
    return _written(request, row, form)


def _next(request: ActorRequest, row: Application) -> str:
    """To the case, where it is sent; else back to the form."""
    if "send" in request.POST:
        return reverse("casework.case", args=[row.case_id])
    return f"{reverse('programmes.edit', args=[row.id])}?kept=1"


@require_POST
@page(TABLE, APPLY)
def attach(request: ActorRequest, application_id: UUID) -> HttpResponseBase:
    """Add a file."""
    row = _own(request, application_id)
    form = FileForm(request.POST, request.FILES)
    if form.is_valid():
        given = form.cleaned_data["file"]
        try:
            services.attach(
                actor=request.actor,
                application_id=row.id,
                name=given.name or "附件",
                data=given.read(MAX_BYTES + 1),
            )
        except UserError as error:
            form.add_error("file", f"{error.message}。{error.next or error.kept}")
    if form.errors:
        programme, school = queries.programme_of(row.call), registry.org_by_path(row.scope_path)
        words = ApplicationForm(
            programme=programme, schools=[school], shelf=shelf_of(school.path), initial=_initial(row)
        )
        return _written(request, row, words, form)
    return HttpResponseRedirect(f"{reverse('programmes.edit', args=[row.id])}#files")


@require_POST
@page(TABLE, APPLY)
def detach(request: ActorRequest, attachment_id: UUID) -> HttpResponseBase:
    """Take a file back."""
    row_id = services.detach(actor=request.actor, attachment_id=attachment_id)
    return HttpResponseRedirect(f"{reverse('programmes.edit', args=[row_id])}#files")


@require_GET
@signed_in_page("能看申报表又知道是哪所学校的人看附件；盲评的人看不到")
def attachment(request: ActorRequest, attachment_id: UUID) -> HttpResponseBase:
    """One file of an application."""
    found = Attachment.objects.filter(id=attachment_id).first()
    if found is None:
        raise Denied(SEE)
    row = queries.load_application(request.actor, found.application_id)
    stored = StoredFile.objects.filter(id=found.file_id).first()
    if stored is None or queries.reads_blind(request.actor, row):
        raise Denied(SEE)
    return files.response(stored)


def _own(request: ActorRequest, application_id: UUID) -> Application:
    rows = Application.objects.unscoped(_WHY).select_related("call").defer("words")
    row: Application = TABLE.load(request.actor, APPLY, rows, id=application_id)
    return row


def _chosen(request: ActorRequest, schools: list[OrgRef]) -> OrgRef:
    said = request.POST.get("school", "")
    return next((one for one in schools if str(one.id) == said), schools[0])


def _initial(row: Application) -> dict[str, Any]:
    return {
        "title": row.title,
        "stage": row.stage,
        "scenario": row.scenario,
        "resource": str(row.resource_id or ""),
        "version": row.version,
        **{f"say_{key}": words for key, words in row.answers.items()},
    }


def _written(
    request: ActorRequest, row: Application, form: ApplicationForm, tried: FileForm | None = None
) -> HttpResponse:
    programme, school = queries.programme_of(row.call), registry.org_by_path(row.scope_path)
    missing = [one.title for one in programme.words if not row.answers.get(one.key)]
    if programme.asks_scenario and not row.scenario:
        missing.insert(0, "属于哪一类场景")
    attached = list(row.attachments.order_by("id"))
    context = {
        "heading": f"还有{len(missing)}处没有写" if missing else "写齐了，可以报送",
        "missing": missing,
        "row": row,
        "call": row.call,
        "kept": request.GET.get("kept") == "1",
        "back": reverse("programmes.application", args=[row.id]),
        "attached": attached,
        "files_left": MOST_FILES - len(attached),
        "file_form": tried or FileForm(),
        "crumbs": [HOME, (row.call.title, reverse("programmes.call", args=[row.call_id])), ("申报", "")],
    }
    return _form(request, form, programme, school, context, bad=bool(tried and tried.errors))


def _form(
    request: ActorRequest,
    form: ApplicationForm,
    programme: Programme,
    school: OrgRef,
    context: dict[str, Any],
    *,
    bad: bool = False,
) -> HttpResponse:
    said = {one.key: one for one in programme.criteria}
    context |= {
        "form": form,
        "programme": programme,
        "school": school.name,
        "figures": _figures(queries.figures(school, [one.fact for one in programme.facts])),
        "criteria": said,
    }
    return render(
        request,
        "programmes/form.html",
        context,
        status=422 if bad or (form.is_bound and form.errors) else 200,
    )


def _figures(found: list[Figure]) -> list[tuple[str, str]]:
    return [(one.title, f"{one.value}{one.unit}（{one.source}）") for one in found]
