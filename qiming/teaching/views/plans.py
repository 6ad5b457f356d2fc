"""Lists, opening a course, and its plan."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qiming.curriculum import queries as curriculum
from qiming.curriculum.lending import queries as lending
from qiming.curriculum.types import CourseRef
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, page
from qiming.kernel.time import today
from qiming.registry import queries as registry
from qiming.registry.types import OrgRef
from qiming.teaching import queries, services
from qiming.teaching.access import CONFIRM, OPEN, PLAN, RUN, SEE_CLASS, TABLE
from qiming.teaching.forms import HOSTS, AddPeriodForm, OpenForm, ReasonForm, SlotForm, slot_choices
from qiming.teaching.models import Offering, TaughtPeriod
from qiming.teaching.queries.plan import runs_late
from qiming.teaching.queries.refs import offering_ref, period_ref
from qiming.teaching.types import DeliveryMode, OfferingRef, PeriodRef
from qiming.teaching.views.common import (
    HOME,
    classes_seen_by,
    done,
    fragment,
    named,
    refuse,
    said,
    years_of,
)


@require_GET
@page(TABLE, SEE_CLASS)
def home(request: ActorRequest) -> HttpResponse:
    """What waits first, then what comes next, then each class's year."""
    actor = request.actor
    groups = classes_seen_by(actor)
    offerings: dict[UUID, list[OfferingRef]] = {}
    for one in queries.offerings_of(actor):
        offerings.setdefault(one.class_group_id, []).append(one)
    years = [(year, offerings.get(year.group.id, [])) for year in years_of(groups)]
    context = {
        "waiting": named(queries.unconfirmed(actor, limit=20)),
        "upcoming": named(queries.next_periods(actor, limit=8)),
        "years": years,
        "may_open": any(TABLE.allows(actor, OPEN, group) for group in groups),
        "confirms": {group.id for group in groups if TABLE.allows(actor, CONFIRM, group)},
        "runs": {group.id for group in groups if TABLE.allows(actor, RUN, group)},
        "today": today(),
        "said": said(request),
    }
    return render(request, "teaching/home.html", context)


def _open_form(request: ActorRequest, groups: list[OrgRef]) -> OpenForm:
    data = request.POST if request.method == "POST" else None
    group = _group(request, groups)
    own = curriculum.courses(stage=group.stage.value) or curriculum.courses()
    courses = [*own, *lending.lent_to(group.path, group.stage.value)]
    fits = [one for one in courses if group.grade in one.grades]
    weekly = _timetable(group)
    initial = {
        "timetable": next((key for key, _ in weekly if "人工智能" in key), ""),
        "class_id": str(group.id),
        "course": str((fits or courses)[0].id) if courses else "",
        "weekday": 2,
        "slot_no": 3,
        "every_weeks": 1,
        "starts_on": today(),
        "share_minutes": 20,
        "mode": DeliveryMode.STANDALONE.value,
    }
    return OpenForm(
        data,
        initial=initial | {key: value for key, value in request.GET.items() if key == "course"},
        classes=[(str(one.id), one.name) for one in groups],
        courses=[
            (str(one.id), f"{one.title}（{len(one.lessons)}课，{_whose(one)}{_not_counted(one)}）")
            for one in courses
        ],
        slots=slot_choices(registry.slot_times(group.id)),
        timetable=weekly,
    )


def _whose(course: CourseRef) -> str:
    """What stands behind it: the platform's word for its status, or the school whose version was lent."""
    return f"{registry.school_of(course.scope_path).name}的版本" if course.scope_path else course.status_words


def _not_counted(course: CourseRef) -> str:
    return "" if course.about_ai else f"，{curriculum.subject_words(course.subject)}，不折算人工智能课时"


def _timetable(group: OrgRef) -> list[tuple[str, str]]:
    """The courses of a class's timetable, those in which AI is usually taught first."""
    courses = registry.weekly_courses(group.id, registry.current_year().key)
    usual = ("人工智能", "信息科技", "信息技术")
    ranked = sorted(
        courses, key=lambda one: next((n for n, word in enumerate(usual) if word in one.course), 9)
    )
    return [(one.course, f"{one.course}：{one.words}") for one in ranked]


