"""The year's turn of a school: proposed, looked at, confirmed once, applied as a whole."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from qiming.kernel.privacy import PersonalData
from qiming.kernel.scope import ScopedModel
from qiming.registry.access import TABLE
from qiming.registry.models.organisations import Organisation


class Promotion(ScopedModel):
    """升级 of all classes of a school into one school year.

    `choices` holds what the administrator chose: {class_id: "follow" | "end"} for the teachers' rights.
    `kept_back` lists the ids of pupils who repeat the grade. `done` holds the ids of what was written, by which
    it can be undone.
    """

    personal_data: ClassVar[PersonalData] = PersonalData(
        "personal", "一所学校升级时哪些学生留级（内部编号）、谁确认的"
    )
    access_table = TABLE
    self_field = "confirmed_by"

    class State(models.TextChoices):
        DRAFT = "draft", "在准备"
        SCHEDULED = "scheduled", "到日子自动升级"
        APPLIED = "applied", "升好了"
        UNDONE = "undone", "撤回了"
        DROPPED = "dropped", "不办了"

    school = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="promotions")
    school_year = models.CharField(max_length=9, default="", blank=True)
    takes_effect_on = models.DateField(null=True)
    makes_empty_classes = models.BooleanField(default=True)
    choices = models.JSONField(default=dict)
    kept_back = models.JSONField(default=list)
    done = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    confirmed_by = models.UUIDField(null=True)
    applied_at = models.DateTimeField(null=True)
    undone_by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["school"],
                condition=Q(state__in=["draft", "scheduled"]),
                name="promotion_one_under_way_per_school",
            ),
            models.UniqueConstraint(
                fields=["school", "school_year"],
                condition=Q(state="applied"),
                name="promotion_once_a_year",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["scheduled", "applied"])
                | (Q(confirmed_by__isnull=False, takes_effect_on__isnull=False) & ~Q(school_year="")),
                name="promotion_confirmed_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.school_id} {self.school_year} {self.state}"
