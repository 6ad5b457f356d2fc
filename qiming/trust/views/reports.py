"""投诉与举报: written by anybody signed in, read and answered by those whose list it is on."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, client_address, page, public_page, signed_in_page
from qiming.kernel.throttle import COMPLAINT, limited
from qiming.registry.services.sign_in import note_address
from qiming.registry.types import Role
from qiming.trust import services
from qiming.trust.access import TABLE
from qiming.trust.forms.reports import CodeForm, ReportForm, WordsForm
from qiming.trust.queries import reports as queries
from qiming.trust.views.common import page_in_words, refuse, sent, show

HANDLE = queries.HANDLE
_TRIES_PER_ADDRESS = 30


@limited(COMPLAINT)
@signed_in_page("每个登录的人都能投诉、举报，学生可以告诉一位大人")
def report(request: ActorRequest) -> HttpResponseBase:
    """Write one. What is anonymous shows its code at once: there is no list to find it in later."""
    actor = request.actor
    places = queries.places_of(actor)
    is_pupil = actor.has_role(Role.PUPIL)
    start = {"page": page_in_words(request.GET.get("from", "")), "category": request.GET.get("about")}
    form = ReportForm(sent(request), initial=start, places=places, for_pupil=is_pupil)
    if form.is_valid():
        given = form.cleaned_data
        wish = services.ReportWish(
            token=given["token"],
            category=given["category"],
            text=given["text"],
            place_id=UUID(given["place"]),
            page=given["page"],
            is_anonymous=given["anonymous"],
        )
        try:
            taken = services.make_report(actor=actor, wish=wish)
        except UserError as error:
            refuse(form, error)
        else:
            if not taken.code:
                return HttpResponseRedirect(reverse("trust.report_mine", args=[taken.id]))
            return show(request, "trust/reports/code_given.html", {"taken": taken})
    context = {"form": form, "is_pupil": is_pupil, "mine": queries.mine(actor)[:3]}
    return show(request, "trust/reports/form.html", context, form)


@require_GET
@signed_in_page("看自己写过的投诉、举报和答复")
def my_reports(request: ActorRequest) -> HttpResponseBase:
    """Everything one wrote under one's name."""
    return show(request, "trust/reports/mine.html", {"reports": queries.mine(request.actor)})


@require_GET
@signed_in_page("看自己写的一件投诉、举报和答复")
def my_report(request: ActorRequest, report_id: UUID) -> HttpResponseBase:
    """One's own report with what came of it."""
    return _reporter_page(request, queries.own(request.actor, report_id))


@require_POST
@signed_in_page("给自己写的投诉、举报补充，或请上一级看")
def my_report_more(request: ActorRequest, report_id: UUID) -> HttpResponseBase:
    """More words, or an appeal (`appeal=1`)."""
    return _more(request, request.actor, queries.own(request.actor, report_id), "")


@public_page("凭回执码看没有署名的投诉、举报的答复")
def by_code(request: HttpRequest) -> HttpResponseBase:
    """An anonymous report, its answer, more words: whoever has the code."""
    actor: Actor | None = getattr(request, "actor", None)
    form = CodeForm(sent(request))
    if form.is_valid():
        note_address(client_address(request), _TRIES_PER_ADDRESS)
        code = form.cleaned_data["code"]
        try:
            told = queries.by_code_hash(services.report_code_hash(code))
        except Denied:
            form.add_error("code", "没有这个回执码。请对着记下的再看一遍，没有 0、1、I、L、O。")
        else:
            if "text" in request.POST:
                return _more(request, actor, told, code)
            return _reporter_page(request, told, code)
    return show(request, "trust/reports/code.html", {"form": form}, form)


@require_GET
@page(TABLE, HANDLE)
def reports(request: ActorRequest) -> HttpResponseBase:
    """The lists of the actor's roles."""
    closed = request.GET.get("state") == "closed"
    found = queries.to_handle(request.actor, closed=closed)
    waiting = [one for one in found if one.state == "open"]
    context = {
        "reports": found,
        "closed": closed,
        "waiting": waiting,
        "late": sum(one.is_late for one in found),
    }
    return show(request, "trust/reports/list.html", context)


@require_GET
@page(TABLE, HANDLE)
def handled_report(request: ActorRequest, report_id: UUID) -> HttpResponseBase:
    """One report on the actor's list."""
    return _handler_page(request, report_id, _answer_form())


@require_POST
@page(TABLE, HANDLE)
def answer(request: ActorRequest, report_id: UUID) -> HttpResponseBase:
    """Answer it; the reporter sees the answer at once."""
    queries.handled(request.actor, report_id)
    form = _answer_form(request)
    if form.is_valid():
        try:
            services.answer_report(actor=request.actor, report_id=report_id, text=form.cleaned_data["text"])
            return HttpResponseRedirect(reverse("trust.report", args=[report_id]))
        except UserError as error:
            refuse(form, error)
    return _handler_page(request, report_id, form)


@require_POST
@page(TABLE, HANDLE)
def close(request: ActorRequest, report_id: UUID) -> HttpResponseBase:
    services.close_report(actor=request.actor, report_id=report_id)
    return HttpResponseRedirect(reverse("trust.reports"))


def _handler_page(request: ActorRequest, report_id: UUID, form: WordsForm) -> HttpResponse:
    told = queries.handled(request.actor, report_id)
    crumbs = [("投诉与举报", reverse("trust.reports")), (told.category.zh, "")]
    return show(request, "trust/reports/handled.html", {"told": told, "form": form, "crumbs": crumbs}, form)


def _answer_form(request: HttpRequest | None = None) -> WordsForm:
    return WordsForm(
        request.POST if request else None,
        label="答复",
        help_text="写的人马上能看到。写查到了什么、怎么处理、以后怎么办。",
    )


def _reporter_page(
    request: HttpRequest, told: queries.Told, code: str = "", form: WordsForm | None = None
) -> HttpResponse:
    form = form or WordsForm(label="想补充什么")
    return show(request, "trust/reports/own.html", {"told": told, "code": code, "form": form}, form)


def _more(request: HttpRequest, actor: Actor | None, told: queries.Told, code: str) -> HttpResponseBase:
    is_appeal = request.POST.get("appeal") == "1"
    form = WordsForm(request.POST, label="哪里不满意" if is_appeal else "想补充什么")
    if form.is_valid():
        verb = services.appeal_report if is_appeal else services.add_to_report
        try:
            verb(actor=actor, report_id=told.id, text=form.cleaned_data["text"], code=code)
        except UserError as error:
            refuse(form, error)
        else:
            if not code:
                return HttpResponseRedirect(reverse("trust.report_mine", args=[told.id]))
            return _reporter_page(request, queries.by_code_hash(services.report_code_hash(code)), code)
    return _reporter_page(request, told, code, form)
