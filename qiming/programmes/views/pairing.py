"""结对: whom a named school leads, what it did for them, what was done for one's own school."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qiming.kernel import time
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, page
from qiming.programmes import queries, services
from qiming.programmes.access import BOARD, SUPPORT, TABLE
from qiming.programmes.forms import PairForm, SupportForm
from qiming.programmes.queries.graph import graph_of, namings_of, partners_for, sums, supports_of
from qiming.programmes.views.calls import HOME

_GRAPH = ("结对", "/programmes/pairings/")


@require_GET
@page(TABLE, SUPPORT)
def mine(request: ActorRequest) -> HttpResponse:
    """Names one's school holds, and what waits for one's word."""
    waiting = queries.led_by(request.actor)
    context = {
        "waiting": waiting,
        "names": namings_of(request.actor),
        "crumbs": [HOME, (_GRAPH[0], "")],
    }
    return render(request, "programmes/pairings.html", context)


@require_POST
@page(TABLE, SUPPORT)
def confirm(request: ActorRequest, support_id: UUID) -> HttpResponseBase:
    """Say that it happened."""
    services.confirm_support(actor=request.actor, support_id=support_id)
    return HttpResponseRedirect(reverse("programmes.pairings"))


@require_http_methods(["GET", "POST"])
@page(TABLE, SUPPORT)
def naming(request: ActorRequest, naming_id: UUID) -> HttpResponseBase:
    """The picture of whom one leads, the year's duties, the log; another partner, another support."""
    found = queries.leads(request.actor, naming_id)
    edges = queries.leads_whom(found)
    now = [(str(one.id), one.school) for one in edges if one.ended_on is None]
    which = request.POST.get("what", "")
    near = partners_for(found)
    pair = PairForm(request.POST if which == "pair" else None, schools=near)
    support = SupportForm(request.POST if which == "support" else None, partners=now, today=time.today())
    try:
        if which == "pair" and pair.is_valid():
            services.pair(
                actor=request.actor, naming_id=found.id, partner_id=UUID(pair.cleaned_data["partner"])
            )
            return _back(found.id)
        if which == "support" and support.is_valid():
            said = support.cleaned_data
            services.note_support(
                actor=request.actor, pairing_id=UUID(said["pairing"]), day=said["day"], says=said["says"]
            )
            return _back(found.id)
    except UserError as error:
        (pair if which == "pair" else support).add_error(None, f"{error.message}。{error.next}")
    context = {
        "naming": found,
        "edges": edges,
        "graph": graph_of(found, edges),
        "duties": sums(found),
        "supports": supports_of(found),
        "pair": pair,
        "support": support if now else None,
        "crumbs": [HOME, _GRAPH, (found.application.call.title, "")],
    }
    bad = bool(pair.errors or support.errors)
    return render(request, "programmes/naming.html", context, status=422 if bad else 200)


def _back(naming_id: UUID) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("programmes.naming", args=[naming_id]))


@require_POST
@page(TABLE, SUPPORT)
def end(request: ActorRequest, pairing_id: UUID) -> HttpResponseBase:
    """Lead a school no longer."""
    return _back(services.end_pairing(actor=request.actor, pairing_id=pairing_id))


@require_GET
@page(TABLE, BOARD)
def graphs(request: ActorRequest) -> HttpResponse:
    """Who leads whom below an office: one picture a named school, those without a partner first."""
    context = {"drawn": queries.drawn(request.actor), "crumbs": [HOME, ("结对图", "")]}
    return render(request, "programmes/graphs.html", context)
