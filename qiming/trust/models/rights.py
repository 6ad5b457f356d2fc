"""A person's rights: a copy of everything held, and erasure."""

from typing import ClassVar

from django.db import models

from qiming.kernel.privacy import PersonalData
from qiming.kernel.scope import ScopedModel
from qiming.trust.access import TABLE
from qiming.trust.types.rights import CopyState, ErasureState


class PersonCopy(ScopedModel):
    """A copy of everything held about one person: asked for, built by a job, gone after some days."""

    personal_data: ClassVar[PersonalData] = PersonalData(
        "personal", "谁要过谁的个人信息副本；副本文件七天后删除"
    )
    access_table = TABLE
    self_field = "person_id"

    person_id = models.UUIDField()
    asked_by = models.UUIDField()
    state = models.CharField(max_length=8, choices=[(one.value, one.zh) for one in CopyState])
    done = models.PositiveSmallIntegerField(default=0)
    total = models.PositiveSmallIntegerField(default=0)
    step = models.CharField(max_length=40, default="", blank=True)
    counts = models.JSONField(default=dict)
    file_sha256 = models.CharField(max_length=64, default="", blank=True)
    size_bytes = models.PositiveBigIntegerField(default=0)
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    fetched = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["person_id", "-created_at"], name="copies_of_person")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person_id", "asked_by"],
                condition=models.Q(state__in=["waiting", "building"]),
                name="copy_one_building",
            )
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.done}/{self.total}"


class ErasureCase(ScopedModel):
    """A request to erase a person: asked, agreed by the administrator, confirmed by the head, carried out."""

    personal_data: ClassVar[PersonalData] = PersonalData(
        "personal", "谁请求删除谁的信息、谁决定；执行后请求里的话和人都抹去，只留证明"
    )
    access_table = TABLE
    self_field = "person_id"

    person_id = models.UUIDField(null=True)
    asked_by = models.UUIDField(null=True)
    asked_as = models.CharField(max_length=20)
    reason = models.TextField()
    state = models.CharField(max_length=10, choices=[(one.value, one.zh) for one in ErasureState])
    due_on = models.DateField()
    agreed_by = models.UUIDField(null=True)
    agreed_at = models.DateTimeField(null=True)
    confirmed_by = models.UUIDField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    words = models.TextField(default="", blank=True)
    done_at = models.DateTimeField(null=True)
    certificate = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person_id"],
                condition=models.Q(state__in=["asked", "agreed", "confirmed"]),
                name="erasure_one_open",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="done") | models.Q(person_id=None, reason="", words=""),
                name="erasure_done_names_nobody",
            ),
        ]

    def __str__(self) -> str:
        return self.state
