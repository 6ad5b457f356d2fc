"""办件: what waits for me, one case with its history and picture, the next step."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from qiming.casework import queries, rooms, services
from qiming.casework.access import TABLE
from qiming.casework.forms import AnswerForm, MoveForm
from qiming.casework.models import Case
from qiming.casework.queries.notices import objections_of
from qiming.casework.queries.queue import PAGE
from qiming.casework.queries.sheets import opinions
from qiming.casework.queries.workflows import owner_words
from qiming.casework.rules.drawing import draw
from qiming.casework.types import Kind
from qiming.kernel import time
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, signed_in_page

Answering = tuple[UUID, AnswerForm, str]
"""Which objection, what was written, why it was refused."""
SEES = "每个登录的教职工看轮到自己办的、请自己评的和自己申请的件"


@require_GET
@signed_in_page(SEES)
def mine(request: ActorRequest) -> HttpResponseBase:
    """What waits for me, what I applied for, and (for offices) how many cases stand where."""
    after = _number(request.GET.get("after", ""))
    waiting, total = queries.queue_of(request.actor, after=after)
    context = {
        "waiting": waiting,
        "total": total,
        "next_after": after + PAGE if after + PAGE < total else None,
        "applied": queries.applied_by(request.actor),
        "overseen": queries.oversee(request.actor)
        if TABLE.may_try(request.actor, "casework.oversee")
        else [],
        "may_appoint": TABLE.may_try(request.actor, "casework.appoint"),
    }
    return render(request, "casework/mine.html", context)


@require_GET
@signed_in_page("申请人、办件人、评审人和主管单位看这一件走到哪一步")
def case(request: ActorRequest, case_id: UUID) -> HttpResponseBase:
    """One case: whose turn it is, what may be done, what happened."""
    return _page(request, queries.load_case(request.actor, case_id))


@require_POST
@signed_in_page("按流程图轮到谁，谁才能办这一步；自己的件不能自己定")
def move(request: ActorRequest, case_id: UUID, transition: str) -> HttpResponseBase:
    """Make one step; what was written stays when it is refused."""
    found = queries.load_case(request.actor, case_id)
    workflow = queries.workflow_of(found.workflow_id)
    step = workflow.transitions.get(transition)
    if step is None:
        raise Denied("casework.move")
    form = MoveForm(request.POST, workflow=workflow, step=step, seen=found.seq)
    if not form.is_valid():
        return _page(request, found, form)
    try:
        services.move(
            actor=request.actor,
            case_id=case_id,
            transition=transition,
            reason=form.cleaned_data["reason"],
            evidence=form.proofs(),
            expected_seq=form.cleaned_data["seen"],
        )
    except UserError as error:
        form.add_error(None, f"{error.message}。{error.next}")
        found.refresh_from_db()
        return _page(request, found, form, status=error.status)
    return HttpResponseRedirect(reverse("casework.case", args=[case_id]))


def case_page(request: ActorRequest, case_id: UUID, answering: Answering) -> HttpResponse:
    """The page of a case with an answer to an objection that was refused."""
    return _page(request, queries.load_case(request.actor, case_id), status=422, answering=answering)


def _page(
    request: ActorRequest,
    found: Case,
    tried: MoveForm | None = None,
    status: int = 200,
    answering: Answering | None = None,
) -> HttpResponse:
    workflow = queries.workflow_of(found.workflow_id)
    steps = queries.history(found, named=not queries.reads_unnamed(request.actor, found))
    forms: list[dict[str, Any]] = []
    for choice in queries.may_do(request.actor, found):
        form = MoveForm(workflow=workflow, step=choice.transition, seen=found.seq)
        if tried is not None and tried.step.key == choice.transition.key:
            form = tried
        forms.append({"step": choice.transition, "form": form, "why_not": choice.answer.reasons})
    # Giving up and stopping are possible at all times: they are nobody's turn, and giving up stands last.
    ends = [one for one in forms if one["step"].kind is Kind.ENDS]
    ways = [one for one in forms if one not in ends]
    state = workflow.states[found.state]
    turns = [one for one in ways if not one["why_not"] and one["step"].kind is not Kind.STOPS]
    objections, answers = objections_of(request.actor, found)
    lines = [
        (one, _answer_form(one.id, answering) if answers and one.upheld is None else None)
        for one in objections
    ]
    context = {
        "case": found,
        "objections": lines,
        "unanswered": sum(one.upheld is None for one in objections),
        "trouble": answering[2] if answering else "",
        "workflow": workflow,
        "state": state,
        "my_turn": bool(turns) and (not state.rests or found.owner == "applicant"),
        "owner": owner_words(workflow, found.owner),
        "choices": ways,
        "asides": ends,
        "steps": list(reversed(steps)),
        "again_on": steps[-1].again_on,
        "opinions": opinions(found),
        "drawing": draw(workflow, found.state, frozenset(queries.states_been(found))),
        "thing_url": _thing_url(found),
        "late": bool(found.due_at and found.due_at < time.now()),
        "missing": queries.reviewers_missing(found),
    }
    bad = tried is not None and status == 200
    return render(request, "casework/case.html", context, status=422 if bad else status)


def _answer_form(objection_id: UUID, answering: Answering | None) -> AnswerForm:
    if answering and answering[0] == objection_id:
        return answering[1]
    return AnswerForm(auto_id=f"id_{objection_id}_%s")


def _thing_url(found: Case) -> str:
    page = rooms.of(found.kind).page
    return page(found.subject_id) if page else ""


def _number(said: str) -> int:
    return int(said) if said.isascii() and said.isdigit() and len(said) < 9 else 0
