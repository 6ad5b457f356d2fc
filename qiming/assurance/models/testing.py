"""What was measured, by whom, and what people said where a machine could not tell."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from qiming.assurance.access import TABLE
from qiming.assurance.models.products import ProductVersion
from qiming.kernel import time
from qiming.kernel.privacy import PersonalData
from qiming.kernel.scope import ScopedModel


class TestRun(ScopedModel):
    """One suite run against one version. The transcripts lie in a file of their own; here stand the figures.

    `purpose` self: the company on itself, published cases only; lab: by the tester; blind: with sealed cases.
    """

    __test__ = False  # not a test of pytest's

    personal_data: ClassVar[PersonalData] = PersonalData(
        "low", "谁发起的检测（内部编号）；问的都是题库里的话"
    )
    access_table = TABLE
    self_field = "started_by"

    version = models.ForeignKey(ProductVersion, on_delete=models.PROTECT, related_name="runs")
    suite = models.CharField(max_length=60)
    purpose = models.CharField(max_length=6)
    content_hash = models.CharField(max_length=64)  # of the version as it was then
    banks = models.JSONField(default=list, blank=True)  # the numbers of the brought banks it asks
    libraries = models.JSONField(default=list, blank=True)  # and of the lists of words replies are read for
    state = models.CharField(max_length=8, default="waiting")  # waiting running done failed
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    record = models.CharField(max_length=120, default="", blank=True)  # under QIMING_HOME/made
    summary = models.JSONField(default=dict, blank=True)
    passed = models.BooleanField(null=True)
    trouble = models.CharField(max_length=300, default="", blank=True)
    started_by = models.UUIDField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(default=time.now)  # when its process was last heard of

    class Meta:
        indexes: ClassVar = [models.Index(fields=["version", "-id"], name="runs_of_version")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["version", "suite", "purpose"],
                condition=models.Q(state__in=["waiting", "running"]),
                name="one_run_of_a_suite_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.suite} {self.state}"


class HumanMark(ScopedModel):
    """What one person thinks of one reply that the machine could not judge. Two mark each, blind to each other."""

    personal_data: ClassVar[PersonalData] = PersonalData("low", "谁判读了哪条作答（内部编号）")
    access_table = TABLE

    run = models.ForeignKey(TestRun, on_delete=models.CASCADE, related_name="marks")
    sample = models.CharField(max_length=80)
    person_id = models.UUIDField()
    passed = models.BooleanField()
    note = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "sample", "person_id"], name="marked_once_by_a_person")
        ]

    def __str__(self) -> str:
        return self.sample


class ThirdPartyReport(ScopedModel):
    """The full safety test of an accredited body: the file, who made it, from when to when it counts."""

    personal_data: ClassVar[PersonalData] = PersonalData("low", "谁上传、谁核对的报告（内部编号）")
    access_table = TABLE
    self_field = "sent_by"

    version = models.ForeignKey(ProductVersion, on_delete=models.PROTECT, related_name="reports")
    body = models.CharField(max_length=80)
    accreditation = models.CharField(max_length=80)
    dated = models.DateField()
    valid_until = models.DateField()
    file_id = models.UUIDField()
    sha256 = models.CharField(max_length=64)
    content_hash = models.CharField(max_length=64)  # of the version it was sent for
    is_full = models.BooleanField(default=False)
    sent_by = models.UUIDField()
    accepted = models.BooleanField(null=True)
    note = models.CharField(max_length=300, default="", blank=True)
    checked_by = models.UUIDField(null=True)
    checked_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(valid_until__gte=models.F("dated")), name="report_valid_after_its_date"
            )
        ]

    def __str__(self) -> str:
        return self.body
