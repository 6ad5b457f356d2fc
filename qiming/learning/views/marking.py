"""A teacher's desk for what machines can't mark, homework handed in, and one pupil's work."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from qiming.curriculum import queries as curriculum
from qiming.curriculum.types import Item
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, page
from qiming.kernel.text import fold
from qiming.kernel.time import now
from qiming.learning import queries, rules, services
from qiming.learning.access import TABLE
from qiming.learning.judging.pages import verdicts_of
from qiming.learning.models import Attempt, Progress, Submission, Work
from qiming.learning.pages.shown import answer_line, answer_lines
from qiming.learning.services.marking import rubric_of
from qiming.registry import queries as registry
from qiming.registry.types import PupilRef
from qiming.teaching import queries as teaching
from qiming.teaching.types import OfferingRef
from qiming.trust import services as trust

MARK = "learning.mark"
SEE_PUPIL = "learning.see_pupil"
MOST = 80


@page(TABLE, MARK)
def queue(request: ActorRequest) -> HttpResponse:
    """What waits for this teacher: answers by item, homework by class."""
    piles = queries.marking_queue(request.actor)
    waiting = Submission.objects.for_actor(request.actor, MARK).filter(state="waiting")
    homework: dict[UUID, int] = {}
    for homework_id in waiting.values_list("homework_id", flat=True):
        homework[homework_id] = homework.get(homework_id, 0) + 1
    known = teaching.homeworks(homework)
    tasks = [(known[key], count) for key, count in homework.items()]
    classes = registry.orgs({task.class_group_id for task, _ in tasks})
    context = {
        "piles": piles,
        "answers": sum(pile.waiting for pile in piles),
        "homework": [(task, count, classes[task.class_group_id].name) for task, count in tasks],
    }
    return render(request, "learning/marking.html", context)


@page(TABLE, MARK)
def pile(request: ActorRequest, offering_id: UUID, item_version_id: UUID) -> HttpResponse:
    """The answers of one class to one item, equal ones together, one after the other."""
    offering, item = _offering(request, offering_id), _item(item_version_id)
    rows = Attempt.objects.for_actor(request.actor, MARK).filter(
        offering_id=offering.id, item_version_id=item.id, needs_person=True
    )
    waiting = list(rows.filter(marked_at=None).order_by("received_at", "id")[:MOST])
    people = registry.pupils_named({row.pupil_id for row in waiting})
    _log(request, offering.scope_path, people, "批改时看作答")
    groups = _equal_answers(waiting, people)
    context = {
        "offering": offering,
        "item": item,
        "class_name": registry.org(offering.class_group_id).name,
        "groups": groups,
        "waiting": len(waiting),
        "marked": rows.exclude(marked_at=None).count(),
        "rubric": _rubric(item),
        "sample": item.data.get("sample", ""),
        "crumbs": [("批改", reverse("learning.marking")), (offering.title, None)],
    }
    return render(request, "learning/pile.html", context)


def _equal_answers(rows: list[Attempt], people: dict[UUID, PupilRef]) -> list[dict[str, Any]]:
    """Answers that say the same, read once."""
    groups: dict[str, list[Attempt]] = {}
    for row in rows:
        groups.setdefault(fold(str(row.response.get("text", ""))), []).append(row)
    return [
        {
            "first": same[0],
            "others": [row.id for row in same[1:]],
            "text": same[0].response.get("text", ""),
            "who": [people[row.pupil_id].name for row in same if row.pupil_id in people],
        }
        for same in groups.values()
    ]


def _rubric(item: Item) -> list[dict[str, Any]]:
    """Criteria with the points one may give."""
    texts = {str(one["key"]): str(one["text"]) for one in item.data.get("rubric", ())}
    return [
        {"key": key, "text": texts.get(key, "答得对"), "choices": list(range(most + 1)), "most": most}
        for key, most in rubric_of(item).items()
    ]


@page(TABLE, MARK)
@require_POST
def mark(request: ActorRequest, attempt_id: UUID) -> HttpResponse:
    """Points for one answer, and for others that say the same."""
    points = {
        name.removeprefix("p-"): _number(value)
        for name, value in request.POST.items()
        if name.startswith("p-")
    }
    ids = [attempt_id, *_uuids(request.POST.getlist("also"))][:MOST]
    comment = request.POST.get("comment", "")
    row = services.mark_answer(actor=request.actor, attempt_id=ids[0], points=points, comment=comment)
    for other in ids[1:]:
        services.mark_answer(actor=request.actor, attempt_id=other, points=points, comment=comment)
    back = reverse("learning.pile", args=[row.offering_id, row.item_version_id])
    return redirect(f"{back}#next")


def _number(value: object) -> int | None:
    text = str(value)
    return int(text) if text.isdigit() and len(text) < 4 else None


def _uuids(values: list[str]) -> list[UUID]:
    try:
        return [UUID(value) for value in values]
    except ValueError as wrong:
        raise UserError("这一页的内容不对", kept="别的答案没有动。", next="刷新页面再批。") from wrong


@page(TABLE, MARK)
def homework(request: ActorRequest, homework_id: UUID) -> HttpResponse:
    """Who handed in, who is late, who is missing, at a glance."""
    task = teaching.homework(homework_id)
    TABLE.require(request.actor, MARK, task)
    lines = queries.hand_ins(task.id)
    people = registry.pupils_named({line.pupil_id for line in lines})
    _log(request, task.scope_path, people, "谁交了作业")
    counts = {
        state: sum(1 for line in lines if line.state == state)
        for state in ("missing", "waiting", "returned", "marked")
    }
    context = {
        "task": task,
        "class_name": registry.org(task.class_group_id).name,
        "rows": [(line, people.get(line.pupil_id)) for line in lines],
        "counts": counts,
        "late": sum(1 for line in lines if line.is_late),
        "given": len(lines) - counts["missing"],
        "overdue": now() > task.due_at,
        "crumbs": [("批改", reverse("learning.marking")), ("作业", None)],
    }
    return render(request, "learning/homework_pile.html", context)


@page(TABLE, MARK)
def hand_in(request: ActorRequest, homework_id: UUID, pupil_id: UUID) -> HttpResponse:
    """One pupil's homework: answers, works, a word back."""
    task = teaching.homework(homework_id)
    TABLE.require(request.actor, MARK, task)
    pupil = _pupil(task.class_group_id, pupil_id)
    offering = teaching.offering(task.offering_id)
    lesson = curriculum.lesson_of_course(offering.course_version_id, task.lesson_key)
    keys = rules.homework_items(task, lesson) if lesson else []
    answers = Attempt.objects.for_actor(request.actor, MARK).filter(homework_id=task.id, pupil_id=pupil.id)
    works = Work.objects.for_actor(request.actor, MARK).filter(
        offering_id=offering.id,
        pupil_id=pupil.id,
        lesson_key=task.lesson_key,
        activity_key__in=task.activity_keys,
    )
    rows = list(answers.order_by("item_key", "received_at"))
    _log(request, task.scope_path, [pupil.id], "一份作业", SEE_PUPIL)
    context = {
        "task": task,
        "pupil": pupil,
        "lines": [answer_line(row) for row in rows],
        "missing": [key for key in keys if key not in {row.item_key for row in rows}],
        "works": list(works.defer("state")),
        "submission": queries.submissions(task.id).filter(pupil_id=pupil.id).first(),
        "crumbs": [
            ("批改", reverse("learning.marking")),
            (task.title, reverse("learning.homework_pile", args=[task.id])),
            (pupil.name, None),
        ],
    }
    return render(request, "learning/homework_of.html", context)


