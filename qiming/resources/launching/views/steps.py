"""The steps an adoption can take from its page: which form, which verb, who is offered it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest

from qiming.casework import queries as cases
from qiming.kernel import time
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.registry import queries as registry
from qiming.resources.launching import assured, services
from qiming.resources.launching.forms import CloseForm, DecideForm, EnableForm, FileForm, ReasonForm
from qiming.resources.launching.models import ToolAdoption, ToolClass
from qiming.resources.launching.services.using import term_end


@dataclass(frozen=True, slots=True)
class Offered:
    """A step as the page offers it: a form, or why it is closed at this moment."""

    key: str
    title: str
    says: str
    form: forms.Form
    why_not: str
    is_danger: bool


# Of the workflow's transitions: the step of our pages that makes it.
STEP_OF = {
    "decide": "decide",
    "decline": "decline",
    "file": "file",
    "refuse": "refuse",
    "enable": "enable",
    "pause": "stop",
    "hold": "stop",
    "resume": "resume",
    "release": "resume",
    "end": "end",
    "close": "close",
}
_DANGER = frozenset({"decline", "refuse", "stop", "end"})


def offered(
    actor: Actor, adoption: ToolAdoption, tried: Mapping[str, forms.Form] | None = None
) -> list[Offered]:
    """What this person may do now, in the workflow's order; a form that was tried keeps what was written."""
    if adoption.case_id is None:
        return []
    case = cases.follow_case([adoption.id])[adoption.id]
    found = []
    for choice in cases.may_do(actor, case):
        key = STEP_OF.get(choice.transition.key)
        if key is None:
            continue
        form = (tried or {}).get(key) or form_for(key, adoption, seen=case.seq)
        # Classes are chosen on this very form: that none is chosen yet closes nothing.
        reasons = [said for said in choice.answer.reasons if not (key == "enable" and "选班" in said)]
        found.append(
            Offered(
                key, choice.transition.title, choice.transition.says, form, "".join(reasons), key in _DANGER
            )
        )
    return found


def form_for(
    key: str, adoption: ToolAdoption, request: HttpRequest | None = None, seen: int = 0
) -> forms.Form:
    """The form of a step, filled with what was sent or with what stands."""
    posted = request.POST if request else None
    upload = request.FILES if request else None
    start: dict[str, Any] = {"seen": seen}
    if key in ("decide", "file"):
        product = assured.product(adoption.product_id)
        stages = registry.org_by_path(adoption.scope_path).stages
        more: dict[str, Any] = {"functions": product.functions, "data": product.wanted, "stages": stages}
        kind = DecideForm if key == "decide" else FileForm
        return kind(posted=posted, files=upload, initial=start, prefix=key, **more)
    if key == "enable":
        places = registry.classes_under(adoption.scope_path)
        rows = ToolClass.objects.unscoped("of this adoption").filter(adoption=adoption, ended_at=None)
        lines = list(rows.order_by("id"))
        chosen = [str(one.class_id) for one in lines] or [str(adoption.class_id)]
        until = lines[0].until if lines else term_end(registry.org_by_path(adoption.scope_path), time.today())
        start |= {"classes": chosen, "until": until}
        return EnableForm(posted, places=places, initial=start, prefix=key)
    kind_of: type[forms.Form] = CloseForm if key == "close" else ReasonForm
    return kind_of(posted, initial=start, prefix=key)


def carry_out(key: str, actor: Actor, adoption: ToolAdoption, form: Any) -> None:
    """Do what a valid form asks for; raises `UserError` as the services do."""
    _ACTS[key](actor, adoption, form)


def _decide(actor: Actor, adoption: ToolAdoption, form: Any) -> None:
    paper: Any = form.cleaned_data["paper"]
    minutes = services.Minutes(
        form.cleaned_data["minutes"],
        (paper.name or "") if paper else "",
        paper.read() if paper else b"",
    )
    services.decide_for_school(
        actor=actor, adoption_id=adoption.id, minutes=minutes, limits=form.limits(), seen=_seen(form)
    )


def _file(actor: Actor, adoption: ToolAdoption, form: Any) -> None:
    limits = form.limits(form.cleaned_data["note"])
    services.file(actor=actor, adoption_id=adoption.id, limits=limits, seen=_seen(form))


def _enable(actor: Actor, adoption: ToolAdoption, form: Any) -> None:
    services.enable(
        actor=actor,
        adoption_id=adoption.id,
        class_ids=form.class_ids(),
        until=form.cleaned_data["until"],
        seen=_seen(form),
    )


def _close(actor: Actor, adoption: ToolAdoption, form: Any) -> None:
    services.close(
        actor=actor,
        adoption_id=adoption.id,
        data_return=form.cleaned_data["data_return"],
        deletion=form.cleaned_data["deletion"],
        seen=_seen(form),
    )


def _reasoned(service: Callable[..., None]) -> Callable[[Actor, ToolAdoption, Any], None]:
    def act(actor: Actor, adoption: ToolAdoption, form: Any) -> None:
        reason = form.cleaned_data["reason"]
        service(actor=actor, adoption_id=adoption.id, reason=reason, seen=_seen(form))

    return act


def _seen(form: Any) -> int | None:
    return form.cleaned_data["seen"] or None


def blame(form: forms.Form, error: UserError) -> None:
    """Show a refusal where it belongs."""
    field = error.field if error.field in form.fields else None
    form.add_error(field, f"{error.message}。{error.next}" if error.next else error.message)


_ACTS: Mapping[str, Callable[[Actor, ToolAdoption, Any], None]] = {
    "decide": _decide,
    "decline": _reasoned(services.decline),
    "file": _file,
    "refuse": _reasoned(services.refuse),
    "enable": _enable,
    "stop": _reasoned(services.stop),
    "resume": _reasoned(services.resume),
    "end": _reasoned(services.end),
    "close": _close,
}
