"""What launching shows on lower pages: to staff the way to the school's products, to families which their child uses."""

from uuid import UUID

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from qiming.kernel import slots
from qiming.kernel.access import Actor
from qiming.registry import queries as registry
from qiming.registry.types import PupilRef
from qiming.resources.access import TABLE
from qiming.resources.access_tools import ASK, SEE, SEE_FAMILY
from qiming.resources.launching import notices, seen


def tools_link(request: HttpRequest) -> SafeString | str:
    """本校的产品, in the menu of everybody who works at a school or an office."""
    actor: Actor | None = getattr(request, "actor", None)
    if not isinstance(actor, Actor) or not TABLE.may_try(actor, SEE):
        return ""
    return format_html('<a href="{}">人工智能产品</a>', reverse("resources.tools"))


def family_tools(request: HttpRequest, *, person_id: UUID, **_: object) -> SafeString | str:
    """On the family's page of consents: which products the child's classes use, and what waits for an answer."""
    actor: Actor | None = getattr(request, "actor", None)
    pupil = registry.pupil(person_id)
    if actor is None or not TABLE.allows(actor, SEE_FAMILY, pupil):
        return ""
    lines = seen.of_family(pupil)
    if not lines:
        return ""
    waiting = sum(one.verdict is not None and not one.verdict.state.is_answered for one in lines)
    context = {"lines": lines, "waiting": waiting, "pupil": pupil}
    return render_to_string("resources/launching/_family.html", context, request)


def product_notices(request: HttpRequest, **_: object) -> SafeString | str:
    """On the first page of staff: what happened to products they use, until it is read."""
    actor: Actor | None = getattr(request, "actor", None)
    lines = notices.unread(actor) if isinstance(actor, Actor) else []
    context = {"notices": lines}
    return render_to_string("resources/launching/_notices.html", context, request) if lines else ""


def child_tools(request: HttpRequest, *, pupil: PupilRef, **_: object) -> SafeString | str:
    """On a guardian's first page: the products that wait for the family's word about this child."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None or not TABLE.allows(actor, SEE_FAMILY, pupil):
        return ""
    waiting = seen.waiting_for_family(pupil)
    context = {"waiting": waiting, "pupil": pupil}
    return render_to_string("resources/launching/_child.html", context, request) if waiting else ""


def ask_link(request: HttpRequest, *, product_id: UUID, verdict: str, **_: object) -> SafeString | str:
    """From a product on the register: a teacher asks the school for it."""
    actor: Actor | None = getattr(request, "actor", None)
    if not isinstance(actor, Actor) or not TABLE.may_try(actor, ASK) or verdict not in ("admitted", "watch"):
        return ""
    where = reverse("resources.ask_tool", query={"product": str(product_id)})
    return format_html('<p class="row mt4"><a class="btn go" href="{}">向学校提出需要</a></p>', where)


slots.fill("assurance.product_actions", ask_link)
slots.fill("kernel.account_menu", tools_link)
slots.fill("trust.consent_more", family_tools)
slots.fill("portal.notices", product_notices)
slots.fill("governance.notices", product_notices)
slots.fill("portal.child", child_tools)
