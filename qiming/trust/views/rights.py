"""我的数据: a copy of everything, the request to erase it, and how both go on."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from qiming.kernel import exports, made, pdf, time
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, is_fragment, not_modified, page, signed_in_page, tagged
from qiming.kernel.privacy import Grade
from qiming.registry import queries as registry
from qiming.registry.types import Role
from qiming.trust import services
from qiming.trust.access import TABLE
from qiming.trust.clocks import clock
from qiming.trust.forms.reports import WordsForm
from qiming.trust.forms.rights import EraseForm
from qiming.trust.models import ErasureCase, PersonCopy
from qiming.trust.queries import rights as queries
from qiming.trust.services.copies import COPY
from qiming.trust.services.erasure import ASK, CONFIRM, DECIDE, SEE
from qiming.trust.types.rights import ErasureState
from qiming.trust.views.common import refuse, sent, show

CERTIFICATE = exports.declare(
    "trust.erasure_certificate", "删除证明：不写学生，写决定的人", Grade.L3, TABLE, SEE
)


@require_GET
@page(TABLE, COPY)
def my_data(request: ActorRequest) -> HttpResponseBase:
    """A pupil's own page; a guardian chooses among the wards; an administrator starts from a roster."""
    actor = request.actor
    if actor.has_role(Role.PUPIL):
        return HttpResponseRedirect(reverse("trust.person_data", args=[actor.person_id]))
    wards = registry.wards_of(actor.person_id)
    if len(wards) == 1:
        return HttpResponseRedirect(reverse("trust.person_data", args=[wards[0].id]))
    return show(request, "trust/rights/choose.html", {"wards": wards})


@require_GET
@page(TABLE, COPY)
def person_data(request: ActorRequest, person_id: UUID) -> HttpResponseBase:
    """What one can do about a person's data."""
    pupil = registry.pupil(person_id)
    TABLE.require(request.actor, COPY, pupil)
    case = queries.open_case(person_id) if TABLE.allows(request.actor, SEE, pupil) else None
    context = {
        "pupil": pupil,
        "is_self": person_id == request.actor.person_id,
        "copies": [(copy, queries.may_fetch(copy)) for copy in queries.copies_of(person_id)],
        "case": case,
        "may_ask": services.may_ask(request.actor, person_id),
        "is_family": TABLE.allows(request.actor, ASK, pupil),
        "days": clock("copy_kept_days").value,
    }
    return show(request, "trust/rights/person.html", context)


@require_POST
@page(TABLE, COPY)
def ask_copy(request: ActorRequest, person_id: UUID) -> HttpResponseBase:
    """Begin to make a copy; its page shows how far it is."""
    copy = services.ask_copy(actor=request.actor, person_id=person_id)
    return HttpResponseRedirect(reverse("trust.copy", args=[copy.id]))


@require_GET
@page(TABLE, COPY)
def copy_page(request: ActorRequest, copy_id: UUID) -> HttpResponseBase:
    """How far a copy is; asked again every two seconds until it is there."""
    copy = services.load_copy(request.actor, copy_id)
    etag = f"{copy.state}-{copy.done}"
    if is_fragment(request):
        if unchanged := not_modified(request, etag):
            return unchanged
        return tagged(render(request, "trust/rights/_copy.html", _copy_context(copy)), etag)
    return show(request, "trust/rights/copy.html", _copy_context(copy) | {"etag": etag})


@require_GET
@page(TABLE, COPY)
def copy_file(request: ActorRequest, copy_id: UUID) -> HttpResponseBase:
    """The archive itself; that it was taken is noted."""
    copy = services.fetch_copy(actor=request.actor, copy_id=copy_id)
    name = f"个人信息副本-{time.today():%Y%m%d}.zip"
    return made.download(f"copies/{copy.id}.zip", called=name, media_type="application/zip")


@page(TABLE, ASK)
def ask_erasure(request: ActorRequest, person_id: UUID) -> HttpResponseBase:
    """Ask for everything to be erased."""
    pupil = registry.pupil(person_id)
    TABLE.require(request.actor, ASK, pupil)
    form = EraseForm(sent(request))
    if form.is_valid():
        try:
            case = services.ask_erasure(
                actor=request.actor, person_id=person_id, reason=form.cleaned_data["text"]
            )
            return HttpResponseRedirect(reverse("trust.own_erasure", args=[case.id]))
        except UserError as error:
            refuse(form, error)
    context = {
        "pupil": pupil,
        "form": form,
        "is_self": person_id == request.actor.person_id,
        "may_ask": services.may_ask(request.actor, person_id),
        "days": clock("erasure_decide_days"),
    }
    return show(request, "trust/rights/ask_erasure.html", context, form)


