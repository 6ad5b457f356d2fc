"""Questions about tasks: which somebody may see, how a place's stand, one with everything that happened to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch

from qiming.casework import queries as cases
from qiming.casework.queries.cases import Step
from qiming.governance.access import SEE_PLANS, SEE_TASKS
from qiming.governance.tasks import rules
from qiming.governance.tasks.models import DatedTask, TaskPlan, TaskUnit
from qiming.governance.tasks.rules import Count, Standing
from qiming.kernel import time
from qiming.kernel.access import Actor, Denied
from qiming.kernel.scope import ScopedQuerySet
from qiming.registry import queries as registry
from qiming.registry.types import OrgRef

_ORDER = list(Standing)


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One task in a list. `days`: until it is due, negative when late."""

    id: UUID
    plan: str
    number: str
    title: str
    leads: str
    supports: str
    due_on: date
    first_due_on: date
    done_on: date | None
    standing: Standing
    days: int
    progress: str
    progress_on: date | None


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A plan with its tasks counted."""

    id: UUID
    title: str
    place: str
    count: Count


def units_below(path: str) -> dict[str, OrgRef]:
    """The places at or below `path` that a plan can name, by name. A name that two schools share names neither:
    nobody is made answerable by chance."""
    places = [registry.org_by_path(path), *registry.districts(path), *registry.schools_under(path)]
    distinct = {one.id: one for one in places}.values()
    names = [one.name for one in distinct]
    return {one.name: one for one in distinct if names.count(one.name) == 1}


def visible(actor: Actor) -> ScopedQuerySet[DatedTask]:
    """The tasks in which a unit of the actor's leads or supports, or one below."""
    units = TaskUnit.objects.for_actor(actor, SEE_TASKS).filter(task=OuterRef("pk"))
    return DatedTask.objects.unscoped("by its units").filter(Exists(units))


def load_task(actor: Actor, task_id: UUID) -> DatedTask:
    """A task somebody may see; `Denied` otherwise."""
    found = visible(actor).select_related("plan").filter(id=task_id).first()
    if found is None:
        raise Denied(SEE_TASKS)
    return found


def lines(actor: Actor, *, plan_id: UUID | None = None, over: bool | None = None) -> list[TaskLine]:
    """The tasks somebody sees, what needs them first: late, due soon, open, waiting for a check, then what is over."""
    rows = visible(actor).select_related("plan")
    if plan_id is not None:
        rows = rows.filter(plan_id=plan_id)
    if over is not None:
        rows = rows.filter(state__in=("done", "dropped") if over else ("doing", "reported"))
    units = TaskUnit.objects.unscoped("of tasks that may be seen")
    found = [_line(task) for task in rows.prefetch_related(Prefetch("units", units))]
    return sorted(found, key=lambda one: (_ORDER.index(one.standing), one.due_on, one.title))


def late_for(actor: Actor) -> int:
    """How many late tasks are brought before the actor on the first page."""
    held = [grant.scope_path for grant in actor.grants]
    late = visible(actor).filter(state="doing", due_on__lt=time.today())
    rows = late.values_list("scope_path", "plan__scope_path", "told")
    return sum(rules.concerns(task, plan, told, held) for task, plan, told in rows)


def _line(task: DatedTask) -> TaskLine:
    units = list(task.units.all())
    today = time.today()
    return TaskLine(
        id=task.id,
        plan=task.plan.title,
        number=task.number,
        title=task.title,
        leads="、".join(one.name for one in units if one.is_lead),
        supports="、".join(one.name for one in units if not one.is_lead),
        due_on=task.due_on,
        first_due_on=task.first_due_on,
        done_on=task.done_on,
        standing=rules.standing(task.state, task.due_on, task.done_on, today),
        days=(task.due_on - today).days,
        progress=task.progress,
        progress_on=task.progress_on,
    )


def line(task: DatedTask) -> TaskLine:
    """One task that was loaded for somebody, as a list shows it."""
    units = TaskUnit.objects.unscoped("of a task that may be seen")
    rows = DatedTask.objects.unscoped("loaded before").select_related("plan")
    return _line(rows.prefetch_related(Prefetch("units", units)).get(id=task.id))


def history(task: DatedTask) -> list[Step]:
    """Everything that happened to a task, oldest first."""
    return cases.history(cases.follow_case([task.id])[task.id])


def plans(actor: Actor) -> list[PlanLine]:
    """The applied plans somebody oversees, newest first, by count of what is late."""
    rows = list(TaskPlan.objects.for_actor(actor, SEE_PLANS).exclude(applied_at=None).order_by("-applied_at"))
    tasks = DatedTask.objects.unscoped("of plans that may be seen").filter(
        plan_id__in=[one.id for one in rows]
    )
    found: dict[UUID, list[Standing]] = {}
    for plan_id, state, due_on, done_on in tasks.values_list("plan_id", "state", "due_on", "done_on"):
        found.setdefault(plan_id, []).append(rules.standing(state, due_on, done_on, time.today()))
    names = {path: registry.org_by_path(path).name for path in {one.scope_path for one in rows}}
    return [
        PlanLine(one.id, one.title, names[one.scope_path], rules.count(found.get(one.id, []))) for one in rows
    ]


def count(found: Iterable[TaskLine]) -> Count:
    return rules.count(one.standing for one in found)
