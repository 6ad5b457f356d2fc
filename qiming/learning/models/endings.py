"""What frames a course: the test before it, the parallel one after it, the project at its end."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from qiming.kernel import time
from qiming.kernel.privacy import NO_PERSONAL_DATA, PersonalData
from qiming.kernel.scope import ScopedModel
from qiming.learning.access import TABLE
from qiming.learning.models.acts import PupilRow, Work


class CourseTask(ScopedModel):
    """A test or the project of a course, given to a class by its teacher. Once closed it stays closed: from then on
    right and wrong may be seen."""

    personal_data: ClassVar = PersonalData(
        "low", "哪个班做了课前测、课后测或结课作品，谁开的、谁收的（教师编号）"
    )
    access_table = TABLE
    self_field = "opened_by"

    offering = models.ForeignKey("teaching.Offering", models.PROTECT, related_name="+")
    form = models.TextField(choices=[("pretest", "课前测"), ("posttest", "课后测"), ("project", "结课作品")])
    opened_by = models.UUIDField()
    opened_at = models.DateTimeField(default=time.now)
    closed_by = models.UUIDField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["offering", "form"], name="learning_task_once"),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="learning_task_closed_by_someone",
            ),
        ]


class TestAnswer(PupilRow):
    """The one answer of a pupil to one item of a test. It stands apart from `Attempt`: what shows answers, replies,
    hints or practice never meets it."""

    __test__ = False  # a model, whatever its name looks like to pytest
    personal_data: ClassVar = PersonalData("personal", "学生在课前测、课后测里对一道题的作答和对错")

    task = models.ForeignKey(CourseTask, models.PROTECT, related_name="answers")
    period = models.ForeignKey("teaching.TaughtPeriod", models.PROTECT, null=True, related_name="+")
    test_item = models.ForeignKey("curriculum.TestItem", models.PROTECT, related_name="+", db_index=False)
    item_key = models.TextField()
    concept = models.TextField()
    response = models.JSONField()
    correct = models.BooleanField()
    misconceptions = ArrayField(models.TextField(), default=list)
    client_at = models.DateTimeField()
    received_at = models.DateTimeField(default=time.now)
    is_late = models.BooleanField(default=False)
    statement_id = models.UUIDField()

    class Meta(PupilRow.Meta):
        constraints = [
            models.UniqueConstraint(fields=["task", "pupil", "item_key"], name="learning_test_answer_once")
        ]


class ProjectMember(PupilRow):
    """That a pupil made a project's work, alone or with others; everybody is in one work at most."""

    personal_data: ClassVar = PersonalData("personal", "学生和谁一起做了结课作品")

    task = models.ForeignKey(CourseTask, models.PROTECT, related_name="members")
    work = models.ForeignKey(Work, models.CASCADE, related_name="members")

    class Meta(PupilRow.Meta):
        constraints = [models.UniqueConstraint(fields=["task", "pupil"], name="learning_project_member_once")]


class Judgement(PupilRow):
    """How a pupil's project stands by the rubric: in the pupil's own eyes, or the teacher's. Levels count from 0 and
    are words on the page; no sum, no mark is made of them."""

    personal_data: ClassVar = PersonalData("personal", "按量规对学生结课作品的评价：自评，或老师的评语和理由")

    task = models.ForeignKey(CourseTask, models.PROTECT, related_name="judgements")
    by = models.TextField(choices=[("self", "自评"), ("teacher", "老师评")])
    levels = models.JSONField()  # criterion → level
    reasons = models.JSONField()  # criterion → a sentence
    comment = models.TextField(blank=True)
    judged_by = models.ForeignKey("registry.Person", models.PROTECT, null=True, related_name="+")
    judged_at = models.DateTimeField(default=time.now)

    class Meta(PupilRow.Meta):
        constraints = [
            models.UniqueConstraint(fields=["task", "pupil", "by"], name="learning_judgement_once")
        ]


class GainSum(ScopedModel):
    """What a class's two tests say of one concept, added up when both are closed: for places above the class, which
    see sums of many classes and no names. `before` and `after` are right answers out of pupils × items."""

    personal_data: ClassVar = NO_PERSONAL_DATA
    access_table = TABLE

    offering = models.ForeignKey("teaching.Offering", models.PROTECT, related_name="+")
    course_key = models.TextField()
    school_year = models.TextField()
    concept = models.TextField()
    pupils = models.PositiveIntegerField()
    items = models.PositiveIntegerField()
    before = models.PositiveIntegerField()
    after = models.PositiveIntegerField()
    left_out = models.PositiveIntegerField()  # who was there at one of the two tests only

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["offering", "concept"], name="learning_gain_once"),
            models.CheckConstraint(
                condition=Q(before__lte=F("pupils") * F("items"), after__lte=F("pupils") * F("items")),
                name="learning_gain_within",
            ),
        ]
        indexes = [
            models.Index(fields=["school_year", "course_key", "scope_path"], name="learning_gain_place"),
        ]
