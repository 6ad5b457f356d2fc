"""The work at the end of a course: handed in alone or together, judged by people with the course's rubric."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from qiming.curriculum import queries as curriculum
from qiming.kernel import audit, uploads
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.kernel.ids import new_id
from qiming.kernel.time import now
from qiming.learning import rules
from qiming.learning.access import TABLE
from qiming.learning.models import CourseTask, Judgement, ProjectMember, Work, WorkVersion
from qiming.learning.services.common import LEARN, WHY_OWN, offering_of, own_offering, where
from qiming.learning.services.tasks import load_open
from qiming.learning.types import Form, WorkKind
from qiming.records.services import record
from qiming.records.types import Act, Result
from qiming.records.verbs import ObjectKind, Verb
from qiming.registry import queries as registry
from qiming.registry.types import PupilRef
from qiming.teaching.types import OfferingRef

PROJECT = "project"  # a project's work stands in no lesson: its place is this
MOST_MATES = 5
STILL = "写好的都还在这一页。"
_LOADED = "filtered by the access table"


@dataclass(frozen=True, slots=True)
class HandIn:
    """What a pupil hands in. `lab_work_id` is one of the pupil's own lab works, taken along as it stands now."""

    text: str
    ai_statement: str = ""
    picture: bytes | None = None
    keep_picture: bool = True
    lab_work_id: UUID | None = None
    mates: Sequence[int] = ()  # seat numbers of those it was made with


def hand_in_project(*, actor: Actor, task_id: UUID, given: HandIn) -> Work:
    """Hand the project in, or again while nobody has judged it; every hand-in is kept as a version."""
    task, offering, pupil = own_task(actor, task_id)
    if task.closed_at:
        raise UserError("老师已经收了结课作品", kept=STILL, next="要补交，请告诉老师。", status=409)
    if not given.text.strip():
        raise UserError("请写几句你们做了什么、怎么做的", kept=STILL, field="text")
    if max(len(given.text), len(given.ai_statement)) > rules.TEXT_MOST:
        raise UserError(f"写得太长了，最多{rules.TEXT_MOST}个字", kept=STILL, field="text")
    with transaction.atomic():
        work, fresh = _held(task, offering, pupil)
        if _is_judged(task, work):
            raise UserError("老师已经评过这件作品", kept=STILL, next="想再改，请先告诉老师。", status=409)
        state = _state(work, pupil, offering, given)
        if work.pupil_id == pupil.id:
            _make_with(task, work, pupil, offering, given.mates)
        work.state, work.updated_at, work.handed_in_at, work.seen_at = state, now(), now(), None
        work.client_at, work.version = work.updated_at, work.version + (0 if fresh else 1)
        work.save()
        WorkVersion.objects.create(
            scope_path=work.scope_path,
            pupil_id=work.pupil_id,
            work=work,
            no=work.version,
            why="handed_in",
            state=state,
        )
        _handed_in(actor, offering, work, pupil)
    return work


def own_task(
    actor: Actor, task_id: UUID, form: Form = Form.PROJECT
) -> tuple[CourseTask, OfferingRef, PupilRef]:
    """A task of the pupil's own class."""
    task = CourseTask.objects.unscoped(WHY_OWN).filter(id=task_id).first()
    if task is None:
        raise Denied(LEARN)
    offering, pupil = own_offering(actor, task.offering_id)
    return load_open(task_id, offering, [form], LEARN), offering, pupil


def _held(task: CourseTask, offering: OfferingRef, pupil: PupilRef) -> tuple[Work, bool]:
    """The work the pupil is in, held; a new one when in none. A pupil's two tabs make one."""
    member = ProjectMember.objects.unscoped(WHY_OWN).filter(task=task, pupil_id=pupil.id).first()
    works = Work.objects.unscoped(WHY_OWN).select_for_update()
    if member:
        return works.get(id=member.work_id), False
    place = {"pupil_id": pupil.id, "offering_id": offering.id, "lesson_key": "", "activity_key": PROJECT}
    project = curriculum.project_of(offering.course_version_id)
    if project is None:
        raise Denied(LEARN)
    made = Work(
        scope_path=pupil.scope_path, kind=WorkKind.TASK, title=project["title"], client_at=now(), **place
    )
    Work.objects.bulk_create([made], ignore_conflicts=True)
    work = works.get(**place)
    ProjectMember.objects.bulk_create(
        [ProjectMember(scope_path=pupil.scope_path, pupil_id=pupil.id, task=task, work=work)],
        ignore_conflicts=True,
    )
    return work, work.id == made.id


