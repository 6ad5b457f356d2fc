"""Pages of the task ledger: a place's tasks, plans and their import, one task with its history and its steps."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from qiming.casework import queries as cases
from qiming.governance.access import PLAN_TASKS, SEE_PLANS, SEE_TASKS, TABLE
from qiming.governance.offered import Offered, offered, refuse
from qiming.governance.tasks import queries, rules, services
from qiming.governance.tasks.forms import AcceptForm, MoveDayForm, PlanForm, ReportForm, StepForm
from qiming.governance.tasks.models import DatedTask, TaskPlan
from qiming.kernel import exports, tables, time
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, page
from qiming.kernel.privacy import Grade
from qiming.registry import queries as registry
from qiming.registry.types import OrgRef, Role

TABLE_OF_PLAN = exports.declare(
    "governance.tasks", "任务表：任务、单位、时限、进展", Grade.L2, TABLE, SEE_PLANS
)
FORMS: Mapping[str, type[StepForm]] = {"report": ReportForm, "move_day": MoveDayForm, "accept": AcceptForm}
TABS = (("open", "要办的"), ("over", "办完的"))
HOME = ("任务", "/tasks/")
PAGE = 50


@require_GET
@page(TABLE, SEE_TASKS)
def home(request: ActorRequest) -> HttpResponse:
    """Every task of the actor's units and of those below: what is late first."""
    tab = "over" if request.GET.get("which") == "over" else "open"
    lines = queries.lines(request.actor)
    plans = queries.plans(request.actor) if TABLE.may_try(request.actor, SEE_PLANS) else []
    shown = [one for one in lines if one.standing.is_over == (tab == "over")]
    context = {
        "count": queries.count(lines),
        "page": Paginator(shown, PAGE).get_page(request.GET.get("page")),
        "plans": plans,
        "tab": tab,
        "tabs": TABS,
        "may_plan": TABLE.may_try(request.actor, PLAN_TASKS),
        "today": time.today(),
    }
    return render(request, "governance/tasks/home.html", context)


@require_http_methods(["GET", "POST"])
@page(TABLE, PLAN_TASKS)
def new_plan(request: ActorRequest) -> HttpResponse:
    """A plan from a sheet: upload, then look."""
    place = _office(request.actor)
    form = PlanForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            kept = services.preview_plan(
                actor=request.actor,
                place=place,
                title=form.cleaned_data["title"],
                source=form.cleaned_data["source"],
                name=upload.name,
                data=upload.read(),
            )
            return HttpResponseRedirect(reverse("governance.task_plan", args=[kept.id]))
        except UserError as error:
            refuse(form, error)
    waiting = TaskPlan.objects.for_actor(request.actor, PLAN_TASKS).filter(applied_at=None)
    context = {
        "form": form,
        "place": place,
        "waiting": waiting.order_by("-created_at")[:10],
        "crumbs": [HOME, ("导入计划", "")],
    }
    return render(
        request, "governance/tasks/new.html", context, status=422 if request.method == "POST" else 200
    )


@require_GET
@page(TABLE, PLAN_TASKS)
def template(request: ActorRequest) -> HttpResponse:
    return exports.blank(services.template(), called="任务计划.xlsx")


@require_http_methods(["GET", "POST"])
@page(TABLE, SEE_PLANS)
def plan(request: ActorRequest, task_plan_id: UUID) -> HttpResponse:
    """What a sheet says before it is applied; afterwards the plan's tasks."""
    kept = TABLE.load(request.actor, SEE_PLANS, TaskPlan, id=task_plan_id)
    refused: UserError | None = None
    if request.method == "POST":
        try:
            services.apply_plan(actor=request.actor, plan_id=task_plan_id)
            return HttpResponseRedirect(reverse("governance.task_plan", args=[task_plan_id]))
        except UserError as error:
            refused = error
    status = refused.status if refused else 200
    context: dict[str, Any] = {
        "kept": kept,
        "place": registry.org_by_path(kept.scope_path),
        "refused": refused,
        "crumbs": [HOME, (kept.title, "")],
    }
    if kept.applied_at is None:
        return render(request, "governance/tasks/preview.html", context | _preview(kept), status=status)
    lines = queries.lines(request.actor, plan_id=kept.id)
    context |= {"lines": lines, "count": queries.count(lines)}
    return render(request, "governance/tasks/plan.html", context, status=status)


