"""A school's version of a lesson: the draft with every step that led to it, what was published, what was proposed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from qiming.curriculum.access import TABLE
from qiming.kernel import time
from qiming.kernel.privacy import PersonalData
from qiming.kernel.scope import ScopedModel


class LessonFork(ScopedModel):
    """One lesson of the city's course as one school has it. `parts` is the draft (`authoring.parts`); `base` the
    city's version that was last taken over."""

    personal_data: ClassVar[PersonalData] = PersonalData("low", "哪位老师改了哪一课（教师内部编号）")
    access_table = TABLE

    school_id = models.UUIDField()
    course_key = models.TextField()
    lesson_key = models.TextField()
    title = models.TextField()
    base = models.ForeignKey("curriculum.LessonVersion", on_delete=models.PROTECT, related_name="+")
    parts = models.JSONField()
    media = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=1)
    published_revision = models.PositiveIntegerField(default=0)
    made = models.PositiveIntegerField(
        default=0
    )  # own activities and items so far: a key is never used again
    started_by = models.UUIDField()
    changed_by = models.UUIDField()
    changed_at = models.DateTimeField(default=time.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["school_id", "course_key", "lesson_key"], name="lesson_forked_once_per_school"
            )
        ]


class ForkStep(ScopedModel):
    """One change of a draft: `changes` maps a place of it to [before, after]; None is nothing there."""

    class Kind(models.TextChoices):
        EDIT = "edit", "改"
        UNDO = "undo", "撤销"
        RESTORE = "restore", "恢复"
        MERGE = "merge", "并入市里新版"

    personal_data: ClassVar[PersonalData] = PersonalData("low", "哪位老师什么时候改了什么（教师内部编号）")
    access_table = TABLE

    fork = models.ForeignKey(LessonFork, on_delete=models.CASCADE, related_name="steps")
    revision = models.PositiveIntegerField()
    kind = models.TextField(choices=Kind.choices, default=Kind.EDIT)
    changes = models.JSONField()
    base_before = models.UUIDField(null=True)
    is_undone = models.BooleanField(default=False)
    made_by = models.UUIDField()
    made_at = models.DateTimeField(default=time.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["fork", "revision"], name="fork_step_once_per_revision")
        ]


class ForkVersion(ScopedModel):
    """What was published: a lesson version that never changes, and the parts it was built from."""

    personal_data: ClassVar[PersonalData] = PersonalData("low", "哪位老师发布了哪一版（教师内部编号）")
    access_table = TABLE

    fork = models.ForeignKey(LessonFork, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    lesson_version = models.OneToOneField("curriculum.LessonVersion", on_delete=models.PROTECT)
    base = models.ForeignKey("curriculum.LessonVersion", on_delete=models.PROTECT, related_name="+")
    parts = models.JSONField()
    made_by = models.UUIDField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["fork", "number"], name="fork_version_numbered_once")
        ]


class Proposal(ScopedModel):
    """A published school version proposed to those who look after the city's courses."""

    class State(models.TextChoices):
        WAITING = "waiting", "等答复"
        ACCEPTED = "accepted", "已采纳"
        DECLINED = "declined", "没有采纳"
        WITHDRAWN = "withdrawn", "已撤回"

    personal_data: ClassVar[PersonalData] = PersonalData("low", "谁提的建议、谁答复的（内部编号）")
    access_table = TABLE

    fork = models.ForeignKey(LessonFork, on_delete=models.PROTECT, related_name="proposals")
    version = models.ForeignKey(ForkVersion, on_delete=models.PROTECT, related_name="proposals")
    school_name = models.TextField()
    why = models.TextField()
    changes = models.JSONField()
    state = models.TextField(choices=State.choices, default=State.WAITING)
    asked_by = models.UUIDField()
    answer = models.TextField(default="", blank=True)
    answered_by = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["fork"], condition=models.Q(state="waiting"), name="proposal_waits_once"
            )
        ]
