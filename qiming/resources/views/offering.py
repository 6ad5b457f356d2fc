"""送审: the school's own versions and tools, offered to other schools."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from qiming.curriculum import queries as curriculum
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, page
from qiming.registry.queries.alliances import allied
from qiming.resources import queries, services
from qiming.resources.access import OFFER, SEE_OFFERED, TABLE
from qiming.resources.forms import CardForm, What
from qiming.resources.models import ResourceVersion
from qiming.resources.queries.offered import Edition
from qiming.resources.queries.products import products_to_name
from qiming.resources.queries.teaching import tags_for
from qiming.resources.rules.models import MOST_BYTES
from qiming.resources.types import Kind
from qiming.resources.views.shelf import HOME

MOST_TICKED = 40


@require_GET
@page(TABLE, SEE_OFFERED)
def ours(request: ActorRequest) -> HttpResponse:
    """What one's schools offered and where it stands; what they use."""
    context = {
        "offered": queries.offered_by(request.actor),
        "used": queries.used_at(request.actor),
        "may_offer": TABLE.may_try(request.actor, OFFER),
        "crumbs": [HOME, ("本校的", "")],
    }
    return render(request, "resources/ours.html", context)


@require_http_methods(["GET", "POST"])
@page(TABLE, OFFER)
def offer(request: ActorRequest) -> HttpResponse:
    """Choose one of the school's versions, fill in its card, send it in."""
    editions = queries.editions_for(request.actor)
    asked = request.POST.get("course") or request.GET.get("course", "")
    chosen = next((one for one in editions if str(one.course.id) == asked), None)
    if chosen is None or chosen.version_id is not None:
        waiting = sum(one.version_id is None for one in editions)
        context = {"editions": editions, "waiting": waiting, "crumbs": [HOME, ("送审", "")]}
        return render(request, "resources/offer.html", context)
    earlier = queries.own_resources(request.actor, chosen.course.key)
    shared_in = allied([chosen.course.scope_path])
    form = _card_form(
        request,
        _from(chosen),
        known={key for lesson in chosen.course.lessons for key in lesson.concepts},
        pieces=[(f"《{one.title}》", f"{one.title}\n{one.question}") for one in chosen.course.lessons],
        earlier=earlier,
        shared_in=shared_in,
    )
    if _sends(request) and form.is_valid():
        try:
            version_id = services.offer_pack(
                actor=request.actor,
                course_version_id=chosen.course.id,
                card=form.card(),
                resource_id=form.resource_id(),
                alliance_id=form.alliance_id(),
            )
        except UserError as error:
            _say(form, error)
        else:
            return HttpResponseRedirect(reverse("resources.version", args=[version_id]))
    return _form(request, form, heading=f"把“{chosen.course.title}”本校版给别的学校用", edition=chosen)


@require_http_methods(["GET", "POST"])
@page(TABLE, OFFER)
def offer_tool(request: ActorRequest) -> HttpResponse:
    """A web tool the school uses."""
    return _offer_alone(request, What.TOOL, "把一个网页工具或智能体给别的学校用")


@require_http_methods(["GET", "POST"])
@page(TABLE, OFFER)
def offer_model(request: ActorRequest) -> HttpResponse:
    """A model trained in a lab, as the file taken away from there."""
    return _offer_alone(request, What.MODEL, "把实验里学好的模型给别的学校用")


@require_http_methods(["GET", "POST"])
@page(TABLE, OFFER)
def offer_endpoint(request: ActorRequest) -> HttpResponse:
    """A model that answers at an address."""
    return _offer_alone(request, What.ENDPOINT, "登记一个模型接口给别的学校用")


def _offer_alone(request: ActorRequest, what: What, heading: str) -> HttpResponse:
    """Something that stands alone, in the name of a school."""
    schools = queries.schools_to_offer(request.actor)
    if not schools:
        raise Denied(OFFER, hides=False)
    earlier = queries.own_of(
        request.actor, *((Kind.TOOL, Kind.AGENT) if what is What.TOOL else (Kind.MODEL,))
    )
    shared_in = allied([one.path for one in schools])
    form = _card_form(
        request,
        {},
        earlier=earlier,
        schools=schools,
        shared_in=shared_in,
        what=what,
        products=products_to_name(),
    )
    if _sends(request) and form.is_valid():
        said = form.cleaned_data.get("school")
        school = next((one for one in schools if str(one.id) == said), schools[0])
        try:
            version_id = _offer(request, form, what, school.id)
        except UserError as error:
            _say(form, error)
        else:
            return HttpResponseRedirect(reverse("resources.version", args=[version_id]))
    return _form(request, form, heading=heading)


