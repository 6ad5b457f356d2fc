"""Opening a tool from a lesson: the page with its frame, and the step that leads into the tool."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from qiming.kernel.headers import reaching
from qiming.kernel.http import ActorRequest, page
from qiming.registry.types import Role
from qiming.resources.access import TABLE
from qiming.resources.lti import gate, services
from qiming.resources.lti.access import OPEN
from qiming.resources.lti.models import LtiLaunch, LtiLink
from qiming.resources.lti.protocol.refusals import Refused
from qiming.resources.lti.services import launches
from qiming.resources.lti.types import Note
from qiming.resources.lti.views.common import base_of, refused_page


def _load(request: ActorRequest, link_id: UUID) -> LtiLink:
    rows = LtiLink.objects.unscoped("loaded through the access table").select_related("deployment__tool")
    return TABLE.load(request.actor, OPEN, rows, id=link_id, removed_at=None)


@require_GET
@page(TABLE, OPEN)
def link(request: ActorRequest, lti_link_id: UUID) -> HttpResponse:
    """What was placed, in a frame that may show this tool's pages and nothing else; or with a button for its window."""
    found = _load(request, lti_link_id)
    tool = found.deployment.tool
    try:
        gate.require(tool, found.scope_path, found.lesson_key, actor=request.actor)
    except Refused as refusal:
        return refused_page(request, refusal, Note.LAUNCH, tool)
    context = {
        "link": found,
        "tool": tool.name,
        "launch": request.GET.get("launch", "")[:36],
        "origins": " ".join(tool.facts.origins),
        "framed": tool.in_frame and "window" not in request.GET,
        "windowed": "window" in request.GET,
        "is_pupil": request.actor.has_role(Role.PUPIL),
        "start": reverse("resources.lti_start", args=[found.id]),
        "base": "kernel/pupil_base.html" if request.actor.has_role(Role.PUPIL) else "kernel/base.html",
    }
    answer = render(request, "resources/lti/link.html", context)
    answer["Content-Security-Policy"] = reaching(tool.facts.origins)
    return answer


@require_POST
@page(TABLE, OPEN)
def start(request: ActorRequest, lti_link_id: UUID) -> HttpResponse:
    """Begin a launch and go to the tool's login."""
    tool = _load(request, lti_link_id).deployment.tool
    in_frame = request.POST.get("frame") == "1"
    try:
        launch = _resumed(request, lti_link_id, in_frame=in_frame)
        launch = launch or services.begin(actor=request.actor, link_id=lti_link_id, in_frame=in_frame)
    except Refused as refusal:
        return refused_page(request, refusal, Note.LAUNCH, tool)
    answer = HttpResponseRedirect(services.login_url(launch, base_of(request)), status=303)
    answer["Content-Security-Policy"] = reaching(tool.facts.origins, in_frame=True)
    return answer


def _resumed(request: ActorRequest, link_id: UUID, *, in_frame: bool) -> LtiLaunch | None:
    try:
        launch_id = UUID(request.POST.get("launch", ""))
    except ValueError:
        return None
    return launches.resumed(actor=request.actor, link_id=link_id, launch_id=launch_id, in_frame=in_frame)
