"""The teacher of a class: choose something in a tool for a lesson, see what was placed and what came back."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qiming.curriculum import queries as curriculum
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.headers import reaching
from qiming.kernel.http import ActorRequest, page
from qiming.registry import queries as registry
from qiming.resources.access import TABLE
from qiming.resources.lti import queries, services
from qiming.resources.lti.access import CHOOSE, SEE_SCORES
from qiming.resources.lti.forms import ChooseForm
from qiming.resources.lti.models import LtiLaunch, LtiLink, LtiTool
from qiming.resources.lti.protocol.refusals import Refused
from qiming.resources.lti.services.deep_linking import chosen_of
from qiming.resources.lti.types import Note
from qiming.resources.lti.views.common import base_of, refused_page

_LOADED = "loaded through the access table"


def lessons_of(grade: int | None) -> dict[str, str]:
    """Lessons of the city's courses for this grade: key → name with the course's."""
    found = [one for one in curriculum.courses() if grade is None or grade in curriculum.grades_of(one.id)]
    return {lesson.key: f"{one.title}：{lesson.title}" for one in found for lesson in one.lessons}


@require_GET
@page(TABLE, SEE_SCORES)
def of_class(request: ActorRequest, class_id: UUID) -> HttpResponse:
    """What is placed in lessons of the class, and the way to choose more."""
    place = registry.org(class_id)
    TABLE.require(request.actor, SEE_SCORES, place)
    lessons = lessons_of(place.grade)
    choices = queries.tools_for_choice(request.actor, class_id)
    origins = tuple(sorted({one for tool in choices for one in tool.facts.origins}))
    context = {
        "place": place,
        "links": queries.class_links(request.actor, class_id, lessons),
        "form": ChooseForm(tools=choices, lessons=lessons),
        "choices": choices,
        "crumbs": [(place.name, ""), ("课里的工具", "")],
    }
    answer = render(request, "resources/lti/class.html", context)
    answer["Content-Security-Policy"] = reaching(origins)
    return answer


@require_POST
@page(TABLE, CHOOSE)
def choose(request: ActorRequest, class_id: UUID) -> HttpResponse:
    """Go to the tool to choose."""
    place = registry.org(class_id)
    TABLE.require(request.actor, CHOOSE, place)
    choices = queries.tools_for_choice(request.actor, class_id)
    form = ChooseForm(request.POST, tools=choices, lessons=lessons_of(place.grade))
    if not form.is_valid():
        raise UserError("没有打开工具", kept="什么都没有放。", next="选一个工具和一节课再点。", field="tool")
    tool_id = UUID(form.cleaned_data["tool"])
    tool: LtiTool | None = next((one for one in choices if one.id == tool_id), None)
    try:
        launch = services.begin_choice(
            actor=request.actor, tool_id=tool_id, class_id=class_id, lesson_key=form.cleaned_data["lesson"]
        )
    except Refused as refusal:
        return refused_page(request, refusal, Note.CHOICE, tool)
    answer = HttpResponseRedirect(services.login_url(launch, base_of(request)), status=303)
    answer["Content-Security-Policy"] = reaching(launch.tool.facts.origins)
    return answer


@require_http_methods(["GET", "POST"])
@page(TABLE, CHOOSE)
def chosen(request: ActorRequest, lti_launch_id: UUID) -> HttpResponse:
    """What the teacher chose in the tool: looked at, and put into the lesson."""
    rows = LtiLaunch.objects.unscoped(_LOADED).filter(link=None).select_related("tool")
    launch = TABLE.load(request.actor, CHOOSE, rows, id=lti_launch_id, person_id=request.actor.person_id)
    found, trouble = chosen_of(launch), None
    if request.method == "POST":
        picked = [int(one) for one in request.POST.getlist("picked") if one.isdecimal() and len(one) < 4]
        try:
            services.place(
                actor=request.actor,
                launch_id=launch.id,
                picked=picked,
                instead=request.POST.get("instead", ""),
            )
        except UserError as error:
            trouble = error
        except Refused as refusal:
            return refused_page(request, refusal, Note.CHOICE, launch.tool)
        else:
            return HttpResponseRedirect(reverse("resources.lti_class", args=[launch.class_id]))
    place = registry.org(launch.class_id)
    context = {
        "launch": launch,
        "chosen": list(enumerate(found)),
        "left_out": (launch.returned or {}).get("left_out", []),
        "message": (launch.returned or {}).get("message", ""),
        "lesson": lessons_of(place.grade).get(launch.lesson_key, launch.lesson_key),
        "place": place,
        "trouble": trouble,
        "instead": request.POST.get("instead", ""),
        "crumbs": [
            (place.name, ""),
            ("课里的工具", reverse("resources.lti_class", args=[place.id])),
            ("放进这节课", ""),
        ],
    }
    return render(request, "resources/lti/chosen.html", context, status=422 if trouble else 200)


@require_GET
@page(TABLE, SEE_SCORES)
def scores(request: ActorRequest, lti_link_id: UUID) -> HttpResponse:
    """What came back about the pupils of the class, and what was kept without being shown."""
    rows = LtiLink.objects.unscoped(_LOADED).select_related("deployment__tool")
    link = TABLE.load(request.actor, SEE_SCORES, rows, id=lti_link_id)
    place = registry.org(link.class_id)
    found = queries.scores_of(link)
    context = {
        "link": link,
        "tool": link.deployment.tool.name,
        "place": place,
        "lines": found,
        "came": sum(1 for _, rows in found for one in rows if one.at),
        "held": queries.held_scores(link),
        "may_choose": TABLE.allows(request.actor, CHOOSE, link),
        "crumbs": [
            (place.name, ""),
            ("课里的工具", reverse("resources.lti_class", args=[place.id])),
            (link.title, ""),
        ],
    }
    return render(request, "resources/lti/scores.html", context)


@require_POST
@page(TABLE, SEE_SCORES)
def resend(request: ActorRequest, lti_score_id: UUID) -> HttpResponse:
    """Try once more to show a score."""
    row = services.resend(actor=request.actor, score_id=lti_score_id)
    return HttpResponseRedirect(reverse("resources.lti_scores", args=[row.line.link_id]))


@require_POST
@page(TABLE, CHOOSE)
def remove(request: ActorRequest, lti_link_id: UUID) -> HttpResponse:
    """Take it out of the lesson."""
    link = LtiLink.objects.unscoped(_LOADED).filter(id=lti_link_id).first()
    if link is None:
        raise Denied(CHOOSE)
    try:
        services.take_away(actor=request.actor, link_id=link.id)
    except Refused as refusal:
        return refused_page(request, refusal, Note.CHOICE, None)
    return HttpResponseRedirect(reverse("resources.lti_class", args=[link.class_id]))
