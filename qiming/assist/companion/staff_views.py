"""The companion's pages for teachers, schools and families."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from qiming.agents import services as agents
from qiming.agents.desk import hits
from qiming.agents.guard import dependence
from qiming.agents.talk.types import Said
from qiming.assist.access import TABLE
from qiming.assist.companion import gather, queries, services
from qiming.assist.companion.access import SEE_TALK, SEE_USE, SET_CLASS, SET_SCHOOL
from qiming.assist.companion.forms import AccompanyForm, SchoolForm
from qiming.assist.duty import queries as duty
from qiming.assurance.queries.agents import STAFF
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, page
from qiming.kernel.time import now
from qiming.registry import queries as registry
from qiming.registry.types import OrgKind, OrgRef, Stage
from qiming.trust.services import log_read

MOST_WHY = 200


@require_GET
@page(TABLE, SET_CLASS)
def class_page(request: ActorRequest, class_id: UUID) -> HttpResponse:
    return _class_page(request, _group(request, class_id), AccompanyForm())


@require_POST
@page(TABLE, SET_CLASS)
def pause(request: ActorRequest, class_id: UUID) -> HttpResponse:
    """Stop or open the companion for the whole class."""
    group = _group(request, class_id)
    services.pause(actor=request.actor, group=group, paused=request.POST.get("paused") == "1")
    return HttpResponseRedirect(reverse("assist.class", args=[group.id]))


@require_POST
@page(TABLE, SET_CLASS)
def accompany(request: ActorRequest, class_id: UUID) -> HttpResponse:
    """Open an accompanied session of a primary class, or end it."""
    group = _group(request, class_id)
    if request.POST.get("end") == "1":
        services.leave(actor=request.actor, group=group)
        return HttpResponseRedirect(reverse("assist.class", args=[group.id]))
    form = AccompanyForm(request.POST)
    if form.is_valid():
        try:
            services.accompany(actor=request.actor, group=group, minutes=form.cleaned_data["minutes"])
            return HttpResponseRedirect(reverse("assist.class", args=[group.id]))
        except UserError as error:
            form.add_error("minutes", f"{error.message}。{error.next}".rstrip("。") + "。")
    return _class_page(request, group, form)


def _class_page(request: ActorRequest, group: OrgRef, form: AccompanyForm) -> HttpResponse:
    uses = queries.class_use(request.actor, group)
    choice, moment = gather.class_choice(group.path), now()
    pupils = [one.pupil.id for one in uses]
    log_read(
        request.actor, verb=SEE_USE, subjects=pupils, scope_path=group.path, what="看了用学伴的次数和时间"
    )
    school = gather.school_choice(group.path)
    until = choice.supervised_until if choice else None
    context = {
        "group": group,
        "used": (used := [one for one in uses if one.use.turns]),
        "rest": len(uses) - len(used),
        "talked": len(used),
        "heed": [one for one in uses if one.use.level == "talk"],
        "lines": queries.talks(request.actor, pupils),
        "choice": choice,
        "stopped": gather.stopped_at(group.path, group.stage.value, accompanied=True),
        "school": school,
        "school_on": school is not None and school.is_on,
        "is_primary": group.stage is Stage.PRIMARY,
        "until": until if until and until > moment else None,
        "has_duty": duty.is_somebody_on_duty(group.path),
        "form": form,
        "days": queries.DAYS,
    }
    return render(request, "assist/companion/class.html", context, status=422 if form.errors else 200)


@require_GET
@page(TABLE, SEE_TALK)
def transcript(request: ActorRequest, conversation_id: UUID) -> HttpResponse:
    """What was said, for the pupil's teacher; the pupil sees that it was read."""
    line = queries.talk_line(request.actor, conversation_id)
    log_read(
        request.actor,
        verb=SEE_TALK,
        subjects=[line.row.pupil_id],
        scope_path=line.row.scope_path,
        what="看了和学伴的对话",
    )
    is_own = line.row.pupil_id == request.actor.person_id
    spoken = queries.spoken(line.row.id)
    told = {} if is_own else hits.said_of(one.turn.id for one in spoken if one.turn.outcome is Said.REFUSED)
    context = {
        "line": line,
        "turns": [(one, told.get(one.turn.id)) for one in spoken],
        "is_own": is_own,
        "frame": "kernel/pupil_base.html" if is_own else "kernel/base.html",
    }
    return render(request, "assist/companion/transcript.html", context)


@require_POST
@page(TABLE, SEE_TALK)
def report_hit(request: ActorRequest, conversation_id: UUID, turn_id: UUID) -> HttpResponse:
    """The word lists held back what was no matter: the teacher says what was being talked about."""
    line = queries.talk_line(request.actor, conversation_id)
    if all(one.turn.id != turn_id for one in queries.spoken(line.row.id)):
        raise Denied(SEE_TALK)
    why = " ".join(request.POST.get("why", "").split())
    if not 2 <= len(why) <= MOST_WHY:
        raise UserError(
            f"请用2到{MOST_WHY}个字写明当时在讲什么", kept="还没有报告。", next="写好再交。", field="why"
        )
    agents.report_hit(actor=request.actor, turn_id=turn_id, why=why)
    return HttpResponseRedirect(reverse("assist.transcript", args=[conversation_id]))


@require_GET
@page(TABLE, SEE_USE)
def family(request: ActorRequest, person_id: UUID) -> HttpResponse:
    """How a child uses it, for the guardian: counts and plain words, no conversation."""
    pupil = registry.pupil(person_id)
    TABLE.require(request.actor, SEE_USE, pupil)
    stage = registry.org(pupil.class_id).stage.value
    use = queries.use_of(request.actor, person_id, stage)
    log_read(
        request.actor,
        verb=SEE_USE,
        subjects=[person_id],
        scope_path=pupil.scope_path,
        what="看了用学伴的次数和时间",
    )
    context = {
        "pupil": pupil,
        "use": use,
        "words": dependence.for_guardian(use),
        "limit": queries.daily_minutes(stage),
        "days": queries.DAYS,
        "is_on": gather.is_offered(pupil.scope_path),
    }
    return render(request, "assist/companion/family.html", context)


@page(TABLE, SET_SCHOOL)
def school(request: ActorRequest, school_id: UUID) -> HttpResponse:
    """Whether the school has a companion, and on what terms."""
    place = registry.org(school_id)
    TABLE.require(request.actor, SET_SCHOOL, place)
    if place.kind is not OrgKind.SCHOOL:
        raise Denied(SET_SCHOOL)
    choice = gather.school_choice(place.path)
    before = (
        {name: getattr(choice, name) for name in ("is_on", "allows_supervised", "minutes")} if choice else {}
    )
    form = SchoolForm(request.POST if request.method == "POST" else None, initial=before)
    if form.is_valid():
        services.choose(actor=request.actor, school=place, choice=form.choice())
        return HttpResponseRedirect(request.path)
    context = {
        "school": place,
        "choice": choice,
        "by": registry.persons_named([choice.set_by]).get(choice.set_by, "") if choice else "",
        "form": form,
        "lines": duty.lines_at(place.path),
        "stopped": gather.stopped_at(place.path, STAFF, accompanied=True),
        "stages": {one.value for one in place.stages},
    }
    return render(request, "assist/companion/school.html", context, status=422 if form.errors else 200)


def _group(request: ActorRequest, class_id: UUID) -> OrgRef:
    group = registry.org(class_id)
    TABLE.require(request.actor, SET_CLASS, group)
    if group.kind is not OrgKind.CLASS_GROUP:
        raise Denied(SET_CLASS)
    return group
