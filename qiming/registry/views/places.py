"""The organisation tree as officers see it: places and numbers, no names of pupils."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from qiming.kernel.http import ActorRequest, page
from qiming.registry import queries
from qiming.registry.access import TABLE
from qiming.registry.queries import tree
from qiming.registry.types import OrgKind


@page(TABLE, "registry.see_places")
def places(request: ActorRequest, place_id: UUID | None = None) -> HttpResponse:
    place = tree.load_place(request.actor, place_id)
    found = tree.below(request.actor, place, page=request.GET.get("page"))
    above = queries.ancestors(place.path)
    mine = [one for one in above if TABLE.allows(request.actor, "registry.see_places", one)]
    crumbs = [(one.name, reverse("registry.place", args=[one.id])) for one in mine]
    return render(
        request,
        "registry/places.html",
        {
            "place": place,
            "page": found.page,
            "lines": found.lines,
            "crumbs": crumbs if len(crumbs) > 1 else [],
            "is_school": place.kind is OrgKind.SCHOOL,
            "child": {"city": "区", "district": "学校", "school": "班级"}.get(place.kind.value, ""),
            "schools": found.schools,
            "classes": found.classes,
            "pupils": found.pupils,
            "unit": {"city": "个", "district": "所"}.get(place.kind.value, "个班"),
            "sees_calendar": TABLE.allows(request.actor, "registry.see_calendar", place),
            "may_help": TABLE.allows(request.actor, "registry.recover_account", place),
            "may_import": place.path in TABLE.paths(request.actor, "registry.import_package"),
            "may_raise": place.kind is OrgKind.SCHOOL
            and TABLE.allows(request.actor, "registry.raise_power", place),
        },
    )
