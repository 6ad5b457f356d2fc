"""The class-hour ledger: attendance, evidence, and what each pupil is credited with."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from qiming.kernel.privacy import PersonalData
from qiming.kernel.scope import ScopedModel
from qiming.teaching.access import TABLE
from qiming.teaching.models.plan import TaughtPeriod, choices_of
from qiming.teaching.types import ActKind, AttendanceStatus, EvidenceKind


class Attendance(ScopedModel):
    """Whether a pupil was there: from the platform until the teacher says otherwise."""

    personal_data = PersonalData("personal", "学生哪节课到没到、迟到或请假")
    access_table = TABLE
    self_field = "pupil_id"

    period = models.ForeignKey(TaughtPeriod, on_delete=models.CASCADE, related_name="attendances")
    pupil_id = models.UUIDField()
    status = models.CharField(max_length=8, choices=[(one.value, one.zh) for one in AttendanceStatus])
    source = models.CharField(max_length=8, choices=[("platform", "平台"), ("teacher", "教师")])
    marked_by = models.UUIDField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("period", "pupil_id"), name="attendance_once"),)

    def __str__(self) -> str:
        return self.status


class PeriodEvidence(ScopedModel):
    """What a pupil did in a period, counted by kind; the acts themselves are statements in the record store."""

    personal_data = PersonalData("personal", "学生在一节课里作答、作品、感想的次数和时间")
    access_table = TABLE
    self_field = "pupil_id"

    period = models.ForeignKey(TaughtPeriod, on_delete=models.CASCADE, related_name="evidences")
    pupil_id = models.UUIDField()
    kind = models.CharField(max_length=12, choices=[(one.value, one.zh) for one in ActKind])
    count = models.PositiveIntegerField(default=1)
    late_count = models.PositiveIntegerField(default=0)  # arrived after the period had ended
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("period", "pupil_id", "kind"), name="evidence_once_a_kind"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.count}"


class PeriodCredit(ScopedModel):
    """What one pupil is credited with for one period, with the reasons. Always computed, never typed."""

    personal_data = PersonalData("personal", "学生每节课记了多少课时、依据是什么")
    access_table = TABLE
    self_field = "pupil_id"

    period = models.ForeignKey(TaughtPeriod, on_delete=models.CASCADE, related_name="credits")
    pupil_id = models.UUIDField()
    class_group_id = models.UUIDField()
    school_year = models.CharField(max_length=9)
    credited_minutes = models.PositiveSmallIntegerField()
    period_minutes = models.PositiveSmallIntegerField()
    basis = models.CharField(max_length=10, choices=choices_of(EvidenceKind), null=True)
    reasons = ArrayField(models.CharField(max_length=200))
    evidence_ids = ArrayField(models.UUIDField(), default=list)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("period", "pupil_id"), name="credit_once"),
            models.CheckConstraint(
                condition=models.Q(period_minutes__gt=0, credited_minutes__lte=models.F("period_minutes")),
                name="credit_within_period",
            ),
        )
        indexes = (
            models.Index(fields=("pupil_id", "school_year"), name="credit_pupil_year"),
            models.Index(fields=("scope_path", "school_year"), name="credit_place_year"),
        )

    def __str__(self) -> str:
        return f"{self.credited_minutes}/{self.period_minutes}"