@require_GET
@page(TABLE, SEE_PLANS)
def export(request: ActorRequest, task_plan_id: UUID) -> HttpResponse:
    """The plan as a sheet, in the columns in which it came."""
    kept = TABLE.load(request.actor, SEE_PLANS, TaskPlan, id=task_plan_id)
    lines = queries.lines(request.actor, plan_id=kept.id)
    headings = [*rules.HEADINGS, "原定时限"]
    cells = [
        [
            one.number,
            one.title,
            one.leads,
            one.supports,
            one.due_on.isoformat(),
            one.standing.zh,
            one.done_on.isoformat() if one.done_on else "",
            one.progress,
            one.first_due_on.isoformat(),
        ]
        for one in lines
    ]
    return exports.leave(
        TABLE_OF_PLAN,
        actor=request.actor,
        place=kept,
        thing_id=kept.id,
        data=tables.xlsx([("任务", headings, cells)]),
        called=f"{kept.title}-{time.today():%Y%m%d}.xlsx",
        media_type=exports.XLSX,
        rows=len(cells),
    )


@require_http_methods(["GET", "POST"])
@page(TABLE, SEE_TASKS)
def task(request: ActorRequest, dated_task_id: UUID) -> HttpResponse:
    """One task: where it stands, everything that happened, the steps this person may take now."""
    found = queries.load_task(request.actor, dated_task_id)
    tried: dict[str, forms.Form] = {}
    if request.method == "POST":
        key = request.POST.get("step", "")
        form = _form(key, request)
        if form.is_valid():
            try:
                _take(request.actor, found, key, form.cleaned_data)
                return HttpResponseRedirect(reverse("governance.task", args=[found.id]))
            except UserError as error:
                refuse(form, error)
        tried[key] = form
        found = queries.load_task(request.actor, dated_task_id)
    context = {
        "line": queries.line(found),
        "plan": found.plan,
        "steps": queries.history(found),
        "offered": _offered(request.actor, found, tried),
        "may_see_plan": TABLE.allows(request.actor, SEE_PLANS, found.plan),
        "crumbs": [HOME, (found.title[:30], "")],
    }
    return render(request, "governance/tasks/task.html", context, status=422 if tried else 200)


def _take(actor: Actor, found: DatedTask, key: str, given: Mapping[str, Any]) -> None:
    services.step(
        actor=actor,
        task_id=found.id,
        transition=key,
        words=given["words"],
        proof=given.get("proof", ""),
        due_on=given.get("due_on"),
        seen=given["seen"],
    )


def _offered(actor: Actor, found: DatedTask, tried: Mapping[str, forms.Form]) -> list[Offered]:
    case = cases.follow_case([found.id])[found.id]

    def form(key: str) -> forms.Form:
        return tried.get(key) or _form(key, seen=case.seq)

    return offered(actor, case, services.STEPS, form)


def _form(key: str, request: HttpRequest | None = None, seen: int = 0) -> StepForm:
    kind = FORMS.get(key, StepForm)
    return kind(request.POST if request else None, initial={"seen": seen}, prefix=key[:20])


def _preview(kept: TaskPlan) -> dict[str, Any]:
    known = queries.units_below(kept.scope_path)
    good = [
        {
            "number": row["line"],
            "cells": [{"value": one, "problem": ""} for one in _cells(row)],
            "problems": [],
        }
        for row in kept.rows
    ]
    wrong: dict[int, list[str]] = {}
    for one in kept.problems:
        wrong.setdefault(one["line"], []).append(f"{one['column']}：{one['text']}")
    bad = [
        {"number": number, "cells": [{"value": "", "problem": True}] * 5, "problems": said}
        for number, said in wrong.items()
    ]
    names = {name for row in kept.rows for name in (*row["leads"], *row["supports"])}
    return {
        "columns": ["任务", "牵头单位", "配合单位", "完成时限", "状态"],
        "rows": sorted([*good, *bad], key=lambda row: int(row["number"])),
        "good": len(good),
        "bad": len(bad),
        "unknown": sorted(names - known.keys()),
    }


def _cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    state = f"{row['done_on']}完成" if row["is_done"] else "在办"
    return (row["title"], "、".join(row["leads"]), "、".join(row["supports"]) or "—", row["due_on"], state)


def _office(actor: Actor) -> OrgRef:
    """Where the actor makes plans: the highest office held."""
    for role in (Role.CITY_OFFICER, Role.DISTRICT_OFFICER):
        for grant in actor.grants:
            if grant.role == role:
                return registry.org(grant.org_id)
    raise Denied(PLAN_TASKS, hides=False)
