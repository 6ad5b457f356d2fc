"""The officer's pages: the tools, one tool with its log, registering, changing, checking, the platform's keys."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit, urlunsplit
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from qiming.kernel import time
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, page
from qiming.registry import queries as registry
from qiming.registry.types import OrgRef
from qiming.resources.access import TABLE
from qiming.resources.lti import checking, products, queries, services
from qiming.resources.lti.access import KEEP
from qiming.resources.lti.checking import Mark
from qiming.resources.lti.forms import InviteForm, ToolForm, initial_of
from qiming.resources.lti.models import LtiInvitation, LtiTool
from qiming.resources.lti.protocol.facts import origin
from qiming.resources.lti.protocol.names import SCOPE_NAMES
from qiming.resources.lti.services import platform_keys
from qiming.resources.lti.views.common import addresses

HOME = ("接入的工具", "/lti/tools/")


def _places(request: ActorRequest) -> list[OrgRef]:
    """Where this officer keeps tools."""
    return [registry.org_by_path(one) for one in sorted(TABLE.paths(request.actor, KEEP))]


def _load(request: ActorRequest, tool_id: UUID) -> LtiTool:
    rows = LtiTool.objects.unscoped("loaded through the access table")
    return TABLE.load(request.actor, KEEP, rows, id=tool_id)


@require_GET
@page(TABLE, KEEP)
def tools(request: ActorRequest) -> HttpResponse:
    """The tools this office keeps: what needs somebody first."""
    lines = queries.tool_lines(request.actor)
    waiting = [one for one in lines if not one.tool.is_checked or one.tool.product_id is None]
    context = {
        "lines": lines,
        "waiting": waiting,
        "refused": sum(one.refused for one in lines),
        "days": queries.LATELY.days,
        "at": addresses(request),
        "configuration": request.build_absolute_uri(reverse("lti.configuration")),
    }
    return render(request, "resources/lti/tools.html", context)


@require_GET
@page(TABLE, KEEP)
def tool(request: ActorRequest, lti_tool_id: UUID) -> HttpResponse:
    """One tool: what the vendor must enter at their side, what is registered, the log."""
    found = _load(request, lti_tool_id)
    refused_only = request.GET.get("refused") == "1"
    context = {
        "tool": found,
        "product": products.title_of(found.product_id) if found.product_id else "",
        "place": registry.org_by_path(found.scope_path).name,
        "deployments": [one.deployment_id for one in found.deployments.unscoped("of this tool")],
        "scopes": [SCOPE_NAMES[one] for one in found.scopes],
        "notes": queries.notes_of(found, refused_only=refused_only),
        "refused_only": refused_only,
        "at": addresses(request),
        "configuration": request.build_absolute_uri(reverse("lti.configuration")),
        "deep_link_return": request.build_absolute_uri(reverse("lti.deep_link_return")),
        "crumbs": [HOME, (found.name, "")],
    }
    return render(request, "resources/lti/tool.html", context)


@require_http_methods(["GET", "POST"])
@page(TABLE, KEEP)
def new(request: ActorRequest) -> HttpResponse:
    """Register a tool by hand."""
    places = _places(request)
    form = ToolForm(
        request.POST if request.method == "POST" else None,
        places=places,
        products=products.choices(),
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = services.register(
                actor=request.actor,
                place_id=UUID(form.cleaned_data["place"]),
                facts=form.facts(),
                product_id=form.product_id(),
                in_frame=form.cleaned_data["in_frame"],
            )
        except UserError as error:
            _say(form, error)
        else:
            return HttpResponseRedirect(reverse("resources.lti_tool", args=[made.id]))
    context = {"form": form, "is_new": True, "crumbs": [HOME, ("登记一个工具", "")]}
    return render(request, "resources/lti/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@page(TABLE, KEEP)
def change(request: ActorRequest, lti_tool_id: UUID) -> HttpResponse:
    """Change a registration; `act` confirms, stops or restarts it."""
    found = _load(request, lti_tool_id)
    if request.method == "POST" and (act := request.POST.get("act", "")):
        return _act(request, found, act)
    form = ToolForm(
        request.POST if request.method == "POST" else None,
        products=products.choices(also=found.product_id),
        initial=initial_of(found),
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.change(
                actor=request.actor,
                tool_id=found.id,
                facts=form.facts(),
                product_id=form.product_id(),
                in_frame=form.cleaned_data["in_frame"],
            )
        except UserError as error:
            _say(form, error)
        else:
            return HttpResponseRedirect(reverse("resources.lti_tool", args=[found.id]))
    crumbs = [HOME, (found.name, reverse("resources.lti_tool", args=[found.id])), ("改登记", "")]
    context = {"form": form, "tool": found, "crumbs": crumbs}
    return render(request, "resources/lti/form.html", context, status=422 if form.errors else 200)


def _act(request: ActorRequest, found: LtiTool, act: str) -> HttpResponse:
    if act == "confirm":
        services.confirm(actor=request.actor, tool_id=found.id, digest_seen=request.POST.get("digest", ""))
    else:
        services.set_paused(actor=request.actor, tool_id=found.id, paused=act == "pause")
    return HttpResponseRedirect(reverse("resources.lti_tool", args=[found.id]))


def _say(form: ToolForm | InviteForm, error: UserError) -> None:
    form.add_error(error.field if error.field in form.fields else None, f"{error.message}。{error.next}")


@require_http_methods(["GET", "POST"])
@page(TABLE, KEEP)
def check(request: ActorRequest, lti_tool_id: UUID) -> HttpResponse:
    """The configuration checker; asking the tool's servers needs a click."""
    found = _load(request, lti_tool_id)
    checks = checking.check(found) if request.method == "POST" else []
    context = {
        "tool": found,
        "checks": checks,
        "wrong": sum(1 for one in checks if one.mark is Mark.NEEDS),
        "crumbs": [HOME, (found.name, reverse("resources.lti_tool", args=[found.id])), ("检查设置", "")],
    }
    return render(request, "resources/lti/check.html", context)


