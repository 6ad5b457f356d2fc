"""How far a syllabus is covered at a school, in a district, in the city."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from qiming.curriculum.types import STAGE_WORDS
from qiming.insight.access import EXPORT_COVERAGE, SEE_COVERAGE, TABLE
from qiming.insight.coverage_table import WRITERS
from qiming.insight.queries.covered import Matrix, matrix
from qiming.insight.rules.coverage import Stand
from qiming.kernel import exports, time
from qiming.kernel.access import Denied
from qiming.kernel.http import ActorRequest, page
from qiming.kernel.privacy import Grade
from qiming.registry import queries as registry
from qiming.registry.types import OrgKind, OrgRef, Role

STAGES = ("primary", "junior", "senior")
PLACES = (OrgKind.SCHOOL, OrgKind.DISTRICT, OrgKind.CITY)
COVERAGE = exports.declare(
    "insight.coverage", "课程纲要覆盖表：条目、课、题数、节数和班数", Grade.L2, TABLE, EXPORT_COVERAGE
)
_ROLES = (Role.CITY_OFFICER, Role.DISTRICT_OFFICER, Role.SCHOOL_HEAD, Role.SCHOOL_ADMIN, Role.TEACHER)


@require_GET
@page(TABLE, SEE_COVERAGE)
def own(request: ActorRequest) -> HttpResponse:
    """The actor's own place: the highest held, of a teacher the school."""
    for role in _ROLES:
        for grant in request.actor.grants:
            if grant.role == role:
                at = registry.org(grant.org_id)
                return _page(request, registry.school_of(at.path) if role is Role.TEACHER else at)
    raise Denied(SEE_COVERAGE, hides=False)


@require_GET
@page(TABLE, SEE_COVERAGE)
def place(request: ActorRequest, place_id: UUID) -> HttpResponse:
    return _page(request, _place(request, place_id, SEE_COVERAGE))


@require_GET
@page(TABLE, EXPORT_COVERAGE)
def export(request: ActorRequest, place_id: UUID, kind: str) -> HttpResponse:
    """The matrix as a file."""
    if kind not in WRITERS:
        raise Denied(EXPORT_COVERAGE)
    found = _matrix(request, _place(request, place_id, EXPORT_COVERAGE))
    if found.syllabus is None:
        raise Denied(EXPORT_COVERAGE)
    write, media = WRITERS[kind]
    return exports.leave(
        COVERAGE,
        actor=request.actor,
        place=found.place,
        data=write(found),
        called=f"{found.place.name}-{found.syllabus.title}-覆盖-{time.today():%Y%m%d}.{kind}",
        media_type=media,
        thing_id=found.place.id,
        rows=len(found.lines),
    )


def _page(request: ActorRequest, place: OrgRef) -> HttpResponse:
    found = _matrix(request, place)
    stages = {outcome.stage for outcome in found.syllabus.outcomes} if found.syllabus else set()
    above = [
        one for one in registry.ancestors(place.path) if TABLE.allows(request.actor, EXPORT_COVERAGE, one)
    ]
    context = {
        "found": found,
        "groups": [(stand, found.of(stand)) for stand in Stand if found.of(stand)],
        "without": len(found.of(Stand.NO_LESSON)),
        "untaught": len(found.of(Stand.NOT_TAUGHT)),
        "taught": len(found.of(Stand.TAUGHT)),
        "stages": [(one, STAGE_WORDS[one], one in found.stages) for one in STAGES if one in stages],
        "may_export": TABLE.allows(request.actor, EXPORT_COVERAGE, place),
        "below": registry.children(place.id) if place.kind is not OrgKind.SCHOOL else [],
        "asked": request.GET.urlencode(),
        "crumbs": [
            ("课程", "/courses/"),
            ("课程纲要", "/syllabus/"),
            *(
                (one.name, reverse("insight.coverage_of", args=[one.id]))
                for one in above
                if one.id != place.id
            ),
            ("覆盖", ""),
        ],
    }
    return render(request, "insight/coverage.html", context)


def _matrix(request: ActorRequest, place: OrgRef) -> Matrix:
    """A school is asked about its own stages unless another is chosen."""
    asked = [one for one in request.GET.getlist("stage") if one in STAGES]
    usual = [one.value for one in place.stages] if place.kind is OrgKind.SCHOOL else []
    year = registry.current_year().key
    return matrix(place, year, key=request.GET.get("syllabus", "")[:80], stages=asked or usual)


def _place(request: ActorRequest, place_id: UUID, verb: str) -> OrgRef:
    """A class has no matrix; what lies above the school is for those who answer for it."""
    found = registry.org(place_id)
    TABLE.require(request.actor, verb, found)
    if found.kind not in PLACES:
        raise Denied(verb)
    if found.kind is not OrgKind.SCHOOL:
        TABLE.require(request.actor, EXPORT_COVERAGE, found)
    return found
