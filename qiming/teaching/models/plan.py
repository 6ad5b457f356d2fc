"""Courses opened for a class and the periods planned and taught."""

from __future__ import annotations

from django.db import models

from qiming.curriculum.types import AI
from qiming.kernel.models import StoredFile
from qiming.kernel.privacy import PersonalData
from qiming.kernel.scope import ScopedModel
from qiming.teaching.access import TABLE
from qiming.teaching.types import DeliveryMode, EvidenceKind, PeriodState


def choices_of(kind: type[DeliveryMode | EvidenceKind | PeriodState]) -> list[tuple[str, str]]:
    return [(one.value, one.zh) for one in kind]


class Offering(ScopedModel):
    """A course opened for a class in a school year; it pins the version of the course the class has: the one it was
    opened with, or one in which the school's version of a lesson was chosen since."""

    personal_data = PersonalData("low", "哪个班开了什么课、谁开的（教师内部编号）")
    access_table = TABLE
    self_field = "opened_by"

    class_group_id = models.UUIDField(db_index=True)
    course_version_id = models.UUIDField()
    next_version_id = models.UUIDField(null=True)  # chosen while a period was running; in force when it ends
    course_key = models.CharField(max_length=80)
    subject = models.CharField(max_length=20, default=AI, db_default=AI)
    title = models.CharField(max_length=120)
    school_year = models.CharField(max_length=9)
    mode = models.CharField(max_length=12, choices=choices_of(DeliveryMode))
    host_subject = models.CharField(max_length=40, blank=True, default="")
    share_minutes = models.PositiveSmallIntegerField()
    period_minutes = models.PositiveSmallIntegerField()
    opened_by = models.UUIDField()
    is_open = models.BooleanField(default=True)
    plan_reasons = models.JSONField(default=list)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("class_group_id", "course_key", "school_year"),
                condition=models.Q(is_open=True),
                name="offering_open_once",
            ),
            models.CheckConstraint(
                condition=models.Q(share_minutes__gt=0, share_minutes__lte=models.F("period_minutes")),
                name="offering_share_within_period",
            ),
            models.CheckConstraint(
                condition=models.Q(mode="standalone", host_subject="")
                | (models.Q(mode="integrated") & ~models.Q(host_subject="")),
                name="offering_host_when_integrated",
            ),
        )

    def __str__(self) -> str:
        return self.title


class TaughtPeriod(ScopedModel):
    """One period of one class: planned, taught, confirmed. Without an offering: taught otherwise and put on record."""

    personal_data = PersonalData("low", "哪个班哪天上了哪一课、谁教的、谁确认的（教师内部编号）")
    access_table = TABLE
    self_field = "taught_by"

    offering = models.ForeignKey(Offering, on_delete=models.PROTECT, null=True, related_name="periods")
    class_group_id = models.UUIDField()
    school_year = models.CharField(max_length=9)
    lesson_key = models.CharField(max_length=40, blank=True, default="")
    lesson_version_id = models.UUIDField(null=True)
    position = models.PositiveSmallIntegerField(default=0)
    part = models.PositiveSmallIntegerField(default=1)
    parts = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(max_length=120)
    subject = models.CharField(max_length=20, default=AI, db_default=AI)
    materials = models.CharField(max_length=200, blank=True, default="")
    outcome_ids = models.JSONField(default=list)
    note = models.TextField(blank=True, default="")
    planned_date = models.DateField()
    slot_no = models.PositiveSmallIntegerField(null=True)
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=choices_of(PeriodState), default=PeriodState.PLANNED)
    credited_minutes = models.PositiveSmallIntegerField()
    period_minutes = models.PositiveSmallIntegerField()
    evidence_kind = models.CharField(max_length=10, choices=choices_of(EvidenceKind), null=True)
    taught_by = models.UUIDField(null=True)
    taught_at = models.DateTimeField(null=True)
    confirmed_by = models.UUIDField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    is_late = models.BooleanField(default=False)
    is_amended = models.BooleanField(default=False)

    class Meta:
        indexes = (
            models.Index(fields=("class_group_id", "school_year", "planned_date"), name="period_class_year"),
            models.Index(fields=("scope_path", "school_year", "state"), name="period_place_state"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("class_group_id", "planned_date", "slot_no"),
                condition=~models.Q(state="cancelled") & models.Q(slot_no__isnull=False),
                name="period_one_in_a_slot",
            ),
            models.CheckConstraint(
                condition=models.Q(period_minutes__gt=0, credited_minutes__lte=models.F("period_minutes")),
                name="period_credit_within_period",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="confirmed")
                | models.Q(
                    confirmed_by__isnull=False, confirmed_at__isnull=False, evidence_kind__isnull=False
                ),
                name="period_confirmed_by_someone",
            ),
            models.CheckConstraint(
                condition=models.Q(subject=AI) | models.Q(credited_minutes=0), name="period_hours_of_ai_alone"
            ),
        )

    def __str__(self) -> str:
        return f"{self.planned_date} {self.title}"


class PeriodChange(ScopedModel):
    """What was changed about a period, by whom and why: never rewritten."""

    personal_data = PersonalData("low", "谁为什么改了一节课的记录；改前改后的出勤只用内部编号")
    access_table = TABLE
    self_field = "made_by"

    period = models.ForeignKey(TaughtPeriod, on_delete=models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=16)
    reason = models.CharField(max_length=300, blank=True, default="")
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    made_by = models.UUIDField()

    def __str__(self) -> str:
        return self.kind


class PeriodPhoto(ScopedModel):
    """A photo of the board or of pupils' sheets that stands behind a period."""

    personal_data = PersonalData(
        "sensitive", "板书或学习单的照片，可能拍到学生写的字；认得出学生的，记着是谁（内部编号）"
    )
    access_table = TABLE
    self_field = "added_by"

    period = models.ForeignKey(TaughtPeriod, on_delete=models.CASCADE, related_name="photos")
    stored_file = models.ForeignKey(StoredFile, on_delete=models.PROTECT)
    added_by = models.UUIDField()
    # What the teacher stated: unsaid (nobody sees it) | none | some, and then which pupils can be recognised.
    faces = models.CharField(max_length=6, default="unsaid")
    pictured = models.JSONField(default=list)

    def __str__(self) -> str:
        return "课堂照片"
