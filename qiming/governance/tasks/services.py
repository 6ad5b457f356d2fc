"""Verbs of the ledger: read a plan's sheet, make its tasks, move one on, tell who must know that it is late."""

import hashlib
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from qiming.casework import services as casework
from qiming.casework.types import Proof
from qiming.governance.access import PLAN_TASKS, TABLE
from qiming.governance.tasks import following, queries, rules
from qiming.governance.tasks.models import DatedTask, TaskPlan, TaskUnit
from qiming.kernel import audit, outbox, tables, time
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.kernel.ids import new_id
from qiming.registry.types import OrgKind, OrgRef

MAX_ROWS = 300
STEPS = ("note", "report", "accept", "send_back", "move_day", "drop")


def template() -> bytes:
    """The sheet to fill in, with one line that shows how."""
    example = ("1", rules.EXAMPLE, "区教师进修学校", "本校、邻校", "2026年12月", "进行中", "", "已开两次会")
    marked = [f"{one}*" if one in rules.NEEDED else one for one in rules.HEADINGS]
    return tables.xlsx([("任务", marked, [example])])


def preview_plan(*, actor: Actor, place: OrgRef, title: str, source: str, name: str, data: bytes) -> TaskPlan:
    """Read a plan's sheet and keep what it says; no task is made yet."""
    TABLE.require(actor, PLAN_TASKS, place)
    if place.kind not in (OrgKind.CITY, OrgKind.DISTRICT):
        raise UserError("任务计划是市或区的", next="学校的任务写在区里的计划里。")
    sheet = tables.read(name, data, limit_rows=MAX_ROWS)
    missing = [one for one in rules.NEEDED if one not in sheet.headings]
    if missing:
        raise UserError(
            f"表里缺少这些列：{'、'.join(missing)}",
            kept="什么都没有写入。",
            next="下载模板，把内容贴进去再传。",
            field="file",
        )
    good, problems = rules.read_sheet([(row.line, row.cells) for row in sheet.rows], time.today())
    with transaction.atomic():
        plan = TaskPlan.objects.create(
            scope_path=place.path,
            title=title.strip(),
            source=source.strip(),
            file_name=name[:120],
            sha256=hashlib.sha256(data).hexdigest(),
            rows=[_plain(one) for one in good],
            problems=[asdict(one) for one in problems],
            made_by=actor.person_id,
        )
        _note(actor, plan, {"rows": len(good), "problems": len(problems)})
    return plan


def apply_plan(*, actor: Actor, plan_id: UUID) -> TaskPlan:
    """Make the tasks. Twice is once; a second plan of the same name at the same place is refused."""
    try:
        with transaction.atomic():
            rows = TaskPlan.objects.unscoped("filtered by the access table").select_for_update()
            plan = TABLE.load(actor, PLAN_TASKS, rows, id=plan_id)
            if plan.applied_at is not None:
                return plan
            if not plan.rows:
                raise UserError("没有可以写入的任务", next="改好表格再传一次。")
            plan.applied_at = time.now()
            plan.save(update_fields=["applied_at"])
            known = queries.units_below(plan.scope_path)
            for position, row in enumerate(plan.rows, 1):
                _make(plan, position, row, known)
            _note(actor, plan, {"tasks": len(plan.rows)})
    except IntegrityError as error:
        raise UserError(
            "这里已经有一份同名的计划",
            kept="原来的计划没有动，传的表还在。",
            next="换一个名字（比如加上年份）再传一次。",
            status=409,
        ) from error
    return plan


def _make(plan: TaskPlan, position: int, row: dict[str, Any], known: dict[str, OrgRef]) -> None:
    units = [(name, True) for name in row["leads"]] + [(name, False) for name in row["supports"]]
    lead = next((known[name] for name in row["leads"] if name in known), None)
    task_id = new_id()
    place = lead.path if lead else plan.scope_path
    # Nobody applies: the plan is the office's, and who imported it may check what others report.
    case_id = casework.open_case(
        actor=None,
        key=following.KEY,
        title=row["title"],
        subject_id=task_id,
        scope_path=place,
        office_path=plan.scope_path,
    )
    task = DatedTask.objects.create(
        id=task_id,
        scope_path=place,
        plan=plan,
        number=row["number"],
        position=position,
        title=row["title"],
        case_id=case_id,
        state="doing",
        first_due_on=row["due_on"],
        due_on=row["due_on"],
    )
    TaskUnit.objects.bulk_create(
        TaskUnit(
            task=task,
            name=name,
            is_lead=is_lead,
            org_id=known[name].id if name in known else None,
            scope_path=known[name].path if name in known else plan.scope_path,
        )
        for name, is_lead in units
    )
    _bring_past(plan, case_id, row)


