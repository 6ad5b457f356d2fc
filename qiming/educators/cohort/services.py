"""Write an output, choose the example, hand it in; what follows from where its case moves."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from qiming.casework import services as cases
from qiming.casework.types import Moved
from qiming.credentials import services as credentials
from qiming.credentials.types import About, Evidence, person
from qiming.educators import dated
from qiming.educators.cohort import queries
from qiming.educators.cohort.rules import Period, digest
from qiming.educators.models import Enrolment, Output
from qiming.educators.training import services as training
from qiming.kernel import audit, time
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.registry import queries as registry
from qiming.registry.types import STAGE_NAMES, Stage

WORKFLOW = "cohort_output"
ACHIEVEMENT = "ai-cohort"
ABOUT = "educators.output"
LONGEST = 1500
_WHY = "a person's own, or what follows the move of its case, which was checked"


@transaction.atomic
def begin(*, actor: Actor, enrolment_id: UUID, stage: Stage) -> Output:
    """Begin one's output for a training that was attended; its case begins with it. Twice is as once."""
    queries.own_enrolment(actor, enrolment_id)
    rows = Enrolment.objects.unscoped(_WHY).select_for_update(of=("self",)).select_related("training")
    enrolment = rows.get(id=enrolment_id)
    found = Output.objects.unscoped(_WHY).filter(enrolment=enrolment).first()
    if found is not None:
        return found
    if enrolment.state != Enrolment.State.OUTPUT_DUE:
        raise UserError(
            "现在还不能写成果", kept="什么都没有改。", next="培训结业、到场够了以后再写。", status=409
        )
    school = registry.school_of(enrolment.scope_path)
    if stage not in school.stages:
        raise UserError("请选本校有的学段", kept="什么都没有改。", next="重新选。", field="stage")
    row = Output.objects.create(
        scope_path=enrolment.scope_path,
        enrolment=enrolment,
        person_id=actor.person_id,
        stage=stage.value,
        plan=[Period().as_json() for _ in range(dated.cohort(time.today()).periods)],
    )
    row.case_id = cases.open_case(
        actor=actor,
        key=WORKFLOW,
        title=f"{STAGE_NAMES[stage]}8课时方案和课例",
        subject_id=row.id,
        scope_path=row.scope_path,
        office_path=enrolment.training.scope_path,
        topics=[STAGE_NAMES[stage]],
    )
    row.save(update_fields=["case_id"])
    _note(actor, "educators.output_begun", row)
    return row


@dataclass(frozen=True, slots=True)
class Draft:
    """What is kept of an output: as many periods as it has, and the version of a course that holds the example."""

    plan: Sequence[Period]
    course_version_id: UUID | None


@transaction.atomic
def keep(*, actor: Actor, output_id: UUID, draft: Draft, version: int) -> Output:
    """Keep what was written so far, whole or not; an older window is told and nothing is lost."""
    row = _own(actor, output_id)
    if version != row.version:
        raise UserError("另一个窗口里改过", kept="这一页写的还在。", next="刷新后再填。", status=409)
    if len(draft.plan) != len(row.plan):
        raise UserError("课时数对不上", kept="没有存。", next="刷新后再填。")
    chosen = next(
        (
            one
            for one in queries.examples(actor.person_id, row.scope_path)
            if one.course.id == draft.course_version_id
        ),
        None,
    )
    if draft.course_version_id is not None and chosen is None:
        raise UserError("这一版里没有您发布的课", kept="没有存。", next="从列表里选。", field="course")
    row.plan = [_cut(one).as_json() for one in draft.plan]
    row.course_version_id = chosen.course.id if chosen else None
    row.lessons = [lesson_id for lesson_id, _ in chosen.lessons] if chosen else []
    row.version += 1
    row.save(update_fields=["plan", "course_version_id", "lessons", "version"])
    return row


def _cut(one: Period) -> Period:
    return Period(
        one.title.strip()[:40],
        tuple(dict.fromkeys(one.outcomes))[:3],
        one.goal.strip()[:LONGEST],
        one.steps.strip()[:LONGEST],
        one.check.strip()[:LONGEST],
    )


def hand_in(*, actor: Actor, output_id: UUID) -> Output:
    """Hand in what was kept; the machine looks first whether it meets the syllabus."""
    with transaction.atomic():
        row = _own(actor, output_id)
        assert row.case_id
        cases.move(actor=actor, case_id=row.case_id, transition="hand_in")
    row.refresh_from_db()
    return row


def follow(case_id: UUID, output_id: UUID, moved: Moved) -> None:
    """Bring the output, and the place in the training, to where the case stands."""
    rows = Output.objects.unscoped(_WHY).select_for_update(of=("self",))
    row = rows.select_related("enrolment__training").filter(id=output_id).first()
    if row is None:
        return
    row.state = moved.target
    if moved.transition == "hand_in":
        row.handed_digest = digest(queries.plan_of(row), str(row.course_version_id))
    if moved.transition == "send_back":
        row.redos += 1
    row.save(update_fields=["state", "handed_digest", "redos"])
    if moved.target == "certified":
        training.pass_by_output(row.enrolment)
        _certify(row, moved)
    elif moved.target in {"not_accepted", "withdrawn"}:
        training.fail_by_output(row.enrolment, moved.reason or "成果收回，没有交")
    elif moved.target == "revoked":
        credentials.revoke_about(actor=None, kind=ABOUT, about_id=row.id, reason=moved.reason)


def _certify(row: Output, moved: Moved) -> None:
    """Sign the certificate in the name of whoever ran the training; nobody's name stands in it."""
    held = row.enrolment.training
    credentials.issue(
        actor=None,
        decided_by=moved.actor,
        achievement=ACHIEVEMENT,
        by=held.place_id,
        to=person(row.person_id),
        about=About(ABOUT, row.id, f"{held.title}：{row.get_stage_display()}8课时方案"),
        evidence=[
            Evidence("到场", "到场时间达到规定"),
            Evidence("机器核对", "八课时都对上本学段课程纲要"),
            Evidence("评审", "两位评审互盲评审都同意"),
            Evidence("评过的内容", row.handed_digest),
        ],
    )


def _own(actor: Actor, output_id: UUID) -> Output:
    rows = Output.objects.unscoped(_WHY).select_for_update()
    row = rows.filter(id=output_id, person_id=actor.person_id).first()
    if row is None:
        raise Denied("educators.own")
    if row.state not in queries.OPEN:
        raise UserError(
            "交上去的不能再改", kept="交的内容没有变。", next="等评审；退回来以后再改。", status=409
        )
    return row


def _note(actor: Actor, verb: str, row: Output) -> None:
    audit.write(actor, verb, thing="output", thing_id=row.id, scope_path=row.scope_path)
