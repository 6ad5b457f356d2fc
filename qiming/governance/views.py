"""Pages of the class-hour desk."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from qiming.governance import exports, queries, services
from qiming.governance.access import ANSWER, ASK, DRAW, EXPORT, SEE_ASKED, SEE_DESK, SEE_YEAR, TABLE
from qiming.governance.charts import growth
from qiming.governance.forms import AnswerForm, AskForm, SampleForm
from qiming.governance.gains import LEAST_CLASSES, LEAST_PUPILS, gains_of
from qiming.governance.models import PlanAsk, SampleDraw
from qiming.governance.yearend import queries as yearend
from qiming.insight.access import EXPORT_COVERAGE, SEE_DIAGNOSIS
from qiming.insight.access import TABLE as INSIGHT
from qiming.kernel import exports as leaving
from qiming.kernel import time
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, page
from qiming.kernel.privacy import Grade
from qiming.registry import queries as registry
from qiming.registry.types import OrgKind, OrgRef, Role
from qiming.teaching import queries as teaching

BELOW_WORDS = {OrgKind.CITY: "各区", OrgKind.DISTRICT: "各校", OrgKind.SCHOOL: "各班"}
CLASSES_WORDS = {
    queries.Which.ZERO: "有零课时学生的",
    queries.Which.RISK: "可能不满的",
    queries.Which.ALL: "全部",
}
CHARTS = 24  # places whose growth is drawn on one page
BELOW_UNITS = {OrgKind.DISTRICT: "所", OrgKind.SCHOOL: "个班"}
DESK = leaving.declare("governance.desk", "课时表：班级与合计", Grade.L2, TABLE, EXPORT)
DESK_ROLES = (Role.CITY_OFFICER, Role.DISTRICT_OFFICER, Role.SCHOOL_HEAD, Role.SCHOOL_ADMIN)


@require_GET
@page(TABLE, SEE_DESK)
def desk(request: ActorRequest) -> HttpResponseBase:
    """The actor's own place."""
    return _desk_page(request, home_place(request.actor))


@require_GET
@page(TABLE, SEE_DESK)
def place_desk(request: ActorRequest, place_id: UUID) -> HttpResponseBase:
    """A place below: district or school; a class leads to its own page."""
    place = _place(request.actor, place_id, SEE_DESK)
    if place.kind is OrgKind.CLASS_GROUP:
        return redirect("governance.class", class_id=place.id)
    return _desk_page(request, place)


def _desk_page(request: ActorRequest, place: OrgRef) -> HttpResponse:
    year = registry.current_year()
    found = queries.desk(request.actor, place, year.key)
    today = time.today()
    shown = Paginator(found.below, CHARTS).get_page(request.GET.get("page"))
    charts = [
        growth(line, required=found.required, month=(today.month - 9) % 12, month_share=today.day / 31)
        for line in shown.object_list
    ]
    return render(
        request,
        "governance/desk.html",
        {
            "desk": found,
            "charts": charts,
            "page": shown,
            "crumbs": _crumbs(request.actor, place),
            "week": registry.week_of(today, place.path),
            "today": today,
            "below_unit": BELOW_UNITS.get(place.kind, "个"),
            "below_words": BELOW_WORDS.get(place.kind, "各单位"),
            "may_ask": TABLE.allows(request.actor, ASK, place),
            "may_see_coverage": INSIGHT.allows(request.actor, EXPORT_COVERAGE, place),
            "may_see_diagnosis": INSIGHT.allows(request.actor, SEE_DIAGNOSIS, place),
            "year_page": yearend.page_of(place) if TABLE.allows(request.actor, SEE_YEAR, place) else "",
            "may_draw": TABLE.allows(request.actor, DRAW, place) and place.kind is not OrgKind.SCHOOL,
        },
    )


