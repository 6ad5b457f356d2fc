"""Products and their versions. What is filed never changes: another launch address or key set is another version."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from qiming.assurance.access import TABLE
from qiming.assurance.admission import FilingKind, ProductKind, Tier
from qiming.kernel.privacy import PersonalData
from qiming.kernel.scope import ScopedModel


class Product(ScopedModel):
    """Something a company offers; `scope_path` is the company. `launch` is how it is opened at this moment: when that is
    no longer what the current version was judged by, nothing is served. `current` is the version whose verdict counts."""

    personal_data: ClassVar[PersonalData] = PersonalData("low", "哪位企业人员申报的产品（内部编号）")
    access_table = TABLE
    self_field = "filed_by"

    title = models.CharField(max_length=60)
    kind = models.CharField(max_length=12, choices=[(one.value, one.zh) for one in ProductKind])
    says = models.TextField(default="", blank=True)
    launch = models.JSONField(default=dict)
    hosting = models.CharField(
        max_length=8, default="vendor"
    )  # vendor: runs at the company; city: on our machines
    watched_by = models.CharField(
        max_length=80, default="", blank=True
    )  # who watches it in place of telemetry
    endpoint_key = models.BinaryField(default=b"", blank=True)  # sealed: what opens the test address
    filed_by = models.UUIDField()
    current = models.ForeignKey(
        "assurance.ProductVersion", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scope_path", "title"], name="product_named_once_by_company")
        ]

    def __str__(self) -> str:
        return self.title


class ProductVersion(ScopedModel):
    """One version as filed. `state` follows the case about it; `conditions`, `admitted_at` and `until` are the verdict's."""

    personal_data: ClassVar[PersonalData] = PersonalData("low", "哪位企业人员申报的这一版（内部编号）")
    access_table = TABLE
    self_field = "made_by"

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    facts = models.JSONField()
    content_hash = models.CharField(max_length=64)
    state = models.CharField(max_length=40, default="draft")
    case_id = models.UUIDField(null=True)
    made_by = models.UUIDField()
    filed_at = models.DateTimeField(null=True)
    tier = models.CharField(
        max_length=6, default="", blank=True, choices=[(one.value, one.zh) for one in Tier]
    )
    tier_why = models.JSONField(default=list, blank=True)
    conditions = models.JSONField(default=dict, blank=True)
    since = models.DateTimeField(null=True)  # since when the state is what it is
    serving_since = models.DateTimeField(
        null=True
    )  # let in, or let in again; being watched does not interrupt it
    admitted_at = models.DateTimeField(null=True)
    until = models.DateField(null=True)
    warned_days = models.PositiveSmallIntegerField(null=True)  # the last warning before the term: 60, 30 or 7
    reason = models.TextField(default="", blank=True)  # why it stands as it does, where that needs saying

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["product", "number"], name="product_version_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "-id"], name="product_version_by_state"),
            models.Index(fields=["content_hash"], name="product_version_by_hash"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.state}"


class Filing(ScopedModel):
    """A number from somebody else's public list, and how it was checked by hand."""

    personal_data: ClassVar[PersonalData] = PersonalData("low", "哪位经办人核验的备案号（内部编号）")
    access_table = TABLE
    self_field = "checked_by"

    version = models.ForeignKey(ProductVersion, on_delete=models.PROTECT, related_name="filings")
    kind = models.CharField(max_length=12, choices=[(one.value, one.zh) for one in FilingKind])
    number = models.CharField(max_length=80, default="", blank=True)
    not_needed_why = models.CharField(max_length=200, default="", blank=True)
    valid_until = models.DateField(null=True)
    found = models.BooleanField(null=True)  # None: not looked up yet
    link = models.URLField(max_length=400, default="", blank=True)
    note = models.CharField(max_length=300, default="", blank=True)
    checked_by = models.UUIDField(null=True)
    checked_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "kind"], name="filing_once_per_kind"),
            models.CheckConstraint(
                condition=~models.Q(number="") | ~models.Q(not_needed_why=""), name="filing_says_something"
            ),
            models.CheckConstraint(
                condition=models.Q(found=None)
                | models.Q(checked_by__isnull=False, checked_at__isnull=False) & ~models.Q(note=""),
                name="filing_checked_says_how",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"
