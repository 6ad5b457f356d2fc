"""Pages of surveys: the own ones, the designer, the page on which somebody answers, the open results."""

from uuid import UUID

from django import forms as django_forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qiming.governance.access import MAKE_SURVEYS, SEE_SURVEYS, TABLE
from qiming.governance.surveys import held, queries, rules, services
from qiming.governance.surveys.forms import QuestionForm, SurveyForm
from qiming.governance.surveys.models import Survey
from qiming.governance.surveys.rules import Audience, Kind, State
from qiming.kernel import exports, tables, time
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, page, public_page, signed_in_page, wants_json
from qiming.kernel.privacy import Grade
from qiming.registry import queries as registry
from qiming.registry.types import OrgRef, Role, Stage, grade_name, stage_of_grade

RESULTS = exports.declare(
    "governance.survey", "调查结果：加权占比和区间，不含任何一份答卷", Grade.L2, TABLE, SEE_SURVEYS
)
HOME = ("调查", "/surveys/")
CSV = "text/csv; charset=utf-8"


@require_GET
@page(TABLE, SEE_SURVEYS)
def home(request: ActorRequest) -> HttpResponse:
    """The surveys of the actor's places."""
    found = queries.own(request.actor)
    context = {
        "surveys": [(one, State(one.state), Audience(one.audience)) for one in found],
        "open": sum(one.state == State.OPEN for one in found),
        "may_make": TABLE.may_try(request.actor, MAKE_SURVEYS),
        "waiting": [one for one in queries.waiting(request.actor.person_id) if not one.is_done],
    }
    return render(request, "governance/surveys/home.html", context)


@require_http_methods(["GET", "POST"])
@page(TABLE, MAKE_SURVEYS)
def new(request: ActorRequest) -> HttpResponse:
    """The head of a survey; questions come on the next page."""
    place = _office(request.actor)
    form = SurveyForm(request.POST or None, initial={"starts_on": time.today()})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        plan = services.Plan(**(given | {"audience": Audience(given["audience"])}))
        try:
            made = services.write(actor=request.actor, place=place, plan=plan)
            return HttpResponseRedirect(reverse("governance.survey", args=[made.id]))
        except UserError as error:
            _refuse(form, error)
    context = {"form": form, "place": place, "crumbs": [HOME, ("新的调查", "")]}
    status = 422 if request.method == "POST" else 200
    return render(request, "governance/surveys/new.html", context, status=status)


@require_http_methods(["GET", "POST"])
@page(TABLE, SEE_SURVEYS)
def survey(request: ActorRequest, survey_id: UUID) -> HttpResponse:
    """A draft with its questions; how many answered while it is open; the results when it is over."""
    kept = queries.load(request.actor, survey_id)
    form, refused = QuestionForm(), None
    if request.method == "POST":
        act = request.POST.get("act", "")
        if act == "add":
            form = QuestionForm(request.POST)
        try:
            if _act(request.actor, kept, act, form, request.POST.get("key", "")):
                return HttpResponseRedirect(reverse("governance.survey", args=[kept.id]))
        except UserError as error:
            refused = None if act == "add" else error
            if act == "add":
                _refuse(form, error)
        kept = queries.load(request.actor, survey_id)
    if kept.state == State.CLOSED and request.method == "GET":
        return HttpResponseRedirect(reverse("governance.survey_results", args=[kept.id]))
    asked = queries.questions(kept)
    used, invited = queries.returned(kept)
    context = {
        "kept": kept,
        "state": State(kept.state),
        "audience": Audience(kept.audience),
        "grades": "、".join(grade_name(one) for one in kept.grades) or "全部年级",
        "place": registry.org_by_path(kept.scope_path),
        "questions": asked,
        "minutes": rules.minutes(asked),
        "most": rules.MOST_MINUTES[kept.audience],
        "facts": held.FACTS,
        "form": form,
        "refused": refused,
        "used": used,
        "invited": invited,
        "small": rules.SMALL,
        "may_make": TABLE.allows(request.actor, MAKE_SURVEYS, kept),
        "crumbs": [HOME, (kept.title, "")],
    }
    name = "draft" if kept.state == State.DRAFT else "open"
    status = 422 if request.method == "POST" else 200
    return render(request, f"governance/surveys/{name}.html", context, status=status)


def _act(actor: Actor, kept: Survey, act: str, form: QuestionForm, key: str) -> bool:
    """Do what a button of the page says; False when its form has mistakes."""
    if act == "add":
        if not form.is_valid():
            return False
        given = form.cleaned_data
        services.add_question(
            actor=actor,
            survey_id=kept.id,
            kind=Kind(given["kind"]),
            title=given["title"],
            options=given["options"].splitlines(),
        )
    elif act == "drop":
        services.drop_question(actor=actor, survey_id=kept.id, key=key)
    elif act == "open":
        services.open_it(actor=actor, survey_id=kept.id)
    elif act == "close":
        services.close(actor=actor, survey_id=kept.id)
    return True


