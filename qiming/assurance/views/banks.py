"""题库: what ships, what the authority brought, and how far both are from the sizes a rule asks for."""

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
from qiming.assurance.forms import BankForm
from qiming.assurance.queries import own_banks as queries
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, signed_in_page


@require_http_methods(["GET", "POST"])
@signed_in_page("市级人员和担任检测职责的人看题库离规定的规模差多少；担任检测职责的人导入自己的题库")
def banks(request: ActorRequest) -> HttpResponseBase:
    """Look at the banks; a tester brings one."""
    brings = _may_bring(request)
    if not brings:
        TABLE.require(request.actor, DESK)
    form = BankForm(request.POST or None, request.FILES or None)
    warnings: list[str] = []
    is_kept = False
    if request.method == "POST" and form.is_valid():
        try:
            _, warnings = services.bring_bank(actor=request.actor, wish=form.wish())
            is_kept = True
        except UserError as error:
            form.add_error(error.field or None, f"{error.message}。{error.next}")
    found = queries.all_banks()
    context = {
        "own": found,
        "in_force": sum(one.ended_at is None for one in found),
        "shipped": queries.shipped(Path(settings.CONTENT_ROOT)),
        "distances": queries.distances(),
        "form": (BankForm() if is_kept else form) if brings else None,
        "is_kept": is_kept,
        "warnings": warnings,
        "crumbs": [("准入台", reverse("assurance.desk")), ("题库", "")],
    }
    status = 422 if request.method == "POST" and form.errors else 200
    return render(request, "assurance/banks.html", context, status=status)


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
