"""The organisation tree: city › district › school › class group or teaching group; companies stand beside it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from qiming.kernel.privacy import NO_PERSONAL_DATA, PersonalData
from qiming.kernel.scope import ScopedModel
from qiming.registry.access import TABLE


class Organisation(ScopedModel):
    """A place. Its `scope_path` is its own path: the parent's path, its random `step` and a slash.

    A class keeps its grade: at the year's turn it is closed and next year's class is another row.
    """

    personal_data: ClassVar[PersonalData] = NO_PERSONAL_DATA
    access_table = TABLE

    class Kind(models.TextChoices):
        CITY = "city", "市"
        DISTRICT = "district", "区"
        SCHOOL = "school", "学校"
        CLASS_GROUP = "class_group", "班级"
        TEACHING_GROUP = "teaching_group", "教学班"
        VENDOR = "vendor", "企业"

    kind = models.CharField(max_length=16, choices=Kind.choices)
    name = models.CharField(max_length=120)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    step = models.CharField(max_length=8)
    stages = models.JSONField(default=list)
    grade = models.PositiveSmallIntegerField(null=True)
    class_no = models.PositiveSmallIntegerField(null=True)
    official_code = models.CharField(max_length=20, null=True, unique=True)
    adcode = models.CharField(max_length=6, null=True)
    authority = models.CharField(max_length=60, default="", blank=True)
    closed_on = models.DateField(null=True)
    # Of a class that goes up a grade every year: the school years between which this row is that class.
    first_year = models.CharField(max_length=9, default="", blank=True)
    last_year = models.CharField(max_length=9, default="", blank=True)
    is_synthetic = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scope_path"], name="organisation_path_unique"),
            models.CheckConstraint(
                condition=Q(kind__in=["city", "vendor"], parent__isnull=True)
                | (~Q(kind__in=["city", "vendor"]) & Q(parent__isnull=False)),
                name="organisation_cities_and_vendors_have_no_parent",
            ),
            models.CheckConstraint(
                condition=Q(
                    kind="class_group", grade__gte=1, grade__lte=12, class_no__gte=1, class_no__lte=99
                )
                | Q(kind="teaching_group", grade__gte=1, grade__lte=12, class_no__isnull=True)
                | Q(kind="teaching_group", grade__isnull=True, class_no__isnull=True)
                | (
                    ~Q(kind__in=["class_group", "teaching_group"])
                    & Q(grade__isnull=True, class_no__isnull=True)
                ),
                name="organisation_a_class_has_grade_and_number",
            ),
            models.CheckConstraint(
                condition=Q(scope_path__endswith="/"), name="organisation_path_ends_with_slash"
            ),
            models.UniqueConstraint(
                fields=["parent", "grade", "class_no"],
                condition=Q(kind="class_group", closed_on__isnull=True),
                name="organisation_one_open_class_per_number",
            ),
            models.UniqueConstraint(
                fields=["parent", "name"],
                condition=Q(closed_on__isnull=True),
                name="organisation_name_unique_below_parent",
            ),
        ]

    @property
    def path(self) -> str:
        return str(self.scope_path)

    def __str__(self) -> str:
        return self.name
