"""模型与用量: the use of a place; the chain, opened, closed and turned off."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from qiming.agents import services
from qiming.agents.access import ANSWER_HITS, ENABLE, KEYS, KILL, QUOTAS, SEE, TABLE
from qiming.agents.desk import chain as chains
from qiming.agents.desk import hits as reported
from qiming.agents.desk import places, usage
from qiming.agents.desk.figures import LEAST_PEOPLE
from qiming.agents.desk.forms import AnswerForm, DecideForm, QuotaForm, StopForm
from qiming.agents.models import ApplicationKey, KillSwitch
from qiming.agents.types import HitState, Per, Target
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, page
from qiming.registry import queries as registry
from qiming.registry.types import OrgRef

HOME = ("模型与用量", "/models/")


@require_GET
@page(TABLE, SEE)
def desk(request: ActorRequest) -> HttpResponse:
    """The use of one's own place."""
    return _usage(request, places.own(request.actor), [])


@require_GET
@page(TABLE, SEE)
def place(request: ActorRequest, place_id: UUID) -> HttpResponse:
    """The use of a place below."""
    found = places.load(request.actor, place_id)
    return _usage(request, found, [HOME, (found.name, "")])


def _usage(request: ActorRequest, found: OrgRef, crumbs: list[tuple[str, str]]) -> HttpResponse:
    context = {
        "desk": usage.desk(request.actor, found),
        "step": places.step_word(found),
        "least": LEAST_PEOPLE,
        "is_class_step": places.step_word(found) == "班",
        "days": usage.DAYS,
        "crumbs": crumbs,
        "reported": reported.how_many_wait(request.actor),
    }
    return render(request, "agents/usage.html", context)


@require_GET
@page(TABLE, SEE)
def chain(request: ActorRequest, place_id: UUID) -> HttpResponse:
    """Models, education models, what is open or off, quotas, keys."""
    return _chain(request, places.load(request.actor, place_id))


def _chain(
    request: ActorRequest,
    found: OrgRef,
    stop: StopForm | None = None,
    quota: QuotaForm | None = None,
    status: int = 200,
) -> HttpResponse:
    actor = request.actor
    targets = chains.targets(actor, found) if places.may(actor, KILL, found) else []
    context = {
        "place": found,
        "chain": chains.chain(actor, found),
        "may_decide": places.may(actor, ENABLE, found),
        "stop": (stop or StopForm(targets=targets)) if targets else None,
        "quota": quota or QuotaForm(choices=chains.quota_choices(found)),
        "crumbs": [HOME, (found.name, reverse("agents.usage", args=[found.id])), ("模型链", "")],
    }
    wrong = bool((stop and stop.errors) or (quota and quota.errors))
    return render(request, "agents/chain.html", context, status=422 if wrong else status)


@require_POST
@page(TABLE, SEE)
def decide(request: ActorRequest, place_id: UUID) -> HttpResponseBase:
    """Open an education model for the place, or close it. A teacher's own class has no desk: the door is the desk's."""
    found = _here(request, ENABLE, place_id)
    form = DecideForm(request.POST, routes=chains.route_choices())
    if not form.is_valid():
        return _chain(request, found, status=422)
    given = form.cleaned_data
    services.decide(actor=request.actor, place_id=found.id, route=given["route"], yes=given["yes"] == "yes")
    return _back(found)


@require_POST
@page(TABLE, KILL)
def stop(request: ActorRequest, place_id: UUID) -> HttpResponseBase:
    """Turn something off at once."""
    found = _here(request, KILL, place_id)
    form = StopForm(request.POST, targets=chains.targets(request.actor, found))
    if form.is_valid():
        kind, _, key = form.cleaned_data["what"].partition(":")
        said = {"target": Target(kind), "key": key, "reason": form.cleaned_data["reason"]}
        try:
            services.switch_off(actor=request.actor, place_id=found.id, **said)
        except UserError as error:
            form.add_error("reason", f"{error.message}。{error.next}")
        else:
            return _back(found)
    return _chain(request, found, stop=form)


@require_POST
@page(TABLE, KILL)
def lift(request: ActorRequest, switch_id: UUID) -> HttpResponseBase:
    """Turn on again what was turned off."""
    row = TABLE.load(request.actor, KILL, KillSwitch.objects.unscoped("loaded by the table"), id=switch_id)
    services.lift(actor=request.actor, switch_id=switch_id)
    return _back(_office_of(row.scope_path))


@require_POST
@page(TABLE, QUOTAS)
def quota(request: ActorRequest, place_id: UUID) -> HttpResponseBase:
    """Set what may be used in a day at the place and below."""
    found = _here(request, QUOTAS, place_id)
    form = QuotaForm(request.POST, choices=chains.quota_choices(found))
    if form.is_valid():
        given = form.cleaned_data
        services.set_quota(
            actor=request.actor,
            place_id=found.id,
            per=Per(given["per"]),
            quota_class=given["quota_class"],
            **{name: given[name] for name in ("requests", "tokens", "minutes")},
        )
        return _back(found)
    return _chain(request, found, quota=form)


@require_POST
@page(TABLE, KEYS)
def revoke(request: ActorRequest, key_id: UUID) -> HttpResponseBase:
    """Take a key back."""
    row = TABLE.load(request.actor, KEYS, ApplicationKey.objects.unscoped("loaded by the table"), id=key_id)
    services.revoke_key(actor=request.actor, key_id=key_id)
    return _back(_office_of(row.scope_path))


@require_GET
@page(TABLE, ANSWER_HITS)
def hits(request: ActorRequest) -> HttpResponse:
    """What teachers reported of the word lists."""
    return _hits(request)


def _hits(request: ActorRequest, wrong: AnswerForm | None = None) -> HttpResponse:
    context = {
        "waiting": reported.waiting(request.actor),
        "answered": reported.answered(request.actor),
        "form": wrong or AnswerForm(),
        "crumbs": [HOME, ("误拦的报告", "")],
    }
    return render(request, "agents/hits.html", context, status=422 if wrong else 200)


@require_POST
@page(TABLE, ANSWER_HITS)
def answer_hit(request: ActorRequest, report_id: UUID) -> HttpResponseBase:
    """Say whether the list changes."""
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _hits(request, form)
    given = form.cleaned_data
    services.answer_hit(
        actor=request.actor, report_id=report_id, state=HitState(given["state"]), says=given["says"]
    )
    return HttpResponseRedirect(reverse("agents.hits"))


def _here(request: ActorRequest, verb: str, place_id: UUID) -> OrgRef:
    """A place that has a desk and where the actor may do this."""
    found = places.load(request.actor, place_id)
    if not places.may(request.actor, verb, found):
        raise Denied(verb)
    return found


def _office_of(path: str) -> OrgRef:
    """The place with a desk at or above a path: of a class its school."""
    steps = path.rstrip("/").split("/")[:3]
    return registry.org_by_path("/".join(steps) + "/")


def _back(found: OrgRef) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("agents.chain", args=[found.id]))