def _offer(request: ActorRequest, form: CardForm, what: What, school_id: UUID) -> UUID:
    common: dict[str, Any] = {
        "actor": request.actor,
        "school_id": school_id,
        "card": form.card(),
        "resource_id": form.resource_id(),
        "alliance_id": form.alliance_id(),
    }
    if what is What.MODEL:
        return services.offer_model(data=_file(form), **common)
    offer = services.offer_tool if what is What.TOOL else services.offer_endpoint
    return offer(address=form.cleaned_data["address"], **common)


def _file(form: CardForm) -> bytes:
    """What was sent; of what is far too large only so much that it is refused."""
    given = form.cleaned_data.get("file")
    return given.read(2 * MOST_BYTES) if given else b""


@require_http_methods(["GET", "POST"])
@page(TABLE, OFFER)
def revise(request: ActorRequest, version_id: UUID) -> HttpResponse:
    """Mend what came back."""
    rows = ResourceVersion.objects.unscoped("loaded through the access table").select_related("resource")
    found = TABLE.load(request.actor, OFFER, rows, id=version_id)
    form = _card_form(
        request,
        {**found.card, "address": found.address},
        what=_what(found),
        products=products_to_name(),
        has_file=True,
    )
    if _sends(request) and form.is_valid():
        try:
            services.revise(
                actor=request.actor,
                version_id=version_id,
                card=form.card(),
                address=form.cleaned_data.get("address", ""),
                data=_file(form),
            )
        except UserError as error:
            _say(form, error)
        else:
            return HttpResponseRedirect(reverse("resources.version", args=[version_id]))
    return _form(request, form, heading=f"改好再送：{found.card['title']}")


def _what(version: ResourceVersion) -> What:
    if version.model is not None:
        return What.MODEL
    if version.resource.kind == Kind.MODEL:
        return What.ENDPOINT
    return What.TOOL if version.address else What.PACK


def _sends(request: ActorRequest) -> bool:
    """Whether it is handed in; the other button only asks which concepts the words speak of."""
    return request.method == "POST" and "suggest" not in request.POST


def _card_form(
    request: ActorRequest,
    initial: Mapping[str, Any],
    *,
    known: Collection[str] = (),
    pieces: Sequence[tuple[str, str]] = (),
    **more: Any,
) -> CardForm:
    """The form with the concepts that its words (and `pieces`) speak of, none of them ticked by us."""
    said = {**initial, **_typed(request)}
    own = [("标题", str(said.get("title", ""))), ("介绍", str(said.get("says", "")))]
    chosen = curriculum.concepts(one for one in said.get("teaches", []) if one.isprintable())
    tags = [(key, one.title) for key, one in chosen.items()]
    found = tags_for([*own, *pieces], str(said.get("stage", "")), {*known, *chosen})
    tags += [(one.key, f"{one.title}（{one.why}）") for one in found]
    if _sends(request):
        return CardForm(request.POST, request.FILES or None, initial=initial, tags=tags, **more)
    return CardForm(initial=said, tags=tags, **more)


def _typed(request: ActorRequest) -> dict[str, Any]:
    """What was typed so far."""
    if request.method != "POST":
        return {}
    several = {name: request.POST.getlist(name)[:MOST_TICKED] for name in ("careful", "teaches")}
    return {**request.POST.dict(), **several, "generates": "generates" in request.POST}


def _form(
    request: ActorRequest, form: CardForm, *, heading: str, edition: Edition | None = None
) -> HttpResponse:
    context = {
        "form": form,
        "heading": heading,
        "edition": edition,
        "found": _found(form) if "suggest" in request.POST else "",
        "crumbs": [HOME, ("送审", "")],
    }
    return render(request, "resources/card.html", context, status=422 if form.errors else 200)


def _found(form: CardForm) -> str:
    """What came of asking for concepts."""
    if "teaches" not in form.fields:
        return "没有找到对得上的概念：把介绍写具体些再找，或者直接送审。还没有送出。"
    return f"在“{form.fields['teaches'].label}”下面列出来了，是的才勾。还没有送出。"


def _from(edition: Edition) -> dict[str, object]:
    """What the platform knows already is not typed again."""
    course = edition.course
    lessons = "、".join(f"《{title}》" for title in edition.own)
    return {
        "title": course.title,
        "says": f"{course.summary}\n本校改了{lessons}。",
        "stage": course.stage,
        "area": "learn",
    }


def _say(form: CardForm, error: UserError) -> None:
    field = error.field if error.field in form.fields else None
    form.add_error(field, f"{error.message}。{error.next}")
