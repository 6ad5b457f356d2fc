"""Places in lower rooms' pages that this room fills."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from qiming.curriculum import queries as curriculum
from qiming.curriculum.types import Activity, Item, Lesson, LessonRef
from qiming.kernel import slots
from qiming.kernel.access import Actor
from qiming.kernel.time import now
from qiming.learning import queries
from qiming.learning.access import TABLE
from qiming.learning.consent import WALL
from qiming.learning.judging import station
from qiming.learning.judging.pages import verdicts_of
from qiming.learning.judging.rules import FIRST_SENIOR_GRADE
from qiming.learning.labs import microphone
from qiming.learning.labs.class_views import grid_context
from qiming.learning.models import Attempt, ResearchShare, Work
from qiming.learning.pages.player import Seat, page_data, picked_step
from qiming.learning.pages.shown import answer_line, shown_work
from qiming.registry import queries as registry
from qiming.registry.types import OrgRef
from qiming.teaching.types import HomeworkRef, LiveState, OfferingRef
from qiming.trust.types import Purpose


def _actor(request: HttpRequest) -> Actor | None:
    return getattr(request, "actor", None)


def after_join(request: HttpRequest, *, offering_id: UUID, lesson_key: str, **_: object) -> str:
    """Where a pupil works after coming into the period."""
    return reverse("learning.player", args=[offering_id, lesson_key])


def shown_on_wall(
    request: HttpRequest, *, work_id: UUID, class_group_id: UUID, **_: object
) -> SafeString | str:
    """One pupil's work before the own class, without the name: the teacher says whose it is, or doesn't."""
    actor = _actor(request)
    if actor is None:
        return ""
    ours = {"id": work_id, "offering__class_group_id": class_group_id}
    row = Work.objects.for_actor(actor, "learning.see_work").filter(**ours).first()
    if row is None or not WALL.allows(row.pupil_id):
        return ""
    return render_to_string("learning/_on_wall.html", {"work": row, "shown": shown_work(row)}, request)


def pupil_screen(
    request: HttpRequest,
    *,
    offering_id: UUID,
    lesson_key: str,
    pupil_id: UUID,
    show_url: str = "",
    **_: object,
) -> SafeString | str:
    """What one pupil answered and made in this lesson, with a way to show a work to all."""
    actor = _actor(request)
    if actor is None or not TABLE.may_try(actor, "learning.see_pupil"):
        return ""
    mine = {"offering_id": offering_id, "pupil_id": pupil_id, "lesson_key": lesson_key}
    answers = Attempt.objects.for_actor(actor, "learning.see_answers").filter(**mine)
    latest = answers.order_by("item_key", "-received_at").distinct("item_key")
    works = Work.objects.for_actor(actor, "learning.see_work").filter(**mine)
    context = {
        "lines": [answer_line(row) for row in latest[:30]],
        "works": (made := list(works.order_by("-updated_at").defer("state"))),
        "verdicts": verdicts_of([one.id for one in made]),
        "show_url": show_url,
        "may_show": bool(show_url) and WALL.allows(pupil_id),
        "all_url": reverse("learning.pupil", args=[offering_id, pupil_id]) + f"?lesson={lesson_key}",
    }
    return render_to_string("learning/_pupil_screen.html", context, request)


def homework_status(
    request: HttpRequest, *, homework: HomeworkRef, brief: bool = True, **_: object
) -> SafeString | str:
    """Who handed in, what is missing, late or waits, for the teacher's pages of homework."""
    actor = _actor(request)
    if actor is None or not TABLE.allows(actor, "learning.mark", homework):
        return ""
    context = {
        "homework": homework,
        "stands": queries.standing(homework),
        "is_due": homework.due_at < now(),
        "brief": brief,
    }
    return render_to_string("learning/_homework_status.html", context, request)


