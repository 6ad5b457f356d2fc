"""How long things are kept: what was deleted by which rule, and what must not be deleted for now."""

from typing import ClassVar

from django.db import models

from qiming.kernel.base import Base
from qiming.kernel.privacy import NO_PERSONAL_DATA, PersonalData
from qiming.kernel.scope import ScopedModel
from qiming.trust.access import TABLE


class RetentionRun(Base):
    """The certificate of one deletion: which rule, up to when, how many, and a hash of the ids that went."""

    personal_data: ClassVar[PersonalData] = NO_PERSONAL_DATA

    rule = models.CharField(max_length=40)
    says = models.TextField()
    basis = models.TextField()
    verified = models.BooleanField()
    keep_days = models.PositiveIntegerField()
    cutoff = models.DateTimeField()
    count = models.PositiveIntegerField()
    held_back = models.PositiveIntegerField(default=0)
    places = models.JSONField(default=dict)  # school path → how many
    ids_sha256 = models.CharField(max_length=64)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["-created_at"], name="retention_latest")]

    def __str__(self) -> str:
        return f"{self.rule} {self.count}"


class LegalHold(ScopedModel):
    """Nothing about this person, or (without one) about this place, is deleted until the hold is lifted."""

    personal_data: ClassVar[PersonalData] = PersonalData(
        "personal", "因投诉、诉讼或调查暂停删除：谁的、为什么、谁定的"
    )
    access_table = TABLE
    self_field = "person_id"

    person_id = models.UUIDField(null=True)
    reason = models.CharField(max_length=500)
    placed_by = models.UUIDField()
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["scope_path", "person_id"],
                condition=models.Q(lifted_at=None),
                nulls_distinct=False,
                name="hold_one_open",
            )
        ]

    def __str__(self) -> str:
        return str(self.id)
