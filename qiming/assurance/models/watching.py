"""What is counted while a product is in use: numbers per hour, nothing about anybody."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from qiming.assurance.access import TABLE
from qiming.assurance.admission import SignalKind, Source
from qiming.assurance.models.products import Product
from qiming.kernel.base import Base
from qiming.kernel.privacy import NO_PERSONAL_DATA, PersonalData
from qiming.kernel.scope import ScopedModel


class Signal(ScopedModel):
    """How often something happened with a product in one hour, as we (launches, the door to models) or the company counted it."""

    personal_data: ClassVar[PersonalData] = NO_PERSONAL_DATA
    access_table = TABLE

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="signals")
    hour = models.DateTimeField()
    kind = models.CharField(max_length=10, choices=[(one.value, one.value) for one in SignalKind])
    source = models.CharField(max_length=6, choices=[(one.value, one.value) for one in Source])
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["product", "hour", "kind", "source"], name="signal_once_an_hour")
        ]

    def __str__(self) -> str:
        return f"{self.hour:%m-%d %H} {self.kind} {self.count}"


class TelemetryKey(ScopedModel):
    """What a company signs its reports with. The secret follows from the row and the signing key; it is not stored."""

    personal_data: ClassVar[PersonalData] = PersonalData("low", "谁领的密钥（内部编号）")
    access_table = TABLE
    self_field = "made_by"

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="keys")
    made_by = models.UUIDField()
    last_sent_ms = models.BigIntegerField(
        default=0
    )  # the moment named by the last report taken: older ones are replays
    last_taken_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["product"], condition=models.Q(ended_at=None), name="one_key_per_product"
            )
        ]

    def __str__(self) -> str:
        return str(self.id)


class Incident(Base):
    """Why the watch moved a product: what was seen, held against which threshold. Read on the desk and by the company."""

    personal_data: ClassVar[PersonalData] = NO_PERSONAL_DATA

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="incidents")
    kind = models.CharField(max_length=20)
    says = models.CharField(max_length=300)
    moved_to = models.CharField(max_length=20, default="", blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["product", "-id"], name="incidents_of_product")]

    def __str__(self) -> str:
        return self.kind
