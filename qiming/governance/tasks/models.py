"""What the ledger stores: plans, their tasks, the units that answer. What happened to a task is its case."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from qiming.governance.access import TABLE
from qiming.kernel.privacy import NO_PERSONAL_DATA, PersonalData
from qiming.kernel.scope import ScopedModel


class TaskPlan(ScopedModel):
    """A plan of a city or district. Made from a sheet it is first only read: `rows` become tasks when applied."""

    personal_data = PersonalData("low", "谁导入的任务计划（人员编号）")
    access_table = TABLE
    self_field = "made_by"

    title = models.TextField()
    source = models.TextField(blank=True, default="")  # the document it comes from, as people cite it
    file_name = models.TextField()
    sha256 = models.CharField(max_length=64)
    rows = models.JSONField(default=list)
    problems = models.JSONField(default=list)
    made_by = models.UUIDField()
    applied_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["scope_path", "title"], condition=Q(applied_at__isnull=False), name="plan_title_once"
            )
        ]


class DatedTask(ScopedModel):
    """One task. `state` follows its case; `scope_path` is the lead unit's place, the plan's where the registry does
    not know the unit. Nothing but the case's moves writes `state`, `due_on`, `said_on`, `done_on` and `told`."""

    personal_data = NO_PERSONAL_DATA
    access_table = TABLE

    plan = models.ForeignKey(TaskPlan, on_delete=models.PROTECT, related_name="tasks")
    number = models.TextField(blank=True, default="")
    position = models.PositiveSmallIntegerField()
    title = models.TextField()
    case_id = models.UUIDField(unique=True)
    state = models.TextField()
    first_due_on = models.DateField()
    due_on = models.DateField()
    said_on = models.DateField(null=True)  # the day on which the lead unit reported it done
    done_on = models.DateField(null=True)
    progress = models.TextField(blank=True, default="")  # the newest words, for lists
    progress_on = models.DateField(null=True)
    told = models.PositiveSmallIntegerField(default=0)  # how far up lateness was told

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "position"], name="task_place_once"),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(done_on__isnull=False), name="task_done_has_day"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_on"], condition=Q(state="doing"), name="tasks_open_by_day"),
        ]


class TaskUnit(ScopedModel):
    """A unit that leads or supports a task. Who sees a task is who is at, or above, one of its units."""

    personal_data = NO_PERSONAL_DATA
    access_table = TABLE

    task = models.ForeignKey(DatedTask, on_delete=models.CASCADE, related_name="units")
    name = models.TextField()
    org_id = models.UUIDField(null=True)  # where the registry knows the unit
    is_lead = models.BooleanField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["task", "name"], name="unit_once_a_task")]
        ordering: ClassVar = [F("is_lead").desc(), "id"]
