"""Bringing somebody's account back; who of a place can be helped."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, page
from qiming.registry import queries
from qiming.registry.access import TABLE
from qiming.registry.forms import refuse
from qiming.registry.forms_account import RecoverForm
from qiming.registry.models import Account
from qiming.registry.queries import account as lines
from qiming.registry.queries import helped
from qiming.registry.services import recovery
from qiming.registry.views.factors import is_fresh
from qiming.registry.views.second import ask_again


@page(TABLE, "registry.recover_account")
def leaders(request: ActorRequest, place_id: UUID) -> HttpResponse:
    """The people of a place whose accounts the actor may bring back: heads, administrators, officers."""
    place = helped.load_helped_place(request.actor, place_id)
    return render(
        request,
        "registry/leaders.html",
        {
            "place": place,
            "people": helped.leaders_of(request.actor, place),
            "crumbs": [("单位", f"/places/{place.id}/"), (place.name, "")],
        },
    )


@page(TABLE, "registry.recover_account")
def recover(request: ActorRequest, person_id: UUID) -> HttpResponse:
    path = recovery.find_recoverable(request.actor, person_id)
    if not is_fresh(request):
        return ask_again(request)
    account = Account.objects.select_related("person").get(person_id=person_id)
    form = RecoverForm(request.POST if request.method == "POST" else None)
    fresh, done = "", False
    if request.method == "POST" and form.is_valid():
        try:
            fresh = recovery.recover(actor=request.actor, person_id=person_id, **form.cleaned_data)
            done, form = True, RecoverForm()
        except UserError as error:
            refuse(form, error)
    return render(
        request,
        "registry/recover.html",
        {
            "person": account.person,
            "account": account,
            "place": queries.workplace_of(path),
            "roles": lines.roles(person_id),
            "factors": lines.factors(account.id),
            "sessions": lines.session_count(person_id),
            "form": form,
            "password": fresh,
            "done": done,
        },
        status=422 if form.errors else 200,
    )
