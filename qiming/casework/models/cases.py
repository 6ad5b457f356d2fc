"""Cases, their events, and the workflows they follow."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from qiming.casework.access import TABLE
from qiming.kernel.base import Base
from qiming.kernel.privacy import NO_PERSONAL_DATA, PersonalData
from qiming.kernel.scope import ScopedModel


class Workflow(Base):
    """One version of a workflow as its file said it. A case goes on by the version it began with."""

    personal_data: ClassVar[PersonalData] = NO_PERSONAL_DATA

    key = models.CharField(max_length=40)
    digest = models.CharField(max_length=64, unique=True)
    body = models.TextField()  # text, not jsonb: the order in the file is the order on the page
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["key"], condition=models.Q(is_current=True), name="one_current_workflow_per_key"
            )
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.digest[:8]}"


class Case(ScopedModel):
    """Something somebody applied for. `scope_path` is the applicant's organisation (a school, never a class), `office_path` the
    place that decides; `subject_id` what it is about, known
    to the room that opened it. `state`, `owner` and `due_at` follow from the events and can be rebuilt from them."""

    personal_data: ClassVar[PersonalData] = PersonalData("low", "教职工的申请：谁申请、什么事、走到哪一步")
    access_table = TABLE
    self_field = "applicant_id"

    workflow = models.ForeignKey(Workflow, on_delete=models.PROTECT)
    kind = models.CharField(max_length=40)  # the workflow's key, to ask by
    title = models.CharField(max_length=80)
    applicant_id = models.UUIDField(null=True)
    office_path = models.TextField(db_collation="C")
    subject_id = models.UUIDField()
    topics = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    state = models.CharField(max_length=40)
    owner = models.CharField(max_length=60, default="", blank=True)
    owner_path = models.TextField(default="", blank=True, db_collation="C")
    entered_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    told = models.PositiveSmallIntegerField(default=0)  # reminders sent in this state; 100: escalated
    seq = models.PositiveIntegerField(default=0)
    last_seal = models.BinaryField(default=b"")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["owner", "due_at"], name="cases_by_turn", condition=models.Q(closed_at=None)
            ),
            models.Index(fields=["due_at"], name="cases_due", condition=models.Q(closed_at=None)),
            models.Index(fields=["kind", "state", "-id"], name="cases_by_state"),
            models.Index(fields=["applicant_id", "-id"], name="cases_of_applicant"),
            models.Index(fields=["subject_id"], name="cases_of_subject"),
            models.Index(fields=["scope_path", "-id"], name="cases_of_place"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class CaseEvent(Base):
    """One move of a case. Written once: the database refuses changes. Each carries the seal of the one before."""

    personal_data: ClassVar[PersonalData] = PersonalData("low", "办件经过：谁、什么时候、办了哪一步、理由")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    transition = models.CharField(max_length=40)
    source = models.CharField(max_length=40, default="", blank=True)
    target = models.CharField(max_length=40)
    actor_id = models.UUIDField(null=True)
    acting_for = models.UUIDField(null=True)
    reason = models.TextField(default="", blank=True)
    evidence = models.JSONField(default=list)
    data = models.JSONField(default=dict)
    case_seal = models.BinaryField()
    seal = models.BinaryField(null=True)
    seal_no = models.BigIntegerField(null=True, unique=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "seq"], name="one_event_per_place")]

    def __str__(self) -> str:
        return f"{self.seq} {self.transition}"
