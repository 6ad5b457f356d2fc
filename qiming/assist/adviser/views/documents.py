"""Documents: bring, look how they were split, check, release, withdraw."""

from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qiming.agents.knowledge import documents, shelf
from qiming.agents.knowledge.reading import MAX_BYTES, checked, text_of
from qiming.agents.knowledge.types import Facts, Kind
from qiming.assist.access import TABLE
from qiming.assist.adviser import queries
from qiming.assist.adviser.access import KEEP
from qiming.assist.adviser.forms import ApproveForm, BringForm, WithdrawForm
from qiming.assist.adviser.views.common import DOCUMENTS, HOME, sent, tell
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, body_limit, page


@require_GET
@page(TABLE, KEEP)
def listed(request: ActorRequest) -> HttpResponse:
    """The documents of one's places."""
    rows = shelf.kept_by(request.actor)
    context = {
        "documents": [(row, queries.place_name(row.scope_path)) for row in rows],
        "in_force": sum(row.state_words == "在用" for row in rows),
        "waiting": sum(row.state.value in ("draft", "approved") for row in rows),
        "crumbs": [HOME, ("供查询的文件", "")],
    }
    return render(request, "assist/adviser/documents.html", context)


@body_limit(MAX_BYTES + 1024 * 1024)
@require_http_methods(["GET", "POST"])
@page(TABLE, KEEP)
def bring(request: ActorRequest) -> HttpResponseBase:
    """A new document, or (`replaces`) the next version of one."""
    asked = request.POST.get("replaces") or request.GET.get("replaces", "")
    older = shelf.to_keep(request.actor, _uuid(asked)) if asked else None
    start = {"title": older.title, "issued_by": older.issued_by, "source": older.source} if older else {}
    places = queries.keeps_at(request.actor)
    files = request.FILES if request.method == "POST" else None
    form = BringForm(sent(request), files, initial=start, places=places)
    if form.is_valid():
        try:
            made = _brought(request, form, older.id if older else None)
        except UserError as error:
            tell(form, error)
        else:
            return HttpResponseRedirect(reverse("assist.document_check", args=[made]))
    context = {"form": form, "older": older, "crumbs": [HOME, DOCUMENTS, ("放进一份文件", "")]}
    return render(request, "assist/adviser/bring.html", context, status=422 if form.errors else 200)


def _brought(request: ActorRequest, form: BringForm, replaces: UUID | None) -> UUID:
    given = form.cleaned_data
    upload = given["file"]
    text = text_of(upload.read(), upload.name) if upload else checked(given["text"])
    said = ("title", "issued_by", "number", "issued_on", "source")
    facts = Facts(kind=Kind.POLICY, **{name: given[name] for name in said})
    return documents.bring(
        actor=request.actor, place_id=UUID(given["place"]), facts=facts, text=text, replaces=replaces
    ).id


def _uuid(said: str) -> UUID:
    try:
        return UUID(said)
    except ValueError:
        return UUID(int=0)


@require_GET
@page(TABLE, KEEP)
def check(request: ActorRequest, document_id: UUID) -> HttpResponse:
    """How a document was split, and what can be done with it now."""
    return _show(request, document_id, ApproveForm(), WithdrawForm())


@require_POST
@page(TABLE, KEEP)
def act(request: ActorRequest, document_id: UUID, what: str) -> HttpResponseBase:
    """Approve, release or withdraw."""
    approving, withdrawing = ApproveForm(), WithdrawForm()
    form: forms.Form = forms.Form(request.POST)
    if what == "approve":
        form = approving = ApproveForm(request.POST)
    elif what == "withdraw":
        form = withdrawing = WithdrawForm(request.POST)
    if form.is_valid():
        try:
            _do(request, document_id, what, form)
        except UserError as error:
            tell(form, error)
        else:
            return HttpResponseRedirect(reverse("assist.document_check", args=[document_id]))
    return _show(request, document_id, approving, withdrawing, form.non_field_errors())


def _do(request: ActorRequest, document_id: UUID, what: str, form: forms.Form) -> None:
    if what == "approve":
        documents.approve(actor=request.actor, document_id=document_id, **form.cleaned_data)
    elif what == "release":
        documents.release(actor=request.actor, document_id=document_id)
    else:
        documents.withdraw(actor=request.actor, document_id=document_id, why=form.cleaned_data["why"])


def _show(
    request: ActorRequest,
    document_id: UUID,
    approving: ApproveForm,
    withdrawing: WithdrawForm,
    wrong: object = (),
) -> HttpResponse:
    row = shelf.to_keep(request.actor, document_id)
    context = {
        "document": row,
        "sections": queries.sections_with_marks(row),
        "place": queries.place_name(row.scope_path),
        "names": queries.hands_of(row),
        "is_own_check": row.approved_by == request.actor.person_id,
        "approving": approving,
        "withdrawing": withdrawing,
        "wrong": wrong,
        "crumbs": [HOME, DOCUMENTS, (row.title, "")],
    }
    has_errors = bool(approving.errors or withdrawing.errors or wrong)
    return render(request, "assist/adviser/check.html", context, status=422 if has_errors else 200)
