"""What the adviser stores: what was asked and answered, and how far somebody is with a procedure."""

from typing import ClassVar

from django.db import models

from qiming.assist.access import TABLE
from qiming.kernel import time
from qiming.kernel.base import Base
from qiming.kernel.privacy import PersonalData
from qiming.kernel.scope import ScopedModel


class AdviceTalk(ScopedModel):
    """One person's questions about one matter. `scope_path`: the desk that answers once it was handed over, before that
    where the person belongs."""

    class State(models.TextChoices):
        OPEN = "open", "问答中"
        HANDED = "handed", "等人答复"
        ANSWERED = "answered", "有人答复了"
        CLOSED = "closed", "办结"

    personal_data: ClassVar[PersonalData] = PersonalData("personal", "谁向政策咨询员问了什么、谁答复了")
    access_table = TABLE

    person_id = models.UUIDField(db_index=True)
    title = models.CharField(max_length=80)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    handed_at = models.DateTimeField(null=True)
    moved_at = models.DateTimeField(default=time.now)

    class Meta(ScopedModel.Meta):
        indexes: ClassVar = [
            models.Index(fields=["scope_path", "state", "handed_at"], name="assist_talk_queue")
        ]

    def __str__(self) -> str:
        return self.title


class AdviceLine(Base):
    """One thing said. `parts` (of the adviser): what was quoted, word for word, as it stood then."""

    class By(models.TextChoices):
        ASKER = "asker", "提问"
        ADVISER = "adviser", "政策咨询员"
        OFFICER = "officer", "工作人员"

    personal_data: ClassVar[PersonalData] = PersonalData("personal", "问的话、引用的段落、工作人员的答复")

    talk = models.ForeignKey(AdviceTalk, on_delete=models.CASCADE, related_name="lines")
    number = models.PositiveSmallIntegerField()
    by = models.CharField(max_length=8, choices=By.choices)
    person_id = models.UUIDField(null=True)
    text = models.TextField(default="", blank=True)
    outcome = models.CharField(max_length=12, default="", blank=True)
    parts = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["talk", "number"], name="assist_advice_line_once")
        ]


class Ticks(Base):
    """How far somebody is with a procedure: the texts of the steps done, so that a changed step is open again."""

    personal_data: ClassVar[PersonalData] = PersonalData("personal", "谁把一件事办到了哪一步")

    person_id = models.UUIDField()
    procedure = models.CharField(max_length=60)
    done = models.JSONField(default=list)
    changed_at = models.DateTimeField(default=time.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person_id", "procedure"], name="assist_ticks_once")
        ]
