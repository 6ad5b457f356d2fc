"""Begin a plan, see it beside the lesson, take its parts, print it."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qiming.assist.access import TABLE
from qiming.assist.models import LessonPlan
from qiming.assist.planner import facts, making, queries, taking, wording
from qiming.assist.planner.access import PLAN, SEE_PLAN
from qiming.assist.planner.forms import StartForm
from qiming.assist.planner.rules.fitting import LONGEST, SHORTEST
from qiming.assist.planner.types import ROLE_WORDS, Act, Form, Role
from qiming.curriculum import queries as curriculum
from qiming.curriculum.types import Lesson
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, page
from qiming.registry import queries as registry
from qiming.teaching import queries as teaching
from qiming.teaching.types import DeliveryMode, OfferingRef, PeriodRef, PeriodState

Crumb = tuple[str, str]
HOME: Crumb = ("上课", "/teach/")
_COMING = (PeriodState.PLANNED, PeriodState.LIVE)


@require_http_methods(["GET", "POST"])
@page(TABLE, PLAN)
def start(request: ActorRequest) -> HttpResponse:
    """For which class and lesson, in how many minutes; POST puts the plan together."""
    asked = request.POST if request.method == "POST" else request.GET
    offerings = _own_offerings(request)
    period = _period(request, asked.get("period", ""))
    offering = _offering(offerings, period, asked)
    if offering is None:
        return render(request, "assist/planner/none.html", {"crumbs": [HOME, ("备课", "")]})
    lessons = curriculum.lessons_of(offering.course_version_id)
    lesson = _lesson(offering, period, asked)
    form = StartForm(
        request.POST or None,
        offerings=_named(offerings),
        lessons=[(one.key, f"第{one.position}课 {one.title}") for one in lessons],
        hosts=list(dict.fromkeys(str(one.subject) for one in lesson.hosts)) if lesson else (),
        initial=_usual(offering, lesson, period),
    )
    if request.method == "POST" and form.is_valid():
        try:
            return _made(request, form, period)
        except UserError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
    context = {
        "form": form,
        "offering": offering,
        "group": registry.org(offering.class_group_id),
        "lesson": lesson,
        "period": period,
        "before": _before(offering),
        "several": len(offerings) > 1,
        "crumbs": [HOME, (offering.title, f"/teach/offerings/{offering.id}/"), ("备课", "")],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "assist/planner/start.html", context, status=status)


def _made(request: ActorRequest, form: StartForm, period: PeriodRef | None) -> HttpResponse:
    said = form.cleaned_data
    offering_id = UUID(said["offering"])
    fits = period is not None and period.offering_id == offering_id and period.lesson_key == said["lesson"]
    plan = making.make_plan(
        actor=request.actor,
        offering_id=offering_id,
        wish=form.wish(),
        lesson_key=said["lesson"],
        period_id=period.id if period and fits else None,
    )
    return HttpResponseRedirect(reverse("assist.plan", args=[plan.id]))


def _own_offerings(request: ActorRequest) -> list[OfferingRef]:
    return [one for one in teaching.offerings_of(request.actor) if TABLE.allows(request.actor, PLAN, one)]


def _period(request: ActorRequest, said: str) -> PeriodRef | None:
    if not said:
        return None
    try:
        period = teaching.period(UUID(said))
    except ValueError:
        raise Denied(PLAN) from None
    TABLE.require(request.actor, PLAN, period)
    return period


def _offering(offerings: list[OfferingRef], period: PeriodRef | None, asked: Any) -> OfferingRef | None:
    """The course asked for: the period's, the one named, one that has the lesson named; else the first."""
    wanted = str(period.offering_id) if period else asked.get("offering", "")
    course = asked.get("course", "")
    if wanted:
        found = next((one for one in offerings if str(one.id) == wanted), None)
        if found is None:
            raise Denied(PLAN)
        return found
    return next((one for one in offerings if one.course_key == course or not course), None)


def _lesson(offering: OfferingRef, period: PeriodRef | None, asked: Any) -> Lesson | None:
    """The lesson asked for, else that of the next period, else the first."""
    key = asked.get("lesson", "") or (period.lesson_key if period else "")
    if not key:
        ahead = [one for one in teaching.periods_of(offering.id) if one.state in _COMING]
        key = ahead[0].lesson_key if ahead else ""
    refs = curriculum.lessons_of(offering.course_version_id)
    key = key or (refs[0].key if refs else "")
    return curriculum.lesson_of_course(offering.course_version_id, key)


def _usual(offering: OfferingRef, lesson: Lesson | None, period: PeriodRef | None) -> dict[str, Any]:
    """What is filled in already: the class's own way of having the course."""
    minutes = period.period_minutes if period else offering.period_minutes
    crosses = offering.mode is DeliveryMode.INTEGRATED and offering.share_minutes < minutes
    hosts = [str(one.subject) for one in lesson.hosts] if lesson else []
    crosses = crosses and offering.host_subject in hosts
    lessons = curriculum.lessons_of(offering.course_version_id)
    return {
        "offering": str(offering.id),
        "lesson": lesson.key if lesson else "",
        "form": Form.CROSS if crosses else Form.SINGLE,
        "minutes": min(max(minutes, SHORTEST), LONGEST),
        "computers": "yes",
        "periods": len(lessons),
        "host": offering.host_subject if crosses else "",
        "host_minutes": minutes - offering.share_minutes if crosses else 0,
    }


