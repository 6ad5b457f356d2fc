"""Another wording of a part by a model: asked for, shown beside what stands there, taken by the plan's own page."""

from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from qiming.agents.talk import services as talking
from qiming.agents.talk.connecting import gateway_for
from qiming.assist.access import TABLE
from qiming.assist.models import LessonPlan
from qiming.assist.planner import wording
from qiming.assist.planner.access import PLAN
from qiming.assist.planner.forms import WordingForm
from qiming.assist.planner.queries import Beside
from qiming.kernel.errors import UserError
from qiming.kernel.headers import calling
from qiming.kernel.http import ActorRequest, page

HOME = ("上课", "/teach/")


@require_http_methods(["GET", "POST"])
@page(TABLE, PLAN)
def words(request: ActorRequest, plan_id: UUID, part_key: str) -> HttpResponse:
    """What was asked for this part so far; POST asks for another wording. A script gets the proposal alone."""
    plan, line = wording.load(request.actor, plan_id, part_key)
    form = WordingForm(request.POST or None)
    if request.method == "GET":
        return _page(request, plan, line, form)
    alone = request.headers.get("X-Fragment") == "1"
    if not form.is_valid():
        if alone:
            wrong = " ".join(str(one) for one in form.errors.get("text") or ["没有发出去，刷新页面再试。"])
            raise UserError(wrong, kept="您写的还在。")
        return _page(request, plan, line, form, status=422)
    said = form.cleaned_data
    try:
        one = wording.ask(
            actor=request.actor, plan_id=plan_id, key=part_key, wish=said["text"], turn_id=said["turn_id"]
        )
    except UserError as error:
        if alone:
            raise
        form.add_error("text", error.message)
        return _page(request, plan, line, form, status=error.status)
    if alone:
        return _one(request, plan, line, one)
    if one.turn.ticket:  # without a script nobody fetches the model's words
        talking.close(one.turn.id)
    return HttpResponseRedirect(reverse("assist.wording", args=[plan.id, part_key]))


@require_http_methods(["GET", "POST"])
@page(TABLE, PLAN)
def proposal(request: ActorRequest, plan_id: UUID, part_key: str, wording_id: UUID) -> HttpResponse:
    """One proposal as it stands now; POST: the model did not answer, the text stays as it is."""
    plan, line = wording.load(request.actor, plan_id, part_key)
    one = wording.proposal(request.actor, line, wording_id, close=request.method == "POST")
    return _one(request, plan, line, one)


def _one(request: ActorRequest, plan: LessonPlan, line: Beside, one: wording.Worded) -> HttpResponse:
    told = {"plan": plan, "line": line, "one": one, "can": wording.can_word(line)}
    return render(request, "assist/planner/_wording.html", told)


def _page(
    request: ActorRequest, plan: LessonPlan, line: Beside, form: WordingForm, status: int = 200
) -> HttpResponse:
    gateway = gateway_for(request.scheme or "http", request.get_host())
    context: dict[str, Any] = {
        "plan": plan,
        "line": line,
        "form": form,
        "can": wording.can_word(line),
        "is_open": wording.is_open(plan),
        "proposals": wording.proposals(request.actor, line),
        "gateway": gateway,
        "fresh_id": uuid4(),
        "crumbs": [HOME, ("备课", reverse("assist.plan", args=[plan.id])), ("换一种说法", "")],
    }
    answer = render(request, "assist/planner/wording.html", context, status=status)
    answer["Content-Security-Policy"] = calling(gateway)
    return answer
