"""What is believed of pupils on concepts: states, a teacher's corrections, the parameters, what moved without an answer."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from qiming.kernel import time
from qiming.kernel.base import Base
from qiming.kernel.privacy import NO_PERSONAL_DATA, PersonalData
from qiming.learning.models.acts import PupilRow

BANDS = [("known", "已经掌握"), ("nearly", "快了"), ("practise", "还要练"), ("unsure", "证据不够")]


class LearnerState(PupilRow):
    """One pupil over all concepts, packed (`mastery.Learner`); held first, it makes a pupil's answers wait for each other."""

    personal_data: ClassVar = PersonalData("personal", "学生在各知识点上的总体表现（打包的几个数）")

    state = models.BinaryField(default=bytes)

    class Meta(PupilRow.Meta):
        constraints = [models.UniqueConstraint(fields=["pupil"], name="learning_learner_one")]


class MasteryState(PupilRow):
    """What is believed of one pupil on one concept, moved by every answer: the packed state (`mastery.Skill`) and what was
    read from it with the parameters of version `fit`. `p` is the chance of a right answer to a usual item."""

    personal_data: ClassVar = PersonalData("personal", "学生对一个知识点的掌握估计和依据的作答数")

    concept = models.TextField()
    p = models.FloatField()
    band = models.TextField(choices=BANDS, default="unsure")
    sure = models.FloatField(default=0.0)
    n = models.PositiveIntegerField(default=0)
    last_day = models.DateField(null=True)
    state = models.BinaryField(default=bytes)
    fit = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField(default=time.now)

    class Meta(PupilRow.Meta):
        constraints = [
            models.UniqueConstraint(fields=["pupil", "concept"], name="learning_mastery_one"),
            models.CheckConstraint(condition=Q(p__gte=0, p__lte=1), name="learning_mastery_p"),
        ]


class MasteryCorrection(PupilRow):
    """A teacher's own judgement of one pupil on one concept, with the reason; at most one holds at a time."""

    personal_data: ClassVar = PersonalData("personal", "老师对一名学生一个知识点的判断和理由")

    concept = models.TextField()
    band = models.TextField(choices=BANDS[:3])
    reason = models.TextField()
    made_by = models.ForeignKey("registry.Person", models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=time.now)
    ended_by = models.ForeignKey("registry.Person", models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    is_replaced = models.BooleanField(default=False)

    class Meta(PupilRow.Meta):
        indexes = [models.Index(fields=["pupil", "concept"], name="learning_correction_pupil")]
        constraints = [
            models.UniqueConstraint(
                fields=["pupil", "concept"], condition=Q(ended_at=None), name="learning_correction_one"
            )
        ]


class BandChange(PupilRow):
    """A shown band that moved although the pupil answered nothing, and why."""

    personal_data: ClassVar = PersonalData(
        "personal", "学生的一个掌握判断没有作答而变了：从什么到什么、为什么"
    )

    concept = models.TextField()
    before = models.TextField(choices=BANDS)
    after = models.TextField(choices=BANDS)
    why = models.TextField(
        choices=[
            ("fit", "估计的参数重新算过"),
            ("corrected", "老师改了判断"),
            ("taken_back", "老师收回了判断"),
            ("replayed", "按作答重新算过"),
        ]
    )
    fit = models.PositiveIntegerField(default=0)
    at = models.DateTimeField(default=time.now)

    class Meta(PupilRow.Meta):
        indexes = [models.Index(fields=["pupil", "concept"], name="learning_bandchange_pupil")]


class TracerFit(Base):
    """Parameters of the estimate, fitted from the installation's own answers; version 0 is what the product ships with.
    Never changed and never deleted: what was estimated with them can be worked out again."""

    personal_data: ClassVar = NO_PERSONAL_DATA

    version = models.PositiveIntegerField(unique=True)
    body = models.JSONField()
    answers = models.PositiveIntegerField()
    pupils = models.PositiveIntegerField()
    loss = models.FloatField()
    loss_before = models.FloatField()
    from_at = models.DateTimeField()
    reread_at = models.DateTimeField(null=True)
