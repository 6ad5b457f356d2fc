"""What the marker stores."""

from typing import ClassVar

from django.db import models

from qiming.assist.access import TABLE
from qiming.kernel.privacy import PersonalData
from qiming.kernel.scope import ScopedModel


class MarkRubric(ScopedModel):
    """What gives points for the answers of one class to one item, as the teacher wrote it; a change is a new row."""

    personal_data: ClassVar = PersonalData("low", "一个班一道题的给分标准，哪位老师写的")
    access_table = TABLE
    self_field = "made_by"

    offering = models.ForeignKey("teaching.Offering", models.PROTECT, related_name="+")
    item_version = models.ForeignKey("curriculum.ItemVersion", models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    criteria = models.JSONField()  # `marker.rubrics.to_data`
    made_by = models.UUIDField()

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["offering", "item_version", "number"], name="assist_markrubric_number"
            )
        ]
