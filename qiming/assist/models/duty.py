"""What is stored of duty: the roster, what a child asked for, who was told."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from qiming.agents.guard.crisis import KINDS
from qiming.assist.access import TABLE
from qiming.assist.duty.words import DONE
from qiming.kernel.privacy import PersonalData
from qiming.kernel.scope import ScopedModel


class DutyLine(ScopedModel):
    """One line of a school's roster. Taken off, it stays with its end: who was on duty must be known later."""

    personal_data: ClassVar = PersonalData("personal", "哪位老师什么时候值班")
    access_table = TABLE

    person_id = models.UUIDField()
    weekdays = ArrayField(models.PositiveSmallIntegerField())  # 0 is Monday
    starts = models.TimeField()
    ends = models.TimeField()
    place = models.PositiveSmallIntegerField(default=1)
    set_by = models.UUIDField()
    ended_at = models.DateTimeField(null=True)

    class Meta(ScopedModel.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(starts__lt=F("ends")), name="assist_dutyline_hours"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["scope_path"], condition=Q(ended_at=None), name="assist_duty_on")
        ]


class Alert(ScopedModel):
    """A child wrote words that ask for an adult. One for each turn of the companion; never deleted by hand."""

    class State(models.TextChoices):
        OPEN = "open", "等人接手"
        TAKEN = "taken", "有人接手"
        CLOSED = "closed", "处理完了"

    personal_data: ClassVar = PersonalData("sensitive", "哪名学生什么时候写了求助的话，谁接手、怎么处理")
    access_table = TABLE
    self_field = "pupil_id"

    pupil_id = models.UUIDField(db_index=True)
    turn_id = models.UUIDField(unique=True)
    period_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=16, choices=[(one, one) for one in KINDS])
    is_explicit = models.BooleanField()
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    at = models.DateTimeField()
    last_told_at = models.DateTimeField(null=True)
    taken_by = models.UUIDField(null=True)
    taken_at = models.DateTimeField(null=True)
    closed_by = models.UUIDField(null=True)
    closed_at = models.DateTimeField(null=True)
    done = ArrayField(models.CharField(max_length=16, choices=list(DONE.items())), default=list)
    note = models.CharField(max_length=500, default="", blank=True)

    class Meta(ScopedModel.Meta):
        indexes: ClassVar = [
            models.Index(fields=["last_told_at"], condition=Q(state="open"), name="assist_alert_open"),
        ]


class AlertNotice(ScopedModel):
    """One adult was told of one alert. Written once; `seen_at` when the page was first opened."""

    personal_data: ClassVar = PersonalData("personal", "哪位老师什么时候被通知、什么时候看了")
    access_table = TABLE

    class Outside(models.TextChoices):
        NOT = "", "没有接消息网关"
        WAITING = "waiting", "正在送"
        SENT = "sent", "已送出"
        FAILED = "failed", "没送到"

    alert = models.ForeignKey(Alert, models.PROTECT, related_name="notices")
    person_id = models.UUIDField()
    step = models.PositiveSmallIntegerField()
    told_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    outside = models.CharField(max_length=8, choices=Outside, default=Outside.NOT, blank=True)
    outside_tries = models.PositiveSmallIntegerField(default=0)
    outside_at = models.DateTimeField(null=True)

    class Meta(ScopedModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["alert", "person_id"], name="assist_told_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person_id", "-told_at"], name="assist_told_person"),
            models.Index(fields=["told_at"], condition=Q(outside="waiting"), name="assist_told_outside"),
        ]