@require_GET
@page(TABLE, SEE_DESK)
def classes(request: ActorRequest, place_id: UUID) -> HttpResponseBase:
    """The classes of a place: those with pupils without a period, those at risk, or all, a page at a time."""
    place = _place(request.actor, place_id, SEE_DESK)
    asked = request.GET.get("which", "")
    which = queries.Which(asked) if asked in set(queries.Which) else queries.Which.ALL
    year = registry.current_year()
    shown, lines = queries.class_page(request.actor, place, year.key, which, request.GET.get("page"))
    return render(
        request,
        "governance/classes.html",
        {
            "place": place,
            "which": which.value,
            "page": shown,
            "lines": [(line, queries.zero_of(line, place)) for line in lines],
            "tabs": [(one.value, CLASSES_WORDS[one]) for one in queries.Which],
            "hides": queries.hides(place),
            "year": year.key,
            "crumbs": [
                *(
                    _crumbs(request.actor, place)
                    or [(place.name, reverse("governance.place", args=[place.id]))]
                ),
                ("班级", ""),
            ],
        },
    )


@require_GET
@page(TABLE, SEE_DESK)
def gains(request: ActorRequest, place_id: UUID) -> HttpResponseBase:
    """What tests before and after courses show of a place as a whole: sums only, nothing of small groups."""
    place = _place(request.actor, place_id, SEE_DESK)
    year = registry.current_year()
    found = gains_of(request.actor, place, year.key)
    return render(
        request,
        "governance/gains.html",
        {
            "place": place,
            "courses": found,
            "told": sum(course.is_told for course in found),
            "least": LEAST_PUPILS,
            "least_classes": LEAST_CLASSES,
            "year": year.key,
            "crumbs": [
                *(
                    _crumbs(request.actor, place)
                    or [(place.name, reverse("governance.place", args=[place.id]))]
                ),
                ("课前课后", ""),
            ],
        },
    )


@require_GET
@page(TABLE, SEE_DESK)
def class_page(request: ActorRequest, class_id: UUID) -> HttpResponseBase:
    """One class: every period with what stands behind it, and the request in hand."""
    group = _place(request.actor, class_id, SEE_DESK)
    year = registry.current_year()
    line = queries.class_line(request.actor, class_id, year.key)
    asks = queries.open_asks(request.actor, [class_id])
    return render(
        request,
        "governance/class.html",
        {
            "group": group,
            "school": registry.school_of(group.path),
            "line": line,
            "periods": [one for one in teaching.periods_of_class(class_id, year.key) if one.counts_for_ai],
            "ask": asks[0] if asks else None,
            "ask_form": AskForm(),
            "answer_form": AnswerForm(),
            "may_ask": TABLE.allows(request.actor, ASK, group),
            "may_answer": TABLE.allows(request.actor, ANSWER, group),
            "crumbs": _crumbs(request.actor, group),
            "year": year.key,
        },
    )


@require_POST
@page(TABLE, ASK)
def ask(request: ActorRequest, class_id: UUID) -> HttpResponseBase:
    group = _place(request.actor, class_id, ASK)
    form = AskForm(request.POST)
    if form.is_valid():
        try:
            services.ask_plan(
                actor=request.actor,
                class_id=class_id,
                text=form.cleaned_data["text"],
                due_on=form.cleaned_data["due_on"],
            )
            return HttpResponseRedirect(reverse("governance.class", args=[class_id]))
        except UserError as error:
            form.add_error(error.field, f"{error.message}。{error.next}")
    return _form_page(request, group, form, "请学校说明或补计划", reverse("governance.ask", args=[class_id]))


@require_POST
@page(TABLE, ANSWER)
def answer(request: ActorRequest, ask_id: UUID) -> HttpResponseBase:
    row = TABLE.load(request.actor, ANSWER, PlanAsk, id=ask_id)
    form = AnswerForm(request.POST)
    if form.is_valid():
        try:
            services.answer_plan(actor=request.actor, ask_id=ask_id, answer=form.cleaned_data["text"])
            return HttpResponseRedirect(reverse("governance.ask_page", args=[ask_id]))
        except UserError as error:
            form.add_error("text", f"{error.message}。{error.next}")
    group = registry.org(row.class_group_id)
    return _form_page(request, group, form, "回复请求", reverse("governance.answer", args=[ask_id]))


@require_GET
@page(TABLE, SEE_ASKED)
def ask_page(request: ActorRequest, ask_id: UUID) -> HttpResponseBase:
    """One request with its answer: also for the teacher of the class."""
    row = services.load_ask(request.actor, ask_id)
    group = registry.org(row.class_group_id)
    return render(
        request,
        "governance/ask.html",
        {
            "ask": queries.ask_ref(row),
            "asked_as": row.asked_as,
            "group": group,
            "school": registry.school_of(group.path),
            "form": AnswerForm(initial={"text": row.answer}),
            "may_answer": TABLE.allows(request.actor, ANSWER, group),
            "may_close": TABLE.allows(request.actor, ASK, group),
        },
    )