def _is_judged(task: CourseTask, work: Work) -> bool:
    members = ProjectMember.objects.unscoped(WHY_OWN).filter(work=work).values("pupil_id")
    return Judgement.objects.unscoped(WHY_OWN).filter(task=task, by="teacher", pupil_id__in=members).exists()


def _state(work: Work, pupil: PupilRef, offering: OfferingRef, given: HandIn) -> dict[str, Any]:
    before: dict[str, Any] = work.state if isinstance(work.state, dict) else {}
    state: dict[str, Any] = {"text": given.text.strip(), "ai": given.ai_statement.strip()}
    if given.picture:
        drawn = uploads.picture(given.picture)
        state["picture"] = f"data:{drawn.media_type};base64,{base64.b64encode(drawn.data).decode()}"
    elif given.keep_picture and before.get("picture"):
        state["picture"] = before["picture"]
    if given.lab_work_id:
        lab = Work.objects.unscoped(WHY_OWN).filter(
            id=given.lab_work_id, pupil_id=pupil.id, offering_id=offering.id, kind=WorkKind.LAB
        )
        found = lab.first()
        if found is None:
            raise UserError("选的实验存档找不到了", kept=STILL, next="重新选一个。", field="lab")
        state["lab"] = {"work": str(found.id), "title": found.title}
    if rules.weight_bytes(state) > rules.MAX_HANDED_IN_BYTES:
        raise UserError("图片太大了", kept=STILL, next="换一张小一点的图片。", field="picture", status=413)
    return state


def _make_with(
    task: CourseTask, work: Work, pupil: PupilRef, offering: OfferingRef, seats: Sequence[int]
) -> None:
    """Exactly these mates, by seat number; each is in one work at most."""
    if len(seats) > MOST_MATES:
        raise UserError(f"一件作品最多再加{MOST_MATES}个同学", kept=STILL, field="mates")
    by_seat = {one.seat_no: one for one in registry.pupils_of(offering.class_group_id)}
    unknown = [str(seat) for seat in seats if seat not in by_seat]
    if unknown:
        raise UserError(
            f"班里没有{'、'.join(unknown)}号", kept=STILL, next="看看座号写对没有。", field="mates"
        )
    mates = [by_seat[seat] for seat in seats if by_seat[seat].id != pupil.id]
    there = ProjectMember.objects.unscoped(WHY_OWN).filter(task=task)
    taken = set(there.exclude(work=work).values_list("pupil_id", flat=True))
    for mate in mates:
        if mate.id in taken:
            raise UserError(
                f"{mate.seat_no}号已经在另一件作品里",
                kept=STILL,
                next="和这位同学、老师商量。",
                field="mates",
            )
    there.filter(work=work).exclude(pupil_id__in=[pupil.id, *(one.id for one in mates)]).delete()
    ProjectMember.objects.bulk_create(
        [ProjectMember(scope_path=one.scope_path, pupil_id=one.id, task=task, work=work) for one in mates],
        ignore_conflicts=True,
    )


def self_assess(
    *, actor: Actor, task_id: UUID, levels: Mapping[str, object], reasons: Mapping[str, str]
) -> Judgement:
    """The pupil's own view by the same rubric; it may change until the teacher has judged."""
    task, offering, pupil = own_task(actor, task_id)
    member = ProjectMember.objects.unscoped(WHY_OWN).filter(task=task, pupil_id=pupil.id).first()
    if member is None:
        raise UserError("先交作品，再自评", kept=STILL, status=409)
    if Judgement.objects.unscoped(WHY_OWN).filter(task=task, pupil_id=pupil.id, by="teacher").exists():
        raise UserError("老师已经评过了，自评不再改", kept="原来的自评还在。", status=409)
    given, said = _judged(offering, levels, reasons, why=False)
    with transaction.atomic():
        row = _write(task, pupil.id, pupil.scope_path, by="self", levels=given, reasons=said)
        _tell(offering, [row], member.work_id)
        _audit(actor, row, "learning.self_assessed")
    return row


