"""What the companion stores. The words themselves are kept closed below, in `agents`."""

from typing import ClassVar

from django.db import models

from qiming.assist.access import TABLE
from qiming.kernel.privacy import PersonalData
from qiming.kernel.scope import ScopedModel


class SchoolCompanion(ScopedModel):
    """What a school decided: whether its classes have a companion, whether primary classes may use it accompanied, how
    many minutes a day (only fewer than the rules of the stage). Without a row there is none."""

    personal_data: ClassVar = PersonalData("personal", "学校开不开学伴，谁定的")
    access_table = TABLE
    self_field = "set_by"

    is_on = models.BooleanField(default=False)
    allows_supervised = models.BooleanField(default=False)
    minutes = models.PositiveSmallIntegerField(null=True)
    set_by = models.UUIDField()
    set_at = models.DateTimeField()

    class Meta(ScopedModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scope_path"], name="assist_companion_school")
        ]


class ClassCompanion(ScopedModel):
    """What a teacher set for one class: paused or not, and until when an adult accompanies primary pupils."""

    personal_data: ClassVar = PersonalData("personal", "老师什么时候停了、开了本班的学伴，谁在场陪着")
    access_table = TABLE
    self_field = "set_by"

    is_paused = models.BooleanField(default=False)
    set_by = models.UUIDField()
    set_at = models.DateTimeField()
    supervised_by = models.UUIDField(null=True)
    supervised_until = models.DateTimeField(null=True)

    class Meta(ScopedModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scope_path"], name="assist_companion_class")
        ]


class Supervision(ScopedModel):
    """One session of primary pupils that a named adult opened. Never changed but for its end."""

    personal_data: ClassVar = PersonalData("personal", "哪位老师什么时候开了、陪了小学生用学伴")
    access_table = TABLE
    self_field = "opened_by"

    opened_by = models.UUIDField()
    opened_at = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)


class Conversation(ScopedModel):
    """One pupil and the companion about one lesson, or one item of it, in one mode."""

    personal_data: ClassVar = PersonalData("personal", "哪名学生什么时候在哪一课问过学伴")
    access_table = TABLE
    self_field = "pupil_id"

    pupil_id = models.UUIDField(db_index=True)
    offering = models.ForeignKey("teaching.Offering", models.PROTECT, related_name="+")
    lesson_key = models.TextField()
    item_key = models.TextField(default="", blank=True)
    mode = models.CharField(max_length=8, choices=[("before", "课前"), ("in", "课上"), ("after", "课后")])
    started_at = models.DateTimeField()
    last_at = models.DateTimeField()
    turns = models.PositiveIntegerField(default=0)

    class Meta(ScopedModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["pupil_id", "offering", "lesson_key", "item_key", "mode"],
                name="assist_one_conversation",
            )
        ]


class CompanionDay(ScopedModel):
    """One pupil's use on one day, in counts: seconds, turns, turns about items, of these asking for the answer and coming
    after an own attempt; how often it was asked how it is, and said that it is fine."""

    personal_data: ClassVar = PersonalData(
        "sensitive", "学生某天用学伴多久、问了几次、多少次先自己试；被问起“还好吗”几次、答没事几次"
    )
    access_table = TABLE
    self_field = "pupil_id"

    pupil_id = models.UUIDField()
    day = models.DateField()
    seconds = models.PositiveIntegerField(default=0)
    turns = models.PositiveIntegerField(default=0)
    about_items = models.PositiveIntegerField(default=0)
    asking = models.PositiveIntegerField(default=0)
    tried = models.PositiveIntegerField(default=0)
    check_ins = models.PositiveSmallIntegerField(default=0)
    fine = models.PositiveSmallIntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta(ScopedModel.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["pupil_id", "day"], name="assist_one_day")]
        indexes: ClassVar = [models.Index(fields=["scope_path", "day"], name="assist_day_place")]
