"""What the room stores: who issues, with which keys, what for, the certificates and the lists of those taken back."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from qiming.credentials.access import TABLE
from qiming.credentials.types import KeyKind, RecipientKind
from qiming.kernel.base import Base
from qiming.kernel.privacy import NO_PERSONAL_DATA, PersonalData
from qiming.kernel.scope import ScopedModel


class Issuer(ScopedModel):
    """A place that issues. `url` is its name in every certificate: never changed, or nothing signed would hold."""

    personal_data: ClassVar[PersonalData] = NO_PERSONAL_DATA
    access_table = TABLE
    self_field = "id"

    place_id = models.UUIDField(unique=True)
    code = models.CharField(max_length=40, unique=True)
    url = models.URLField(max_length=400)
    name = models.CharField(max_length=120)

    def __str__(self) -> str:
        return self.name


class SigningKey(Base):
    """A key of an issuer. The secret half is sealed; a retired key signs nothing new and goes on verifying."""

    personal_data: ClassVar[PersonalData] = PersonalData("personal", "颁发证书用的密钥，私钥加密保存")

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="keys")
    kind = models.CharField(max_length=10, choices=[(one.value, one.value) for one in KeyKind])
    public = models.CharField(max_length=200, unique=True)
    sealed = models.BinaryField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["issuer", "kind"], condition=models.Q(retired_at=None), name="one_key_signs"
            )
        ]

    def __str__(self) -> str:
        return self.public


class Achievement(Base):
    """One version of what a certificate is given for: a changed text is another row, so that signed ones keep theirs."""

    personal_data: ClassVar[PersonalData] = NO_PERSONAL_DATA

    key = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    body = models.JSONField()
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["key"], condition=models.Q(is_current=True), name="one_current_achievement"
            )
        ]

    def __str__(self) -> str:
        return self.key


class StatusList(Base):
    """A list of one bit per certificate, served as a signed credential of its own."""

    personal_data: ClassVar[PersonalData] = NO_PERSONAL_DATA

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="lists")
    code = models.CharField(max_length=40, unique=True)
    taken = models.PositiveIntegerField(default=0)
    document = models.JSONField()

    def __str__(self) -> str:
        return self.code


class Certificate(ScopedModel):
    """One certificate as it was signed; `scope_path` is the recipient's place. A person's name is not in it."""

    personal_data: ClassVar[PersonalData] = PersonalData(
        "personal", "哪个人或单位因为什么得到证书；签名的文件里没有姓名，只有加盐的摘要"
    )
    access_table = TABLE
    self_field = "recipient_id"

    code = models.CharField(max_length=40, unique=True)
    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="certificates")
    achievement = models.ForeignKey(Achievement, on_delete=models.PROTECT, related_name="certificates")
    recipient_kind = models.CharField(max_length=12, choices=[(one.value, one.zh) for one in RecipientKind])
    recipient_id = models.UUIDField(null=True)
    shows_name = models.BooleanField(default=False)
    about_kind = models.CharField(max_length=40)
    about_id = models.UUIDField()
    about_title = models.CharField(max_length=120)
    document = models.JSONField(default=dict)
    token = models.TextField(default="", blank=True)
    status_list = models.ForeignKey(StatusList, on_delete=models.PROTECT, related_name="certificates")
    status_index = models.PositiveIntegerField()
    issued_by = models.UUIDField(null=True)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.UUIDField(null=True)
    reason = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["achievement", "recipient_id", "about_id"],
                condition=models.Q(revoked_at=None),
                name="certified_once",
            ),
            models.UniqueConstraint(fields=["status_list", "status_index"], name="one_bit_each"),
            models.CheckConstraint(
                condition=models.Q(revoked_at=None) | ~models.Q(reason=""), name="revoked_with_reason"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["about_kind", "about_id"], name="certificates_about"),
            models.Index(fields=["recipient_id"], name="certificates_of"),
        ]

    def __str__(self) -> str:
        return self.code
