"""征集: what is being called for, one call with its conditions and numbers, opening one."""

from datetime import timedelta
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from qiming.kernel import time
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, page
from qiming.programmes import queries, services
from qiming.programmes.access import APPLY, BOARD, BROWSE, CALL, SEE, SUPPORT, TABLE
from qiming.programmes.forms import CallForm
from qiming.programmes.models import Application, Call
from qiming.programmes.queries.board import may_rank
from qiming.programmes.queries.calls import in_force, quota_of
from qiming.programmes.rules.reading import pages
from qiming.registry import queries as registry
from qiming.registry.types import STAGE_NAMES, Stage

HOME = ("征集和评选", "/programmes/")
MOST_CALLS = 60


def home_for(request: ActorRequest) -> list[tuple[str, str]]:
    """The way back; who holds a duty without any role has no list of calls to go back to."""
    return [HOME] if TABLE.may_try(request.actor, BROWSE) else []


@require_GET
@page(TABLE, BROWSE)
def home(request: ActorRequest) -> HttpResponse:
    """What may be applied for now, one's school's applications, calls that are over."""
    found = list(queries.calls(request.actor)[:MOST_CALLS])
    today = time.today()
    running = [one for one in found if one.closes_on >= today]
    context = {
        "running": [(one, (one.closes_on - today).days, queries.is_open(one)) for one in reversed(running)],
        "over": [one for one in found if one.closes_on < today],
        "ours": _ours(request),
        "sees_ours": TABLE.may_try(request.actor, SEE) and not TABLE.may_try(request.actor, BOARD),
        "may_call": TABLE.may_try(request.actor, CALL),
        "may_apply": TABLE.may_try(request.actor, APPLY),
        "may_board": TABLE.may_try(request.actor, BOARD),
        "may_support": TABLE.may_try(request.actor, SUPPORT),
        "crumbs": [(HOME[0], "")],
    }
    return render(request, "programmes/home.html", context)


def _ours(request: ActorRequest) -> list[tuple[Application, str]]:
    """The applications of one's school with where they stand; offices read theirs on the boards."""
    if not TABLE.may_try(request.actor, SEE) or TABLE.may_try(request.actor, BOARD):
        return []
    return queries.with_states(queries.applications_of(request.actor))


@require_GET
@page(TABLE, BROWSE)
def call(request: ActorRequest, call_id: UUID) -> HttpResponseBase:
    """One call: until when, for what, how many, by which criteria; the way on for whoever reads it."""
    found = queries.load_call(request.actor, call_id)
    programme = queries.programme_of(found)
    context = {
        "call": found,
        "programme": programme,
        "pages": pages(programme),
        "is_open": queries.is_open(found),
        "days_left": (found.closes_on - time.today()).days,
        "numbers": _numbers(found),
        "may_apply": TABLE.may_try(request.actor, APPLY),
        "may_board": TABLE.may_try(request.actor, BOARD),
        "may_rank": may_rank(request.actor, found),
        "crumbs": [HOME, (found.title, "")],
    }
    return render(request, "programmes/call.html", context)


def _numbers(found: Call) -> list[tuple[str, str]]:
    """The quota in words."""
    quota = quota_of(found)
    rows = [("一共", f"{quota.total}个")]
    if quota.per_cell is not None:
        rows.append(("每个区每个学段最多", f"{quota.per_cell}个"))
    if quota.floor:
        names = [registry.org_by_path(path).name for path in sorted(quota.floor_districts)]
        rows.append(("均衡名额", f"{quota.floor}个，先从{'、'.join(names)}里选"))
    for (district, stage), n in sorted((quota.cells or {}).items()):
        rows.append((f"{registry.org_by_path(district).name} · {STAGE_NAMES[Stage(stage)]}", f"{n}个"))
    if (most := found.terms["recommend_most"]) is not None:
        rows.append(("每个区最多推荐", f"{most}个"))
    return rows


@require_http_methods(["GET", "POST"])
@page(TABLE, CALL)
def new(request: ActorRequest) -> HttpResponseBase:
    """Choose what to call for, then its numbers."""
    known = queries.programmes()
    chosen = known.get(request.POST.get("programme") or request.GET.get("programme", ""))
    if chosen is None:
        left = [
            (one, None if one.places is None else max(0, one.places - in_force(key)))
            for key, one in known.items()
        ]
        context: dict[str, object] = {"known": left, "crumbs": [HOME, ("发起征集", "")]}
        return render(request, "programmes/choose.html", context)
    today = time.today()
    first = {
        "title": f"{today.year}年{chosen.title}",
        "opens_on": today,
        "closes_on": today + timedelta(days=chosen.open_days),
    }
    form = CallForm(
        request.POST if request.method == "POST" else None, initial=first, districts=registry.districts()
    )
    if request.method == "POST" and form.is_valid():
        try:
            call_id = services.open_call(
                actor=request.actor, key=chosen.key, title=form.cleaned_data["title"], terms=form.terms()
            )
        except UserError as error:
            form.add_error(None, f"{error.message}。{error.next}")
        else:
            return HttpResponseRedirect(reverse("programmes.call", args=[call_id]))
    context = {
        "form": form,
        "programme": chosen,
        "pages": pages(chosen),
        "crumbs": [HOME, ("发起征集", reverse("programmes.new")), (chosen.title, "")],
    }
    return render(request, "programmes/new.html", context, status=422 if form.errors else 200)
