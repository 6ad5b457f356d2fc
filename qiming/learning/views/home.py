"""A pupil's home, coming into class, homework, practice, works and answers."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from qiming.curriculum import queries as curriculum
from qiming.kernel.access import Denied
from qiming.kernel.http import ActorRequest, page
from qiming.learning import queries, rules, services
from qiming.learning.access import TABLE
from qiming.learning.judging import pages as judged
from qiming.learning.labs import shelf
from qiming.learning.models import Attempt, PracticeRun, Work, WorkVersion
from qiming.learning.pages.home import home_of, homework_lines, tools_of_next
from qiming.learning.pages.player import device_name
from qiming.learning.pages.shown import answer_lines, lesson_name, model_lines, named, shown_work
from qiming.learning.services.common import own_offering
from qiming.registry.types import Role
from qiming.teaching import queries as teaching
from qiming.trust import services as trust

LEARN = "learning.learn"
MOST = 60


def own_page(request: ActorRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page that may send on what this pupil's device still keeps."""
    who = device_name(request.actor.person_id) if request.actor.has_role(Role.PUPIL) else ""
    return render(request, template, {**context, "who": who})


@page(TABLE, LEARN)
def home(request: ActorRequest) -> HttpResponse:
    found = home_of(request.actor)
    return render(request, "learning/home.html", {**tools_of_next(found), "home": found})


@page(TABLE, LEARN)
def homework(request: ActorRequest, homework_id: UUID) -> HttpResponse:
    """One homework: what it asks, how far the pupil is, handing it in."""
    task = teaching.homework(homework_id)
    offering, pupil = own_offering(request.actor, task.offering_id)
    if not task.is_for(pupil.id):
        raise Denied(LEARN)
    lesson = curriculum.lesson_of_course(offering.course_version_id, task.lesson_key)
    if lesson is None:
        raise Denied(LEARN)
    keys = rules.homework_items(task, lesson)
    answers = Attempt.objects.for_actor(request.actor, "learning.see_own").filter(
        homework_id=task.id, item_key__in=keys
    )
    done = set(answers.values_list("item_key", flat=True))
    line = next((one for one in homework_lines(pupil.id) if one.homework.id == task.id), None)
    submission = queries.submissions(task.id).filter(pupil_id=pupil.id).first()
    context = {
        "task": task,
        "lesson": lesson,
        "line": line,
        "submission": submission,
        "done": len(done),
        "of": len(keys),
        "steps": [step for step in lesson.activities if step.key in task.activity_keys],
    }
    return own_page(request, "learning/homework.html", context)


@page(TABLE, LEARN)
@require_POST
def hand_in(request: ActorRequest, homework_id: UUID) -> HttpResponse:
    services.hand_in(actor=request.actor, homework_id=homework_id)
    return redirect("learning.homework", homework_id)


@page(TABLE, LEARN)
def practice(request: ActorRequest) -> HttpResponse:
    """What could be practised today, and why."""
    home = home_of(request.actor)
    titles = curriculum.concepts({choice.concept for offer in home.offers for choice in offer.choices})
    return own_page(request, "learning/practice.html", {"offers": home.offers, "titles": titles})


@page(TABLE, LEARN)
@require_POST
def practice_begin(request: ActorRequest, offering_id: UUID) -> HttpResponse:
    run = services.begin(actor=request.actor, offering_id=offering_id)
    return redirect("learning.practice_run", run.id)


@page(TABLE, LEARN)
@require_POST
def practice_decline(request: ActorRequest, offering_id: UUID) -> HttpResponse:
    services.decline(actor=request.actor, offering_id=offering_id)
    return redirect("learning.home")


@page(TABLE, LEARN)
@require_http_methods(["GET", "HEAD", "POST"])
def practice_end(request: ActorRequest, run_id: UUID) -> HttpResponse:
    """How it went, in words; ending it is the pupil's own act."""
    rows = PracticeRun.objects.for_actor(request.actor, "learning.see_own")
    run = TABLE.load(request.actor, "learning.see_own", rows, id=run_id)
    if request.method == "POST":
        services.finish(actor=request.actor, run_id=run.id)
        return redirect("learning.home")
    concepts = list(dict.fromkeys(choice["concept"] for choice in run.choices))
    views = queries.mastery_of_pupil(request.actor.person_id)
    titles = curriculum.concepts(concepts)
    answers = Attempt.objects.for_actor(request.actor, "learning.see_own").filter(practice_id=run.id)
    lines = [(titles[key].title, views.get(key)) for key in concepts if key in titles]
    done = answers.values("item_key").distinct().count()
    return own_page(request, "learning/practice_end.html", {"run": run, "lines": lines, "done": done})


@page(TABLE, "learning.see_own")
def works(request: ActorRequest) -> HttpResponse:
    rows = Work.objects.for_actor(request.actor, "learning.see_own").order_by("-updated_at", "-id")
    return own_page(
        request,
        "learning/works.html",
        {
            "works": named(rows.select_related("offering").defer("state")[:MOST]),
            "models": model_lines(shelf.models_of(request.actor)),
        },
    )


@page(TABLE, "learning.see_work")
def work(request: ActorRequest, work_id: UUID) -> HttpResponse:
    """One work, for whoever may see it."""
    row = TABLE.load(request.actor, "learning.see_work", Work, id=work_id)
    if row.pupil_id != request.actor.person_id:
        trust.log_read(
            request.actor, verb="learning.see_work", subjects=[row.pupil_id], scope_path=row.scope_path
        )
    versions = WorkVersion.objects.for_actor(request.actor, "learning.see_work").filter(work=row)
    context = {
        "work": row,
        "shown": shown_work(row),
        "verdict": judged.verdict_of(row),
        "lesson": lesson_name(row),
        "models": model_lines(shelf.models_with(request.actor, row)),
        "versions": list(versions.order_by("-no").defer("state")[:20]),
        "own": row.pupil_id == request.actor.person_id,
        "may_comment": TABLE.allows(request.actor, "learning.mark", row),
    }
    name = "learning/work_staff.html" if context["may_comment"] else "learning/work.html"
    return own_page(request, name, context)


@page(TABLE, LEARN)
@require_POST
def drop_model(request: ActorRequest, made_id: UUID) -> HttpResponse:
    """Take one of the own models off the shelf."""
    if not shelf.drop_model(actor=request.actor, made_id=made_id):
        raise Denied(LEARN)
    return redirect("learning.works")


@page(TABLE, "learning.mark")
@require_POST
def comment_work(request: ActorRequest, work_id: UUID) -> HttpResponse:
    services.comment_work(actor=request.actor, work_id=work_id, comment=request.POST.get("comment", ""))
    return redirect("learning.work", work_id)


@page(TABLE, "learning.see_own")
def answers(request: ActorRequest) -> HttpResponse:
    """What the pupil answered, and what was said to it: what the teacher sees about the pupil."""
    rows = Attempt.objects.for_actor(request.actor, "learning.see_own").order_by("-received_at", "-id")
    return own_page(request, "learning/answers.html", {"days": answer_lines(list(rows[:MOST]))})
