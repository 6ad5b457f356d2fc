"""Documents in versions, and the pieces they were split into."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from qiming.agents.access import TABLE
from qiming.agents.knowledge.types import Kind, State
from qiming.kernel.base import Base
from qiming.kernel.privacy import NO_PERSONAL_DATA, PersonalData
from qiming.kernel.scope import ScopedModel

KINDS = [(one.value, one.zh) for one in Kind]
STATES = [(one.value, one.zh) for one in State]


class Document(ScopedModel):
    """One version of a document. `key` ties the versions of one together; a new text is a new row. `scope_path` is where
    it holds, empty: everywhere (courses of the city, help)."""

    personal_data: ClassVar[PersonalData] = PersonalData("personal", "谁放进、核对、发布、撤下了一份文件")
    access_table = TABLE
    self_field = "id"

    kind = models.CharField(max_length=8, choices=KINDS)
    key = models.CharField(max_length=120)
    version = models.CharField(max_length=64)  # SHA-256 of what was split
    title = models.CharField(max_length=200)
    issued_by = models.CharField(max_length=120, default="", blank=True)
    number = models.CharField(max_length=80, default="", blank=True)
    issued_on = models.DateField(null=True)
    source = models.CharField(max_length=300, default="", blank=True)
    licence = models.CharField(max_length=120, default="", blank=True)
    stage = models.CharField(max_length=8, default="", blank=True)
    characters = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=STATES, default=State.DRAFT.value)
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    loaded_by = models.UUIDField(null=True)
    approved_by = models.UUIDField(null=True)
    approved_at = models.DateTimeField(null=True)
    released_by = models.UUIDField(null=True)
    released_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scope_path", "key", "version"], name="a_document_version_once"),
            models.UniqueConstraint(
                fields=["scope_path", "key"],
                condition=Q(state=State.IN_FORCE.value),
                name="one_version_in_force",
            ),
            # What an officer loaded is in force by two pairs of hands; what comes with the platform by none.
            models.CheckConstraint(
                condition=~Q(state=State.IN_FORCE.value)
                | ~Q(kind=Kind.POLICY.value)
                | (
                    Q(approved_by__isnull=False)
                    & Q(released_by__isnull=False)
                    & ~Q(approved_by=models.F("released_by"))
                ),
                name="a_second_person_releases",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def state_words(self) -> str:
        return State(self.state).zh


class Chunk(Base):
    """A piece of a document, word for word, and the words it is found by."""

    personal_data: ClassVar[PersonalData] = NO_PERSONAL_DATA

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="chunks")
    kind = models.CharField(max_length=8, choices=KINDS)
    position = models.PositiveIntegerField()
    place = models.CharField(max_length=200, default="", blank=True)
    target = models.CharField(max_length=120, default="", blank=True)
    text = models.TextField()
    words = SearchVectorField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["document", "position"], name="one_piece_a_position"),
        ]
        indexes: ClassVar = [GinIndex(fields=["words"], name="agents_chunk_words")]

    def __str__(self) -> str:
        return f"{self.place} {self.text[:40]}"