@require_GET
@signed_in_page("看自己提出的删除请求")
def own_erasures(request: ActorRequest) -> HttpResponseBase:
    """What one asked for; stays when the ward is erased."""
    return show(request, "trust/rights/own_erasures.html", {"cases": queries.own_cases(request.actor)})


@require_GET
@signed_in_page("看自己提出的一个删除请求和证明")
def own_erasure(request: ActorRequest, case_id: UUID) -> HttpResponseBase:
    case = services.load_case(request.actor, case_id)
    if case.asked_by != request.actor.person_id:
        raise Denied(SEE)
    return _case_page(request, case, WordsForm())


@require_GET
@page(TABLE, SEE)
def erasures(request: ActorRequest) -> HttpResponseBase:
    """The requests of a school; a family is led to its own."""
    if not (TABLE.may_try(request.actor, DECIDE) or TABLE.may_try(request.actor, CONFIRM)):
        return HttpResponseRedirect(reverse("trust.own_erasures"))
    found = queries.cases(request.actor)
    context = {"cases": found, "waiting": queries.to_decide(request.actor)}
    return show(request, "trust/rights/erasures.html", context)


@require_GET
@page(TABLE, SEE)
def erasure(request: ActorRequest, case_id: UUID) -> HttpResponseBase:
    return _case_page(request, services.load_case(request.actor, case_id), WordsForm())


@require_POST
@page(TABLE, ASK)
def withdraw(request: ActorRequest, case_id: UUID) -> HttpResponseBase:
    services.withdraw_erasure(actor=request.actor, case_id=case_id)
    return HttpResponseRedirect(reverse("trust.own_erasures"))


@require_POST
@page(TABLE, DECIDE)
def agree(request: ActorRequest, case_id: UUID) -> HttpResponseBase:
    """The administrator agrees."""
    services.agree_erasure(actor=request.actor, case_id=case_id)
    return HttpResponseRedirect(reverse("trust.erasure", args=[case_id]))


@require_POST
@page(TABLE, CONFIRM)
def confirm(request: ActorRequest, case_id: UUID) -> HttpResponseBase:
    """The head's second look."""
    services.confirm_erasure(actor=request.actor, case_id=case_id)
    return HttpResponseRedirect(reverse("trust.erasure", args=[case_id]))


@require_POST
@page(TABLE, SEE)
def refuse_case(request: ActorRequest, case_id: UUID) -> HttpResponseBase:
    """Refuse with the reason, as administrator or as head."""
    case = services.load_case(request.actor, case_id)
    form = WordsForm(request.POST, label="为什么不同意，还能怎么办")
    if form.is_valid():
        try:
            services.refuse_erasure(actor=request.actor, case_id=case_id, words=form.cleaned_data["text"])
            return HttpResponseRedirect(reverse("trust.erasure", args=[case_id]))
        except UserError as error:
            refuse(form, error)
    return _case_page(request, case, form)


@require_GET
@signed_in_page("下载自己提出的、或本校的删除证明")
def certificate(request: ActorRequest, case_id: UUID) -> HttpResponseBase:
    """The certificate as PDF."""
    case = services.load_case(request.actor, case_id)
    if case.state != ErasureState.DONE:
        raise Denied(SEE)
    exports.tell(CERTIFICATE, actor=request.actor, place=case, thing_id=case.id, kind="pdf")
    data = pdf.write("trust/documents/erasure.typ", queries.certificate(case))
    return exports.attachment(data, called="个人信息删除证明.pdf", media_type=pdf.MEDIA_TYPE)


def _copy_context(copy: PersonCopy) -> dict[str, object]:
    return {
        "copy": copy,
        "ready": queries.may_fetch(copy),
        "rows": sum(copy.counts.values()),
        "step": queries.ROOMS.get(copy.step, copy.step),
    }


def _case_page(request: ActorRequest, case: ErasureCase, form: WordsForm) -> HttpResponse:
    actor = request.actor
    named = registry.persons_named([case.person_id] if case.person_id else [])
    can = {
        "agree": case.state == ErasureState.ASKED and TABLE.allows(actor, DECIDE, case),
        "confirm": case.state == ErasureState.AGREED
        and TABLE.allows(actor, CONFIRM, case)
        and case.agreed_by != actor.person_id,
        "withdraw": case.asked_by == actor.person_id
        and case.state in (ErasureState.ASKED, ErasureState.AGREED),
    }
    form.fields["text"].label = "为什么不同意，还能怎么办"
    context = {
        "case": case,
        "state": ErasureState(case.state),
        "who": next(iter(named.values()), "（已删除的人）"),
        "school": registry.school_of(case.scope_path),
        "held": case.person_id is not None and services.is_held(case.person_id, case.scope_path),
        "can": can,
        "fates": queries.fates(case),
        "form": form,
    }
    return show(request, "trust/rights/erasure.html", context, form)
