"""What pupils try, answer and make."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from qiming.kernel import time
from qiming.kernel.base import Base
from qiming.kernel.privacy import PersonalData
from qiming.kernel.scope import ScopedModel
from qiming.learning.access import TABLE

CONTEXTS = [("class", "课上"), ("homework", "作业"), ("practice", "练习"), ("own", "自己学")]
WHY_KEPT = [
    ("handed_in", "交上来"),
    ("other_page", "另一处写的"),
    ("earlier", "上一次做到这里"),
    ("before", "换回旧样子之前"),
]
WORK_KINDS = [("lab", "实验"), ("reflection", "收获"), ("task", "任务")]


class PupilRow(ScopedModel):
    """A row about one pupil; its place is the class group's."""

    access_table = TABLE
    self_field = "pupil_id"

    pupil = models.ForeignKey("registry.Person", models.PROTECT, related_name="+", db_index=False)

    class Meta(ScopedModel.Meta):
        abstract = True


class Progress(PupilRow):
    """How far one pupil is in one activity: fields with the moment each was last written."""

    personal_data: ClassVar = PersonalData("low", "学生在一个环节里做到哪里、填了什么（自动存）")

    offering = models.ForeignKey("teaching.Offering", models.PROTECT, related_name="+")
    lesson_key = models.TextField()
    activity_key = models.TextField()
    state = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(default=time.now)

    class Meta(PupilRow.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["pupil", "offering", "lesson_key", "activity_key"], name="learning_progress_one"
            )
        ]


class Attempt(PupilRow):
    """One answer to one version of one item, marked on the server."""

    personal_data: ClassVar = PersonalData("personal", "学生对一道题的一次作答、对错和老师的评语")

    offering = models.ForeignKey("teaching.Offering", models.PROTECT, related_name="+")
    period = models.ForeignKey("teaching.TaughtPeriod", models.PROTECT, null=True, related_name="+")
    homework = models.ForeignKey("teaching.Homework", models.PROTECT, null=True, related_name="+")
    practice = models.ForeignKey("learning.PracticeRun", models.PROTECT, null=True, related_name="+")
    item_version = models.ForeignKey("curriculum.ItemVersion", models.PROTECT, related_name="+")
    lesson_key = models.TextField()
    activity_key = models.TextField(blank=True)
    item_key = models.TextField()
    concept = models.TextField()
    context = models.TextField(choices=CONTEXTS)
    try_no = models.PositiveSmallIntegerField()
    response = models.JSONField()
    correct = models.BooleanField(null=True)
    score_scaled = models.DecimalField(max_digits=4, decimal_places=3, null=True)
    hints_used = models.PositiveSmallIntegerField(default=0)
    solution_shown = models.BooleanField(default=False)
    misconceptions = ArrayField(models.TextField(), default=list)
    reply = models.TextField(blank=True)
    client_at = models.DateTimeField()
    received_at = models.DateTimeField(default=time.now)
    late = models.TextField(blank=True)
    statement_id = models.UUIDField()
    needs_person = models.BooleanField(default=False)
    marked_by = models.ForeignKey("registry.Person", models.PROTECT, null=True, related_name="+")
    marked_at = models.DateTimeField(null=True)
    points = models.JSONField(null=True)
    comment = models.TextField(blank=True)

    class Meta(PupilRow.Meta):
        indexes = [
            models.Index(fields=["pupil", "item_key", "offering"], name="learning_attempt_pupil"),
            models.Index(fields=["offering", "lesson_key", "item_key"], name="learning_attempt_lesson"),
            models.Index(  # a teacher's pile is asked for by classes
                fields=["scope_path", "offering"],
                name="learning_attempt_waits",
                condition=Q(needs_person=True, marked_at=None),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(needs_person=True) | Q(correct__isnull=False),
                name="learning_attempt_marked_or_waits",
            ),
            models.CheckConstraint(
                condition=Q(score_scaled=None) | Q(score_scaled__gte=0, score_scaled__lte=1),
                name="learning_attempt_score",
            ),
        ]


class HintUse(PupilRow):
    """One rung a pupil asked for, or the worked solution (`rung` 0)."""

    personal_data: ClassVar = PersonalData("low", "学生在一道题上看了第几步提示、有没有看解答")

    offering = models.ForeignKey("teaching.Offering", models.PROTECT, related_name="+")
    item_key = models.TextField()
    item_version = models.ForeignKey(
        "curriculum.ItemVersion", models.PROTECT, related_name="+", db_index=False
    )
    rung = models.PositiveSmallIntegerField()
    used_at = models.DateTimeField(default=time.now)
    statement_id = models.UUIDField()

    class Meta(PupilRow.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["pupil", "item_key", "offering", "rung"], name="learning_hint_once"
            )
        ]


