"""Objections made while a decision stands on public notice."""

from typing import ClassVar

from django.db import models

from qiming.casework.models.cases import Case
from qiming.kernel.base import Base
from qiming.kernel.privacy import PersonalData


class Objection(Base):
    """What somebody has against a proposed decision. Anonymous ones name nobody; the answer is read on the notice's page
    by the code of which only the hash is kept."""

    personal_data: ClassVar[PersonalData] = PersonalData(
        "personal", "公示期的异议：内容、答复；匿名的不记是谁"
    )

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="objections")
    person_id = models.UUIDField(null=True)
    code_hash = models.CharField(max_length=64, unique=True)
    text = models.TextField()
    due_at = models.DateTimeField()
    answer = models.TextField(default="", blank=True)
    upheld = models.BooleanField(null=True)
    settled_by = models.UUIDField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(settled_at=None) | (~models.Q(answer="") & models.Q(upheld__isnull=False)),
                name="settled_with_answer",
            )
        ]

    def __str__(self) -> str:
        return str(self.id)
