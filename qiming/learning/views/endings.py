"""Tests and the project of a course: the teacher's page and the pupil's."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, page
from qiming.kernel.uploads import MAX_BYTES
from qiming.learning import rules, services
from qiming.learning.access import TABLE
from qiming.learning.models import CourseTask, Work
from qiming.learning.pages import endings
from qiming.learning.pages.player import picked_step, reads_aloud
from qiming.learning.services.common import offering_of, own_offering
from qiming.learning.services.projects import PROJECT, own_task
from qiming.learning.services.tasks import load_open
from qiming.learning.types import TESTS, Form
from qiming.learning.views.home import LEARN, own_page
from qiming.registry import queries as registry
from qiming.teaching import queries as teaching
from qiming.trust import services as trust

SET = "learning.set_task"
UUID_LENGTH = 36


@require_GET
@page(TABLE, SET)
def course_tasks(request: ActorRequest, offering_id: UUID) -> HttpResponse:
    """The test before, the test after and the project of a class: open, see who took part, close."""
    offering = teaching.offering(offering_id)
    TABLE.require(request.actor, SET, offering)
    found = endings.class_tasks(request.actor, offering)
    group = registry.org(offering.class_group_id)
    pupils = [one.id for one in registry.pupils_of(offering.class_group_id)]
    if any(one.task for one in found):
        trust.log_read(
            request.actor,
            verb=SET,
            subjects=pupils,
            scope_path=offering.scope_path,
            what="谁做了课前测、课后测和作品",
        )
    context = {
        "offering": offering,
        "group": group,
        "tasks": found,
        "held": endings.held(offering),
        "headline": endings.headline(found),
        "both_closed": all(one.task and one.task.closed_at for one in found if one.form in TESTS),
        "crumbs": [
            ("上课", reverse("teaching.home")),
            (f"{group.name} {offering.title}", reverse("teaching.offering", args=[offering.id])),
            ("课前课后测和作品", ""),
        ],
    }
    return render(request, "learning/course_tasks.html", context)


@require_POST
@page(TABLE, SET)
def open_task(request: ActorRequest, offering_id: UUID) -> HttpResponse:
    TABLE.require(request.actor, SET, teaching.offering(offering_id))
    try:
        form = Form(request.POST.get("form", ""))
    except ValueError as wrong:
        raise UserError("没有这样的一份", kept="什么都没有变。", next="回到上一页，再选一次。") from wrong
    services.open_task(actor=request.actor, offering_id=offering_id, form=form)
    return redirect("learning.course_tasks", offering_id)


@require_POST
@page(TABLE, SET)
def close_task(request: ActorRequest, task_id: UUID) -> HttpResponse:
    row = services.close_task(actor=request.actor, task_id=task_id)
    return redirect("learning.course_tasks", row.offering_id)


@require_http_methods(["GET", "POST"])
@page(TABLE, SET)
def judge(request: ActorRequest, work_id: UUID) -> HttpResponse:
    """A project's work beside the rubric; the teacher chooses a level and writes why, criterion by criterion."""
    work = TABLE.load(request.actor, SET, Work, id=work_id, activity_key=PROJECT, lesson_key="")
    offering = offering_of(work)
    project, said = endings.project_of_work(work, offering)
    trouble: UserError | None = None
    if request.method == "POST":
        levels, reasons = _posted(request, project)
        try:
            services.judge_project(
                actor=request.actor,
                work_id=work.id,
                levels=levels,
                reasons=reasons,
                comment=request.POST.get("comment", ""),
            )
            return redirect("learning.course_tasks", offering.id)
        except UserError as error:
            trouble = error
    makers = endings.makers(work, offering)
    subjects = [work.pupil_id, *(one for one, _, _ in makers)]
    trust.log_read(request.actor, verb=SET, subjects=subjects, scope_path=work.scope_path, what="结课作品")
    by = {row.by: row for row in said}
    context = {
        "work": work,
        "project": project,
        "makers": makers,
        "rubric": endings.rubric_lines(
            project, by.get("self"), by.get("teacher"), fills=by.get("teacher"), posted=request.POST or None
        ),
        "own": by.get("self"),
        "given": by.get("teacher"),
        "posted": request.POST,
        "trouble": trouble,
        "crumbs": [
            ("课前课后测和作品", reverse("learning.course_tasks", args=[offering.id])),
            ("评作品", ""),
        ],
    }
    return render(request, "learning/project_judge.html", context, status=422 if trouble else 200)


