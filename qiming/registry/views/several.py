"""People who work at several schools: asked, lent within an alliance, their own page; last days."""

from datetime import date
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, page, signed_in_page
from qiming.registry import services
from qiming.registry.access import TABLE
from qiming.registry.forms import refuse
from qiming.registry.forms_places import BorrowForm, InviteForm, UntilForm
from qiming.registry.queries import alliances as lists
from qiming.registry.queries import pages
from qiming.registry.types import OrgRef
from qiming.registry.views.common import done, one_school

MANAGE = "registry.manage_staff"


@page(TABLE, MANAGE)
def invite(request: ActorRequest) -> HttpResponse:
    """Ask somebody by account name. What comes back does not tell whether there is such an account."""
    school, schools = one_school(request, MANAGE)
    form = InviteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.invite_staff(actor=request.actor, school_id=school.id, **form.cleaned_data)
            return HttpResponseRedirect(f"{reverse('registry.invite')}?school={school.id}&done=invited")
        except UserError as error:
            refuse(form, error)
    return _page(request, school, schools, form, BorrowForm(), status=422 if form.errors else 200)


@require_POST
@page(TABLE, MANAGE)
def borrow(request: ActorRequest) -> HttpResponse:
    school, schools = one_school(request, MANAGE)
    form = BorrowForm(request.POST)
    if form.is_valid():
        try:
            person_id = services.borrow_teacher(
                actor=request.actor, school_id=school.id, username=form.cleaned_data["borrow"]
            )
            url = reverse("registry.staff_person", args=[school.id, person_id])
            return HttpResponseRedirect(f"{url}?done=borrowed")
        except UserError as error:
            error.field = "borrow"
            refuse(form, error)
    return _page(request, school, schools, InviteForm(), form, status=422)


@require_POST
@page(TABLE, MANAGE)
def withdraw(request: ActorRequest, invitation_id: UUID) -> HttpResponse:
    services.withdraw_invitation(actor=request.actor, invitation_id=invitation_id)
    return HttpResponseRedirect(f"{reverse('registry.invite')}?done=withdrawn")


@signed_in_page("每个登录的人看自己在哪些学校任职、有没有学校邀请")
def mine(request: ActorRequest) -> HttpResponse:
    """Where I work, and who asks me."""
    return render(
        request,
        "registry/my_schools.html",
        {
            "places": lists.workplaces_of(request.actor.person_id),
            "invited": lists.invitations_for(request.actor.person_id),
            "done": done(request),
        },
    )


@require_POST
@signed_in_page("被邀请的人自己答复")
def answer(request: ActorRequest, invitation_id: UUID) -> HttpResponse:
    accept = request.POST.get("act") == "accept"
    services.answer_invitation(actor=request.actor, invitation_id=invitation_id, accept=accept)
    return HttpResponseRedirect(f"{reverse('registry.my_schools')}?done={'joined' if accept else 'declined'}")


@require_POST
@page(TABLE, MANAGE)
def grant_until(request: ActorRequest, school_id: UUID, person_id: UUID, grant_id: UUID) -> HttpResponse:
    school = pages.load_school(request.actor, MANAGE, school_id)
    services.set_grant_end(actor=request.actor, grant_id=grant_id, ends_on=_day(request))
    return _back(school, person_id)


@require_POST
@page(TABLE, MANAGE)
def work_until(request: ActorRequest, school_id: UUID, person_id: UUID) -> HttpResponse:
    school = pages.load_school(request.actor, MANAGE, school_id)
    services.set_employment_end(
        actor=request.actor, person_id=person_id, school_id=school.id, ends_on=_day(request)
    )
    return _back(school, person_id)


@require_POST
@page(TABLE, "registry.edit_roster")
def guardian_until(request: ActorRequest, person_id: UUID, guardianship_id: UUID) -> HttpResponse:
    pages.load_pupil(request.actor, "registry.edit_roster", person_id)
    services.set_guardianship_end(actor=request.actor, guardianship_id=guardianship_id, ends_on=_day(request))
    return HttpResponseRedirect(f"{reverse('registry.pupil', args=[person_id])}?done=until")


def _day(request: ActorRequest) -> date | None:
    form = UntilForm(request.POST)
    if not form.is_valid():
        raise UserError("日期看不懂", kept="什么也没有改。", next="回到上一页，用日历选一天。")
    day: date | None = form.cleaned_data["ends_on"]
    return day


def _back(school: OrgRef, person_id: UUID) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('registry.staff_person', args=[school.id, person_id])}?done=until")


def _page(
    request: ActorRequest,
    school: OrgRef,
    schools: list[OrgRef],
    form: InviteForm,
    borrow_form: BorrowForm,
    *,
    status: int = 200,
) -> HttpResponse:
    return render(
        request,
        "registry/invite.html",
        {
            "school": school,
            "schools": schools,
            "form": form,
            "borrow_form": borrow_form,
            "leads": lists.lead_schools_of(school),
            "open": lists.open_invitations(school),
            "done": done(request),
            "crumbs": [("老师", f"{reverse('registry.staff')}?school={school.id}"), ("请别校老师", "")],
        },
        status=status,
    )
