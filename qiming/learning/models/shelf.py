"""Trained models that pupils keep, to use them in another lab."""

from typing import ClassVar

from django.db import models

from qiming.kernel import time
from qiming.kernel.privacy import PersonalData
from qiming.learning.models.acts import PupilRow


class KeptModel(PupilRow):
    """One trained model as web/labs/models.ts writes it: parameters and card, never the pictures it learnt from."""

    personal_data: ClassVar = PersonalData(
        "personal", "学生留下的训练好的模型：参数和自己填的模型卡，没有图片和声音"
    )

    # none for a model of a lab outside any lesson
    offering = models.ForeignKey("teaching.Offering", models.PROTECT, null=True, related_name="+")
    lesson_key = models.TextField(blank=True)
    activity_key = models.TextField(blank=True)
    made_id = models.UUIDField()  # made on the device: sent again it replaces
    name = models.TextField()
    kind = models.TextField()
    lab = models.TextField()
    from_camera = models.BooleanField(default=False)
    body = models.JSONField()
    size_bytes = models.PositiveIntegerField()
    updated_at = models.DateTimeField(default=time.now)

    class Meta(PupilRow.Meta):
        constraints = [models.UniqueConstraint(fields=["pupil", "made_id"], name="learning_keptmodel_one")]