def _posted(request: ActorRequest, project: object) -> tuple[dict[str, object], dict[str, str]]:
    assert isinstance(project, dict)
    keys = [str(row["key"]) for row in project["rubric"]]
    levels: dict[str, object] = {key: request.POST.get(f"level-{key}", "") for key in keys}
    return levels, {key: request.POST.get(f"reason-{key}", "") for key in keys}


@require_GET
@page(TABLE, LEARN)
def test(request: ActorRequest, task_id: UUID) -> HttpResponse:
    """A test: in the player while it is open, right and wrong once the teacher has closed it."""
    offering_id = CourseTask.objects.unscoped("only its offering, which is then checked").filter(id=task_id)
    found = offering_id.values_list("offering_id", flat=True).first()
    if found is None:
        raise Denied(LEARN)
    offering, pupil = own_offering(request.actor, found)
    task = load_open(task_id, offering, TESTS, LEARN)
    form = Form(task.form)
    if task.closed_at:
        lines = endings.result_lines(task, pupil.id, offering)
        context = {
            "task": task,
            "title": form.zh,
            "course": offering.title,
            "lines": lines,
            "right": sum(line.correct is True for line in lines),
            "answered": sum(line.correct is not None for line in lines),
            "primary": reads_aloud(offering.course_version_id),
        }
        return own_page(request, "learning/test_result.html", context)
    live = teaching.current_live_for(pupil.id)
    ours = live if live and live.has_joined and live.offering_id == offering.id else None
    data = endings.test_data(
        task, pupil, offering, period_id=ours.period_id if ours else None, done_url=reverse("learning.home")
    )
    context = {
        "title": form.zh,
        "course": offering.title,
        "steps": [picked_step([], form.zh)],
        "data": data,
        "primary": reads_aloud(offering.course_version_id),
    }
    return render(request, "learning/test.html", context)


@require_http_methods(["GET", "POST"])
@page(TABLE, LEARN)
def project(request: ActorRequest, task_id: UUID) -> HttpResponse:
    """The project: what is asked, the rubric beforehand, handing in, the own view, the teacher's judgement."""
    task, offering, pupil = own_task(request.actor, task_id)
    trouble: UserError | None = None
    if request.method == "POST":
        try:
            _project_act(request, task.id, endings.project_page(task, pupil, offering).project)
            return redirect("learning.project", task.id)
        except UserError as error:
            trouble = error
    context = {
        "project": endings.project_page(task, pupil, offering, request.POST if _assessing(request) else None),
        "course": offering.title,
        "posted": request.POST,
        "trouble": trouble,
        "primary": reads_aloud(offering.course_version_id),
    }
    answer = own_page(request, "learning/project.html", context)
    answer.status_code = trouble.status if trouble else 200
    return answer


def _assessing(request: ActorRequest) -> bool:
    return request.POST.get("act") == "assess"


def _project_act(request: ActorRequest, task_id: UUID, project_data: object) -> None:
    if _assessing(request):
        levels, reasons = _posted(request, project_data)
        services.self_assess(actor=request.actor, task_id=task_id, levels=levels, reasons=reasons)
        return
    lab = request.POST.get("lab", "")
    picture = request.FILES.get("picture")
    if picture is not None and (picture.size or 0) > MAX_BYTES:
        raise UserError(
            "图片太大了", kept="写好的都还在这一页。", next="换一张小一点的图片。", field="picture"
        )
    services.hand_in_project(
        actor=request.actor,
        task_id=task_id,
        given=services.HandIn(
            text=request.POST.get("text", ""),
            ai_statement=request.POST.get("ai", ""),
            picture=picture.read() if picture is not None else None,
            keep_picture=request.POST.get("drop_picture") != "1",
            lab_work_id=_uuid(lab),
            mates=rules.seats_in(request.POST.get("mates", "")),
        ),
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if len(text) == UUID_LENGTH else None
    except ValueError:
        return None
