"""What several of trust's pages share."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import Resolver404, resolve

from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.kernel.http import door_of
from qiming.registry.types import Role

PUPIL_FRAME = "kernel/pupil_base.html"
STAFF_FRAME = "kernel/base.html"


def frame_of(actor: Actor | None) -> str:
    """The page frame for somebody: pupils have their own."""
    return PUPIL_FRAME if actor is not None and actor.has_role(Role.PUPIL) else STAFF_FRAME


def sent(request: HttpRequest) -> QueryDict | None:
    """What was sent, be it nothing; None when the page is only looked at."""
    return request.POST if request.method == "POST" else None


def show(request: HttpRequest, template: str, context: dict[str, Any], *forms_: forms.Form) -> HttpResponse:
    """A page; 422 when one of its forms was refused."""
    actor: Actor | None = getattr(request, "actor", None)
    bad = any(form.is_bound and form.errors for form in forms_)
    return render(request, template, {"frame": frame_of(actor), **context}, status=422 if bad else 200)


def refuse(form: forms.Form, error: UserError) -> None:
    """Put a refusal beside the field it belongs to."""
    words = "。".join(part.rstrip("。") for part in (error.message, error.next) if part) + "。"
    form.add_error(error.field if error.field in form.fields else None, words)


def page_in_words(path: str) -> str:
    """What a page of this address shows, from its line in the access table; "" for an unknown one."""
    try:
        door = door_of(resolve(path.split("?", 1)[0]).func)
    except Resolver404:
        return ""
    return door.says[:120] if door else ""
