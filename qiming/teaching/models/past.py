"""Past periods brought in from a sheet: looked at first, then applied once."""

from __future__ import annotations

from django.db import models

from qiming.kernel.privacy import PersonalData
from qiming.kernel.scope import ScopedModel
from qiming.teaching.access import TABLE


class PastImport(ScopedModel):
    """One uploaded sheet: what it says, what is wrong with it, whether it was applied."""

    personal_data = PersonalData("personal", "以往课时表的内容，缺勤只写座号")
    access_table = TABLE
    self_field = "uploaded_by"

    uploaded_by = models.UUIDField()
    file_name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    rows = models.JSONField(default=list)
    problems = models.JSONField(default=list)
    applied_at = models.DateTimeField(null=True)
    applied_count = models.PositiveIntegerField(default=0)
    skipped_count = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.file_name
