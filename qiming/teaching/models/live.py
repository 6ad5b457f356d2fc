"""The period going on: what is handed out, who is in, what was voted."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from qiming.kernel.base import Base
from qiming.kernel.privacy import NO_PERSONAL_DATA, PersonalData
from qiming.kernel.scope import ScopedModel
from qiming.kernel.time import now
from qiming.teaching.access import TABLE
from qiming.teaching.models.plan import TaughtPeriod
from qiming.teaching.types import Pace


class LivePeriod(ScopedModel):
    """The running state of one period. Every change of it raises `version`, by which pages ask for news."""

    personal_data = PersonalData("low", "正在上的课发到了哪一步；只发给部分学生时记内部编号")
    access_table = TABLE
    self_field = "started_by"

    period = models.OneToOneField(TaughtPeriod, on_delete=models.CASCADE, related_name="live")
    join_code = models.CharField(max_length=6)
    version = models.PositiveIntegerField(default=1)
    released = models.JSONField(default=list)  # [{key, at, minutes, pupils: [id] | null}]
    current_activity = models.CharField(max_length=40, blank=True, default="")
    pace = models.CharField(max_length=8, default=Pace.TEACHER)
    is_paused = models.BooleanField(default=False)
    wall = models.CharField(max_length=8, default="join")  # join | slides | poll | work
    slide_no = models.PositiveSmallIntegerField(default=0)
    shown_work_id = models.UUIDField(null=True)
    started_by = models.UUIDField()
    started_at = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("join_code",), condition=models.Q(ended_at__isnull=True), name="live_code_unique"
            ),
        )

    def __str__(self) -> str:
        return f"{self.period_id} v{self.version}"


class Presence(ScopedModel):
    """One pupil in one running period. Rows are written often, so no column that changes is indexed."""

    personal_data = PersonalData("personal", "学生在课上进行到哪一步、有没有举手、最后一次联系的时间")
    access_table = TABLE
    self_field = "pupil_id"

    period = models.ForeignKey(TaughtPeriod, on_delete=models.CASCADE, related_name="presences")
    pupil_id = models.UUIDField()
    activity = models.CharField(max_length=40, blank=True, default="")
    done_activities = models.JSONField(default=list)
    steps_done = models.PositiveSmallIntegerField(default=0)
    steps_total = models.PositiveSmallIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    seq = models.PositiveIntegerField(default=0)
    last_seen = models.DateTimeField(default=now)
    moved_at = models.DateTimeField(default=now)
    changed_at = models.DateTimeField(default=now)
    hand_up_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("period", "pupil_id"), name="presence_once"),)

    def __str__(self) -> str:
        return f"{self.activity} {self.steps_done}/{self.steps_total}"


class LivePoll(Base):
    """A question to the whole class; voting again after discussion is the next round."""

    personal_data: ClassVar[PersonalData] = NO_PERSONAL_DATA

    live = models.ForeignKey(LivePeriod, on_delete=models.CASCADE, related_name="polls")
    activity_key = models.CharField(max_length=40, blank=True, default="")
    question = models.CharField(max_length=200)
    choices = models.JSONField()  # [[key, text]]
    round_no = models.PositiveSmallIntegerField(default=1)
    is_open = models.BooleanField(default=True)
    closed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.question


class PollVote(Base):
    """One pupil's vote in one round; voting again changes it."""

    personal_data: ClassVar[PersonalData] = PersonalData("personal", "学生在课堂投票里选了什么")

    poll = models.ForeignKey(LivePoll, on_delete=models.CASCADE, related_name="votes")
    pupil_id = models.UUIDField()
    choice = models.CharField(max_length=8)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("poll", "pupil_id"), name="vote_once_a_round"),)

    def __str__(self) -> str:
        return self.choice


class JoinTry(Base):
    """A join code tried in vain: whoever guesses is stopped."""

    personal_data: ClassVar[PersonalData] = PersonalData("low", "谁试错了入课码（内部编号或地址的散列）")

    who = models.CharField(max_length=64)

    class Meta:
        indexes = (models.Index(fields=("who", "created_at"), name="join_try_recent"),)

    def __str__(self) -> str:
        return self.who
