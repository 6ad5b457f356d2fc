"""公示: what stands on public notice, an objection to it, its answer by the code; and answering."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from qiming.casework import services
from qiming.casework.forms import AnswerForm, ObjectionCodeForm, ObjectionForm
from qiming.casework.queries import notices as queries
from qiming.casework.views.cases import case_page
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, client_address, public_page, signed_in_page
from qiming.kernel.throttle import COMPLAINT, limited
from qiming.registry.services.sign_in import note_address

_TRIES_PER_ADDRESS = 30
LIST = ("公示", "/on-notice/")


@require_http_methods(["GET", "POST"])
@public_page("正在公示的件公开；提过异议的人凭回执码看答复")
def notices(request: HttpRequest) -> HttpResponseBase:
    """Everything on public notice; the answer to an objection for who kept its code."""
    form = ObjectionCodeForm(request.POST if request.method == "POST" else None)
    found = None
    if form.is_valid():
        note_address(client_address(request), _TRIES_PER_ADDRESS)
        try:
            found = services.objection_by_code(form.cleaned_data["code"])
        except Denied:
            form.add_error("code", "没有这个回执码。请对着记下的再看一遍。")
    context = {"noticed": queries.on_notice(), "form": form, "objected": found}
    return render(request, "casework/notices.html", context, status=422 if form.errors else 200)


@limited(COMPLAINT)
@require_http_methods(["GET", "POST"])
@public_page("公示期里任何人可以提异议，不署名就不记是谁")
def notice(request: HttpRequest, case_id: UUID) -> HttpResponseBase:
    """One case on public notice, and an objection to it."""
    try:
        noticed = queries.noticed(case_id)
    except Denied:  # signing in would not help a stranger: it is over, or never was
        raise Http404 from None
    actor: Actor | None = getattr(request, "actor", None)
    form = ObjectionForm(request.POST if request.method == "POST" else None, signed_in=actor is not None)
    status = 200
    if form.is_valid():
        said = form.cleaned_data
        try:
            code = services.object_to(
                actor=actor if said.get("named") else None,
                case_id=case_id,
                text=said["text"],
                token=said["token"],
            )
        except UserError as error:
            form.add_error("text", f"{error.message}。{error.next}")
            status = error.status
        else:
            return render(request, "casework/objected.html", {"noticed": noticed, "code": code})
    context = {"noticed": noticed, "form": form, "crumbs": [LIST, (noticed.title, "")]}
    return render(
        request, "casework/notice.html", context, status=422 if form.errors and status == 200 else status
    )


@require_POST
@signed_in_page("担任异议答复职责、没有办过评过这一件的人答复异议")
def settle(request: ActorRequest, case_id: UUID, objection_id: UUID) -> HttpResponseBase:
    """Answer an objection; what was written stays when it is refused."""
    form = AnswerForm(request.POST, auto_id=f"id_{objection_id}_%s")
    trouble = "" if form.is_valid() else "请写答复，选成立还是不成立。"
    if not trouble:
        try:
            services.settle(
                actor=request.actor,
                objection_id=objection_id,
                answer=form.cleaned_data["answer"],
                upheld=form.cleaned_data["upheld"] == "yes",
                case_id=case_id,
            )
        except UserError as error:
            trouble = f"{error.message}。{error.next}"
        else:
            return HttpResponseRedirect(reverse("casework.case", args=[case_id]) + "#objections")
    return case_page(request, case_id, answering=(objection_id, form, trouble))