def _group(request: ActorRequest, groups: list[OrgRef]) -> OrgRef:
    """The class chosen; else the first one whose grade the course asked for is written for and that hasn't got it."""
    data = request.POST if request.method == "POST" else request.GET
    chosen = data.get("class_id") or request.GET.get("class", "")
    wanted = _wanted(data.get("course") or "", groups)
    fits = [one for one in groups if wanted and one.grade in wanted.grades]
    given = queries.offerings_of(request.actor) if wanted else []
    having = {one.class_group_id for one in given if wanted and one.course_key == wanted.key}
    waiting = [one for one in fits if one.id not in having]
    return next((one for one in groups if str(one.id) == chosen), (waiting or fits or groups)[0])


def _wanted(course_id: str, groups: list[OrgRef]) -> CourseRef | None:
    """The course a link asks for: the city's present one, or a version lent to one of the classes."""
    if found := next((one for one in curriculum.courses() if str(one.id) == course_id), None):
        return found
    lent = (one for group in groups for one in lending.lent_to(group.path)) if course_id else ()
    return next((one for one in lent if str(one.id) == course_id), None)


def _may_open(actor: Actor) -> list[OrgRef]:
    groups = [one for one in classes_seen_by(actor) if TABLE.allows(actor, OPEN, one)]
    if not groups:
        raise UserError("你现在没有可以开课的班", next="请学校管理员把你排成某个班的任课教师。", status=403)
    return groups


def _wish(form: OpenForm) -> services.Wish:
    given = form.cleaned_data
    return services.Wish(
        class_id=UUID(given["class_id"]),
        course_version_id=UUID(given["course"]),
        mode=DeliveryMode(given["mode"]),
        host_subject=given["host_subject"],
        share_minutes=given["share_minutes"],
        weekday=given["weekday"],
        slot_no=given["slot_no"],
        every_weeks=given["every_weeks"],
        timetable=given["timetable"],
        starts_on=given["starts_on"],
    )


def _plan(request: ActorRequest, wish: services.Wish) -> tuple[services.Plan | None, UserError | None]:
    try:
        return services.plan_slots(actor=request.actor, wish=wish), None
    except UserError as error:
        return None, error


@require_http_methods(["GET", "POST"])
@page(TABLE, OPEN)
def open_course(request: ActorRequest) -> HttpResponse:
    """One page: choose, see the plan and the verdict beside it, open."""
    groups = _may_open(request.actor)
    form = _open_form(request, groups)
    context: dict[str, object] = {"form": form, "hosts": HOSTS, "crumbs": [HOME, ("开课", "")]}
    if request.method == "POST" and form.is_valid():
        wish = _wish(form)
        try:
            offering = services.open_offering(
                actor=request.actor, wish=wish, accept_short=form.cleaned_data["accept_short"]
            )
            return done("teaching.offering", offering.id, said="opened")
        except UserError as error:
            refuse(form, error)
            context["plan"], context["trouble"] = _plan(request, wish)
    elif request.method == "GET":
        bound = OpenForm(
            {key: str(value) for key, value in form.initial.items()},
            classes=_choices(form, "class_id"),
            courses=_choices(form, "course"),
            slots=_choices(form, "slot_no"),
            timetable=[(key, key) for key in form.in_timetable],
        )
        if bound.is_valid():
            context["plan"], context["trouble"] = _plan(request, _wish(bound))
    status = 422 if request.method == "POST" else 200
    return render(request, "teaching/open.html", context, status=status)


def _choices(form: OpenForm, name: str) -> list[tuple[str, str]]:
    field = form.fields[name]
    return [(str(key), str(text)) for key, text in field.choices]  # type: ignore[attr-defined]


@require_POST
@page(TABLE, OPEN)
def check(request: ActorRequest) -> HttpResponse:
    """The plan and the verdict for what is chosen now: a piece of the opening page."""
    form = _open_form(request, _may_open(request.actor))
    plan, trouble = _plan(request, _wish(form)) if form.is_valid() else (None, None)
    context = {"plan": plan, "trouble": trouble, "form": form}
    return fragment(render(request, "teaching/_plan.html", context))


