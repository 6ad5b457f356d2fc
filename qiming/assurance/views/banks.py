"""题库和词库: what ships, what the authority brought, and how far all are from the sizes a rule asks for."""

from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from qiming.assurance import services
from qiming.assurance.access import DESK, TABLE
from qiming.assurance.forms import BankForm, ListForm
from qiming.assurance.queries import keyword_libraries
from qiming.assurance.queries import own_banks as queries
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, signed_in_page


@require_http_methods(["GET", "POST"])
@signed_in_page("市级人员和担任检测职责的人看题库离规定的规模差多少；担任检测职责的人导入自己的题库")
def banks(request: ActorRequest) -> HttpResponseBase:
    """Look at the banks; a tester brings one."""
    form = BankForm(request.POST or None, request.FILES or None)
    if not _may_bring(request):
        TABLE.require(request.actor, DESK)
    elif request.method == "POST" and form.is_valid():
        try:
            _, warnings = services.bring_bank(actor=request.actor, wish=form.wish())
            return _page(request, kept="题库", warnings=warnings)
        except UserError as error:
            form.add_error(error.field or None, f"{error.message}。{error.next}")
    return _page(request, form=form)


@require_POST
@signed_in_page("担任检测职责的人导入自己的关键词库")
def bring_list(request: ActorRequest) -> HttpResponseBase:
    """A tester brings a list of words."""
    services.require_tester(request.actor)
    form = ListForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            _, warnings = services.bring_list(actor=request.actor, wish=form.wish())
            return _page(request, kept="词库", warnings=warnings)
        except UserError as error:
            form.add_error(error.field or None, f"{error.message}。{error.next}")
    return _page(request, words=form)


def _page(
    request: ActorRequest,
    *,
    form: BankForm | None = None,
    words: ListForm | None = None,
    kept: str = "",
    warnings: list[str] | None = None,
) -> HttpResponseBase:
    brings = _may_bring(request)
    found, lists = queries.all_banks(), keyword_libraries.all_libraries()
    context = {
        "own": found,
        "in_force": sum(one.ended_at is None for one in found),
        "lists": lists,
        "words_in_force": sum(one.words for one in lists if one.ended_at is None),
        "shipped": queries.shipped(Path(settings.CONTENT_ROOT)),
        "distances": queries.distances(),
        "form": (form or BankForm()) if brings else None,
        "words_form": words or ListForm(),
        "kept": kept,
        "warnings": warnings or [],
        "crumbs": [("准入台", reverse("assurance.desk")), ("题库", "")],
    }
    bad = any(one is not None and one.errors for one in (form, words))
    return render(request, "assurance/banks.html", context, status=422 if bad else 200)


def _may_bring(request: ActorRequest) -> bool:
    try:
        services.require_tester(request.actor)
    except Denied:
        return False
    return True


@require_POST
@signed_in_page("担任检测职责的人停用一个自己的题库")
def end_bank(request: ActorRequest, bank_id: UUID) -> HttpResponseBase:
    """Put one aside."""
    services.end_bank(actor=request.actor, bank_id=bank_id)
    return HttpResponseRedirect(reverse("assurance.banks"))


@require_POST
@signed_in_page("担任检测职责的人停用一个自己的关键词库")
def end_list(request: ActorRequest, library_id: UUID) -> HttpResponseBase:
    """Put a list of words aside."""
    services.end_list(actor=request.actor, library_id=library_id)
    return HttpResponseRedirect(reverse("assurance.banks"))
