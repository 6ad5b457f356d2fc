"""Which school or class uses what, and how that was decided."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from qiming.kernel.privacy import PersonalData
from qiming.kernel.scope import ScopedModel
from qiming.resources.access import TABLE
from qiming.resources.models.shelf import Resource


class Adoption(ScopedModel):
    """A school or a class (`scope_path`) uses a resource. The school's decision is on file; an end has its reason, and
    says what became of the data where the resource had any."""

    personal_data: ClassVar[PersonalData] = PersonalData("low", "谁代表学校决定选用、结束选用（内部编号）")
    access_table = TABLE
    self_field = "decided_by"

    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="adoptions")
    place_id = models.UUIDField()
    school_path = models.TextField(db_collation="C")
    decided_by = models.UUIDField()
    minutes = models.TextField()
    since = models.DateField()
    ended_on = models.DateField(null=True)
    ended_by = models.UUIDField(null=True)
    ended_why = models.CharField(max_length=300, default="", blank=True)
    data_return = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["resource", "place_id"], condition=models.Q(ended_on=None), name="adopted_once"
            ),
            models.CheckConstraint(
                condition=models.Q(ended_on=None) | ~models.Q(ended_why=""), name="ended_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.since}–{self.ended_on or ''}"
