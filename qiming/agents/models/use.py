"""Keys of applications, quotas and what was used of them, the ledger of calls."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from qiming.agents.access import TABLE
from qiming.agents.models.chain import KINDS
from qiming.agents.types import Audience, Outcome, Per
from qiming.kernel.privacy import NO_PERSONAL_DATA, PersonalData
from qiming.kernel.scope import ScopedModel


class ApplicationKey(ScopedModel):
    """The key of one application at one place. The secret is random, so one SHA-256 of it is enough.

    `supervised_by`: the adult who opens the sessions of primary pupils; without one such a key opens nothing.
    """

    personal_data: ClassVar[PersonalData] = PersonalData(
        "personal", "哪个应用在哪里能用哪些模型，密钥只存摘要"
    )
    access_table = TABLE
    self_field = "created_by"

    name = models.CharField(max_length=120)
    secret_sha256 = models.BinaryField(max_length=32, unique=True)
    kinds = models.JSONField(default=list)
    routes = models.JSONField(default=list)  # keys of education models; none opens none
    stage = models.CharField(max_length=8)
    audience = models.CharField(max_length=8, choices=[(one.value, one.value) for one in Audience])
    supervised_by = models.UUIDField(null=True)
    is_ours = models.BooleanField(default=False)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    created_by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["scope_path", "name"], condition=Q(revoked_at=None), name="one_key_a_place_and_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class QuotaRule(ScopedModel):
    """What may be used in a day at a place and below it; empty: not limited."""

    personal_data: ClassVar[PersonalData] = NO_PERSONAL_DATA
    access_table = TABLE
    self_field = "id"

    per = models.CharField(max_length=8, choices=[(one.value, one.value) for one in Per])
    quota_class = models.SlugField(max_length=40, default="", blank=True)
    requests = models.PositiveIntegerField(null=True)
    tokens = models.PositiveBigIntegerField(null=True)
    minutes = models.PositiveIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scope_path", "per", "quota_class"], name="one_quota_a_place"),
        ]

    def __str__(self) -> str:
        return f"{self.scope_path} {self.per}"


class QuotaDay(models.Model):
    """How much of a quota is used or set aside on one day. Written by `agents_reserve` and `agents_settle` only."""

    personal_data: ClassVar[PersonalData] = PersonalData("personal", "某天用了多少额度，个人的以假名计")

    id = models.BigAutoField(primary_key=True)
    bucket = models.CharField(max_length=160)
    day = models.DateField()
    requests = models.BigIntegerField(default=0)
    tokens = models.BigIntegerField(default=0)
    seconds = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["bucket", "day"], name="one_bucket_a_day")]
        indexes: ClassVar = [models.Index(fields=["day"], name="agents_quota_by_day")]

    def __str__(self) -> str:
        return self.bucket


class Call(ScopedModel):
    """One call. Written when its quota is set aside (`open`), completed once when it ends; sealed into a chain then.

    `subject` is a pseudonym and goes when the person is erased; the seal covers `subject_sha256`. The text is kept in a
    box for a set time; the seal covers `text_sha256`, so that the chain holds when the text is gone.
    """

    personal_data: ClassVar[PersonalData] = PersonalData(
        "sensitive", "谁（假名）在哪个班用了哪个模型、多少字；加密的原文到期删除"
    )
    access_table = TABLE
    self_field = "id"

    application_id = models.UUIDField()
    subject = models.CharField(max_length=40, default="", blank=True)
    subject_sha256 = models.BinaryField(max_length=32, default=b"")
    stage = models.CharField(max_length=8)
    kind = models.CharField(max_length=12, choices=KINDS)
    route = models.CharField(max_length=60)
    model = models.CharField(max_length=60, default="", blank=True)
    model_version = models.CharField(max_length=120, default="", blank=True)
    outcome = models.CharField(
        max_length=8, choices=[(one.value, one.value) for one in Outcome], default=Outcome.OPEN.value
    )
    why = models.CharField(max_length=40, default="", blank=True)
    findings = models.JSONField(default=list)
    day = models.DateField()
    buckets = ArrayField(models.CharField(max_length=160), default=list)
    reserved_tokens = models.BigIntegerField(default=0)
    reserved_seconds = models.IntegerField(default=0)
    prompt_tokens = models.IntegerField(default=0)
    completion_tokens = models.IntegerField(default=0)
    is_counted = models.BooleanField(default=False)
    first_ms = models.IntegerField(null=True)
    total_ms = models.IntegerField(null=True)
    ended_at = models.DateTimeField(null=True)
    text_box = models.BinaryField(null=True)
    text_sha256 = models.BinaryField(max_length=32, default=b"")
    seal_no = models.PositiveBigIntegerField(null=True, unique=True)
    seal = models.BinaryField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["created_at"], name="agents_call_by_age"),
            models.Index(fields=["subject"], condition=~Q(subject=""), name="agents_call_by_subject"),
            models.Index(fields=["created_at"], condition=Q(outcome="open"), name="agents_call_open"),
            models.Index(
                fields=["id"], condition=Q(seal=None) & ~Q(outcome="open"), name="agents_call_unsealed"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
