"""Sheets of blind reviews."""

from typing import ClassVar

from django.db import models

from qiming.casework.access import TABLE
from qiming.casework.models.cases import Case
from qiming.casework.types import ReviewState
from qiming.kernel.privacy import PersonalData
from qiming.kernel.scope import ScopedModel


class ReviewSheet(ScopedModel):
    """One reviewer's sheet in one round of a review. Others see it only after their own is locked and the round is full.
    When it was asked for and when it was handed in stand side by side: instant reviews show."""

    personal_data: ClassVar[PersonalData] = PersonalData("low", "评审人的打分、理由和结论")
    access_table = TABLE

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="sheets")
    review = models.CharField(max_length=40)
    round = models.PositiveSmallIntegerField(default=1)
    person_id = models.UUIDField()
    state = models.CharField(max_length=10, choices=[(one.value, one.zh) for one in ReviewState])
    points = models.JSONField(default=dict)
    notes = models.JSONField(default=dict)
    verdict = models.CharField(max_length=10, default="", blank=True)
    advice = models.TextField(default="", blank=True)
    declined_why = models.CharField(max_length=200, default="", blank=True)
    locked_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "review", "round", "person_id"], name="one_sheet_per_reviewer"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="locked")
                | (models.Q(locked_at__isnull=False) & ~models.Q(verdict="")),
                name="locked_with_verdict",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["person_id", "state"], name="sheets_of_reviewer")]

    def __str__(self) -> str:
        return f"{self.review} {self.state}"