class Work(PupilRow):
    """Something a pupil makes: the state of a lab, a reflection, a task. The present draft."""

    personal_data: ClassVar = PersonalData(
        "personal", "学生的实验存档、写的收获和任务；自己的图片交了才在这里"
    )

    # Free play belongs to no offering and no lesson: its `activity_key` is the lab.
    offering = models.ForeignKey("teaching.Offering", models.PROTECT, null=True, related_name="+")
    lesson_key = models.TextField()
    activity_key = models.TextField()
    kind = models.TextField(choices=WORK_KINDS)
    title = models.TextField()
    state = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    page = models.TextField(blank=True)
    save_id = models.UUIDField(null=True)
    client_at = models.DateTimeField()
    updated_at = models.DateTimeField(default=time.now)
    handed_in_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    comment = models.TextField(blank=True)
    commented_by = models.ForeignKey("registry.Person", models.PROTECT, null=True, related_name="+")

    class Meta(PupilRow.Meta):
        indexes = [models.Index(fields=["offering", "lesson_key"], name="learning_work_lesson")]
        constraints = [
            models.UniqueConstraint(
                fields=["pupil", "offering", "lesson_key", "activity_key"], name="learning_work_one"
            ),
            models.UniqueConstraint(
                fields=["pupil", "activity_key"], condition=Q(offering=None), name="learning_work_free"
            ),
        ]


class WorkVersion(PupilRow):
    """A work as it was when handed in, as another page left it before it was written over, or as it was at the end of
    an earlier sitting."""

    personal_data: ClassVar = PersonalData("personal", "学生作品交上来时的样子，或被改写前的样子")

    work = models.ForeignKey(Work, models.CASCADE, related_name="versions")
    no = models.PositiveIntegerField()
    why = models.TextField(choices=WHY_KEPT)
    state = models.JSONField()
    at = models.DateTimeField(default=time.now)

    class Meta(PupilRow.Meta):
        constraints = [models.UniqueConstraint(fields=["work", "no"], name="learning_workversion_no")]


class PracticeRun(PupilRow):
    """Ten minutes of practice proposed to a pupil: taken, finished or declined."""

    personal_data: ClassVar = PersonalData("low", "给学生挑的练习、理由，做了还是没做")

    offering = models.ForeignKey("teaching.Offering", models.PROTECT, related_name="+")
    day = models.DateField()
    state = models.TextField(
        choices=[("offered", "可以做"), ("running", "在做"), ("done", "做完"), ("declined", "今天不做")]
    )
    choices = models.JSONField(default=list)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta(PupilRow.Meta):
        constraints = [
            models.UniqueConstraint(fields=["pupil", "offering", "day"], name="learning_practice_a_day")
        ]


class Submission(PupilRow):
    """A homework one pupil handed in; given back and handed in again, it stays one row."""

    personal_data: ClassVar = PersonalData("personal", "学生交的作业、得分和老师的评语")

    homework = models.ForeignKey("teaching.Homework", models.PROTECT, related_name="+")
    state = models.TextField(
        choices=[("waiting", "等老师看"), ("marked", "已批改"), ("returned", "请再改一改")]
    )
    times = models.PositiveSmallIntegerField(default=1)
    handed_in_at = models.DateTimeField(default=time.now)
    is_late = models.BooleanField(default=False)
    score_scaled = models.DecimalField(max_digits=4, decimal_places=3, null=True)
    comment = models.TextField(blank=True)
    marked_by = models.ForeignKey("registry.Person", models.PROTECT, null=True, related_name="+")
    marked_at = models.DateTimeField(null=True)

    class Meta(PupilRow.Meta):
        constraints = [models.UniqueConstraint(fields=["homework", "pupil"], name="learning_submission_one")]


class ResearchExtract(Base):
    """One extract of answers for research: for what, of which days, how much. Whose answers: the rows below."""

    personal_data: ClassVar = PersonalData("low", "一次研究抽取：做什么研究、谁要的、抽了多少")

    reason = models.TextField()
    asked_by = models.TextField()
    from_day = models.DateField()
    to_day = models.DateField()
    pupils = models.PositiveIntegerField()
    attempts = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)


class ResearchShare(PupilRow):
    """That a pupil's answers are in an extract, and how many; under which number, nobody can tell any more."""

    personal_data: ClassVar = PersonalData("personal", "哪次研究抽取用了这名学生的几次作答（不含编号）")

    extract = models.ForeignKey(ResearchExtract, models.CASCADE, related_name="shares")
    attempts = models.PositiveIntegerField()

    class Meta(PupilRow.Meta):
        constraints = [models.UniqueConstraint(fields=["pupil", "extract"], name="learning_share_once")]
