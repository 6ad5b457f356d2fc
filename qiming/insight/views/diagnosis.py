"""Diagnosis at a class, school, district or the city, and the actions that come of it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from qiming.curriculum import queries as curriculum
from qiming.insight.access import (
    CLASS_HANDBOOK,
    PLAN_ACTION,
    SEE_ACTION,
    SEE_CLASS,
    SEE_DIAGNOSIS,
    SEE_EXAM,
    SEE_GAIN,
    TABLE,
)
from qiming.insight.consent import is_beyond
from qiming.insight.diagnosis import queries, rules, services
from qiming.insight.models import Action
from qiming.kernel import time
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, page
from qiming.registry import queries as registry
from qiming.registry.types import OrgKind, OrgRef, Role
from qiming.teaching import queries as teaching

_ROLES = (Role.CITY_OFFICER, Role.DISTRICT_OFFICER, Role.SCHOOL_HEAD, Role.SCHOOL_ADMIN, Role.TEACHER)
BELOW = {OrgKind.CITY: "各区", OrgKind.DISTRICT: "各校", OrgKind.SCHOOL: "各班"}
USUAL = timedelta(days=14)


class PlanForm(forms.Form):
    text = forms.CharField(
        label="做什么",
        max_length=services.MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "要做什么还没有写"},
    )
    owner = forms.ChoiceField(label="谁负责", error_messages={"invalid_choice": "负责的人不在这个单位"})
    due_on = forms.DateField(
        label="哪天以前做完",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "日子还没有选", "invalid": "日期写成 2026-12-04 这样"},
    )

    def __init__(self, *given: Any, owners: list[tuple[str, str]], **named: Any) -> None:
        super().__init__(*given, **named)
        choice = self.fields["owner"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = owners


@require_GET
@page(TABLE, SEE_DIAGNOSIS)
def own(request: ActorRequest) -> HttpResponse:
    """The actor's own place, the highest held."""
    for role in _ROLES:
        for grant in request.actor.grants:
            if grant.role == role:
                return _page(request, registry.org(grant.org_id))
    raise Denied(SEE_DIAGNOSIS, hides=False)


@require_GET
@page(TABLE, SEE_DIAGNOSIS)
def place(request: ActorRequest, place_id: UUID) -> HttpResponse:
    found = registry.org(place_id)
    TABLE.require(request.actor, SEE_DIAGNOSIS, found)
    return _page(request, found)


def _page(request: ActorRequest, at: OrgRef) -> HttpResponse:
    found = queries.diagnosis(at, request.GET.get("subject", "")[:20], request.actor)
    weak = []
    for line in found.weak:
        lesson = queries.lesson_for(line.concept.key)
        weak.append({"line": line, "lesson": lesson})
    is_class = at.kind in queries.CLASS_KINDS
    context = {
        "found": found,
        "place": at,
        "is_class": is_class,
        "weak": weak,
        "least": rules.LEAST_PUPILS,
        "least_classes": rules.LEAST_CLASSES,
        "actions": _lines(request, at),
        "may_plan": TABLE.allows(request.actor, PLAN_ACTION, at),
        "reports": _reports(request, at) if is_class else [],
        "below_words": BELOW.get(at.kind, ""),
        "below": _below(request, at),
        "crumbs": _crumbs(request, at),
    }
    return render(request, "insight/diagnosis/place.html", context)


def _stand(request: ActorRequest, at: OrgRef, concept: str) -> tuple[float | None, int]:
    """Where a concept stands, as far as this reader may know: of one class, only the school, and of few only who
    teaches it."""
    share, pupils = queries.stand_of(at, concept)
    if at.kind not in queries.CLASS_KINDS or not is_beyond(request.actor, at.path):
        return share, pupils
    told = pupils >= rules.LEAST_PUPILS and queries.reads_classes(request.actor, at.path)
    return (share, pupils) if told else (None, 0)


def _reports(request: ActorRequest, at: OrgRef) -> list[tuple[str, str]]:
    """From a class to what stands behind its sums: the report of each course, before and after, the examinations."""
    found = []
    for one in teaching.offerings_of_class(at.id, only_open=True):
        where = [at.id, one.id]
        if TABLE.allows(request.actor, SEE_CLASS, at):
            found.append((reverse("insight.class", args=where), f"《{one.title}》学情"))
        if TABLE.allows(request.actor, SEE_GAIN, at):
            found.append((reverse("insight.gain", args=where), "课前课后的变化"))
    if TABLE.allows(request.actor, SEE_EXAM, at):
        found.append((reverse("insight.exams"), "考试"))
    if TABLE.allows(request.actor, CLASS_HANDBOOK, at):
        found.append((reverse("insight.class_handbook", args=[at.id]), "做全班的学习手册"))
    return found