def judge_project(
    *,
    actor: Actor,
    work_id: UUID,
    levels: Mapping[str, object],
    reasons: Mapping[str, str],
    comment: str = "",
) -> list[Judgement]:
    """The teacher's judgement of a work, the same for everybody who made it: a level and a short reason for each
    criterion. Given again it replaces the earlier one; nothing is ever judged by the machine."""
    with transaction.atomic():
        rows = Work.objects.unscoped(_LOADED).select_for_update(of=("self",))
        work = TABLE.load(actor, "learning.set_task", rows, id=work_id, activity_key=PROJECT, lesson_key="")
        offering = offering_of(work)
        members = list(ProjectMember.objects.unscoped(_LOADED).filter(work=work).select_related("task"))
        if not members:
            raise Denied("learning.set_task")
        given, said = _judged(offering, levels, reasons, why=True)
        made = [
            _write(
                one.task, one.pupil_id, one.scope_path, by="teacher", levels=given, reasons=said,
                comment=comment.strip()[:500], judge=actor.person_id,
            )
            for one in members
        ]  # fmt: skip
        work.seen_at, work.comment, work.commented_by_id = now(), comment.strip()[:500], actor.person_id
        work.save(update_fields=["seen_at", "comment", "commented_by"])
        _tell(offering, made, work.id)
        _audit(actor, made[0], "learning.judged_project")
    return made


def _judged(
    offering: OfferingRef, levels: Mapping[str, object], reasons: Mapping[str, str], *, why: bool
) -> tuple[dict[str, int], dict[str, str]]:
    project = curriculum.project_of(offering.course_version_id)
    if project is None:
        raise Denied(LEARN)
    found = rules.judged_levels(project["rubric"], levels, reasons, why=why)
    if isinstance(found, str):
        ask = "选一个水平，再写一句理由" if why else "选一个水平"
        raise UserError(f"「{found}」这一条还没有评完", kept=STILL, next=f"{ask}。", field="levels")
    return found


def _write(
    task: CourseTask,
    pupil_id: UUID,
    scope_path: str,
    *,
    by: str,
    levels: dict[str, int],
    reasons: dict[str, str],
    comment: str = "",
    judge: UUID | None = None,
) -> Judgement:
    Judgement.objects.bulk_create(
        [
            Judgement(
                id=new_id(), scope_path=scope_path, pupil_id=pupil_id, task=task, by=by, levels=levels, reasons=reasons,
                comment=comment, judged_by_id=judge, judged_at=now(),
            )
        ],
        update_conflicts=True,
        unique_fields=["task", "pupil", "by"],
        update_fields=["levels", "reasons", "comment", "judged_by", "judged_at"],
    )  # fmt: skip
    return Judgement.objects.unscoped(_LOADED).get(task=task, pupil_id=pupil_id, by=by)


def _handed_in(actor: Actor, offering: OfferingRef, work: Work, pupil: PupilRef) -> None:
    record(
        [
            Act(
                actor_person=pupil.id,
                verb=Verb.SUBMITTED,
                object_kind=ObjectKind.WORK,
                object_id=work.id,
                name=work.title,
                at=now(),
                scope_path=pupil.scope_path,
                context=where(offering, lesson_key=None, kind=PROJECT),
            )
        ]
    )
    audit.write(
        actor,
        "learning.handed_in_project",
        thing="work",
        thing_id=work.id,
        scope_path=work.scope_path,
        detail={"version": work.version},
    )


def _tell(offering: OfferingRef, rows: Sequence[Judgement], work_id: UUID) -> None:
    """Evidence for the concepts and abilities the rubric names: a level in words, never a share of points."""
    project = curriculum.project_of(offering.course_version_id) or {"rubric": []}
    acts = []
    for row in rows:
        for criterion in project["rubric"]:
            level = row.levels[criterion["key"]]
            acts.append(
                Act(
                    actor_person=row.pupil_id,
                    verb=Verb.SCORED,
                    object_kind=ObjectKind.WORK,
                    object_id=work_id,
                    at=row.judged_at,
                    scope_path=row.scope_path,
                    result=Result(
                        extensions={
                            "criterion": criterion["key"],
                            "level": level + 1,
                            "of": len(criterion["levels"]),
                        }
                    ),
                    context=where(
                        offering, lesson_key=None, by=row.by, concepts=list(criterion.get("concepts", ()))
                    ),
                )
            )
    record(acts)


def _audit(actor: Actor, row: Judgement, verb: str) -> None:
    audit.write(
        actor,
        verb,
        thing="judgement",
        thing_id=row.id,
        scope_path=row.scope_path,
        detail={"task": str(row.task_id), "criteria": len(row.levels)},
    )