@page(TABLE, MARK)
@require_POST
def give_back(request: ActorRequest, submission_id: UUID) -> HttpResponse:
    """Give a homework back: done, or once more."""
    again = request.POST.get("act") == "again"
    row = services.give_back(
        actor=request.actor, submission_id=submission_id, comment=request.POST.get("comment", ""), again=again
    )
    return redirect("learning.homework_pile", row.homework_id)


@page(TABLE, SEE_PUPIL)
def pupil(request: ActorRequest, offering_id: UUID, pupil_id: UUID) -> HttpResponse:
    """Where one pupil is in a lesson, what the pupil answered and made. Looking is logged."""
    offering = teaching.offering(offering_id)
    TABLE.require(request.actor, SEE_PUPIL, offering)
    who = _pupil(offering.class_group_id, pupil_id)
    lesson_key = request.GET.get("lesson", "")[:60]
    lessons = curriculum.lessons_of(offering.course_version_id)
    lesson = curriculum.lesson_of_course(offering.course_version_id, lesson_key) if lesson_key else None
    mine = {"offering_id": offering.id, "pupil_id": who.id} | ({"lesson_key": lesson.key} if lesson else {})
    answers = Attempt.objects.for_actor(request.actor, "learning.see_answers").filter(**mine)
    progress = Progress.objects.for_actor(request.actor, SEE_PUPIL).filter(**mine)
    done = {(row.lesson_key, row.activity_key): row for row in progress}
    works = list(Work.objects.for_actor(request.actor, "learning.see_work").filter(**mine).defer("state"))
    _log(request, offering.scope_path, [who.id], verb=SEE_PUPIL)
    context = {
        "offering": offering,
        "pupil": who,
        "lesson": lesson,
        "lessons": lessons,
        "steps": [(step, done.get((lesson.key, step.key))) for step in lesson.activities] if lesson else [],
        "days": answer_lines(list(answers.order_by("-received_at", "-id")[:MOST])),
        "works": works,
        "verdicts": verdicts_of([one.id for one in works]),
        "mastery": _mastery(offering, who),
        "crumbs": [(offering.title, None), (who.name, None)],
    }
    return render(request, "learning/pupil.html", context)


def _mastery(offering: OfferingRef, who: PupilRef) -> list[tuple[str, Any]]:
    views = queries.mastery_of_pupil(who.id)
    titles = curriculum.concepts(views)
    keys = {key for ref in curriculum.lessons_of(offering.course_version_id) for key in ref.concepts}
    return [(titles[key].title, view) for key, view in sorted(views.items()) if key in titles and key in keys]


def _log(
    request: ActorRequest, scope_path: str, pupils: Iterable[UUID], what: str = "", verb: str = MARK
) -> None:
    trust.log_read(request.actor, verb=verb, subjects=pupils, scope_path=scope_path, what=what)


def _offering(request: ActorRequest, offering_id: UUID) -> OfferingRef:
    offering = teaching.offering(offering_id)
    TABLE.require(request.actor, MARK, offering)
    return offering


def _item(item_version_id: UUID) -> Item:
    try:
        return curriculum.item(item_version_id)
    except curriculum.NoSuchContent as missing:
        raise Denied(MARK) from missing


def _pupil(class_id: UUID, pupil_id: UUID) -> PupilRef:
    found = registry.pupil_in(class_id, pupil_id)
    if found is None:
        raise Denied(SEE_PUPIL)
    return found
