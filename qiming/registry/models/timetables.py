"""A school's timetable: files on their way in, and the weekly lessons of each class."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from qiming.kernel.privacy import PersonalData
from qiming.kernel.scope import ScopedModel
from qiming.registry.access import TABLE
from qiming.registry.models.organisations import Organisation
from qiming.registry.models.people import Person


class TimetableImport(ScopedModel):
    """One uploaded timetable of a school for a term: read, shown, then written once or left."""

    personal_data: ClassVar[PersonalData] = PersonalData("low", "课表文件里的班级、课程和老师姓名")
    access_table = TABLE
    self_field = "uploaded_by"

    class State(models.TextChoices):
        PREVIEWED = "previewed", "等待确认"
        APPLIED = "applied", "已写入"
        DROPPED = "dropped", "已放弃"

    school = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="timetable_imports")
    uploaded_by = models.UUIDField()
    file_name = models.CharField(max_length=120)
    file_sha256 = models.CharField(max_length=64)
    school_year = models.CharField(max_length=9)
    term_no = models.PositiveSmallIntegerField()
    rows = models.JSONField(default=list)
    problems = models.JSONField(default=list)
    counts = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PREVIEWED)
    applied_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.id)


class TimetableLine(ScopedModel):
    """One lesson a week of a class or teaching group, in some weeks of a term."""

    personal_data: ClassVar[PersonalData] = PersonalData("low", "哪位老师哪天哪节在哪个班上什么课")
    access_table = TABLE
    self_field = "teacher_id"

    place = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="timetable_lines")
    school_year = models.CharField(max_length=9)
    term_no = models.PositiveSmallIntegerField()
    weekday = models.PositiveSmallIntegerField()
    slot_no = models.PositiveSmallIntegerField()
    course = models.CharField(max_length=60)
    teacher = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="timetable_lines")
    first_week = models.PositiveSmallIntegerField(default=1)
    last_week = models.PositiveSmallIntegerField(default=30)
    parity = models.CharField(max_length=4, default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(weekday__gte=1, weekday__lte=7, slot_no__gte=1, term_no__in=[1, 2]),
                name="timetable_day_slot_and_term",
            ),
            models.CheckConstraint(
                condition=Q(
                    first_week__gte=1, last_week__gte=F("first_week"), parity__in=["", "odd", "even"]
                ),
                name="timetable_weeks_in_order",
            ),
            models.UniqueConstraint(
                fields=[
                    "place",
                    "school_year",
                    "term_no",
                    "weekday",
                    "slot_no",
                    "first_week",
                    "last_week",
                    "parity",
                ],
                name="timetable_one_lesson_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.weekday}#{self.slot_no}"
