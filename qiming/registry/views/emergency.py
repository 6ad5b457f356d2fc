"""应急权限: taking one, giving it back, looking back on what others took."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, page
from qiming.registry import queries
from qiming.registry.access import TABLE
from qiming.registry.forms import refuse
from qiming.registry.forms_account import PowerForm
from qiming.registry.models import Organisation
from qiming.registry.queries import account as lines
from qiming.registry.services import emergency
from qiming.registry.types import OrgKind, Power, Role
from qiming.registry.views.common import done
from qiming.registry.views.factors import is_fresh
from qiming.registry.views.second import ask_again


@page(TABLE, "registry.see_powers")
def powers(request: ActorRequest) -> HttpResponse:
    found = lines.powers(request.actor)
    is_pupil = request.actor.has_role(Role.PUPIL)
    return render(
        request,
        "registry/powers.html",
        {
            "powers": found,
            "open": [one for one in found if one.is_open],
            "waiting": [one for one in found if one.may_review and not one.reviewed],
            "may_raise": TABLE.may_try(request.actor, "registry.raise_power"),
            "is_concerned": is_pupil or request.actor.roles == {Role.GUARDIAN.value},
            "done": done(request),
            "frame": "kernel/pupil_base.html" if is_pupil else "kernel/base.html",
        },
    )


@page(TABLE, "registry.raise_power")
def raise_power(request: ActorRequest, place_id: UUID) -> HttpResponse:
    place = emergency.load_raisable(request.actor, place_id)
    if not is_fresh(request):
        return ask_again(request)
    form = PowerForm(
        request.POST if request.method == "POST" else None,
        for_class=place.kind == OrgKind.CLASS_GROUP,
        powers=_useful(request, place),
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            emergency.raise_power(
                actor=request.actor,
                power=Power(given["power"]),
                place_id=place.id,
                seat_no=given.get("seat_no"),
                reason=given["reason"],
                minutes=given["minutes"],
            )
            return HttpResponseRedirect(f"{reverse('registry.powers')}?done=raised")
        except UserError as error:
            refuse(form, error)
    classes = queries.classes_under(place.scope_path) if place.kind == OrgKind.SCHOOL else []
    return render(
        request,
        "registry/raise_power.html",
        {
            "place": place,
            "school": queries.school_of(place.scope_path),
            "classes": classes,
            "form": form,
            "crumbs": [("应急权限", reverse("registry.powers")), (place.name, "")],
        },
        status=422 if form.errors else 200,
    )


@require_POST
@page(TABLE, "registry.end_power")
def end_power(request: ActorRequest, power_id: UUID) -> HttpResponse:
    emergency.end_power(actor=request.actor, power_id=power_id)
    return HttpResponseRedirect(f"{reverse('registry.powers')}?done=power_ended")


@require_POST
@page(TABLE, "registry.review_power")
def review_power(request: ActorRequest, power_id: UUID) -> HttpResponse:
    emergency.review_power(actor=request.actor, power_id=power_id)
    return HttpResponseRedirect(f"{reverse('registry.powers')}?done=reviewed")


def _useful(request: ActorRequest, place: Organisation) -> list[Power]:
    """The powers that would add something to what the actor may do here anyway."""
    may_reset = TABLE.allows(request.actor, "registry.reset_pin", place)
    return [Power.SEE_PUPILS] if may_reset else [Power.SEE_PUPILS, Power.GIVE_CARDS]
