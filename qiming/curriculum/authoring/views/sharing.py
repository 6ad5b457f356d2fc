"""Publishing for classes of the school, and proposals to those who look after the city's courses."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qiming.curriculum.access import EDIT, REVIEW, TABLE
from qiming.curriculum.authoring import queries, services
from qiming.curriculum.authoring.checking import findings
from qiming.curriculum.authoring.classes import classes_for
from qiming.curriculum.authoring.models import LessonFork, Proposal
from qiming.curriculum.authoring.views.common import SHELF, head_of, to
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, page
from qiming.registry import queries as registry


@require_http_methods(["GET", "POST"])
@page(TABLE, EDIT)
def share(request: ActorRequest, fork_id: UUID) -> HttpResponse:
    """Which class has which version; POST publishes the draft, or lets classes have a version."""
    fork = queries.load_fork(request.actor, EDIT, fork_id)
    error: UserError | None = None
    if request.method == "POST":
        try:
            done = _share(request, fork)
            return to("curriculum.share", fork.id, done=done)
        except UserError as refusal:
            error = refusal
            fork = queries.load_fork(request.actor, EDIT, fork_id)
    return _share_page(request, fork, error)


def _share(request: ActorRequest, fork: LessonFork) -> str:
    act, offerings = request.POST.get("act", ""), _uuids(request.POST.getlist("class"))
    if act == "publish":
        revision = request.POST.get("revision", "")
        done = services.publish(
            actor=request.actor,
            fork_id=fork.id,
            revision=int(revision) if revision.isdecimal() and len(revision) < 10 else 0,
            offering_ids=offerings,
        )
        return "later" if done.later else "published"
    if act == "choose":
        wanted = _uuids([request.POST.get("version", "")])
        if not wanted or not offerings:
            raise UserError("没有说哪个班用哪一版", kept="什么都没有变。", next="选好再点一次。")
        at_once = [services.choose(request.actor, one, wanted[0]) for one in offerings]
        return "chosen" if all(at_once) else "later"
    if act == "propose":
        services.propose(actor=request.actor, fork_id=fork.id, why=request.POST.get("why", ""))
        return "proposed"
    raise UserError("没有说要做什么", kept="什么都没有变。", next="从下面的按钮里选一个。")


DONE = {
    "published": "发布好了，选中的班现在就用这一版。",
    "later": "发布好了。正在上课的班下课后换上，其余的现在就用。",
    "chosen": "换好了，现在就用选的这一版。",
    "proposed": "建议已经提给区、市，答复会出现在这一页。",
    "withdrawn": "建议撤回了。",
}


def _share_page(request: ActorRequest, fork: LessonFork, error: UserError | None) -> HttpResponse:
    found = head_of(request, fork, "share", "发布与使用")
    city = queries.lesson_in_city(fork.course_key, fork.lesson_key)
    versions = [(row.lesson_version_id, f"本校第{row.number}版") for row, _ in found["versions"]]
    uses = classes_for(request.actor, fork.scope_path, fork.course_key, fork.lesson_key)
    known = dict(versions)
    said = findings(fork)
    found |= {
        "error": error,
        "done": DONE.get(request.GET.get("done", "")),
        "wrong": [one for one in said if not one.advice],
        "advice": [one for one in said if one.advice],
        "uses": [(use, known.get(use.lesson_version_id, "市里版")) for use in uses],
        "own": [use for use in uses if use.is_own],
        "choices": [*versions, *([(city.id, "市里现在的版本")] if city else [])],
        "proposals": queries.proposals_of(fork),
        "why": request.POST.get("why", ""),
    }
    return render(request, "curriculum/authoring/share.html", found, status=error.status if error else 200)


@require_POST
@page(TABLE, EDIT)
def withdraw(request: ActorRequest, proposal_id: UUID) -> HttpResponse:
    row = services.withdraw(actor=request.actor, proposal_id=proposal_id)
    return to("curriculum.share", row.fork_id, done="withdrawn")


@require_GET
@page(TABLE, REVIEW)
def proposals(request: ActorRequest) -> HttpResponse:
    """What schools proposed, what waits first."""
    rows = queries.proposals_for(request.actor)
    found = {
        "rows": rows,
        "waiting": sum(row.state == Proposal.State.WAITING for row in rows),
        "crumbs": [SHELF, ("学校的课程建议", "")],
    }
    return render(request, "curriculum/authoring/proposals.html", found)


@require_http_methods(["GET", "POST"])
@page(TABLE, REVIEW)
def proposal(request: ActorRequest, proposal_id: UUID) -> HttpResponse:
    """One proposal with everything it changes; POST answers it."""
    row = queries.load_proposal(request.actor, REVIEW, proposal_id)
    error: UserError | None = None
    if request.method == "POST":
        try:
            services.answer(
                actor=request.actor,
                proposal_id=row.id,
                accept=request.POST.get("act") == "accept",
                reason=request.POST.get("reason", ""),
            )
            return HttpResponseRedirect(reverse("curriculum.proposals"))
        except UserError as refusal:
            error = refusal
            row = queries.load_proposal(request.actor, REVIEW, proposal_id)
    found = {
        "row": row,
        "grouped": _grouped(row),
        "names": registry.persons_named([row.asked_by, *([row.answered_by] if row.answered_by else [])]),
        "error": error,
        "reason": request.POST.get("reason", ""),
        "crumbs": [SHELF, ("学校的课程建议", reverse("curriculum.proposals")), (row.fork.title, "")],
    }
    return render(request, "curriculum/authoring/proposal.html", found, status=error.status if error else 200)


def _grouped(row: Proposal) -> list[tuple[str, list[dict[str, str]]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for one in row.changes:
        found.setdefault(one["where"], []).append(one)
    return list(found.items())


def _uuids(said: list[str]) -> list[UUID]:
    found = []
    for one in said[:100]:
        try:
            found.append(UUID(one))
        except ValueError:
            continue
    return found
