"""How a call goes on: the board for offices, the ranking for the panel."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, signed_in_page
from qiming.programmes import queries, services
from qiming.programmes.access import BOARD, TABLE
from qiming.programmes.models import Call
from qiming.programmes.queries.board import may_rank, ranking
from qiming.programmes.queries.calls import quota_of, standing
from qiming.programmes.services.deciding import too_early
from qiming.programmes.views.calls import HOME, home_for


@require_GET
@signed_in_page("区教委看本区、市教委看全部的申报走到哪一步；没有分，没有评审人")
def board(request: ActorRequest, call_id: UUID) -> HttpResponseBase:
    """Where the applications stand, until when, whose turn it is."""
    if not TABLE.may_try(request.actor, BOARD):
        raise Denied(BOARD, hides=False)
    call = queries.load_call(request.actor, call_id)
    said = request.GET.get("after", "")
    after = int(said) if said.isascii() and said.isdigit() and len(said) < 7 else 0
    context = {
        "call": call,
        "board": queries.board(request.actor, call, after=after),
        "may_rank": may_rank(request.actor, call),
        "crumbs": [HOME, (call.title, reverse("programmes.call", args=[call.id])), ("申报", "")],
    }
    return render(request, "programmes/board.html", context)


@require_http_methods(["GET", "POST"])
@signed_in_page("担任评选合议的人排序、看名额用了多少；别人看不到分和名次")
def rank(request: ActorRequest, call_id: UUID) -> HttpResponseBase:
    """Put the reviewed applications in order, within quota and floor; look at the picture of it."""
    call = Call.objects.unscoped("who ranks was asked").filter(id=call_id).first()
    if call is None or not may_rank(request.actor, call):
        raise Denied(BOARD)
    trouble = ""
    if request.method == "POST":
        try:
            services.rank(actor=request.actor, call_id=call.id)
        except UserError as error:
            trouble = f"{error.message}。{error.next}"
        else:
            return HttpResponseRedirect(reverse("programmes.rank", args=[call.id]))
    return _rank_page(request, call, trouble)


def _rank_page(request: ActorRequest, call: Call, trouble: str) -> HttpResponse:
    lines, cells = ranking(call) if call.ranked_at else ([], [])
    quota = quota_of(call)
    chosen = sum(bool(one.chosen) for one in lines)
    floor = sum(one.chosen for one in cells if one.floor)
    states = [state for state, n in standing(call).items() for _ in range(n)]
    context = {
        "call": call,
        "lines": lines,
        "cells": cells,
        "chosen": chosen,
        "quota": quota,
        "floor_chosen": floor,
        "why_not": too_early(call, states),
        "trouble": trouble,
        "crumbs": [*home_for(request), (call.title, ""), ("排序", "")],
    }
    return render(request, "programmes/rank.html", context, status=409 if trouble else 200)
