"""What everybody may read: the library of published cases, the register of names, one case or proposed school."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, public_page, signed_in_page
from qiming.kernel.throttle import SEARCH, limited
from qiming.programmes import queries, services
from qiming.programmes.access import APPLY, REUSE, TABLE
from qiming.programmes.forms import ReuseForm
from qiming.programmes.models import Application
from qiming.programmes.queries.board import may_rank
from qiming.programmes.queries.library import PAGE
from qiming.programmes.queries.schools import schools_for
from qiming.programmes.rules.covering import covered
from qiming.programmes.services.applying import OPEN
from qiming.registry import queries as registry
from qiming.resources.queries.scenarios import scenario_words, scenarios

MOST_TYPED = 60
LIBRARY = ("案例库", "/programmes/published/")


@limited(SEARCH, reading=True)
@require_GET
@public_page("公布的案例公开，不显示个人")
def library(request: HttpRequest) -> HttpResponse:
    """Published cases, found by words."""
    typed = request.GET.get("q", "").strip()[:MOST_TYPED]
    said = request.GET.get("after", "")
    after = int(said) if said.isascii() and said.isdigit() and len(said) < 7 else 0
    kinds = scenarios()
    scenario = request.GET.get("scenario", "")
    scenario = scenario if scenario in kinds else ""
    found, total = queries.library(typed=typed, scenario=scenario, after=after)
    following = after + PAGE
    context = {
        "found": found,
        "total": total,
        "typed": typed,
        "scenario": scenario,
        "kinds": list(kinds.items()),
        "next_after": following if following < total else None,
    }
    return render(request, "programmes/library.html", context)


@require_GET
@public_page("哪些学校有什么名称、到哪天，公开")
def register(request: HttpRequest) -> HttpResponse:
    """Who holds which name: by school, in no order of merit."""
    return render(request, "programmes/register.html", {"held": queries.register(), "crumbs": [LIBRARY]})


@require_GET
@public_page("公示和公布的申报公开，给人提异议和照着做")
def public(request: HttpRequest, application_id: UUID) -> HttpResponseBase:
    """One application that stands on notice, is named or published."""
    try:
        row, reused = queries.published_case(application_id)
    except Denied:  # signing in would not help a stranger
        raise Http404 from None
    context = {**_said(row), "reused": reused, "reuse": _reuse_form(request, row)}
    if row.state == "published":
        context["crumbs"] = [LIBRARY, (row.title, "")]
    return render(request, "programmes/application.html", context)


@require_POST
@signed_in_page("别的学校的老师和校长记下照着做了，记给作者学校")
def reuse(request: ActorRequest, application_id: UUID) -> HttpResponseBase:
    """One's school did it after this case; the author's school is credited."""
    if not TABLE.may_try(request.actor, REUSE):
        raise Denied(REUSE, hides=False)
    schools = schools_for(request.actor, REUSE)
    try:
        row, reused = queries.published_case(application_id)
    except Denied:
        raise Denied(REUSE) from None
    form = ReuseForm(request.POST, schools=schools)
    if schools and form.is_valid():
        said = form.cleaned_data.get("school")
        school = next((one for one in schools if str(one.id) == said), schools[0])
        try:
            services.note_reuse(
                actor=request.actor,
                application_id=row.id,
                school_id=school.id,
                says=form.cleaned_data["says"],
            )
        except UserError as error:
            form.add_error(None, f"{error.message}。{error.next}")
        else:
            return HttpResponseRedirect(f"{reverse('programmes.public', args=[row.id])}#used")
    context = {**_said(row), "reused": reused, "reuse": form}
    return render(request, "programmes/application.html", context, status=422)


def _reuse_form(request: HttpRequest, row: Application) -> ReuseForm | None:
    """The form for teachers and heads of other schools, at a published case that is not theirs."""
    actor = getattr(request, "actor", None)
    if row.state != "published" or not isinstance(actor, Actor) or not TABLE.may_try(actor, REUSE):
        return None
    schools = [one for one in schools_for(actor, REUSE) if one.path != row.scope_path]
    used = {one.school_path for one in row.reuses.all()}
    left = [one for one in schools if one.path not in used]
    return ReuseForm(schools=left) if left else None


@require_GET
@signed_in_page("本校、主管单位和办这一件、评这一件的人看申报表；分和评审人都不在上面，盲评的看不到校名")
def application(request: ActorRequest, application_id: UUID) -> HttpResponseBase:
    """The form as it was sent, with what came of it from the public notice on."""
    row = queries.load_application(request.actor, application_id)
    blind = queries.reads_blind(request.actor, row)
    visits = not blind and queries.may_visit(request.actor, row)
    context = {
        **_said(row, blind=blind),
        "outcome": queries.outcome(row),
        "case_id": queries.case_of(request.actor, row),
        "may_edit": row.state in OPEN and TABLE.allows(request.actor, APPLY, row),
        "may_rank": not blind and may_rank(request.actor, row.call),
        "may_visit": visits and row.state == "scored" and queries.programme_of(row.call).visit,
        "visits": queries.visits_of(row) if visits else [],
        "naming_id": queries.naming_of(request.actor, row),
        "attached": [] if blind else list(row.attachments.order_by("id")),
    }
    return render(request, "programmes/application.html", context)


def _said(row: Application, *, blind: bool = False) -> dict[str, object]:
    programme = queries.programme_of(row.call)
    schools, districts = queries.names_of(row) if blind else ([], [])
    title = queries.resource_title(row)
    return {
        "row": row,
        "blind": blind,
        "title": covered(row.title, schools, districts),
        "school": "校名已隐去" if blind else registry.org_by_path(row.scope_path).name,
        "programme": programme,
        "scenario": scenario_words(row.scenario) if row.scenario else "",
        "figures": [(one["title"], f"{one['value']}{one['unit']}（{one['source']}）") for one in row.facts],
        "answers": [
            (one.title, covered(row.answers.get(one.key, ""), schools, districts)) for one in programme.words
        ],
        "resource": None if blind or not title else (row.resource_id, title),
    }
