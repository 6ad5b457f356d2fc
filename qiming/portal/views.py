"""The first page after signing in: one per role, composed of what lower rooms know."""

from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from qiming.assist.companion import gather as companion
from qiming.casework.queries import has_cases
from qiming.kernel import time
from qiming.kernel.http import ActorRequest, signed_in_page
from qiming.portal.navigation import main_role
from qiming.portal.place import home_of
from qiming.portal.teacher import class_years, day_of
from qiming.registry import queries as registry
from qiming.registry.types import OrgKind, Role
from qiming.teaching import queries as teaching
from qiming.trust.queries import waiting_guardians

# Roles whose first page is another room's.
ELSEWHERE = {
    **dict.fromkeys((Role.CITY_OFFICER, Role.DISTRICT_OFFICER, Role.SCHOOL_HEAD), "governance.desk"),
    Role.PUPIL: "learning.home",
    Role.VENDOR: "assurance.mine",
}


@require_GET
@signed_in_page("每个登录的人都有自己的首页")
def home(request: ActorRequest) -> HttpResponseBase:
    """Where each role begins: officers and heads at the desk, pupils at today's lesson, the others here."""
    role = main_role(request.actor)
    if role in ELSEWHERE:
        return HttpResponseRedirect(reverse(ELSEWHERE[role]))
    if role is Role.SCHOOL_ADMIN:
        return _admin_home(request)
    if role is Role.GUARDIAN:
        return _guardian_home(request)
    if role is None and has_cases(request.actor):
        return HttpResponseRedirect(reverse("casework.mine"))
    if role is None:
        return render(request, "portal/nothing.html")
    return render(request, "portal/teacher.html", {"day": day_of(request.actor)})


def _admin_home(request: ActorRequest) -> HttpResponse:
    school = home_of(request.actor)
    if school is None or school.kind is not OrgKind.SCHOOL:
        return render(request, "portal/nothing.html")
    classes = registry.classes_under(school.path)
    sizes = registry.class_sizes(school.path)
    years = class_years(classes, time.today())
    taught = registry.classes_with_teacher(school.path)
    return render(
        request,
        "portal/admin.html",
        {
            "school": school,
            "years": years,
            "sizes": sizes,
            "pupils": sum(sizes.values()),
            "empty": [group for group in classes if not sizes.get(group.id)],
            "untaught": [group for group in classes if group.id not in taught],
            "unopened": [year.group for year in years if year.offering_id is None],
        },
    )


def _guardian_home(request: ActorRequest) -> HttpResponse:
    year = registry.current_year().key
    wards = registry.wards_of(request.actor.person_id)
    totals = teaching.totals_of_pupils([ward.id for ward in wards], year)
    classes = registry.orgs([ward.class_id for ward in wards])
    moves = registry.moves_under_way([ward.id for ward in wards])
    waiting = waiting_guardians([ward.id for ward in wards])
    children = [
        {
            "ward": ward,
            "group": classes.get(ward.class_id),
            "total": totals.get(ward.id),
            "waiting": waiting[ward.id],
            "moving": moves.get(ward.id),
            "has_companion": companion.is_offered(ward.scope_path),
        }
        for ward in wards
    ]
    return render(request, "portal/guardian.html", {"children": children, "year": year})
