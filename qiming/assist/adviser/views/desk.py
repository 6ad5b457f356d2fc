"""The desk: what was handed over, and the answers."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from qiming.assist.access import TABLE
from qiming.assist.adviser import queries, services
from qiming.assist.adviser.access import ANSWER
from qiming.assist.adviser.forms import ReplyForm
from qiming.assist.adviser.views.common import DESK, HOME, sent, tell
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, page


@require_GET
@page(TABLE, ANSWER)
def desk(request: ActorRequest) -> HttpResponse:
    """What waits for an answer, longest first."""
    context = {
        "talks": list(queries.queue(request.actor)),
        "waiting": queries.waiting(request.actor),
        "crumbs": [HOME, ("转来的咨询", "")],
    }
    return render(request, "assist/adviser/desk.html", context)


@require_http_methods(["GET", "POST"])
@page(TABLE, ANSWER)
def handed(request: ActorRequest, talk_id: UUID) -> HttpResponseBase:
    """One of them with everything said before; answer it."""
    row = queries.handed_talk(request.actor, talk_id)
    form = ReplyForm(sent(request))
    if form.is_valid():
        try:
            services.reply(
                actor=request.actor,
                talk_id=talk_id,
                words=form.cleaned_data["words"],
                closes=form.cleaned_data["closes"],
            )
        except UserError as error:
            tell(form, error)
        else:
            return HttpResponseRedirect(reverse("assist.advice_desk"))
    context = {
        "talk": row,
        "asker": queries.asker_words(row),
        "lines": queries.lines_of(row, request.actor),
        "form": form,
        "crumbs": [HOME, DESK, (row.title, "")],
    }
    return render(request, "assist/adviser/handed.html", context, status=422 if form.errors else 200)
