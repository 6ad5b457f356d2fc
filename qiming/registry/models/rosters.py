"""Roster files on their way in: read, shown, then written or left."""

from typing import ClassVar

from django.db import models

from qiming.kernel.privacy import PersonalData
from qiming.kernel.scope import ScopedModel
from qiming.registry.access import TABLE
from qiming.registry.models.organisations import Organisation


class RosterImport(ScopedModel):
    """One uploaded roster of a school. `stamp` is the roster it was compared with."""

    personal_data: ClassVar[PersonalData] = PersonalData(
        "sensitive", "待确认的名单行（姓名、班级、座号）；写入或放弃后只留计数，30天后清空"
    )
    access_table = TABLE

    class State(models.TextChoices):
        PREVIEWED = "previewed", "等待确认"
        APPLIED = "applied", "已写入"
        DROPPED = "dropped", "已放弃"

    school = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="roster_imports")
    uploaded_by = models.UUIDField()
    file_name = models.CharField(max_length=120)
    file_sha256 = models.CharField(max_length=64)
    rows = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    wrong_rows = models.JSONField(default=list)
    counts = models.JSONField(default=dict)
    stamp = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PREVIEWED)
    applied_at = models.DateTimeField(null=True)
    applied_by = models.UUIDField(null=True)

    def __str__(self) -> str:
        return str(self.id)
