"""Complaints and reports, and security incidents."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from qiming.kernel.base import Base
from qiming.kernel.privacy import PersonalData
from qiming.kernel.scope import ScopedModel
from qiming.trust.access import TABLE
from qiming.trust.types.reports import IncidentState, ReportState, StepKind


class Report(ScopedModel):
    """What somebody complained of or reported. `holders` are the roles at or above `scope_path` whose list it is
    on. An anonymous one names nobody: its answer is read with a code of which only the hash is kept."""

    personal_data: ClassVar[PersonalData] = PersonalData(
        "personal", "投诉举报的内容、处理和答复；匿名的不记是谁写的"
    )
    access_table = TABLE
    self_field = "reporter_id"

    category = models.CharField(max_length=20)
    page = models.CharField(max_length=120, default="", blank=True)
    reporter_id = models.UUIDField(null=True)
    reporter_role = models.CharField(max_length=20, default="", blank=True)
    code_hash = models.CharField(max_length=64, null=True, unique=True)
    holders = ArrayField(models.CharField(max_length=20))
    is_urgent = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=[(one.value, one.zh) for one in ReportState])
    due_on = models.DateField()
    passed_up = models.PositiveSmallIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["scope_path", "state", "due_on"], name="reports_of_place"),
            models.Index(fields=["reporter_id", "-created_at"], name="reports_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.category} {self.state}"


class ReportStep(Base):
    """What was written or done about a report, in order; never changed."""

    personal_data: ClassVar[PersonalData] = PersonalData(
        "personal", "投诉举报的每一步：谁、什么时候、写了什么"
    )

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=10, choices=[(one.value, one.zh) for one in StepKind])
    text = models.TextField(default="", blank=True)
    by_id = models.UUIDField(null=True)
    by_role = models.CharField(max_length=20, default="", blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["report", "id"], name="report_steps")]

    def __str__(self) -> str:
        return self.kind


class Incident(ScopedModel):
    """安全事件: what happened to data, whom it touches, who was told, what was done, what was learned."""

    personal_data: ClassVar[PersonalData] = PersonalData("personal", "安全事件的经过、涉及的数据和人数、处置")
    access_table = TABLE
    self_field = "opened_by"

    title = models.CharField(max_length=80)
    what = models.TextField()
    happened_on = models.DateField()
    found_at = models.DateTimeField()
    categories = ArrayField(models.CharField(max_length=20))
    people_touched = models.PositiveIntegerField()
    is_grave = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=[(one.value, one.zh) for one in IncidentState])
    opened_by = models.UUIDField()
    tell_by = models.DateTimeField()
    lessons = models.TextField(default="", blank=True)
    closed_by = models.UUIDField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(state="closed")
                | (models.Q(closed_by__isnull=False) & ~models.Q(lessons="")),
                name="incident_closed_with_lessons",
            )
        ]

    def __str__(self) -> str:
        return str(self.id)


class IncidentStep(Base):
    """A measure taken or somebody notified; never changed."""

    personal_data: ClassVar[PersonalData] = PersonalData("low", "安全事件里采取的措施、通知了谁")

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=10, choices=[("measure", "措施"), ("told", "已通知")])
    whom = models.CharField(max_length=60, default="", blank=True)
    text = models.TextField()
    at = models.DateTimeField()
    by_id = models.UUIDField()

    def __str__(self) -> str:
        return self.kind
