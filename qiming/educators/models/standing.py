"""What no other room knows of somebody who teaches, and what each school lacks."""

from typing import ClassVar

from django.db import models

from qiming.educators.access import TABLE
from qiming.educators.types import Post
from qiming.kernel import time
from qiming.kernel.privacy import NO_PERSONAL_DATA, PersonalData
from qiming.kernel.scope import ScopedModel
from qiming.registry.types import STAGE_NAMES


class StaffProfile(ScopedModel):
    """Post, licence, origin subject and load of somebody at a school; `scope_path` is the school's."""

    personal_data: ClassVar[PersonalData] = PersonalData(
        "personal", "老师的职务、教师资格的学段、原任学科和每周课时，用来看能教哪个学段、学校缺多少师资"
    )
    access_table = TABLE

    person_id = models.UUIDField(db_index=True)
    school_id = models.UUIDField()
    post = models.CharField(max_length=10, choices=[(one.value, one.zh) for one in Post])
    licence = models.CharField(
        max_length=8, choices=[(one.value, zh) for one, zh in STAGE_NAMES.items()], blank=True, default=""
    )
    subject = models.CharField(max_length=20)
    weekly_periods = models.PositiveSmallIntegerField()  # in other subjects than AI
    set_by = models.UUIDField()
    set_at = models.DateTimeField(default=time.now)

    class Meta(ScopedModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person_id", "school_id"], name="one_profile_per_school"),
            models.CheckConstraint(
                condition=models.Q(weekly_periods__lte=40), name="profile_week_has_40_periods"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class SchoolNeed(ScopedModel):
    """One stage of a school as it was last counted: periods a year owed and to be given. Sums above are added from it."""

    personal_data: ClassVar[PersonalData] = NO_PERSONAL_DATA
    access_table = TABLE

    school_id = models.UUIDField()
    stage = models.CharField(max_length=8, choices=[(one.value, zh) for one, zh in STAGE_NAMES.items()])
    classes = models.PositiveIntegerField()
    owed = models.PositiveIntegerField()
    ready = models.PositiveIntegerField()
    on_the_way = models.PositiveIntegerField()
    can_give = models.PositiveIntegerField()
    will_give = models.PositiveIntegerField()
    counted_at = models.DateTimeField(default=time.now)

    class Meta(ScopedModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["school_id", "stage"], name="one_need_per_stage"),
            models.CheckConstraint(
                condition=models.Q(can_give__lte=models.F("owed"), will_give__lte=models.F("owed")),
                name="need_gives_at_most_what_is_owed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.school_id}/{self.stage}"
