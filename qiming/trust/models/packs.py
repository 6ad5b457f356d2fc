"""The yearly minors' protection pack of a place."""

from typing import ClassVar

from django.db import models

from qiming.kernel.privacy import PersonalData
from qiming.kernel.scope import ScopedModel
from qiming.trust.access import TABLE
from qiming.trust.types.packs import PackState


class YearPack(ScopedModel):
    """One calendar year of a place as it stood when the pack was made: figures only, frozen with a hash."""

    personal_data: ClassVar[PersonalData] = PersonalData("low", "年度审计包：合计数字和谁生成的")
    access_table = TABLE
    self_field = "asked_by"

    year = models.PositiveSmallIntegerField()
    asked_by = models.UUIDField()
    state = models.CharField(max_length=8, choices=[(one.value, one.zh) for one in PackState])
    done = models.PositiveSmallIntegerField(default=0)
    total = models.PositiveSmallIntegerField(default=0)
    step = models.CharField(max_length=40, default="", blank=True)
    content = models.JSONField(default=dict)
    content_sha256 = models.CharField(max_length=64, default="", blank=True)
    pdf_sha256 = models.CharField(max_length=64, default="", blank=True)
    xlsx_sha256 = models.CharField(max_length=64, default="", blank=True)
    ready_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["scope_path", "-year", "-created_at"], name="packs_of_place")
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["scope_path", "year"],
                condition=models.Q(state__in=["waiting", "building"]),
                name="pack_one_building",
            )
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.state}"
