"""A syllabus on its way in from a spreadsheet."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from qiming.curriculum.access import TABLE
from qiming.kernel.privacy import PersonalData
from qiming.kernel.scope import ScopedModel


class SyllabusSheet(ScopedModel):
    """One uploaded sheet: its cells as read, which column is what (`columns`: field → heading), and the syllabus it
    became. Until it is applied nothing of it is seen anywhere else."""

    personal_data: ClassVar[PersonalData] = PersonalData("low", "谁带来了哪份课程纲要（工作人员内部编号）")
    access_table = TABLE
    self_field = "uploaded_by"

    class State(models.TextChoices):
        READ = "read", "等待核对"
        APPLIED = "applied", "已写入"
        DROPPED = "dropped", "已放弃"

    uploaded_by = models.UUIDField()
    file_name = models.CharField(max_length=120)
    file_sha256 = models.CharField(max_length=64)
    headings = models.JSONField(default=list)
    rows = models.JSONField(default=list)  # [[line, {heading: cell}]]
    columns = models.JSONField(default=dict)
    about = models.JSONField(default=dict)  # title, status, published, source, note, stage
    state = models.CharField(max_length=10, choices=State.choices, default=State.READ)
    applied_at = models.DateTimeField(null=True)
    applied_count = models.PositiveIntegerField(default=0)
    syllabus = models.ForeignKey("curriculum.Syllabus", null=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return self.file_name
