"""What the store keeps beside what was sent: whose number stands for whom, how a key is used, how far somebody got in
an activity, and the proofs of what was erased."""

from __future__ import annotations

from django.db import models

from qiming.kernel.base import Base
from qiming.kernel.privacy import NO_PERSONAL_DATA, PersonalData
from qiming.records.xapi.models import XapiActivity, XapiAgent, XapiKey


class XapiPerson(Base):
    """Which number stands for a person of ours in what other systems sent. The only way from one to the other: without
    this row the records lead to nobody."""

    personal_data = PersonalData("personal", "本平台的人在别的系统记录里的代号；删掉这一行就再也对不上")

    person_id = models.UUIDField(unique=True)
    alias = models.UUIDField(unique=True)

    def __str__(self) -> str:
        return str(self.alias)


class XapiKeyUse(models.Model):
    """How many statements a key may still bring now, counted for all processes, and when it was last used."""

    personal_data = NO_PERSONAL_DATA

    key = models.OneToOneField(XapiKey, models.CASCADE, primary_key=True)
    left = models.FloatField(default=0)
    counted_at = models.DateTimeField()
    last_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.key_id)


class XapiKeyDay(models.Model):
    """What came by a key on a day."""

    personal_data = NO_PERSONAL_DATA

    id = models.BigAutoField(primary_key=True)
    key = models.ForeignKey(XapiKey, models.CASCADE, db_index=False)
    day = models.DateField()
    requests = models.BigIntegerField(default=0)
    stored = models.BigIntegerField(default=0)
    duplicate = models.BigIntegerField(default=0)
    refused = models.BigIntegerField(default=0)
    turned_away = models.BigIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("key", "day"), name="xapi_key_day_once"),)

    def __str__(self) -> str:
        return f"{self.key_id} {self.day}"


class XapiCompletion(models.Model):
    """How far somebody got in an activity by what one key brought. Counted from the statements, after them."""

    personal_data = PersonalData("personal", "从别的系统送来的记录算出：谁在哪个活动里完成、通过、得分、次数")

    id = models.BigAutoField(primary_key=True)
    key = models.ForeignKey(XapiKey, models.CASCADE, db_index=False)
    agent = models.ForeignKey(XapiAgent, models.CASCADE)
    activity = models.ForeignKey(XapiActivity, models.PROTECT, db_index=False)
    change = models.BigIntegerField()  # grows with every change of any row: the cursor
    completed = models.BooleanField(default=False)
    passed = models.BooleanField(null=True)
    score_best = models.FloatField(null=True)
    score_last = models.FloatField(null=True)
    begun = models.IntegerField(default=0)
    completions = models.IntegerField(default=0)
    verdicts = models.IntegerField(default=0)
    answers = models.IntegerField(default=0)
    last = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("key", "agent", "activity"), name="xapi_completion_once"),
        )
        indexes = (
            models.Index(fields=("change",), name="xapi_completion_change"),
            models.Index(fields=("key", "change"), name="xapi_completion_key"),
        )

    def __str__(self) -> str:
        return str(self.id)


class XapiCounted(models.Model):
    """Up to which statement completions are counted, and the number of the last change. One row."""

    personal_data = NO_PERSONAL_DATA

    id = models.SmallIntegerField(primary_key=True)
    stored = models.DateTimeField(null=True)
    statement = models.UUIDField(null=True)
    change = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.change)


class XapiErasure(Base):
    """The proof that a person was erased from what other systems sent: counts and hashes before and after, no number
    that leads back. Sealed into a chain."""

    personal_data = NO_PERSONAL_DATA

    person_sha256 = models.CharField(max_length=64)
    alias_sha256 = models.CharField(max_length=64, blank=True)
    before = models.JSONField()
    after = models.JSONField()
    seal_no = models.BigIntegerField(null=True, unique=True)
    seal = models.BinaryField(null=True)

    def __str__(self) -> str:
        return str(self.id)
