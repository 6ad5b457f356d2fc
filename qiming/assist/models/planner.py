"""What the planner stores: plans with their parts and what became of each, lesson visits, reflections."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from qiming.assist.access import TABLE
from qiming.assist.planner.types import Form
from qiming.kernel.privacy import PersonalData
from qiming.kernel.scope import ScopedModel


class LessonPlan(ScopedModel):
    """A plan as it was made for one class; it never changes. `stands` says what of each lesson it was made from:
    [city's lesson version, school's draft or "", the draft's revision]."""

    personal_data: ClassVar = PersonalData("low", "哪位老师给哪个班备了什么课，班里几人还要练（只有人数）")
    access_table = TABLE
    self_field = "made_by"

    offering = models.ForeignKey("teaching.Offering", models.PROTECT, related_name="+")
    period = models.ForeignKey("teaching.TaughtPeriod", models.PROTECT, null=True, related_name="+")
    lesson_key = models.TextField(blank=True)  # empty: of several lessons
    form = models.TextField(choices=[(one.value, one.words) for one in Form])
    minutes = models.PositiveSmallIntegerField()
    has_computers = models.BooleanField(default=True)
    host = models.TextField(blank=True)
    host_minutes = models.PositiveSmallIntegerField(default=0)
    periods = models.PositiveSmallIntegerField(default=1)
    body = models.JSONField()
    stands = models.JSONField()
    made_by = models.UUIDField()


class PlanPart(ScopedModel):
    """One proposed change of a lesson: as it was, as proposed, and, once taken, as it went into the school's version
    in which step of its history."""

    class State(models.TextChoices):
        OPEN = "open", "还没定"
        TAKEN = "taken", "采用了"
        CHANGED = "changed", "改了再用"
        LEFT = "left", "不用"

    personal_data: ClassVar = PersonalData("low", "备课的一处建议，哪位老师采用了它")
    access_table = TABLE
    self_field = "decided_by"

    plan = models.ForeignKey(LessonPlan, models.CASCADE, related_name="parts")
    number = models.PositiveSmallIntegerField()
    key = models.TextField()
    kind = models.TextField()
    lesson_key = models.TextField()
    place = models.TextField()
    title = models.TextField()
    reason = models.TextField()
    sources = models.JSONField()
    before = models.JSONField(null=True)
    after = models.JSONField()
    state = models.TextField(choices=State.choices, default=State.OPEN)
    taken = models.JSONField(null=True)
    fork_id = models.UUIDField(null=True)
    revision = models.PositiveIntegerField(null=True)
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["plan", "key"], name="assist_planpart_key"),
        ]


class LessonVisit(ScopedModel):
    """What a colleague saw in one period, by the indicators of its plan. Its path is the school's."""

    personal_data: ClassVar = PersonalData("low", "哪位同事听了哪节课、看到了什么，不写学生姓名")
    access_table = TABLE
    self_field = "made_by"

    period = models.ForeignKey("teaching.TaughtPeriod", models.PROTECT, related_name="+")
    indicators = models.JSONField()
    marks = models.JSONField(default=dict)
    note = models.TextField(blank=True)
    is_done = models.BooleanField(default=False)
    made_by = models.UUIDField()
    changed_at = models.DateTimeField(null=True)

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["period", "made_by"], name="assist_visit_once"),
        ]


class LessonReflection(ScopedModel):
    """What the teacher thinks of a period afterwards, beside the figures of it."""

    personal_data: ClassVar = PersonalData("low", "老师的课后反思")
    access_table = TABLE
    self_field = "made_by"

    period = models.OneToOneField("teaching.TaughtPeriod", models.PROTECT, related_name="+")
    text = models.TextField()
    next_time = models.TextField(blank=True)
    made_by = models.UUIDField()
    changed_at = models.DateTimeField()
