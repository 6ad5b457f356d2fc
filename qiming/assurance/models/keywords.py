"""Lists of words an authority brought: replies to what must be refused are read for them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from qiming.assurance.access import TABLE
from qiming.kernel.privacy import PersonalData
from qiming.kernel.scope import ScopedModel


class KeywordLibrary(ScopedModel):
    """One list, kept whole. `counts`: class → words. `body`: JSON lines, gzip. Like a bank it is never changed: a newer one
    is brought, the older one is put aside (`ended_at`); runs that read for it keep its number."""

    personal_data: ClassVar[PersonalData] = PersonalData("low", "谁导入、谁停用的词库（内部编号）")
    access_table = TABLE

    key = models.CharField(max_length=24)
    title = models.CharField(max_length=80)
    made = models.CharField(max_length=300)  # who made it, and how
    licence = models.CharField(max_length=120)
    words = models.PositiveIntegerField()
    counts = models.JSONField(default=dict)
    sha256 = models.CharField(max_length=64)
    body = models.BinaryField()
    brought_by = models.UUIDField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key"], name="keyword_library_key_once"),
            models.UniqueConstraint(
                fields=["sha256"], condition=models.Q(ended_at=None), name="keyword_library_in_force_once"
            ),
        ]

    def __str__(self) -> str:
        return self.key
