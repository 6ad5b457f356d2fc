"""What the marker stores."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from qiming.assist.access import TABLE
from qiming.kernel import time
from qiming.kernel.privacy import PersonalData
from qiming.kernel.scope import ScopedModel


class MarkRubric(ScopedModel):
    """What gives points for the answers of one class to one item, as the teacher wrote it; a change is a new row."""

    personal_data: ClassVar = PersonalData("low", "一个班一道题的给分标准，哪位老师写的")
    access_table = TABLE
    self_field = "made_by"

    offering = models.ForeignKey("teaching.Offering", models.PROTECT, related_name="+")
    item_version = models.ForeignKey("curriculum.ItemVersion", models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    criteria = models.JSONField()  # `marker.rubrics.to_data`
    made_by = models.UUIDField()

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["offering", "item_version", "number"], name="assist_markrubric_number"
            )
        ]


class MarkerChoice(ScopedModel):
    """What the teacher lets the marker do in one course of a class; without a row, `marker.queries.USUAL` holds."""

    personal_data: ClassVar = PersonalData("low", "老师在一个班怎样用预批，谁定的")
    access_table = TABLE
    self_field = "set_by"

    offering = models.OneToOneField("teaching.Offering", models.PROTECT, related_name="+")
    is_on = models.BooleanField()
    first = models.PositiveSmallIntegerField()  # so many answers are compared before points are filled in
    bar_percent = models.PositiveSmallIntegerField()  # the least share with the same points
    set_by = models.UUIDField()
    set_at = models.DateTimeField(default=time.now)

    class Meta(ScopedModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(bar_percent__lte=100, first__lte=200), name="assist_markerchoice_range"
            )
        ]


class SheetPhoto(ScopedModel):
    """A photographed worksheet of one homework; deleted after a set time, what was read off it stays."""

    personal_data: ClassVar = PersonalData("personal", "学生练习纸的照片和上面读出的字")
    access_table = TABLE
    self_field = "pupil_id"

    homework = models.ForeignKey("teaching.Homework", models.PROTECT, related_name="+")
    pupil = models.ForeignKey("registry.Person", models.PROTECT, null=True, related_name="+")
    stored_file = models.ForeignKey("kernel.StoredFile", models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)  # of the bytes as they were sent: the same photo again is one
    position = models.PositiveSmallIntegerField()
    state = models.TextField(
        choices=[
            ("waiting", "排队"),
            ("reading", "在读"),
            ("read", "读好了"),
            ("by_hand", "手工录"),
            ("failed", "没读成"),
        ]
    )
    troubles = models.JSONField(default=list)  # keys of `marker.words.TROUBLES`
    lines = models.JSONField(default=list)  # {"text", "box": [x0, y0, x1, y1] as shares of the side, "score"}
    uploaded_by = models.UUIDField()
    read_at = models.DateTimeField(null=True)

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["homework", "digest"], name="assist_sheetphoto_once"),
        ]


class SheetAnswer(ScopedModel):
    """What one pupil wrote on paper to one item: as it was read, and as the teacher corrected it."""

    personal_data: ClassVar = PersonalData("personal", "学生在练习纸上写的一题答案")
    access_table = TABLE
    self_field = "pupil_id"

    homework = models.ForeignKey("teaching.Homework", models.PROTECT, related_name="+")
    offering = models.ForeignKey("teaching.Offering", models.PROTECT, related_name="+")
    pupil = models.ForeignKey("registry.Person", models.PROTECT, related_name="+")
    item_version = models.ForeignKey("curriculum.ItemVersion", models.PROTECT, related_name="+")
    read_text = models.TextField(blank=True)
    text = models.TextField(blank=True)
    score = models.DecimalField(
        max_digits=4, decimal_places=3
    )  # how surely it was read, 0 to 1; 0: nothing found
    places = models.JSONField(default=list)  # {"photo": id, "box": [...]}
    corrected_by = models.UUIDField(null=True)

    class Meta(ScopedModel.Meta):
        indexes = [models.Index(fields=["offering", "item_version"], name="assist_sheetanswer_pile")]
        constraints = [
            models.UniqueConstraint(
                fields=["homework", "pupil", "item_version"], name="assist_sheetanswer_one"
            )
        ]


class PreMark(ScopedModel):
    """A teacher's look at one answer beside what the marker proposed; it reaches the pupil when it is released."""

    personal_data: ClassVar = PersonalData(
        "personal", "一份答案机器提议几分、老师给几分、写了什么，发没发给学生"
    )
    access_table = TABLE
    self_field = "pupil_id"

    offering = models.ForeignKey("teaching.Offering", models.PROTECT, related_name="+")
    item_version = models.ForeignKey("curriculum.ItemVersion", models.PROTECT, related_name="+")
    pupil = models.ForeignKey("registry.Person", models.PROTECT, related_name="+")
    attempt = models.OneToOneField("learning.Attempt", models.CASCADE, null=True, related_name="+")
    sheet_answer = models.OneToOneField(SheetAnswer, models.CASCADE, null=True, related_name="+")
    rubric_no = models.PositiveSmallIntegerField()  # 0: made from the item's own words
    machine = models.JSONField()  # `rules.proposing.to_data`
    machine_total = models.PositiveSmallIntegerField()
    points = models.JSONField()
    total = models.PositiveSmallIntegerField()
    comment = models.TextField(blank=True)
    version = models.PositiveSmallIntegerField(default=1)
    looked_by = models.UUIDField()
    looked_at = models.DateTimeField(default=time.now)
    released_by = models.UUIDField(null=True)
    released_at = models.DateTimeField(null=True)

    class Meta(ScopedModel.Meta):
        indexes = [
            models.Index(fields=["offering", "item_version", "rubric_no"], name="assist_premark_rubric")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(attempt__isnull=False, sheet_answer=None)
                | Q(attempt=None, sheet_answer__isnull=False),
                name="assist_premark_of_one_answer",
            ),
            models.CheckConstraint(
                condition=Q(released_at=None) | Q(released_by__isnull=False), name="assist_premark_released"
            ),
        ]
