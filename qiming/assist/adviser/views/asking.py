"""Asking, going on, handing over; reading a document; doing a procedure."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qiming.agents.knowledge import shelf
from qiming.agents.knowledge.procedures import procedures
from qiming.assist.access import TABLE
from qiming.assist.adviser import queries, services
from qiming.assist.adviser.access import ANSWER, ASK, KEEP
from qiming.assist.adviser.forms import AskForm, HandForm
from qiming.assist.adviser.views.common import HOME, sent, tell
from qiming.assist.models import AdviceTalk
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, page, signed_in_page


@require_http_methods(["GET", "POST"])
@page(TABLE, ASK)
def home(request: ActorRequest) -> HttpResponseBase:
    """Ask something; what one asked before; things to get done."""
    actor = request.actor
    form = AskForm(sent(request))
    if form.is_valid():
        try:
            talk_id = services.ask(actor=actor, question=form.cleaned_data["words"])
        except UserError as error:
            tell(form, error)
        else:
            return HttpResponseRedirect(reverse("assist.advice", args=[talk_id]))
    context = {
        "form": form,
        "talks": queries.own_talks(actor)[:20],
        "procedures": queries.procedures_for(actor),
        "waiting": queries.waiting(actor) if TABLE.may_try(actor, ANSWER) else None,
        "keeps": TABLE.may_try(actor, KEEP),
    }
    return render(request, "assist/adviser/home.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@signed_in_page("看自己向政策咨询员问的一件事，接着问")
def talk(request: ActorRequest, talk_id: UUID) -> HttpResponseBase:
    """A talk; ask on in it."""
    row = queries.own_talk(request.actor, talk_id)
    form = AskForm(sent(request))
    if form.is_valid():
        try:
            services.ask(actor=request.actor, question=form.cleaned_data["words"], talk_id=talk_id)
        except UserError as error:
            tell(form, error)
        else:
            return HttpResponseRedirect(reverse("assist.advice", args=[talk_id]) + "#last")
    return _show(request, row, form, HandForm(desks=queries.desks_of(request.actor)))


@require_POST
@signed_in_page("把自己问的一件事转给人答复")
def hand_over(request: ActorRequest, talk_id: UUID) -> HttpResponseBase:
    """Give the talk to people."""
    row = queries.own_talk(request.actor, talk_id)
    form = HandForm(request.POST, desks=queries.desks_of(request.actor))
    if form.is_valid():
        given = form.cleaned_data
        try:
            services.hand_over(
                actor=request.actor, talk_id=talk_id, desk=UUID(given["desk"]), words=given["words"]
            )
        except UserError as error:
            tell(form, error)
        else:
            return HttpResponseRedirect(reverse("assist.advice", args=[talk_id]))
    return _show(request, row, AskForm(), form)


def _show(request: ActorRequest, row: AdviceTalk, form: AskForm, hand: HandForm) -> HttpResponse:
    context = {
        "talk": row,
        "lines": queries.lines_of(row, request.actor),
        "form": form,
        "hand": hand,
        "is_handed": row.state == AdviceTalk.State.HANDED,
        "desk": queries.place_name(row.scope_path) if row.handed_at else "",
        "crumbs": [HOME, (row.title, "")],
    }
    wrong = form.errors or hand.errors
    return render(request, "assist/adviser/talk.html", context, status=422 if wrong else 200)


@require_GET
@signed_in_page("看在自己单位适用、发布了的文件原文")
def document(request: ActorRequest, document_id: UUID) -> HttpResponse:
    """A document in force, piece by piece, as it was quoted."""
    TABLE.require(request.actor, ASK)
    row = shelf.to_read(document_id, queries.places_of(request.actor))
    context = {
        "document": row,
        "replaced_on": shelf.replaced_on(row.key, row.scope_path),
        "crumbs": [HOME, (row.title, "")],
    }
    return render(request, "assist/adviser/document.html", context)


@require_http_methods(["GET", "POST"])
@signed_in_page("看一件事怎么一步一步办，记下自己办到哪一步")
def procedure(request: ActorRequest, key: str) -> HttpResponseBase:
    """Something to get done, step by step, with the ticks kept."""
    TABLE.require(request.actor, ASK)
    found = procedures().get(key)
    if found is None:
        raise Denied(ASK)
    if request.method == "POST":
        done = {int(one) for one in request.POST.getlist("done")[:50] if one.isdecimal() and len(one) < 4}
        services.tick(actor=request.actor, key=key, done=done)
        return HttpResponseRedirect(reverse("assist.procedure", args=[key]))
    steps = queries.steps_of(found, request.actor)
    context = {
        "procedure": found,
        "steps": steps,
        "next": next((step for step in steps if not step.done), None),
        "left": sum(not step.done for step in steps),
        "crumbs": [HOME, (found.title, "")],
    }
    return render(request, "assist/adviser/procedure.html", context)
