"""我的账号: where one is signed in, the second factor, outside accounts, children, what others did."""

from uuid import UUID

from django.contrib.auth import logout
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from qiming.kernel.http import ActorRequest, page, signed_in_page
from qiming.registry import services
from qiming.registry.access import TABLE
from qiming.registry.models import Account
from qiming.registry.queries import account as queries
from qiming.registry.services import links, recovery, second_factor, sessions
from qiming.registry.types import Role
from qiming.registry.views.common import done
from qiming.registry.views.entering import arrival, forget_arrival, own_path


@signed_in_page("我的账号：身份、登录、两步登录、统一身份账号、孩子")
def account(request: ActorRequest) -> HttpResponse:
    actor = request.actor
    own = Account.objects.select_related("person").get(id=actor.account_id)
    is_pupil = own.kind == Account.Kind.PUPIL
    return render(
        request,
        "registry/account.html",
        {
            "own": own,
            "is_pupil": is_pupil,
            "roles": queries.roles(own.person_id),
            "sessions": queries.sessions(actor),
            "factors": None if is_pupil else queries.factors(own.id),
            "demand": second_factor.demanded(actor).value,
            "links": queries.links(own),
            "children": queries.children(actor),
            "sees_powers": TABLE.may_try(actor, "registry.see_powers"),
            "done": done(request),
            "frame": _frame(request),
        },
    )


@signed_in_page("我的登录：现在在哪些设备上登录着")
def own_sessions(request: ActorRequest) -> HttpResponse:
    return render(
        request,
        "registry/sessions.html",
        {
            "sessions": queries.sessions(request.actor),
            "done": done(request),
            "crumbs": _crumbs("我的登录"),
            "frame": _frame(request),
        },
    )


@require_POST
@signed_in_page("在一台设备上退出")
def end_session(request: ActorRequest, mark: str) -> HttpResponse:
    if sessions.end_own(actor=request.actor, mark=mark):
        logout(request)
        return HttpResponseRedirect(reverse("registry.sign_in"))
    return HttpResponseRedirect(f"{reverse('registry.sessions')}?done=signed_out")


@require_POST
@signed_in_page("在其他设备上都退出")
def end_other_sessions(request: ActorRequest) -> HttpResponse:
    sessions.end_others(actor=request.actor)
    return HttpResponseRedirect(f"{reverse('registry.sessions')}?done=signed_out")


@signed_in_page("别人动过我的账号：告诉本人")
def told(request: ActorRequest) -> HttpResponse:
    onward = own_path(request.GET.get("next") or request.POST.get("next") or "/")
    if request.method == "POST":
        recovery.mark_told(actor=request.actor)
        return HttpResponseRedirect(reverse("registry.link_confirm") if arrival(request) else onward)
    notices = queries.unseen_notices(request.actor.account_id)
    if not notices:
        return HttpResponseRedirect(onward)
    return render(request, "registry/told.html", {"notices": notices, "next": onward})


@signed_in_page("把外面的统一身份账号连到自己的账号：问一次")
def link_confirm(request: ActorRequest) -> HttpResponse:
    """Asked after the account here was proven; the outside account was proven on the way."""
    came = arrival(request)
    if came is None:
        return HttpResponseRedirect(reverse("registry.account"))
    if request.method == "POST":
        forget_arrival(request)
        if request.POST.get("link") != "yes":
            return HttpResponseRedirect("/")
        links.link(actor=request.actor, provider=came.provider, digest=came.digest)
        return HttpResponseRedirect(f"{reverse('registry.account')}?done=linked")
    return render(
        request,
        "registry/link_confirm.html",
        {"provider": came.provider, "frame": _frame(request)},
    )


@require_POST
@signed_in_page("解开统一身份账号")
def unlink(request: ActorRequest, key: str) -> HttpResponse:
    links.unlink(actor=request.actor, key=key)
    return HttpResponseRedirect(f"{reverse('registry.account')}?done=unlinked")


@require_POST
@page(TABLE, "registry.end_guardianship")
def end_guardianship(request: ActorRequest, guardianship_id: UUID) -> HttpResponse:
    """Ended by the school on the pupil's page, or left by the guardian on the account page."""
    row = services.end_guardianship(actor=request.actor, guardianship_id=guardianship_id)
    if row.guardian_id == request.actor.person_id:
        return HttpResponseRedirect(f"{reverse('registry.account')}?done=left_child")
    return HttpResponseRedirect(f"{reverse('registry.pupil', args=[row.ward_id])}?done=guardian_ended")


def _frame(request: ActorRequest) -> str:
    is_pupil = request.actor.has_role(Role.PUPIL)
    return "kernel/pupil_base.html" if is_pupil else "kernel/base.html"


def _crumbs(here: str) -> list[tuple[str, str]]:
    return [("我的账号", reverse("registry.account")), (here, "")]