def offering_actions(request: HttpRequest, *, offering: OfferingRef, **_: object) -> SafeString | str:
    """To the answers of this class that wait to be read."""
    actor = _actor(request)
    if actor is None or not TABLE.allows(actor, "learning.mark", offering):
        return ""
    waiting = queries.attempts_of_offering(offering.id).filter(needs_person=True, marked_at=None).count()
    words = f"批改，{waiting}份等你看" if waiting else "批改"
    return format_html('<a class="btn" href="{}">{}</a>', reverse("learning.marking"), words)


def course_tasks(request: HttpRequest, *, offering: OfferingRef, **_: object) -> SafeString | str:
    """To the tests and the project that frame a course."""
    actor = _actor(request)
    if actor is None or not TABLE.allows(actor, "learning.set_task", offering):
        return ""
    return format_html(
        '<a class="btn" href="{}">课前课后测和作品</a>', reverse("learning.course_tasks", args=[offering.id])
    )


def class_labs(request: HttpRequest, *, offering: OfferingRef, **_: object) -> SafeString | str:
    """To the class's labs: who reached which goal, what classmates may see."""
    actor = _actor(request)
    if actor is None or not TABLE.allows(actor, "learning.open_gallery", offering):
        return ""
    return format_html(
        '<a class="btn" href="{}">实验</a>', reverse("learning.class_labs", args=[offering.id])
    )


def lab_grid(request: HttpRequest, *, live: LiveState, step_key: str = "", **_: object) -> SafeString | str:
    """In the cockpit, while a lab is handed out: who reached which goal. Costs nothing while another step is."""
    actor = _actor(request)
    if actor is None or not TABLE.allows(actor, "learning.open_gallery", live):
        return ""
    step = curriculum.lesson(live.lesson_version_id).activity(step_key)
    if step is None or step.kind != "lab" or step.data.get("lab", {}).get("by") == "teacher":
        return ""
    pupils = registry.pupils_of(live.class_group_id)
    shown = grid_context(live.offering_id, live.lesson_key, step, pupils)[1]
    context = shown | {
        "url": reverse("learning.lab_grid", args=[live.offering_id, live.lesson_key, step_key])
    }
    return render_to_string("learning/labs/_cockpit_grid.html", context, request)


def try_lesson(request: HttpRequest, *, lesson: Lesson, **_: object) -> SafeString | str:
    """For a teacher: the lesson as a pupil meets it."""
    return _try_link(request, lesson, "", "像学生一样试做")


def try_lab(request: HttpRequest, *, lesson: Lesson, activity: Activity, **_: object) -> SafeString | str:
    by_teacher = activity.data["lab"].get("by") == "teacher"
    words = "打开实验，在大屏上演示" if by_teacher else "试做这个实验"
    return _try_link(request, lesson, f"#{activity.key}", words)


def draft_preview(
    request: HttpRequest, *, fork_id: UUID, activity: Activity | None, items: Sequence[Item], **_: object
) -> SafeString | str:
    """One activity or item of a draft as pupils will meet it, to be tried beside the form."""
    actor = _actor(request)
    if actor is None or not TABLE.may_try(actor, "learning.try_draft"):
        return ""
    step = activity or picked_step([item.key for item in items])
    seat = Seat(None, "try", done_url="", camera=False, draft_id=fork_id)
    context = {
        "step": step,
        "with_text": activity is not None,
        "data": page_data(seat, [step], items),
        # A lab needs the whole page.
        "try_url": f"{reverse('learning.try_draft', args=[fork_id])}#{step.key}"
        if step.kind == "lab"
        else "",
    }
    return render_to_string("learning/_draft_preview.html", context, request)


def try_draft(request: HttpRequest, *, fork_id: UUID, **_: object) -> SafeString | str:
    """The whole draft as a pupil meets it."""
    where = reverse("learning.try_draft", args=[fork_id])
    return format_html('<a class="btn" href="{}">像学生一样试做</a>', where)


def _try_link(request: HttpRequest, lesson: Lesson, step: str, words: str) -> SafeString | str:
    actor = _actor(request)
    if actor is None or not TABLE.may_try(actor, "learning.try"):
        return ""
    return format_html(
        '<a class="btn" href="{}{}">{}</a>', reverse("learning.try", args=[lesson.id]), step, words
    )