def _named(offerings: list[OfferingRef]) -> list[tuple[str, str]]:
    groups = registry.orgs({one.class_group_id for one in offerings})
    return [(str(one.id), f"{groups[one.class_group_id].name} {one.title}") for one in offerings]


def _before(offering: OfferingRef) -> list[tuple[LessonPlan, str]]:
    """Plans made before, with what each is of."""
    titles = {one.key: one.title for one in curriculum.lessons_of(offering.course_version_id)}
    return [(one, titles.get(one.lesson_key, Form(one.form).words)) for one in queries.plans_of(offering.id)]


@require_GET
@page(TABLE, SEE_PLAN)
def plan(request: ActorRequest, plan_id: UUID) -> HttpResponse:
    """The plan beside the lesson, part by part."""
    return _page(request, plan_id)


@require_POST
@page(TABLE, PLAN)
def decide(request: ActorRequest, plan_id: UUID) -> HttpResponse:
    """Take, take worded otherwise, leave, take all, or publish what was taken."""
    act, key = request.POST.get("act", ""), request.POST.get("part", "")
    at = f"#part-{key}"
    try:
        if act == "publish":
            done = taking.publish(actor=request.actor, plan_id=plan_id)
            url = reverse("curriculum.lesson", args=[done.version.lesson_version_id])
            return HttpResponseRedirect(url)
        if act == "take_all":
            taken, missed = taking.take_all(actor=request.actor, plan_id=plan_id)
            url = reverse("assist.plan", args=[plan_id], query={"taken": taken, "missed": missed})
            return HttpResponseRedirect(url)
        if act in ("take", "edit"):
            edit = _edit(request, plan_id, key) if act == "edit" else taking.AS_PROPOSED
            taking.take(actor=request.actor, plan_id=plan_id, key=key, edit=edit)
        elif act == "leave":
            taking.leave(actor=request.actor, plan_id=plan_id, key=key)
        else:
            raise UserError("没有说要做什么", kept="备的课没有动。", next="回到这一页，再点一次。")
    except UserError as error:
        return _page(request, plan_id, error=error, at=key)
    return HttpResponseRedirect(reverse("assist.plan", args=[plan_id]) + at)


def _edit(request: ActorRequest, plan_id: UUID, key: str) -> taking.Edit:
    said, text = request.POST.get("minutes", "").strip(), request.POST.get("text")
    if said and not (said.isdecimal() and len(said) < 4):
        raise UserError("分钟数请填整数", kept="这一处还没有写进去。", next="改一下再用。", field="minutes")
    return taking.Edit(int(said) if said else None, text, _is_a_model_s(request, plan_id, key))


def _is_a_model_s(request: ActorRequest, plan_id: UUID, key: str) -> bool:
    """Whether the words were begun from a model's proposal for this very part."""
    said = request.POST.get("wording", "")
    if not said:
        return False
    try:
        turn_id = UUID(said)
    except ValueError:
        raise Denied(PLAN) from None
    _, line = wording.load(request.actor, plan_id, key)
    return wording.proposal(request.actor, line, turn_id).is_a_model_s


def _page(
    request: ActorRequest, plan_id: UUID, *, error: UserError | None = None, at: str = ""
) -> HttpResponse:
    found = _context(request, plan_id) | {"error": error, "at": at}
    if error is not None and at:
        found["typed"] = {name: request.POST.get(name, "") for name in ("minutes", "text")}
    return render(request, "assist/planner/plan.html", found, status=error.status if error else 200)


def _context(request: ActorRequest, plan_id: UUID) -> dict[str, Any]:
    row = queries.load_plan(request.actor, plan_id)
    offering = teaching.offering(row.offering_id)
    parts = queries.parts_of(row)
    may = TABLE.allows(request.actor, PLAN, row)
    fork = facts.fork_of(request.actor, offering, row.lesson_key) if row.lesson_key and may else None
    lesson = curriculum.lesson_of_course(offering.course_version_id, row.lesson_key)
    names = {one.key: one for one in curriculum.lessons_of(offering.course_version_id)}
    return {
        "plan": row,
        "body": row.body,
        "form_words": Form(row.form).words,
        "blocks": [_block(one) for one in row.body.get("blocks", ())],
        "parts": parts,
        "counted": queries.counted(parts),
        "lesson": lesson,
        "lesson_names": names,
        "offering": offering,
        "group": registry.org(offering.class_group_id),
        "made_by": registry.persons_named([row.made_by]).get(row.made_by, ""),
        "may": may,
        "can_word": [one.part.key for one in parts if wording.can_word(one)]
        if may and wording.is_open(row)
        else [],
        "fork": fork,
        "has_moved": may and queries.has_moved(request.actor, row, offering),
        "taken": _number(request.GET.get("taken")),
        "missed": _number(request.GET.get("missed")),
        "crumbs": [
            HOME,
            (offering.title, f"/teach/offerings/{offering.id}/"),
            ("备课", reverse("assist.plan_start", query={"offering": str(offering.id)})),
            (Form(row.form).words, ""),
        ],
    }


def _block(said: dict[str, Any]) -> dict[str, Any]:
    return {**said, "role_words": ROLE_WORDS[Role(said["role"])], "act_words": Act(said["act"]).words}


def _number(said: str | None) -> int | None:
    return int(said) if said and said.isdecimal() and len(said) < 4 else None


@require_GET
@page(TABLE, SEE_PLAN)
def plan_print(request: ActorRequest, plan_id: UUID) -> HttpResponse:
    """The plan on paper: blocks, questions, three groups, the ethics thread."""
    return render(request, "assist/planner/plan_print.html", _context(request, plan_id))