@require_http_methods(["GET", "POST"])
@page(TABLE, KEEP)
def invite(request: ActorRequest) -> HttpResponse:
    """Let a tool register itself: a window of the tool opens, which reads our configuration and registers once."""
    form = InviteForm(
        request.POST if request.method == "POST" else None,
        places=_places(request),
        products=products.choices(),
    )
    opened = ""
    if request.method == "POST" and form.is_valid():
        try:
            _, secret = services.invite(
                actor=request.actor,
                place_id=UUID(form.cleaned_data["place"]),
                registration_url=form.cleaned_data["registration_url"],
                product_id=form.product_id(),
            )
        except UserError as error:
            _say(form, error)
        else:
            where = request.build_absolute_uri(reverse("lti.configuration"))
            opened = _with(form.cleaned_data["registration_url"], where, secret)
    rows = LtiInvitation.objects.for_actor(request.actor, KEEP).filter(expires_at__gt=time.now())
    context = {
        "form": form,
        "opened": opened,
        "site": origin(opened),
        "waiting": list(rows.select_related("tool").order_by("-id")[:10]),
        "crumbs": [HOME, ("让工具自己登记", "")],
    }
    answer = render(request, "resources/lti/invite.html", context, status=422 if form.errors else 200)
    if opened:
        answer["Cache-Control"] = "private, no-store"
    return answer


def _with(url: str, configuration: str, secret: str) -> str:
    parts = urlsplit(url)
    asked = urlencode({"openid_configuration": configuration, "registration_token": secret})
    query = "&".join(one for one in (parts.query, asked) if one)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


@require_http_methods(["GET", "POST"])
@page(TABLE, KEEP)
def keys(request: ActorRequest) -> HttpResponse:
    """The platform's keys, and the change to the next one."""
    if request.method == "POST":
        services.rotate(actor=request.actor, at_once=request.POST.get("act") == "at_once")
        return HttpResponseRedirect(reverse("resources.lti_keys"))
    platform_keys.public_set()
    moment = time.now()
    shown = list(platform_keys.shown())
    signing = [one for one in shown if one.signs_from <= moment][-1:]
    context = {
        "keys": [(one, one in signing, one.signs_from > moment) for one in reversed(shown)],
        "waits": any(one.signs_from > moment for one in shown),
        "at": addresses(request),
        "crumbs": [HOME, ("平台密钥", "")],
    }
    return render(request, "resources/lti/keys.html", context)
