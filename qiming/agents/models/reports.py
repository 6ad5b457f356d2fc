"""What teachers say of the guard's word lists."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from qiming.agents.access import TABLE
from qiming.agents.types import HitState
from qiming.kernel.privacy import PersonalData
from qiming.kernel.scope import ScopedModel


class FalseHit(ScopedModel):
    """A teacher says that the guard held back what was no matter. The pupil's words are not in it: only which entry of the
    lists fired and what the teacher says of the moment."""

    personal_data: ClassVar[PersonalData] = PersonalData("personal", "哪位老师报告、谁答复了词表的误拦")
    access_table = TABLE
    self_field = "id"

    turn_id = models.UUIDField(unique=True)
    key = models.CharField(max_length=60)
    why = models.CharField(max_length=200)
    told_by = models.UUIDField(null=True)
    state = models.CharField(
        max_length=8,
        default=HitState.OPEN.value,
        choices=[(one.value, one.value) for one in HitState],
    )
    answer = models.CharField(max_length=200, default="", blank=True)
    answered_by = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "key"], name="agents_hits_waiting")]

    def __str__(self) -> str:
        return f"{self.key} {self.state}"