@require_POST
@page(TABLE, ASK)
def close(request: ActorRequest, ask_id: UUID) -> HttpResponseBase:
    services.close_ask(actor=request.actor, ask_id=ask_id)
    return HttpResponseRedirect(reverse("governance.ask_page", args=[ask_id]))


@require_GET
@page(TABLE, EXPORT)
def export(request: ActorRequest, place_id: UUID, kind: str) -> HttpResponseBase:
    """The desk's tables as a file."""
    if kind not in {"csv", *exports.WRITERS}:
        raise Denied(EXPORT)
    place = _place(request.actor, place_id, EXPORT)
    leaving.note(DESK, actor=request.actor, place=place, thing_id=place.id, kind=kind)
    year = registry.current_year().key
    response: HttpResponseBase
    if kind == "csv":
        lines = queries.every_class(request.actor, place, year)
        written = exports.every_class(lines, place)
        response = StreamingHttpResponse(written, content_type=exports.CSV)
    else:
        write, media, limit = exports.WRITERS[kind]
        found = queries.desk(request.actor, place, year, limit=limit)
        response = HttpResponse(write(found), content_type=media)
    name = f"{place.name}-AI课时-{time.today():%Y%m%d}.{kind}"
    return leaving.named(response, DESK, called=name)


@page(TABLE, DRAW)
def samples(request: ActorRequest) -> HttpResponseBase:
    """Random samples of schools: draw one, see the earlier ones."""
    place = home_place(request.actor)
    form = SampleForm(
        request.POST or None, initial={"size": min(5, max(1, registry.count_schools(place.path)))}
    )
    if request.method == "POST" and form.is_valid():
        try:
            drawn = services.draw_sample(actor=request.actor, place=place, size=form.cleaned_data["size"])
            return HttpResponseRedirect(reverse("governance.sample", args=[drawn.id]))
        except UserError as error:
            form.add_error(error.field, f"{error.message}。{error.next}")
    return render(
        request,
        "governance/samples.html",
        {"place": place, "form": form, "samples": queries.samples(request.actor, place)},
        status=422 if form.errors else 200,
    )


@require_GET
@page(TABLE, DRAW)
def sample(request: ActorRequest, sample_id: UUID) -> HttpResponseBase:
    """One draw: the schools and, for each, what to look at."""
    drawn = TABLE.load(request.actor, DRAW, SampleDraw, id=sample_id)
    year = drawn.school_year
    schools = registry.orgs([UUID(one) for one in drawn.school_ids])
    visits = [
        queries.visit(request.actor, schools[UUID(one)], year, drawn.seed)
        for one in drawn.school_ids
        if UUID(one) in schools
    ]
    return render(
        request,
        "governance/sample.html",
        {"sample": drawn, "visits": visits, "place": registry.org_by_path(drawn.scope_path)},
    )


def home_place(actor: Actor) -> OrgRef:
    """The place at which the actor's desk begins: the highest one held."""
    for role in DESK_ROLES:
        for grant in actor.grants:
            if grant.role == role:
                return registry.org(grant.org_id)
    raise Denied(SEE_DESK, hides=False)


def _place(actor: Actor, place_id: UUID, verb: str) -> OrgRef:
    place = registry.org(place_id)
    TABLE.require(actor, verb, place)
    return place


def _crumbs(actor: Actor, place: OrgRef) -> list[tuple[str, str]]:
    above = [one for one in registry.ancestors(place.path) if TABLE.allows(actor, SEE_DESK, one)]
    return [(one.name, reverse("governance.place", args=[one.id])) for one in above] if len(above) > 1 else []


def _form_page(
    request: ActorRequest, group: OrgRef, form: AskForm | AnswerForm, title: str, action: str
) -> HttpResponse:
    context = {
        "group": group,
        "school": registry.school_of(group.path),
        "form": form,
        "title": title,
        "action": action,
    }
    return render(request, "governance/form.html", context, status=422)
