"""What is made of runs: a model's second pass over replies that rules left open, and the reports people read."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from qiming.assurance.access import TABLE
from qiming.assurance.models.products import ProductVersion
from qiming.assurance.models.testing import TestRun
from qiming.kernel import time
from qiming.kernel.privacy import PersonalData
from qiming.kernel.scope import ScopedModel

UNDER_WAY = ("waiting", "running")


class JudgePass(ScopedModel):
    """One second pass by a configured model. `summary`: what it said in numbers, and what it and people said of the same
    samples, by metric (`pairs`: both passed, judge alone, people alone, neither)."""

    personal_data: ClassVar[PersonalData] = PersonalData(
        "low", "谁请模型评判（内部编号）；评判的是产品说的话"
    )
    access_table = TABLE
    self_field = "started_by"

    run = models.ForeignKey(TestRun, on_delete=models.CASCADE, related_name="passes")
    judge = models.CharField(max_length=120)
    judge_hash = models.CharField(max_length=64, default="", blank=True)
    rubric = models.CharField(max_length=80, default="", blank=True)
    rubric_hash = models.CharField(max_length=64, default="", blank=True)
    state = models.CharField(max_length=8, default="waiting")  # waiting running done failed
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    record = models.CharField(max_length=160, default="", blank=True)  # under QIMING_HOME/made
    summary = models.JSONField(default=dict, blank=True)
    trouble = models.CharField(max_length=300, default="", blank=True)
    started_by = models.UUIDField()
    ended_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(default=time.now)  # when its process was last heard of

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["run"], condition=models.Q(state__in=UNDER_WAY), name="one_pass_over_a_run_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.judge} {self.state}"


class WrittenReport(ScopedModel):
    """A report over one run, or over all that count of a version (`run` empty). `basis` is the hash of what it says: when
    a run or a mark is added, another is written. `hides_blind`: made for the company, without the blind talks."""

    personal_data: ClassVar[PersonalData] = PersonalData("low", "谁要的报告（内部编号）")
    access_table = TABLE
    self_field = "asked_by"

    version = models.ForeignKey(ProductVersion, on_delete=models.PROTECT, related_name="written")
    run = models.ForeignKey(TestRun, null=True, on_delete=models.CASCADE, related_name="written")
    basis = models.CharField(max_length=64)
    hides_blind = models.BooleanField(default=True)
    state = models.CharField(max_length=8, default="waiting")  # waiting running done failed
    total = models.PositiveIntegerField(default=0)  # steps: each record, the page, the paper
    done = models.PositiveIntegerField(default=0)
    has_paper = models.BooleanField(default=False)
    trouble = models.CharField(max_length=300, default="", blank=True)
    asked_by = models.UUIDField()
    ended_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(default=time.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "basis"], name="written_once_of_a_basis")
        ]

    def __str__(self) -> str:
        return f"{self.basis[:8]} {self.state}"

    def file(self, form: str) -> str:
        """Where it lies under QIMING_HOME/made; `form` html or pdf."""
        return f"assurance/reports/{self.id}.{form}"
