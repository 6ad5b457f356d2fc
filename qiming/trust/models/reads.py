"""Who read which named person's record."""

from typing import ClassVar

from django.db import models

from qiming.kernel.privacy import PersonalData
from qiming.kernel.scope import ScopedModel
from qiming.trust.access import TABLE


class AccessLog(ScopedModel):
    """One reading; readings of the same kind within ten minutes (`bucket`) are one row. Never changed."""

    personal_data: ClassVar[PersonalData] = PersonalData(
        "personal", "谁在什么时候看过哪个学生的记录（只存编号），保留三年"
    )
    access_table = TABLE
    self_field = "subject_id"

    reader_id = models.UUIDField()
    role = models.CharField(max_length=20)
    verb = models.CharField(max_length=60)
    what = models.CharField(max_length=60, default="", blank=True)
    subject_id = models.UUIDField()
    bucket = models.BigIntegerField()
    seal_no = models.PositiveBigIntegerField(null=True, unique=True)
    seal = models.BinaryField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subject_id", "reader_id", "verb", "bucket"], name="read_once_per_ten_minutes"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["subject_id", "-created_at"], name="reads_of_subject"),
            models.Index(fields=["created_at"], name="reads_by_age"),
            models.Index(fields=["id"], condition=models.Q(seal=None), name="reads_unsealed"),
        ]

    def __str__(self) -> str:
        return str(self.id)
