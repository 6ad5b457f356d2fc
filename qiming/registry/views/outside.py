"""Signing in with an outside account: out to the provider, and back."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from qiming.kernel.http import public_page
from qiming.registry import oidc
from qiming.registry.models import Account
from qiming.registry.services import links
from qiming.registry.views.entering import Way, actor_of, enter, keep_arrival, onward


@public_page("用外面的统一身份账号登录：选一个")
def ways(request: HttpRequest) -> HttpResponse:
    known = list(oidc.providers().values())
    if not known:
        return HttpResponseRedirect(reverse("registry.sign_in"))
    return render(request, "registry/outside.html", {"ways": known, "next": onward(request)})


@public_page("用外面的统一身份账号登录：去那边")
def go(request: HttpRequest, key: str) -> HttpResponse:
    """A link, not a form: the page's policy lets forms go to ourselves only. It changes nothing here but the
    state that what comes back is held against. Whoever is signed in already is on the way to link."""
    way = oidc.provider(key)
    actor = actor_of(request)
    wanted = {"next": onward(request), "for": str(actor.account_id) if actor else ""}
    return HttpResponseRedirect(oidc.begin(request, way, wanted=wanted))


@public_page("从外面的统一身份账号回来")
def back(request: HttpRequest, key: str) -> HttpResponse:
    """Linked: in. Signed in and on the way to link: asked once more. Otherwise: who are you here?"""
    way = oidc.provider(key)
    came = oidc.finish(request, way)
    actor = actor_of(request)
    if actor is not None and came.wanted.get("for") == str(actor.account_id):
        keep_arrival(request, came)
        return HttpResponseRedirect(reverse("registry.link_confirm"))
    account: Account | None = links.account_of(came)
    if account is not None:
        return enter(request, account, came.wanted["next"], Way.OUTSIDE, is_strong=way.second_factor)
    if actor is not None:  # somebody else's outside account in this browser: nobody is signed out by it
        return HttpResponseRedirect(reverse("registry.account"))
    keep_arrival(request, came)
    return HttpResponseRedirect(reverse("registry.sign_in"))
