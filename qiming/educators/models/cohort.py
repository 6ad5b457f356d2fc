"""What somebody hands in to pass a training that asks for an output."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from qiming.educators.access import TABLE
from qiming.educators.models.training import Enrolment
from qiming.kernel.privacy import PersonalData
from qiming.kernel.scope import ScopedModel
from qiming.registry.types import STAGE_NAMES


class Output(ScopedModel):
    """A plan of eight periods with its lesson plans and a lesson example; moves with its case. `scope_path` is the
    person's school; `plan` a list of periods as `cohort.rules.Period`; `handed_digest` the SHA-256 of what was handed in."""

    personal_data: ClassVar[PersonalData] = PersonalData("personal", "哪位老师写的研修成果、评审到哪一步")
    access_table = TABLE

    enrolment = models.OneToOneField(Enrolment, on_delete=models.PROTECT, related_name="output")
    person_id = models.UUIDField(db_index=True)
    stage = models.CharField(max_length=8, choices=[(one.value, zh) for one, zh in STAGE_NAMES.items()])
    plan = models.JSONField(default=list)
    course_version_id = models.UUIDField(null=True)
    lessons = ArrayField(models.UUIDField(), default=list)
    version = models.PositiveIntegerField(default=1)
    case_id = models.UUIDField(null=True)
    state = models.CharField(max_length=20, default="drafting")
    redos = models.PositiveSmallIntegerField(default=0)
    handed_digest = models.CharField(max_length=64, blank=True, default="")

    class Meta(ScopedModel.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=["drafting", "withdrawn"]) | ~Q(handed_digest=""),
                name="output_judged_was_handed_in",
            )
        ]

    def __str__(self) -> str:
        return str(self.id)