def _bring_past(plan: TaskPlan, case_id: UUID, row: dict[str, Any]) -> None:
    """What the sheet says of the time before: on record as told by the sheet, with the line it stands in."""
    told = {"file": plan.file_name, "sha256": plan.sha256, "line": row["line"]}
    if row["progress"]:
        casework.move(actor=None, case_id=case_id, transition="note", reason=row["progress"], data=told)
    if row["is_done"]:
        casework.move(
            actor=None,
            case_id=case_id,
            transition="bring_in",
            reason=f"导入的表第{row['line']}行写明{row['done_on']}完成，平台没有核对过。",
            data={**told, "on": row["done_on"]},
        )


def step(
    *,
    actor: Actor,
    task_id: UUID,
    transition: str,
    words: str = "",
    proof: str = "",
    due_on: date | None = None,
    seen: int | None = None,
) -> None:
    """Move a task on. Who may is the workflow's to say; a task one may not see does not exist."""
    task = queries.load_task(actor, task_id)
    if transition not in STEPS:
        raise UserError("没有这一步", next="请回到任务那一页再选。", status=409)
    data: dict[str, Any] = {}
    if transition == "move_day":
        data = {"from": task.due_on.isoformat(), "due_on": _new_day(task, due_on).isoformat()}
        words = f"从{data['from']}改到{data['due_on']}。{words.strip()}" if words.strip() else ""
    evidence = []
    if proof.strip():
        digest = hashlib.sha256(proof.strip().encode()).hexdigest()
        evidence = [Proof("proof", "证明材料", digest, proof.strip())]
    casework.move(
        actor=actor,
        case_id=task.case_id,
        transition=transition,
        reason=words,
        evidence=evidence,
        data=data,
        expected_seq=seen,
    )


def _new_day(task: DatedTask, due_on: date | None) -> date:
    if due_on is None:
        raise UserError("没有选日子", kept="写的话还在。", next="请选改到哪天。", field="due_on")
    if due_on == task.due_on:
        raise UserError("新的日子和原来的一样", kept="写的话还在。", next="请另选一天。", field="due_on")
    if due_on < time.today():
        raise UserError("这一天已经过了", kept="写的话还在。", next="请选今天以后的日子。", field="due_on")
    return due_on


def tell_late(*, today: date | None = None) -> int:
    """Tell who must know of tasks past their day, each level once; returns how many were told of. One task that
    cannot be moved (somebody reported it this moment) holds up no other."""
    day = today or time.today()
    rows = DatedTask.objects.unscoped("the night's round over all late tasks").filter(
        state="doing", due_on__lt=day
    )
    return sum(_tell_one(task_id, day) for task_id in rows.order_by("due_on").values_list("id", flat=True))


@transaction.atomic
def _tell_one(task_id: UUID, day: date) -> bool:
    rows = DatedTask.objects.unscoped("the night's round over all late tasks").select_for_update()
    task = rows.filter(id=task_id).first()
    due = rules.level(task.state, task.due_on, day) if task else 0
    if task is None or due <= task.told:
        return False
    says = f"过了{task.due_on}，{rules.TOLD[due]}。"
    casework.move(actor=None, case_id=task.case_id, transition="tell_late", reason=says, data={"level": due})
    outbox.announce("governance.task_late", {"task_id": str(task.id), "level": due}, task.scope_path)
    return True


def _plain(line: rules.Line) -> dict[str, Any]:
    return {
        **asdict(line),
        "due_on": line.due_on.isoformat(),
        "done_on": line.done_on.isoformat() if line.done_on else None,
    }


def _note(actor: Actor, plan: TaskPlan, detail: dict[str, Any]) -> None:
    audit.write(
        actor, PLAN_TASKS, thing="task_plan", thing_id=plan.id, scope_path=plan.scope_path, detail=detail
    )
