"""Products in lessons: the teacher places one, who is in the class opens it through a page that says what it is."""

from uuid import UUID

from django.core import signing
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qiming.assurance.admission import LEAST_SCOPES, Scope, zh_of
from qiming.curriculum import queries as curriculum
from qiming.curriculum.types import Lesson
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, not_modified, page, tagged
from qiming.registry import queries as registry
from qiming.registry.types import Stage
from qiming.resources.access import TABLE
from qiming.resources.access_tools import LAUNCH, PLACE
from qiming.resources.launching import assured, openers, seen, services
from qiming.resources.launching.deciding import decide, is_pupil_of
from qiming.resources.launching.forms import PlaceForm
from qiming.resources.launching.models import ToolPlace
from qiming.resources.launching.views.steps import blame

_SALT = "resources.open_tool"
_MINUTES = 10


@require_http_methods(["GET", "POST"])
@page(TABLE, PLACE)
def place(request: ActorRequest, class_id: UUID, lesson_version_id: UUID) -> HttpResponse:
    """What is placed in this lesson of the class, and what may be."""
    group = registry.org(class_id)
    TABLE.require(request.actor, PLACE, group)
    lesson = _lesson(lesson_version_id)
    tools = seen.enabled_in(group.path)
    placed = seen.tools_at(group.path, lesson.key)
    there = {one.product_id for one in placed}
    open_now = [one for one in tools if not one.closed and one.product_id not in there]
    form = PlaceForm(
        request.POST if request.method == "POST" else None,
        products=[(str(one.product_id), one.title) for one in open_now],
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            services.place(
                actor=request.actor,
                product_id=UUID(said["product"]),
                class_id=class_id,
                lesson_key=lesson.key,
                instead=said["instead"],
                task=said["task"],
                subject=curriculum.course(lesson.course_version_id).subject,
            )
        except UserError as error:
            blame(form, error)
        else:
            return HttpResponseRedirect(request.path)
    context = {
        "group": group,
        "lesson": lesson,
        "form": form,
        "open_now": open_now,
        "has_lti": any(one.is_lti and not one.closed for one in tools),
        "closed": [one for one in tools if one.closed],
        "placed": placed,
        "crumbs": [("上课", "/teach/"), (group.name, ""), (f"第{lesson.position}课的工具", "")],
    }
    return render(request, "resources/launching/place.html", context, status=422 if form.errors else 200)


def _lesson(lesson_version_id: UUID) -> Lesson:
    try:
        return curriculum.lesson(lesson_version_id)
    except curriculum.NoSuchContent as missing:
        raise Denied(PLACE) from missing


@require_POST
@page(TABLE, PLACE)
def take_away(request: ActorRequest, spot_id: UUID) -> HttpResponse:
    """Out of the lesson, and back to where it was."""
    services.take_away(actor=request.actor, place_id=spot_id)
    lesson = request.POST.get("lesson", "")
    row = ToolPlace.objects.unscoped("taken away above").select_related("tool_class").get(id=spot_id)
    try:
        back = reverse("resources.place_tool", args=[row.tool_class.class_id, UUID(lesson)])
    except ValueError:
        back = reverse("resources.tools")
    return HttpResponseRedirect(back)


@require_GET
@page(TABLE, LAUNCH)
def open_tool(request: ActorRequest, spot_id: UUID) -> HttpResponse:
    """Before it opens: whose it is, what it gets to know, that what AI says must be checked. Or why it does not open,
    and what to do instead."""
    row = _load(request, spot_id)
    adoption = row.tool_class.adoption
    group = registry.org(row.tool_class.class_id)
    decision = decide(request.actor, adoption.product_id, row.scope_path, row.lesson_key)
    product = assured.product(adoption.product_id)
    is_pupil = is_pupil_of(request.actor, group)
    context = {
        "place": row,
        "group": group,
        "product": product,
        "decision": decision,
        "told": zh_of(decision.data_scopes & LEAST_SCOPES, Scope),
        "more": zh_of(decision.data_scopes - LEAST_SCOPES, Scope),
        "token": signing.dumps([str(request.actor.person_id), str(row.id)], salt=_SALT) if decision else "",
        "is_pupil": is_pupil,
        "asks_family": is_pupil and not decision and "同意" in decision.reason,
        "frame": "kernel/pupil_base.html" if is_pupil else "kernel/base.html",
        "primary": group.stage is Stage.PRIMARY,
    }
    return render(request, "resources/launching/open.html", context)


@require_GET
@page(TABLE, LAUNCH)
def go(request: ActorRequest, spot_id: UUID, token: str) -> HttpResponse:
    """The launch itself: counted, noted, led on. The token comes from the page before and is this person's."""
    row = _load(request, spot_id)
    here = reverse("resources.open_tool", args=[spot_id])
    try:
        said = signing.loads(token, salt=_SALT, max_age=_MINUTES * 60)
    except signing.BadSignature:
        return HttpResponseRedirect(here)
    if said != [str(request.actor.person_id), str(spot_id)]:
        return HttpResponseRedirect(here)
    product_id = row.tool_class.adoption.product_id
    decision = services.begin(
        actor=request.actor, product_id=product_id, class_path=row.scope_path, lesson_key=row.lesson_key
    )
    if not decision:
        raise UserError("现在打不开它", kept=decision.reason, next=decision.instead, status=409)
    launch = assured.product(product_id).launch
    return HttpResponseRedirect(openers.address(request.actor, row, launch, decision))


@require_GET
@page(TABLE, LAUNCH)
def now(request: ActorRequest, class_id: UUID, lesson_key: str) -> HttpResponse:
    """The tools of a lesson as they are at this moment: what a lesson's page asks again and again."""
    group = registry.org(class_id)
    TABLE.require(request.actor, LAUNCH, group)
    tools = seen.tools_at(group.path, lesson_key)
    etag = seen.etag_of(tools)
    if same := not_modified(request, etag):
        return same
    return tagged(render(request, "resources/launching/_tools.html", {"tools": tools}), etag)


def _load(request: ActorRequest, spot_id: UUID) -> ToolPlace:
    rows = ToolPlace.objects.unscoped("loaded through the access table").select_related(
        "tool_class__adoption"
    )
    return TABLE.load(request.actor, LAUNCH, rows, id=spot_id, removed_at=None)
