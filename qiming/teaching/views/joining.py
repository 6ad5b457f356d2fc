"""A pupil's way in by the code on the wall."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from qiming.kernel import slots
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.kernel.http import client_address, public_page
from qiming.registry.types import Role
from qiming.teaching import queries, services


@public_page("学生凭大屏上的入课码进课堂；没登录的先选座号、点三个小图，再回到这里")
def join(request: HttpRequest) -> HttpResponse:
    code = (request.POST.get("code") or request.GET.get("code") or "").strip()[:12]
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        return _sign_in_first(code)
    if not actor.has_role(Role.PUPIL):
        return render(request, "teaching/join.html", {"not_pupil": True}, status=403)
    context: dict[str, object] = {"code": code, "now_on": queries.current_live_for(actor.person_id)}
    if request.method == "POST":
        try:
            live = services.join(actor=actor, code=code, address=client_address(request))
        except UserError as error:
            return render(request, "teaching/join.html", context | {"error": error}, status=error.status)
        return HttpResponseRedirect(lesson_url(request, live.offering_id, live.lesson_key, live.period_id))
    return render(request, "teaching/join.html", context)


def _sign_in_first(code: str) -> HttpResponse:
    """By seat number and pictures, which needs no card and no camera; the registry leads back here."""
    if code.isascii() and code.isdigit():
        return HttpResponseRedirect(reverse("registry.seat", args=[code]))
    return HttpResponseRedirect(reverse("registry.code"))


def lesson_url(request: HttpRequest, offering_id: object, lesson_key: str, period_id: object) -> str:
    """Where a pupil works: the learning room says it; without that room, the home page."""
    said = slots.render(
        "teaching.after_join", request, offering_id=offering_id, lesson_key=lesson_key, period_id=period_id
    )
    return said.strip() or "/"