@require_GET
@page(TABLE, SEE_CLASS)
def offering(request: ActorRequest, offering_id: UUID) -> HttpResponse:
    """A course of a class: its ruler, its periods, what can be changed."""
    row = TABLE.load(request.actor, SEE_CLASS, Offering, id=offering_id)
    ref = offering_ref(row)
    group = registry.org(ref.class_group_id)
    periods = queries.periods_of(ref.id)
    context = {
        "offering": ref,
        "group": group,
        "year": years_of([group])[0],
        "course": curriculum.course(ref.course_version_id),
        "periods": [{"ref": one, "runs_late": runs_late(one)} for one in periods],
        "nearest": _nearest(periods),
        "reasons": row.plan_reasons,
        "may_plan": TABLE.allows(request.actor, PLAN, row),
        "may_confirm": TABLE.allows(request.actor, CONFIRM, row),
        "homework": queries.homework_of(ref.id)[:5],
        "said": said(request),
        "today": today(),
        "crumbs": [HOME, (group.name, f"/teach/classes/{group.id}/ledger/"), (ref.title, "")],
    }
    return render(request, "teaching/offering.html", context)


def _nearest(periods: list[PeriodRef]) -> PeriodRef | None:
    """What is running, else the next one to come; one whose day has passed only when nothing comes after it."""
    open_ones = [one for one in periods if one.state in ("planned", "live")]
    coming = (one for one in open_ones if one.state == "live" or one.planned_date >= today())
    return next(coming, open_ones[0] if open_ones else None)


@require_http_methods(["GET", "POST"])
@page(TABLE, PLAN)
def replan(request: ActorRequest, period_id: UUID) -> HttpResponse:
    """Another slot for a planned period, or none at all."""
    period = period_ref(TABLE.load(request.actor, PLAN, TaughtPeriod, id=period_id))
    slots = slot_choices(registry.slot_times(period.class_group_id))
    cancelling = request.POST.get("act") == "cancel"
    moving = request.method == "POST" and not cancelling
    initial = {"planned_date": max(period.planned_date, today()), "slot_no": period.slot_no}
    form = SlotForm(request.POST if moving else None, slots=slots, initial=initial)
    reason = ReasonForm(request.POST if cancelling else None)
    if request.method == "POST":
        answer = _cancel(request, period, reason) if cancelling else _move(request, period, form)
        if answer is not None:
            return answer
    context = {
        "form": form,
        "reason": reason,
        "period": period,
        "group": registry.org(period.class_group_id),
        "crumbs": _period_crumbs(period, "改时间"),
    }
    return render(request, "teaching/replan.html", context, status=422 if request.method == "POST" else 200)


def _move(request: ActorRequest, period: PeriodRef, form: SlotForm) -> HttpResponse | None:
    if not form.is_valid():
        return None
    try:
        services.reschedule_period(actor=request.actor, period_id=period.id, **form.cleaned_data)
    except UserError as error:
        refuse(form, error)
        return None
    return done("teaching.period", period.id, said="moved")


def _cancel(request: ActorRequest, period: PeriodRef, form: ReasonForm) -> HttpResponse | None:
    if not form.is_valid():
        return None
    try:
        services.cancel_period(actor=request.actor, period_id=period.id, **form.cleaned_data)
    except UserError as error:
        refuse(form, error)
        return None
    return done("teaching.period", period.id, said="cancelled")


def _period_crumbs(period: PeriodRef, label: str) -> list[tuple[str, str]]:
    return [HOME, (period.label, f"/teach/periods/{period.id}/"), (label, "")]


@require_http_methods(["GET", "POST"])
@page(TABLE, PLAN)
def add_period(request: ActorRequest, offering_id: UUID) -> HttpResponse:
    """One period more."""
    ref = offering_ref(TABLE.load(request.actor, PLAN, Offering, id=offering_id))
    lessons = [
        (one.key, f"第{one.position}课 {one.title}") for one in curriculum.lessons_of(ref.course_version_id)
    ]
    form = AddPeriodForm(
        request.POST or None,
        lessons=lessons,
        slots=slot_choices(registry.slot_times(ref.class_group_id)),
        initial={"planned_date": today()},
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.add_period(actor=request.actor, offering_id=ref.id, **form.cleaned_data)
            return done("teaching.offering", ref.id, said="added")
        except UserError as error:
            refuse(form, error)
    context = {
        "form": form,
        "offering": ref,
        "group": registry.org(ref.class_group_id),
        "crumbs": [HOME, (ref.title, f"/teach/offerings/{ref.id}/"), ("再排一节", "")],
    }
    return render(request, "teaching/add_period.html", context, status=422 if form.errors else 200)


@require_POST
@page(TABLE, OPEN)
def close(request: ActorRequest, offering_id: UUID) -> HttpResponse:
    services.close_offering(actor=request.actor, offering_id=offering_id)
    return done("teaching.offering", offering_id, said="closed")
