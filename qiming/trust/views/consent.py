"""同意与撤回: what a family is asked, what it decided, and how to change that."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, page
from qiming.registry import queries as registry
from qiming.registry.types import Role, Stage
from qiming.trust import services, texts
from qiming.trust.access import TABLE
from qiming.trust.consent import used_by
from qiming.trust.queries.consent import decides_too, standings, waiting_guardians
from qiming.trust.types.consent import Purpose, Said, Standing, State, Via

SEE, DECIDE = "trust.see_consent", "trust.decide_consent"
DONE = {
    Said.GIVEN: "记下了：同意。",
    Said.REFUSED: "记下了：不同意。",
    Said.WITHDRAWN: "记下了。从现在起，相关的都收起来了。",
}


@dataclass(frozen=True, slots=True)
class Card:
    """One purpose as it stands on the page."""

    of: Standing
    used_by: tuple[str, ...]
    acts: tuple[tuple[Said, str], ...]
    stands: str  # in words
    aloud: str


@require_GET
@page(TABLE, SEE)
def mine(request: ActorRequest) -> HttpResponse:
    """A pupil's own page; a guardian chooses among the wards."""
    actor = request.actor
    if actor.has_role(Role.PUPIL):
        return HttpResponseRedirect(reverse("trust.consent", args=[actor.person_id]))
    wards = registry.wards_of(actor.person_id)
    if len(wards) == 1:
        return HttpResponseRedirect(reverse("trust.consent", args=[wards[0].id]))
    waiting = waiting_guardians([ward.id for ward in wards])
    lines = [(ward, waiting[ward.id]) for ward in wards]
    return render(request, "trust/consent_choose.html", {"lines": lines})


@require_GET
@page(TABLE, SEE)
def consent(request: ActorRequest, person_id: UUID) -> HttpResponse:
    """Every purpose, one card each."""
    pupil = registry.pupil(person_id)
    TABLE.require(request.actor, SEE, pupil)
    group = registry.org(pupil.class_id)
    is_self = pupil.id == request.actor.person_id
    too = decides_too(pupil.id)
    via = Via.PUPIL if is_self else Via.GUARDIAN
    cards = [
        _card(one, via, may_act=too or not is_self) for one in standings(pupil.id, request.actor.person_id)
    ]
    return render(
        request,
        "trust/consent.html",
        {
            "pupil": pupil,
            "group": group,
            "cards": cards,
            "is_self": is_self,
            "may_act": too or not is_self,
            "waiting": sum(via in card.of.verdict.waits_for for card in cards),
            "age_rule": texts.age_rule(),
            "done": DONE[Said(said)] if (said := request.GET.get("done", "")) in set(DONE) else "",
            "frame": "kernel/pupil_base.html" if is_self else "kernel/base.html",
            "primary": group.stage is Stage.PRIMARY,
        },
    )


@require_POST
@page(TABLE, DECIDE)
def decide(request: ActorRequest, person_id: UUID) -> HttpResponse:
    """One button: yes, no, or taking it back."""
    try:
        purpose = Purpose(request.POST.get("purpose", ""))
        said = Said(request.POST.get("said", ""))
    except ValueError as wrong:
        TABLE.require(request.actor, DECIDE, registry.pupil(person_id))
        raise UserError("没有这个选择", kept="什么都没有改。", next="刷新页面，再点一次。") from wrong
    services.decide(
        actor=request.actor,
        person_id=person_id,
        purpose=purpose,
        said=said,
        text_digest=request.POST.get("text", ""),
    )
    return HttpResponseRedirect(
        f"{reverse('trust.consent', args=[person_id])}?done={said.value}#{purpose.value}"
    )


def _card(one: Standing, via: Via, *, may_act: bool) -> Card:
    stands = _stands(one, via)
    return Card(
        of=one,
        used_by=used_by(one.purpose),
        acts=_acts(one, via) if may_act else (),
        stands=stands,
        aloud=f"{one.name}。{stands}。{one.text.question}",
    )


def _acts(one: Standing, via: Via) -> tuple[tuple[Said, str], ...]:
    """What can be pressed: the same weight for yes and no."""
    if one.verdict.state is State.CHANGED and via in one.verdict.waits_for:
        return ((Said.GIVEN, "同意新的文字"), (Said.REFUSED, "不同意"))
    if one.own in (Said.REFUSED, Said.WITHDRAWN):
        return ((Said.GIVEN, "改成同意"),)
    if one.own is Said.GIVEN and one.verdict.state not in (State.REFUSED, State.WITHDRAWN):
        return ((Said.WITHDRAWN, "撤回同意"),)
    if one.verdict.holds:
        return ((Said.WITHDRAWN, "撤回同意"),)
    return ((Said.GIVEN, "同意"), (Said.REFUSED, "不同意"))


def _stands(one: Standing, via: Via) -> str:
    state, waits = one.verdict.state, one.verdict.waits_for
    if state in (State.REFUSED, State.WITHDRAWN) and one.own is Said.GIVEN:
        return "另有人不同意，现在不算同意"
    if waits and via not in waits:
        return "等监护人同意才算" if via is Via.PUPIL else "还要学生本人同意才算"
    if waits:
        return (
            "文字改了，请再看一遍"
            if state is State.CHANGED
            else "等你决定"
            if via is Via.PUPIL
            else "等您决定"
        )
    return state.zh
