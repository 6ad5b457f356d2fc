"""Homework set; handing in and marking belong to the learning room."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from qiming.kernel.privacy import PersonalData
from qiming.kernel.scope import ScopedModel
from qiming.teaching.access import TABLE
from qiming.teaching.models.plan import Offering


class Homework(ScopedModel):
    """Activities or items of one lesson, for the class or for some pupils, with a due moment."""

    personal_data = PersonalData("personal", "作业布置给哪些学生（内部编号）")
    access_table = TABLE
    self_field = "set_by"

    offering = models.ForeignKey(Offering, on_delete=models.PROTECT, related_name="homeworks")
    class_group_id = models.UUIDField(db_index=True)
    title = models.CharField(max_length=80)
    note = models.CharField(max_length=500, blank=True, default="")
    lesson_key = models.CharField(max_length=40)
    activity_keys = ArrayField(models.CharField(max_length=40), default=list)
    item_keys = ArrayField(models.CharField(max_length=40), default=list)
    pupil_ids = ArrayField(models.UUIDField(), null=True)  # null: the whole class
    due_at = models.DateTimeField()
    is_open = models.BooleanField(default=True)
    set_by = models.UUIDField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(activity_keys__len__gt=0) | models.Q(item_keys__len__gt=0),
                name="homework_has_something",
            ),
        )

    def __str__(self) -> str:
        return self.title