def try_from_shelf(request: HttpRequest, *, lesson: LessonRef, **_: object) -> SafeString | str:
    """A lesson on the shelf, before anybody decides to use it."""
    actor = _actor(request)
    if actor is None or not TABLE.may_try(actor, "learning.try"):
        return ""
    where = reverse("learning.try", args=[lesson.id])
    return format_html(
        '<a class="btn sm" href="{}">像学生一样试做<span class="say">：{}</span></a>', where, lesson.title
    )


def lab_asking(model: Mapping[str, Any]) -> str:
    """The lab that asks a model with things it never saw: on the belt where such things are known (web/labs/blocks,
    `setFor`), else in a program."""
    knows = model["input"]["of"] in {"picture", "sound", "text"} or bool(model["made"].get("data"))
    return "blocks" if model["labels"] and knows else "python"


def try_model(
    request: HttpRequest, *, version_id: UUID, model: Mapping[str, Any], **_: object
) -> SafeString | str:
    """On a model's page on the shelf: into the lab that can ask it, with the model laid out there."""
    actor = _actor(request)
    if actor is None or not TABLE.may_try(actor, "learning.try"):
        return ""
    where = reverse("learning.try_lab", args=[lab_asking(model)])
    return format_html('<a class="btn" href="{}?model={}">在实验里用它</a>', where, version_id)


def research_uses(request: HttpRequest, *, person_id: UUID, purpose: str, **_: object) -> SafeString | str:
    """On the family's page: every extract in which this pupil's answers are."""
    if purpose != Purpose.RESEARCH:
        return ""
    shares = (
        ResearchShare.objects.unscoped("trust checked the right to this pupil's page")
        .filter(pupil_id=person_id)
        .select_related("extract")
        .order_by("-created_at")[:20]
    )
    if not shares:
        return ""
    return render_to_string("learning/_research_uses.html", {"shares": shares}, request)


def notebook_switch(request: HttpRequest, *, school: OrgRef, **_: object) -> SafeString | str:
    """For the administrator of a school with senior classes, where programs can be run at all."""
    actor = _actor(request)
    if actor is None or not TABLE.allows(actor, station.SET, school) or not station.is_open().judges:
        return ""
    if not any((one.grade or 0) >= FIRST_SENIOR_GRADE for one in registry.classes_under(school.path)):
        return ""
    return format_html(
        '<a class="btn" href="{}">高中程序在服务器上跑</a>', reverse("learning.notebook", args=[school.id])
    )


def microphone_switch(request: HttpRequest, *, school: OrgRef, **_: object) -> SafeString | str:
    """For the administrator of a school."""
    actor = _actor(request)
    if actor is None or not TABLE.allows(actor, microphone.SET, school):
        return ""
    return format_html(
        '<a class="btn" href="{}">实验里的麦克风</a>', reverse("learning.microphone", args=[school.id])
    )


slots.fill("registry.classes_actions", notebook_switch)
slots.fill("registry.classes_actions", microphone_switch)
slots.fill("trust.consent_uses", research_uses)
slots.fill("teaching.after_join", after_join)
slots.fill("teaching.shown_work", shown_on_wall)
slots.fill("teaching.pupil_screen", pupil_screen)
slots.fill("teaching.homework_status", homework_status)
slots.fill("teaching.offering_actions", offering_actions)
slots.fill("teaching.offering_actions", course_tasks)
slots.fill("teaching.offering_actions", class_labs)
slots.fill("teaching.step_done", lab_grid)
slots.fill("curriculum.lesson_actions", try_lesson)
slots.fill("curriculum.lab_tryout", try_lab)
slots.fill("resources.lesson_actions", try_from_shelf)
slots.fill("resources.model_actions", try_model)
slots.fill("curriculum.draft_preview", draft_preview)
slots.fill("curriculum.draft_actions", try_draft)
