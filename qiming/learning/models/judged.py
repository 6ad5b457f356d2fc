"""Programs run on the server, and whether the machines that run them can."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from qiming.kernel import time
from qiming.kernel.base import Base
from qiming.kernel.privacy import NO_PERSONAL_DATA, PersonalData
from qiming.kernel.scope import ScopedModel
from qiming.learning.access import TABLE
from qiming.learning.models.acts import PupilRow, Work


class JudgeRun(PupilRow):
    """One program to be run: a handed-in work for its verdict (`marks`), or a senior pupil's own try (`own`).

    The rows are the queue. A worker takes one for a while (`lease_until`) under a number (`tries`); what comes back
    under an older number is not written, so that a run taken over after a crash counts once."""

    personal_data: ClassVar = PersonalData(
        "personal", "在学校服务器上运行的学生程序、印出的内容和检查结果；自己试的一天后删"
    )

    kind = models.TextField(choices=[("marks", "交上来的"), ("own", "自己试的")])
    offering = models.ForeignKey("teaching.Offering", models.PROTECT, related_name="+")
    lesson_key = models.TextField(blank=True)
    activity_key = models.TextField()
    work = models.ForeignKey(Work, models.CASCADE, null=True, related_name="judged")
    work_version = models.PositiveIntegerField(default=0)
    source = models.TextField()
    answers = models.TextField(blank=True)
    state = models.TextField(
        choices=[
            ("waiting", "在排队"),
            ("running", "正在运行"),
            ("done", "有结果了"),
            ("stopped", "停下了"),
            ("replaced", "后来又交了"),
        ],
        default="waiting",
    )
    asked_at = models.DateTimeField(default=time.now)
    taken_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    output = models.TextField(blank=True)
    outcome = models.JSONField(default=dict)
    passed = models.PositiveSmallIntegerField(default=0)
    of = models.PositiveSmallIntegerField(default=0)
    statement_id = models.UUIDField(null=True)

    class Meta(PupilRow.Meta):
        indexes = [
            models.Index(
                fields=["kind", "asked_at"],
                name="learning_judge_open",
                condition=Q(state__in=["waiting", "running"]),
            ),
            models.Index(fields=["pupil", "asked_at"], name="learning_judge_pupil"),
            models.Index(fields=["offering", "lesson_key"], name="learning_judge_lesson"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="own") | Q(work__isnull=False), name="learning_judge_marks_a_work"
            ),
            models.CheckConstraint(condition=Q(passed__lte=models.F("of")), name="learning_judge_passed"),
            models.UniqueConstraint(
                fields=["work", "work_version"], name="learning_judge_once", condition=Q(kind="marks")
            ),
        ]


class JudgeStation(Base):
    """What a judging worker found when it tried its walls, and when it was last heard of."""

    personal_data: ClassVar = NO_PERSONAL_DATA

    name = models.TextField(unique=True)
    works = models.BooleanField()
    notebook = models.BooleanField(default=False)
    says = models.TextField()
    remedy = models.TextField(blank=True)
    packages = models.JSONField(default=list)
    seen_at = models.DateTimeField(default=time.now)


class NotebookChoice(ScopedModel):
    """Whether a school lets its senior pupils run programs on the server; without a row it does where it can."""

    personal_data: ClassVar = PersonalData("low", "学校开没开“在学校服务器上跑”，谁定的")
    access_table = TABLE

    school = models.OneToOneField("registry.Organisation", models.PROTECT, related_name="+")
    is_on = models.BooleanField()
    set_by = models.ForeignKey("registry.Person", models.PROTECT, related_name="+")
    set_at = models.DateTimeField(default=time.now)
