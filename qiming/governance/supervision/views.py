"""Pages of supervision: the rounds, a new one, a round's schools, one school with frozen figures, words and steps."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from qiming.casework import queries as cases
from qiming.governance.access import RUN_ROUND, SEE_ROUND, SEE_ROUNDS, TABLE
from qiming.governance.offered import offered, refuse
from qiming.governance.supervision import queries, rules, services, sets
from qiming.governance.supervision.forms import (
    FindingsForm,
    ProofForm,
    RectifiedForm,
    RoundForm,
    SelfReviewForm,
    StepForm,
    WordsForm,
)
from qiming.governance.supervision.models import SchoolReview
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, page
from qiming.registry import queries as registry
from qiming.registry.types import OrgRef, Role

FORMS: Mapping[str, type[StepForm]] = {
    "check_and_visit": ProofForm,
    "check": ProofForm,
    "visit": ProofForm,
    "accept": ProofForm,
    "draft": FindingsForm,
    "rectify": FindingsForm,
    "finish": FindingsForm,
    "rectified": RectifiedForm,
}
HOME = ("督导", "/rounds/")


@require_GET
@page(TABLE, SEE_ROUNDS)
def home(request: ActorRequest) -> HttpResponse:
    """An office's rounds; a head's own school in each."""
    may_open = TABLE.may_try(request.actor, RUN_ROUND)
    context = {
        "rounds": queries.rounds(request.actor) if may_open else [],
        "mine": [] if may_open else queries.reviews_of_school(request.actor),
        "may_open": may_open,
    }
    return render(request, "governance/supervision/home.html", context)


@require_http_methods(["GET", "POST"])
@page(TABLE, RUN_ROUND)
def new(request: ActorRequest) -> HttpResponse:
    """Open a round: the set with its burden, the district, how many visits."""
    places = _districts(request.actor)
    form = RoundForm(
        request.POST or None, places=[(str(one.id), one.name) for one in places], sets=sets.choices()
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            kept = services.open_round(
                actor=request.actor,
                place=registry.org(UUID(given["place"])),
                title=given["title"],
                key=given["indicators"],
                visits=given["visits"],
            )
            return HttpResponseRedirect(reverse("governance.round", args=[kept.id]))
        except UserError as error:
            refuse(form, error)
    context = {
        "form": form,
        "sets": [sets.read(key)[0] for key, _ in sets.choices()],
        "budget": rules.BUDGET,
        "crumbs": [HOME, ("开一次督导", "")],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "governance/supervision/new.html", context, status=status)


@require_GET
@page(TABLE, SEE_ROUND)
def one_round(request: ActorRequest, round_id: UUID) -> HttpResponse:
    """A round: how far its schools are, where they lie on each figure (unnamed), the definitions."""
    found = queries.load_round(request.actor, round_id)
    lines = queries.reviews(found)
    context = {
        "round": found,
        "place": registry.org_by_path(found.scope_path),
        "indicators": queries.set_of(found),
        "lines": lines,
        "closed": sum(one.state == "closed" for one in lines),
        "at_schools": sum(one.state in {"self_review", "drafted", "rectifying"} for one in lines),
        "drawn": sum(one.is_drawn for one in lines),
        "spreads": queries.spreads(found),
        "crumbs": [HOME, (found.title, "")],
    }
    return render(request, "governance/supervision/round.html", context)


@require_http_methods(["GET", "POST"])
@page(TABLE, SEE_ROUNDS)
def review(request: ActorRequest, review_id: UUID) -> HttpResponse:
    """One school: the frozen figures, what it said, findings, the steps this person may take."""
    row = queries.load(request.actor, review_id)
    tried: dict[str, forms.Form] = {}
    if request.method == "POST":
        key = request.POST.get("step", "")
        form = _form(row, key, request)
        if form.is_valid():
            try:
                words = {name: value for name, value in form.cleaned_data.items() if name != "seen"}
                services.step(
                    actor=request.actor,
                    review_id=row.id,
                    transition=key,
                    given=words,
                    seen=form.cleaned_data["seen"],
                )
                return HttpResponseRedirect(reverse("governance.review", args=[row.id]))
            except UserError as error:
                refuse(form, error)
        tried[key] = form
        row = queries.load(request.actor, review_id)
    hides = not any(one.role == Role.SCHOOL_HEAD for one in request.actor.grants)
    context = _context(request.actor, row, tried, hides=hides)
    return render(request, "governance/supervision/review.html", context, status=422 if tried else 200)


def _context(
    actor: Actor, row: SchoolReview, tried: Mapping[str, forms.Form], *, hides: bool
) -> dict[str, Any]:
    found = queries.review(row, hides=hides)
    case = cases.follow_case([row.id])[row.id]

    def form(key: str) -> forms.Form:
        return tried.get(key) or _form(row, key, seen=found.seq)

    may_see_round = TABLE.allows(actor, SEE_ROUND, row.round)
    above = [(row.round.title, reverse("governance.round", args=[row.round_id]))] if may_see_round else []
    return {
        "found": found,
        "round": row.round,
        "state": queries.STATES[row.state],
        "steps": found.steps,
        "offered": offered(actor, case, services.STEPS, form),
        "crumbs": [HOME, *above, (found.school.name[:20], "")],
    }


def _form(row: SchoolReview, key: str, request: HttpRequest | None = None, seen: int = 0) -> StepForm:
    data = request.POST if request else None
    if key == "submit":
        return SelfReviewForm(
            data, indicators=queries.set_of(row.round), initial={"seen": seen, **row.said}, prefix=key
        )
    initial = {"seen": seen, **(queries.as_form(row) if key in services.FOUND else {})}
    return FORMS.get(key, WordsForm)(data, initial=initial, prefix=key[:20])


def _districts(actor: Actor) -> list[OrgRef]:
    """The districts in which the actor may open a round."""
    return [one for one in registry.districts() if TABLE.allows(actor, RUN_ROUND, one)]
