"""What a district doesn't want on its own shelf: it may be stricter than the city, never laxer."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from qiming.kernel.privacy import PersonalData
from qiming.kernel.scope import ScopedModel
from qiming.resources.access import TABLE
from qiming.resources.models.shelf import Resource


class Exclusion(ScopedModel):
    """The district at `scope_path` took a resource off its shelf, until it puts it back."""

    personal_data: ClassVar[PersonalData] = PersonalData("low", "谁代表区里收起、放回一个资源（内部编号）")
    access_table = TABLE
    self_field = "decided_by"

    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="exclusions")
    decided_by = models.UUIDField()
    why = models.CharField(max_length=300)
    since = models.DateField()
    ended_on = models.DateField(null=True)
    ended_by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["resource", "scope_path"],
                condition=models.Q(ended_on=None),
                name="excluded_once",
            ),
            models.CheckConstraint(condition=~models.Q(why=""), name="excluded_with_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.since}–{self.ended_on or ''}"
