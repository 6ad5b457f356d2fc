"""The school calendar and the period table."""

from datetime import date
from uuid import UUID

from django.forms import BaseFormSet, formset_factory
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from qiming.kernel import time
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, page
from qiming.registry import queries, services
from qiming.registry.access import TABLE
from qiming.registry.forms import HolidayForm, SlotForm, refuse
from qiming.registry.forms_places import TermForm
from qiming.registry.queries import pages
from qiming.registry.queries.calendar import stage_times
from qiming.registry.rules.calendar import spans
from qiming.registry.types import STAGE_NAMES, OrgRef, SlotTime, Stage
from qiming.registry.views.common import done, one_school

MAX_PERIODS = 12
Slots = formset_factory(SlotForm, extra=0, max_num=MAX_PERIODS, absolute_max=MAX_PERIODS)


@page(TABLE, "registry.see_calendar")
def calendar(request: ActorRequest) -> HttpResponse:
    if not request.GET.get("school") and not pages.schools_of(request.actor, "registry.see_calendar"):
        return HttpResponseRedirect(reverse("registry.places"))  # an officer first says which school
    school, schools = one_school(request, "registry.see_calendar")
    return _calendar(request, school, schools, HolidayForm())


@require_POST
@page(TABLE, "registry.edit_calendar")
def add_holiday(request: ActorRequest, school_id: UUID) -> HttpResponse:
    school = pages.load_school(request.actor, "registry.edit_calendar", school_id)
    form = HolidayForm(request.POST)
    if form.is_valid():
        try:
            services.add_holiday(actor=request.actor, school_id=school.id, **form.cleaned_data)
            return HttpResponseRedirect(f"{_url(school)}&done=holiday")
        except UserError as error:
            refuse(form, error)
    return _calendar(request, school, [], form, status=422)


@require_POST
@page(TABLE, "registry.edit_calendar")
def remove_holiday(request: ActorRequest, school_id: UUID) -> HttpResponse:
    school = pages.load_school(request.actor, "registry.edit_calendar", school_id)
    try:
        day = date.fromisoformat(request.POST.get("day", ""))
    except ValueError as error:
        raise UserError("日期看不懂", kept="校历没有动。", next="回到校历再点一次。") from error
    services.remove_holiday(actor=request.actor, school_id=school.id, day=day)
    return HttpResponseRedirect(f"{_url(school)}&done=holiday")


@require_POST
@page(TABLE, "registry.edit_calendar")
def set_term(request: ActorRequest, school_id: UUID, year: str) -> HttpResponse:
    """A term of the school's own, or (`drop`) the city's again."""
    school = pages.load_school(request.actor, "registry.edit_calendar", school_id)
    key = queries.year(year).key
    dropped = request.POST.get("drop", "")
    if dropped:
        no = int(dropped) if dropped in ("1", "2") else 0
        services.drop_term(actor=request.actor, school_id=school.id, year_key=key, no=no)
        return HttpResponseRedirect(f"{_url(school)}&year={key}&done=holiday")
    form = TermForm(request.POST)
    if form.is_valid():
        try:
            services.set_term(actor=request.actor, school_id=school.id, year_key=key, **form.cleaned_data)
            return HttpResponseRedirect(f"{_url(school)}&year={key}&done=holiday")
        except UserError as error:
            refuse(form, error)
    return _calendar(request, school, [], HolidayForm(), term_form=form, year_key=key, status=422)


@page(TABLE, "registry.edit_calendar")
def periods(request: ActorRequest, school_id: UUID, stage: str) -> HttpResponse:
    """The period table of a stage: twelve lines, those without times are left out."""
    school = pages.load_school(request.actor, "registry.edit_calendar", school_id)
    if stage not in school.stages:
        raise Denied("registry.edit_calendar")
    told = ""
    forms: BaseFormSet[SlotForm] = Slots(
        request.POST if request.method == "POST" else None, initial=_initial(school, Stage(stage))
    )
    if request.method == "POST" and forms.is_valid():
        try:
            services.set_period_table(
                actor=request.actor, school_id=school.id, stage=Stage(stage), table=_table(forms)
            )
            return HttpResponseRedirect(f"{_url(school)}&done=slots")
        except UserError as error:
            told = error.message
    wrong = bool(told) or (request.method == "POST" and not forms.is_valid())
    return render(
        request,
        "registry/periods.html",
        {
            "school": school,
            "stage": STAGE_NAMES[Stage(stage)],
            "forms": forms,
            "told": told or ("有的时间还不完整，看下面标红的地方。" if wrong else ""),
            "crumbs": [("校历与节次", _url(school)), (f"{STAGE_NAMES[Stage(stage)]}节次", "")],
        },
        status=422 if wrong else 200,
    )


def _calendar(
    request: ActorRequest,
    school: OrgRef,
    schools: list[OrgRef],
    form: HolidayForm,
    *,
    term_form: TermForm | None = None,
    year_key: str = "",
    status: int = 200,
) -> HttpResponse:
    today = time.today()
    this_year = queries.current_year(today)
    wanted = year_key or request.GET.get("year", this_year.key)
    shown = next((year for year in queries.years() if year.key == wanted), this_year)
    return render(
        request,
        "registry/calendar.html",
        {
            "school": school,
            "schools": schools,
            "years": queries.years(),
            "shown": shown,
            "today": today,
            "term": queries.term_on(today, school.path),
            "week": queries.week_of(today, school.path),
            "weeks_left": queries.teaching_weeks_left(today, school.path),
            "terms": queries.terms(shown.key, school.path),
            "spans": spans(queries.special_days(shown.key, school.path)),
            "tables": [
                (stage.value, STAGE_NAMES[stage], *stage_times(school.id, stage)) for stage in school.stages
            ],
            "form": form,
            "term_form": term_form or TermForm(),
            "may_edit": TABLE.allows(request.actor, "registry.edit_calendar", school),
            "done": done(request),
        },
        status=status,
    )


def _initial(school: OrgRef, stage: Stage) -> list[dict[str, object]]:
    times, _ = stage_times(school.id, stage)
    lines: list[dict[str, object]] = [
        {"starts": line.starts, "ends": line.ends, "label": line.label} for line in times
    ]
    return lines + [{} for _ in range(MAX_PERIODS - len(lines))]


def _table(forms: "BaseFormSet[SlotForm]") -> list[SlotTime]:
    lines = [form.cleaned_data for form in forms if form.cleaned_data.get("starts")]
    return [
        SlotTime(no, line["starts"], line["ends"], line["label"] or f"第{no}节")
        for no, line in enumerate(lines, 1)
    ]


def _url(school: OrgRef) -> str:
    return f"{reverse('registry.calendar')}?school={school.id}"
