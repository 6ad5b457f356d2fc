"""What was said between somebody and an agent."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from qiming.agents.access import TABLE
from qiming.agents.talk.types import Said
from qiming.kernel.privacy import PersonalData
from qiming.kernel.scope import ScopedModel


class Turn(ScopedModel):
    """One thing said and its reply. The words are in `text_box`, closed as the texts of calls are; in it also what a model
    is told when its ticket is used. `conversation` and `subject` are made by the room above and point to nobody here.
    """

    personal_data: ClassVar[PersonalData] = PersonalData(
        "sensitive", "和智能体的一问一答（加密，到期删除），谁以假名计"
    )
    access_table = TABLE
    self_field = "id"

    conversation = models.UUIDField()
    number = models.PositiveIntegerField()
    subject = models.CharField(max_length=40, default="", blank=True)
    agent = models.SlugField(max_length=60)
    mode = models.CharField(max_length=16)
    stage = models.CharField(max_length=8)
    lesson = models.CharField(max_length=60, default="", blank=True)
    item = models.CharField(max_length=60, default="", blank=True)
    outcome = models.CharField(max_length=12, choices=[(one.value, one.value) for one in Said])
    engine = models.CharField(max_length=60)
    move = models.CharField(max_length=40, default="", blank=True)
    rung = models.PositiveSmallIntegerField(default=0)
    findings = models.JSONField(default=list)
    text_box = models.BinaryField(null=True)
    ticket_sha256 = models.BinaryField(max_length=32, default=b"")
    ticket_until = models.DateTimeField(null=True)
    ticket_used_at = models.DateTimeField(null=True)
    call_id = models.UUIDField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conversation", "number"], name="one_turn_a_number"),
            models.UniqueConstraint(
                fields=["ticket_sha256"], condition=~Q(ticket_sha256=b""), name="one_turn_a_ticket"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["created_at"], name="agents_turn_by_age"),
            models.Index(fields=["subject"], condition=~Q(subject=""), name="agents_turn_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.agent} {self.number}"
