"""Trials, proposed verdicts and who signed them."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from qiming.assurance.access import TABLE
from qiming.assurance.admission import Authority
from qiming.assurance.models.products import ProductVersion
from qiming.kernel.privacy import PersonalData
from qiming.kernel.scope import ScopedModel


class Trial(ScopedModel):
    """A version is tried by a few named schools until a day."""

    personal_data: ClassVar[PersonalData] = PersonalData("low", "谁定的试用范围（内部编号）")
    access_table = TABLE
    self_field = "set_by"

    version = models.ForeignKey(ProductVersion, on_delete=models.PROTECT, related_name="trials")
    schools = ArrayField(models.TextField())  # their paths
    until = models.DateField()
    conditions = models.JSONField()
    set_by = models.UUIDField()
    ended_on = models.DateField(null=True)
    found = models.TextField(default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["version"], condition=models.Q(ended_on=None), name="one_trial_of_a_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.until}"


class Proposal(ScopedModel):
    """A verdict with its conditions as the panel proposes it; the authorities sign its hash. A changed proposal is
    another row, and is signed anew."""

    personal_data: ClassVar[PersonalData] = PersonalData("low", "谁拟的准入意见（内部编号）")
    access_table = TABLE
    self_field = "made_by"

    version = models.ForeignKey(ProductVersion, on_delete=models.PROTECT, related_name="proposals")
    conditions = models.JSONField()
    grounds = models.TextField()
    content_hash = models.CharField(max_length=64)
    made_by = models.UUIDField()
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["version"], condition=models.Q(is_current=True), name="one_current_proposal"
            )
        ]

    def __str__(self) -> str:
        return self.content_hash[:8]


class Signature(ScopedModel):
    """Somebody of an entitled authority signs a proposal. One per authority, never one person for two."""

    personal_data: ClassVar[PersonalData] = PersonalData("low", "哪位签署人代表哪个部门签了什么（内部编号）")
    access_table = TABLE

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="signatures")
    authority = models.CharField(max_length=12, choices=[(one.value, one.zh) for one in Authority])
    person_id = models.UUIDField()
    signed_hash = models.CharField(max_length=64)
    note = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["proposal", "authority"], name="signed_once_per_authority"),
            models.UniqueConstraint(fields=["proposal", "person_id"], name="one_person_signs_for_one"),
        ]

    def __str__(self) -> str:
        return self.authority
