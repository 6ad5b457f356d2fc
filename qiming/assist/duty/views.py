"""求助 and the roster of those who are told."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from qiming.agents.talk import queries as talk
from qiming.assist.access import TABLE
from qiming.assist.duty import queries, rules, services
from qiming.assist.duty.access import SEE_ALERT, SET_ROSTER, TOLD
from qiming.assist.duty.forms import DoneForm, LineForm
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, page, signed_in_page
from qiming.registry import queries as registry
from qiming.registry.types import OrgKind, OrgRef
from qiming.trust.services import log_read

BACK = "assist.alert"


@require_GET
@signed_in_page(TOLD)
def alerts(request: ActorRequest) -> HttpResponse:
    """What children asked for, as far as the actor was told; a head sees the school's."""
    lines = queries.alerts(request.actor)
    schools = registry.schools_at(TABLE.paths(request.actor, SET_ROSTER))
    context = {
        "lines": lines,
        "open": sum(one.alert.state == "open" for one in lines),
        "schools": schools,
    }
    return render(request, "assist/duty/alerts.html", context)


@require_GET
@signed_in_page(TOLD)
def alert(request: ActorRequest, notice_id: UUID) -> HttpResponse:
    return _alert(request, notice_id, DoneForm())


@require_POST
@signed_in_page(TOLD)
def take(request: ActorRequest, notice_id: UUID) -> HttpResponse:
    """我来处理."""
    services.take(actor=request.actor, notice_id=notice_id)
    return HttpResponseRedirect(reverse(BACK, args=[notice_id]))


@require_POST
@signed_in_page(TOLD)
def close(request: ActorRequest, notice_id: UUID) -> HttpResponse:
    """Say what was done."""
    form = DoneForm(request.POST)
    if form.is_valid():
        try:
            services.close(actor=request.actor, notice_id=notice_id, **form.cleaned_data)
        except UserError as error:
            if error.field is None:
                raise
            form.add_error(error.field, error.message)
        else:
            return HttpResponseRedirect(reverse(BACK, args=[notice_id]))
    return _alert(request, notice_id, form)


def _alert(request: ActorRequest, notice_id: UUID, form: DoneForm) -> HttpResponse:
    notice = queries.notice(request.actor, notice_id)
    line = queries.alert_line(notice)
    log_read(
        request.actor,
        verb=SEE_ALERT,
        subjects=[line.alert.pupil_id],
        scope_path=line.alert.scope_path,
        what="打开了学生的求助",
    )
    if notice.person_id == request.actor.person_id:
        services.note_seen(notice)
    names = registry.persons_named([one for one in (line.alert.taken_by, line.alert.closed_by) if one])
    context = {
        "line": line,
        "words": talk.asked_in(line.alert.turn_id),
        "told": queries.told(line.alert),
        "form": form,
        "taken_by": names.get(line.alert.taken_by, "") if line.alert.taken_by else "",
        "closed_by": names.get(line.alert.closed_by, "") if line.alert.closed_by else "",
        "is_mine": line.alert.taken_by == request.actor.person_id,
        "wait": int(rules.WAIT.total_seconds() // 60),
    }
    return render(request, "assist/duty/alert.html", context, status=422 if form.errors else 200)


@page(TABLE, SET_ROSTER)
def roster(request: ActorRequest, school_id: UUID) -> HttpResponse:
    """Who is on duty in which hours of the week, and the hours in which nobody is."""
    school = _school(request, school_id)
    staff = registry.employed_at(school.id)
    form = LineForm(request.POST if request.method == "POST" else None, staff=staff)
    if form.is_valid():
        try:
            services.add_line(actor=request.actor, school=school, wanted=form.wanted())
            return HttpResponseRedirect(request.path)
        except UserError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
    lines = queries.roster(request.actor, school)
    gaps = rules.gaps([one.line for one in lines])
    context = {
        "school": school,
        "lines": lines,
        "gaps": [
            (f"周{name}", [gap for gap in gaps if gap.weekday == day])
            for day, name in enumerate(queries.WEEKDAYS)
        ],
        "covered": 7 - len({gap.weekday for gap in gaps}),
        "form": form,
        "wait": int(rules.WAIT.total_seconds() // 60),
    }
    return render(request, "assist/duty/roster.html", context, status=422 if form.errors else 200)


@require_POST
@page(TABLE, SET_ROSTER)
def end_line(request: ActorRequest, line_id: UUID) -> HttpResponse:
    """Take a line off."""
    row = services.end_line(actor=request.actor, line_id=line_id)
    school = registry.org_by_path(row.scope_path)
    return HttpResponseRedirect(reverse("assist.roster", args=[school.id]))


def _school(request: ActorRequest, school_id: UUID) -> OrgRef:
    school = registry.org(school_id)
    TABLE.require(request.actor, SET_ROSTER, school)
    if school.kind is not OrgKind.SCHOOL:
        raise Denied(SET_ROSTER)
    return school