@require_GET
@signed_in_page("被请到的人看自己要答的调查；结果公开的调查人人可以看")
def mine(request: ActorRequest) -> HttpResponse:
    """What waits for the person, and what came of others."""
    waits = queries.waiting(request.actor.person_id)
    context = {
        "waiting": [one for one in waits if not one.is_done],
        "done": [one for one in waits if one.is_done],
        "published": queries.published(),
        **_base(request.actor),
    }
    return render(request, "governance/surveys/mine.html", context)


@require_GET
@signed_in_page("只有被请到的人打得开，答案不和人连在一起")
def answer(request: ActorRequest, survey_id: UUID) -> HttpResponse:
    """The survey as the invited person answers it."""
    kept, own = queries.asked(request.actor.person_id, survey_id)
    context = {
        "kept": kept,
        "own": own,
        "questions": [(one, list(enumerate(one.options))) for one in queries.questions(kept)],
        "most_words": rules.MOST_WORDS,
        **_base(request.actor),
    }
    return render(request, "governance/surveys/answer.html", context)


@require_POST
@public_page("收一份匿名答卷：凭一次性的邀请，不看是谁登录的")
def send(request: HttpRequest, survey_id: UUID) -> HttpResponse:
    """One answer with its token. The answer to a second sending is the same kindness."""
    given = {name: request.POST.getlist(name) for name in request.POST if name.startswith("q")}
    was_new = services.answer(survey_id=survey_id, token=request.POST.get("token", "")[:60], given=given)
    if wants_json(request):
        return JsonResponse({"says": "交上了，谢谢。" if was_new else "已经收到。"})
    return HttpResponseRedirect(reverse("governance.surveys_mine"))


@require_GET
@signed_in_page("结果公开的调查人人可以看；不公开的只给设计它的单位和上级")
def outcome(request: ActorRequest, survey_id: UUID) -> HttpResponse:
    """The frozen results, with what they mean and how far they can be trusted."""
    kept = queries.load_results(request.actor, survey_id)
    told = kept.results or {"shown": False}
    may_export = TABLE.allows(request.actor, SEE_SURVEYS, kept)
    context = {
        "kept": kept,
        "told": told,
        "audience": Audience(kept.audience),
        "place": registry.org_by_path(kept.scope_path),
        "plots": queries.plots(told) if told["shown"] else [],
        "parts": [(one, queries.plots(one)) for one in told.get("parts", [])],
        "strata": kept.strata if may_export else [],
        "small": rules.SMALL,
        "may_export": may_export,
        "crumbs": [HOME if may_export else ("调查", "/surveys/mine/"), (kept.title, "")],
        **_base(request.actor),
    }
    return render(request, "governance/surveys/results.html", context)


@require_GET
@page(TABLE, SEE_SURVEYS)
def export(request: ActorRequest, survey_id: UUID) -> HttpResponse:
    """The shares as a table."""
    kept = queries.load(request.actor, survey_id)
    told = kept.results if kept.results and kept.results["shown"] else None
    if told is None:
        raise UserError("还没有可以导出的结果", next=f"结束以后、收到{rules.SMALL}份以上才有。", status=409)
    cells = [
        [group, one["title"], option["text"], option["share"], option["low"], option["high"], one["n"]]
        for group, part in [("全体", told), *((part["name"], part) for part in told["parts"])]
        for one in part["questions"]
        for option in one["options"]
    ]
    headings = ("范围", "题目", "选项", "加权占比", "95%区间下限", "95%区间上限", "答这题的人数")
    return exports.leave(
        RESULTS,
        actor=request.actor,
        place=kept,
        thing_id=kept.id,
        data=b"".join(tables.csv_lines(headings, cells)),
        called=f"{kept.title}.csv",
        media_type=CSV,
        rows=len(cells),
    )


def _base(actor: Actor) -> dict[str, object]:
    """Which frame the page stands in: a pupil's, larger for the young, or everybody else's."""
    if not actor.has_role(Role.PUPIL):
        return {"base": "kernel/base.html", "is_pupil": False}
    seats = registry.seats_of_pupil(actor.person_id)
    grade = registry.grades_of([actor.person_id]).get(actor.person_id) if seats else None
    return {
        "base": "kernel/pupil_base.html",
        "is_pupil": True,
        "primary": grade is not None and stage_of_grade(grade) is Stage.PRIMARY,
    }


def _office(actor: Actor) -> OrgRef:
    """Where the actor makes surveys: the highest place held."""
    for role in (Role.CITY_OFFICER, Role.DISTRICT_OFFICER, Role.SCHOOL_HEAD):
        for grant in actor.grants:
            if grant.role == role:
                return registry.org(grant.org_id)
    raise Denied(MAKE_SURVEYS, hides=False)


def _refuse(form: django_forms.Form, error: UserError) -> None:
    words = f"{error.message}。{error.next}" if error.next else f"{error.message}。"
    form.add_error(error.field if error.field in form.fields else None, words)