def _below(request: ActorRequest, at: OrgRef) -> list[OrgRef]:
    """In the order in which they are listed everywhere, never by a figure."""
    if at.kind in queries.CLASS_KINDS:
        return []
    if at.kind is OrgKind.SCHOOL:
        listed = registry.classes_under(at.path) if queries.reads_classes(request.actor, at.path) else []
    else:
        listed = registry.children(at.id)
    return [one for one in listed if TABLE.allows(request.actor, SEE_DIAGNOSIS, one)]


def _crumbs(request: ActorRequest, at: OrgRef, *more: tuple[str, str]) -> list[tuple[str, str]]:
    above = [one for one in registry.ancestors(at.path) if TABLE.allows(request.actor, SEE_DIAGNOSIS, one)]
    found = [
        (one.name, reverse("insight.diagnosis_of", args=[one.id])) for one in above if more or one.id != at.id
    ]
    return [*found, *(more or [(f"{at.name}诊断", "")])]


def _lines(request: ActorRequest, at: OrgRef) -> list[queries.ActionLine]:
    rows = queries.actions_at(request.actor, at)
    concepts = curriculum.concepts(one.concept for one in rows)
    names = registry.persons_named({one.owner_id for one in rows})
    return [
        queries.ActionLine(
            one,
            concepts[one.concept].title if one.concept in concepts else "",
            names.get(one.owner_id, ""),
            one.state == "open" and one.due_on < time.today(),
            rules.change_words(_share(one.before_share), _share(one.after_share)) if one.after_at else "",
        )
        for one in rows
    ]


def _share(value: object) -> float | None:
    return None if value is None else float(str(value))


@page(TABLE, PLAN_ACTION)
def plan(request: ActorRequest, place_id: UUID) -> HttpResponse:
    """Plan an action for a concept: what, who, until when."""
    at = registry.org(place_id)
    TABLE.require(request.actor, PLAN_ACTION, at)
    key = (request.POST.get("concept") or request.GET.get("concept", ""))[:40]
    concept = curriculum.concepts([key]).get(key)
    if concept is None:
        # Without a concept there is nothing to plan for: one is chosen on the place's page.
        return HttpResponseRedirect(reverse("insight.diagnosis_of", args=[at.id]))
    lesson = queries.lesson_for(key)
    owners = [(str(one.id), one.name) for one in queries.owners(at, request.actor)]
    first = {
        "text": rules.advice(at.kind, concept.title, lesson[2] if lesson else ""),
        "due_on": time.today() + USUAL,
        "owner": str(request.actor.person_id),
    }
    form = PlanForm(request.POST or None, owners=owners, initial=first)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        wish = services.Plan(key, given["text"], UUID(given["owner"]), given["due_on"])
        try:
            action = services.plan_action(actor=request.actor, place_id=at.id, plan=wish)
            return HttpResponseRedirect(reverse("insight.action", args=[action.id]))
        except UserError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
    share, pupils = _stand(request, at, key)
    context = {
        "form": form,
        "place": at,
        "concept": concept,
        "share": share,
        "pupils": f"{pupils}人" if at.kind in queries.CLASS_KINDS else rules.tens(pupils),
        "crumbs": _crumbs(request, at, ("定一项行动", "")),
    }
    return render(request, "insight/diagnosis/plan.html", context, status=422 if form.errors else 200)


@page(TABLE, SEE_ACTION)
def action(request: ActorRequest, action_id: UUID) -> HttpResponse:
    """One action: what was true, what was done, what is true now."""
    row = TABLE.load(request.actor, SEE_ACTION, Action, id=action_id)
    at = registry.org_by_path(row.scope_path)
    error: UserError | None = None
    if request.method == "POST":
        try:
            services.close_action(
                actor=request.actor,
                action_id=row.id,
                state=request.POST.get("act", ""),
                evidence=request.POST.get("evidence", ""),
            )
            return HttpResponseRedirect(reverse("insight.action", args=[row.id]))
        except UserError as caught:
            error = caught
    share, pupils = _stand(request, at, row.concept)
    before, after = _share(row.before_share), _share(row.after_share) if row.after_at else share
    if share is None:
        before = after = None
    context = {
        "action": row,
        "place": at,
        "concept": curriculum.concepts([row.concept]).get(row.concept),
        "owner": registry.persons_named([row.owner_id]).get(row.owner_id, ""),
        "is_late": row.state == "open" and row.due_on < time.today(),
        "before": before,
        "after": after,
        "now": share,
        "words": rules.change_words(before, after),
        "pupils": f"{pupils}人" if at.kind in queries.CLASS_KINDS else rules.tens(pupils),
        "may_close": services.may_close(request.actor, row),
        "error": error,
        "typed": request.POST.get("evidence", "")[: services.MAX_TEXT],
        "crumbs": _crumbs(request, at, ("行动", "")),
    }
    return render(request, "insight/diagnosis/action.html", context, status=422 if error else 200)
