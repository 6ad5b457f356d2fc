"""Trainings, the places handed down in them, who is enrolled and who was there."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from qiming.educators.access import TABLE
from qiming.educators.types import Audience, Mode, Tier
from qiming.kernel import time
from qiming.kernel.privacy import NO_PERSONAL_DATA, PersonalData
from qiming.kernel.scope import ScopedModel


class Training(ScopedModel):
    """One run of a training by the place at `scope_path`: city, district or school."""

    personal_data: ClassVar[PersonalData] = PersonalData("low", "谁开办了培训")
    access_table = TABLE

    place_id = models.UUIDField()
    title = models.CharField(max_length=60)
    tier = models.CharField(max_length=10, choices=[(one.value, one.zh) for one in Tier])
    audience = models.CharField(max_length=20, choices=[(one.value, one.zh) for one in Audience])
    begins_on = models.DateField()
    due_on = models.DateField()
    asks_output = models.BooleanField(default=False)  # who attended hands in an output, and passes by it
    opened_by = models.UUIDField()
    closed_at = models.DateTimeField(null=True)

    class Meta(ScopedModel.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(due_on__gte=models.F("begins_on")), name="training_ends_after_it_begins"
            )
        ]

    def __str__(self) -> str:
        return str(self.id)


class Allotment(ScopedModel):
    """Places of a training given to the place at `scope_path`. What is handed down and taken never exceeds `places`: a
    trigger keeps it (migration 0001)."""

    personal_data: ClassVar[PersonalData] = NO_PERSONAL_DATA
    access_table = TABLE

    training = models.ForeignKey(Training, on_delete=models.PROTECT, related_name="allotments")
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="parts")
    place_id = models.UUIDField()
    places = models.PositiveIntegerField()

    class Meta(ScopedModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["training", "place_id"], name="one_allotment_per_place"),
            models.UniqueConstraint(
                fields=["training"], condition=Q(parent=None), name="one_allotment_at_the_top"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Enrolment(ScopedModel):
    """Somebody in a training, out of the places of a school; the sums of all levels above are counted from these."""

    class State(models.TextChoices):
        ENROLLED = "enrolled", "在读"
        WITHDRAWN = "withdrawn", "已退出"
        OUTPUT_DUE = "output_due", "待交成果"
        PASSED = "passed", "通过"
        NOT_PASSED = "not_passed", "没有通过"

    personal_data: ClassVar[PersonalData] = PersonalData(
        "personal", "哪位老师参加了哪次培训、是否通过、学分多少"
    )
    access_table = TABLE

    training = models.ForeignKey(Training, on_delete=models.PROTECT, related_name="enrolments")
    allotment = models.ForeignKey(Allotment, on_delete=models.PROTECT, related_name="enrolments")
    person_id = models.UUIDField(db_index=True)
    state = models.CharField(max_length=10, choices=State, default=State.ENROLLED)
    credit_hundredths = models.PositiveIntegerField(default=0)
    reasons = models.JSONField(default=list)
    enrolled_by = models.UUIDField()
    settled_at = models.DateTimeField(null=True)

    class Meta(ScopedModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["training", "person_id"], name="enrolled_once"),
            models.CheckConstraint(
                condition=Q(state="passed") | Q(credit_hundredths=0), name="credit_only_when_passed"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class TrainingSession(ScopedModel):
    """One event of a training; whoever is there types its code. `scope_path` is the training's."""

    personal_data: ClassVar[PersonalData] = NO_PERSONAL_DATA
    access_table = TABLE

    training = models.ForeignKey(Training, on_delete=models.PROTECT, related_name="sessions")
    title = models.CharField(max_length=60)
    mode = models.CharField(max_length=8, choices=[(one.value, one.zh) for one in Mode])
    where = models.CharField(max_length=120)
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=8)

    class Meta(ScopedModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["training", "code"], name="one_code_per_session"),
            models.CheckConstraint(
                condition=Q(minutes__gte=10, minutes__lte=600), name="session_of_10_to_600_minutes"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Attendance(ScopedModel):
    """Somebody was at a session: by its code, or noted by hand with a reason. `scope_path` is the person's school."""

    class How(models.TextChoices):
        CODE = "code", "到场码"
        BY_HAND = "by_hand", "补记"

    personal_data: ClassVar[PersonalData] = PersonalData("personal", "哪位老师什么时候参加了哪次培训活动")
    access_table = TABLE

    session = models.ForeignKey(TrainingSession, on_delete=models.PROTECT, related_name="attendances")
    person_id = models.UUIDField(db_index=True)
    how = models.CharField(max_length=8, choices=How)
    reason = models.CharField(max_length=200, blank=True, default="")
    noted_by = models.UUIDField()
    at = models.DateTimeField(default=time.now)

    class Meta(ScopedModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["session", "person_id"], name="there_once"),
            models.CheckConstraint(
                condition=Q(how="code") | ~Q(reason=""), name="noted_by_hand_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
