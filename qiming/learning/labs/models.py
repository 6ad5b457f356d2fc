"""What is kept of labs beside the works: one line per pupil and lab step, and what a teacher opened to the class."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from qiming.kernel import time
from qiming.kernel.privacy import PersonalData
from qiming.kernel.scope import ScopedModel
from qiming.learning.access import TABLE
from qiming.learning.models.acts import PupilRow


class LabRun(PupilRow):
    """What one pupil did in one lab, counted: the statements in one line, for the teacher's grid and the class report.
    Free play has no offering and no lesson; its `activity_key` is the lab."""

    personal_data: ClassVar = PersonalData(
        "low", "学生在一个实验里做到哪些目标，要了几次提示，猜对猜错、训练、改了什么各几次"
    )

    offering = models.ForeignKey("teaching.Offering", models.PROTECT, null=True, related_name="+")
    lesson_key = models.TextField(blank=True)
    activity_key = models.TextField()
    lab = models.TextField()
    tally = models.JSONField(default=dict)
    last_at = models.DateTimeField(default=time.now)

    class Meta(PupilRow.Meta):
        indexes = [
            models.Index(fields=["offering", "lesson_key", "activity_key"], name="learning_labrun_step"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["pupil", "offering", "lesson_key", "activity_key"], name="learning_labrun_one"
            ),
            models.UniqueConstraint(
                fields=["pupil", "activity_key"], condition=Q(offering=None), name="learning_labrun_free"
            ),
        ]


class Gallery(ScopedModel):
    """Works of one lab step (or of one lab in free play) as the teacher opened them to the own class, without names."""

    personal_data: ClassVar = PersonalData("low", "哪位老师给本班打开了哪一步的作品")
    access_table = TABLE
    self_field = "opened_by"

    offering = models.ForeignKey("teaching.Offering", models.PROTECT, related_name="+")
    lesson_key = models.TextField(blank=True)
    activity_key = models.TextField()
    title = models.TextField()
    is_open = models.BooleanField(default=True)
    keeps_pictures = models.BooleanField(default=False)
    opened_by = models.UUIDField()
    opened_at = models.DateTimeField(default=time.now)
    closed_at = models.DateTimeField(null=True)

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["offering", "lesson_key", "activity_key"], name="learning_gallery_one"
            )
        ]


class MicrophoneChoice(ScopedModel):
    """Whether a school lets its pupils record sounds in labs; without a row it does not."""

    personal_data: ClassVar = PersonalData("low", "学校开没开实验里的麦克风，谁定的")
    access_table = TABLE

    school = models.OneToOneField("registry.Organisation", models.PROTECT, related_name="+")
    is_on = models.BooleanField()
    set_by = models.ForeignKey("registry.Person", models.PROTECT, related_name="+")
    set_at = models.DateTimeField(default=time.now)
