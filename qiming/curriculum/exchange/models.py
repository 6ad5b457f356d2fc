"""A package that a teacher brought from another platform: what it holds in our form, and what did not come along."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from qiming.curriculum.access import TABLE
from qiming.kernel import time
from qiming.kernel.privacy import PersonalData
from qiming.kernel.scope import ScopedModel


class ImportedPackage(ScopedModel):
    """One package of one person; besides, the school's administrators see it. `draft` is `drafts.as_data`, `media` maps a lesson's number and
    `media/x.png` to the stored picture, `report` is what the teacher is told."""

    personal_data: ClassVar[PersonalData] = PersonalData(
        "low", "哪位老师从别的平台带来了哪份题（教师内部编号）"
    )
    access_table = TABLE

    class State(models.TextChoices):
        RECEIVED = "received", "等着读"
        READING = "reading", "正在读"
        READY = "ready", "读好了"
        REFUSED = "refused", "读不了"

    person_id = models.UUIDField(db_index=True)
    file_name = models.CharField(max_length=120)
    format = models.CharField(max_length=8, default="", blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RECEIVED)
    what = models.CharField(max_length=40, default="等着读")
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    told_at = models.DateTimeField(default=time.now)
    title = models.TextField(default="", blank=True)
    draft = models.JSONField(default=dict)
    media = models.JSONField(default=dict)
    report = models.JSONField(default=dict)
    refusal = models.JSONField(default=dict)
