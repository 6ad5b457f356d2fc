"""The school calendar: years, terms, days without lessons, the period table."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from qiming.kernel.base import Base
from qiming.kernel.privacy import NO_PERSONAL_DATA, PersonalData
from qiming.kernel.scope import ScopedModel
from qiming.registry.access import TABLE
from qiming.registry.models.organisations import Organisation


class SchoolYear(Base):
    """学年: dated data with its source; `verified` says whether somebody checked it against the notice."""

    personal_data: ClassVar[PersonalData] = NO_PERSONAL_DATA

    key = models.CharField(max_length=9, unique=True)
    starts_on = models.DateField()
    ends_on = models.DateField()
    source = models.CharField(max_length=200, default="", blank=True)
    verified = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="year_ends_after_start")
        ]

    def __str__(self) -> str:
        return self.key


class Term(ScopedModel):
    """学期 of a city, or of a school that differs."""

    personal_data: ClassVar[PersonalData] = NO_PERSONAL_DATA
    access_table = TABLE

    school_year = models.ForeignKey(SchoolYear, on_delete=models.PROTECT, related_name="terms")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="terms")
    no = models.PositiveSmallIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    source = models.CharField(max_length=200, default="", blank=True)
    verified = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["school_year", "organisation", "no"], name="term_once"),
            models.CheckConstraint(condition=Q(no__in=[1, 2]), name="term_is_first_or_second"),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="term_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.school_year_id}/{self.no}"


class Holiday(ScopedModel):
    """A day without lessons, or (with `makeup_weekday` 1–7) a weekend day taught as that weekday."""

    personal_data: ClassVar[PersonalData] = NO_PERSONAL_DATA
    access_table = TABLE

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="holidays")
    date = models.DateField()
    label = models.CharField(max_length=40)
    makeup_weekday = models.PositiveSmallIntegerField(null=True)
    source = models.CharField(max_length=200, default="", blank=True)
    verified = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "date"], name="holiday_once_per_place_and_day"),
            models.CheckConstraint(
                condition=Q(makeup_weekday__isnull=True) | Q(makeup_weekday__gte=1, makeup_weekday__lte=7),
                name="holiday_makeup_weekday_1_to_7",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.label}"


class PeriodSlot(ScopedModel):
    """One line of a school's own period table for a stage. Without rows the default of the stage holds."""

    personal_data: ClassVar[PersonalData] = NO_PERSONAL_DATA
    access_table = TABLE

    school = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="period_slots")
    stage = models.CharField(max_length=8)
    no = models.PositiveSmallIntegerField()
    starts = models.TimeField()
    ends = models.TimeField()
    label = models.CharField(max_length=20, default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["school", "stage", "no"], name="slot_once"),
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="slot_ends_after_start"),
            models.CheckConstraint(condition=Q(no__gte=1, no__lte=14), name="slot_no_1_to_14"),
        ]

    def __str__(self) -> str:
        return f"{self.stage}#{self.no}"
