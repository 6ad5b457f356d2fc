"""What the year end stores: a school's year with its cut figures, the draw of a district, what was frozen."""

from typing import ClassVar

from django.db import models

from qiming.governance.access import TABLE
from qiming.kernel.privacy import NO_PERSONAL_DATA, PersonalData
from qiming.kernel.scope import ScopedModel


class YearEnd(ScopedModel):
    """One school's year. `state` follows its case; `lines` are its classes as they were cut, `digest` their SHA-256.
    Once `frozen_at` stands the database refuses every change (migration 0004)."""

    personal_data = NO_PERSONAL_DATA
    access_table = TABLE

    school_id = models.UUIDField()
    school_year = models.TextField()
    is_rehearsal = models.BooleanField()
    case_id = models.UUIDField(unique=True)
    state = models.TextField()
    lines = models.JSONField(default=list)
    digest = models.CharField(max_length=64, blank=True, default="")
    cut_at = models.DateTimeField(null=True)
    signals = models.JSONField(default=list)  # [[key, sentence, points]]
    why_short = models.TextField(blank=True, default="")  # the head's words on classes below what is required
    drawn = models.TextField(blank=True, default="")  # random | risk | late, when it is looked at
    frozen_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["school_id", "school_year", "is_rehearsal"], name="year_end_once_a_school"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["school_year", "scope_path"], name="year_end_place")]


class YearDraw(ScopedModel):
    """Which of a district's schools are looked at, with all by which anybody can draw again."""

    personal_data = PersonalData("low", "谁抽的签（人员编号）")
    access_table = TABLE
    self_field = "drawn_by"

    school_year = models.TextField()
    is_rehearsal = models.BooleanField()
    seed = models.TextField()
    candidates = models.JSONField()  # {school: points}
    by_risk = models.JSONField()
    at_random = models.JSONField()
    drawn_by = models.UUIDField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["scope_path", "school_year", "is_rehearsal"], name="year_draw_once"
            )
        ]


class YearFreeze(ScopedModel):
    """A district's year as it was frozen: never changed (migration 0004). `sums` are what reports quote."""

    personal_data = PersonalData("low", "谁冻结的（人员编号）")
    access_table = TABLE
    self_field = "frozen_by"

    school_year = models.TextField()
    is_rehearsal = models.BooleanField()
    schools = models.JSONField()  # [[school, state, digest]]
    sums = models.JSONField()
    digest = models.CharField(max_length=64)
    frozen_by = models.UUIDField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["scope_path", "school_year", "is_rehearsal"], name="year_freeze_once"
            )
        ]
