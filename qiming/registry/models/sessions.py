"""Browsers that are signed in, what an account was told, and emergency powers."""

from typing import Any, ClassVar

from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.db.models import F, Q

from qiming.kernel import time
from qiming.kernel.base import Base
from qiming.kernel.privacy import PersonalData
from qiming.kernel.scope import ScopedModel
from qiming.registry.access import TABLE
from qiming.registry.models.organisations import Organisation
from qiming.registry.models.people import Account, Person


class SessionManager(BaseSessionManager["Session"]):
    use_in_migrations = False


class Session(AbstractBaseSession):
    """A browser signed in. What the actor needs is columns, so that it costs one query and so that an account's
    sessions can be listed and ended. The columns are written by `services.sessions`, never by Django's store."""

    personal_data: ClassVar[PersonalData] = PersonalData(
        "low", "哪个账号在哪类设备上登录、大约什么时候用过；不存网络地址，过期即清除"
    )

    class Way(models.TextChoices):
        PASSWORD = "password", "密码"
        PASSKEY = "passkey", "通行密钥"
        CARD = "card", "班级卡"
        CODE = "code", "入课码"
        OUTSIDE = "outside", "统一身份"

    account = models.ForeignKey(Account, null=True, on_delete=models.CASCADE, related_name="sessions")
    way = models.CharField(max_length=10, choices=Way.choices, default="", blank=True)
    device = models.CharField(max_length=40, default="", blank=True)
    started_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    idle_minutes = models.PositiveSmallIntegerField(null=True)
    proven_at = models.DateTimeField(null=True)
    has_second_factor = models.BooleanField(default=False)
    period_id = models.UUIDField(null=True, db_index=True)

    objects: ClassVar[Any] = SessionManager()

    class Meta(AbstractBaseSession.Meta):
        abstract = False

    def __str__(self) -> str:
        return str(self.account_id)

    @classmethod
    def get_session_store_class(cls) -> Any:
        from qiming.registry.sessions import SessionStore  # noqa: PLC0415 - the store needs this model

        return SessionStore


class AccountNotice(Base):
    """Something others did to an account; its owner is told at the next sign-in."""

    personal_data: ClassVar[PersonalData] = PersonalData("personal", "谁为什么动过这个账号，本人看过就留底")

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="notices")
    what = models.CharField(max_length=20)
    reason = models.CharField(max_length=200)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    seen_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["account"], condition=Q(seen_at=None), name="notice_not_seen"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class EmergencyPower(ScopedModel):
    """A power somebody took for an hour at most, over a school or about one pupil, with the reason. Never
    changed but to end it; whoever it concerns can see it."""

    personal_data: ClassVar[PersonalData] = PersonalData(
        "personal", "谁在什么时候因为什么用了应急权限，涉及哪所学校或哪个学生"
    )
    access_table = TABLE
    self_field = "subject_id"

    holder = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="emergency_powers")
    role = models.CharField(max_length=20)
    session_id = models.CharField(max_length=16)
    power = models.CharField(max_length=20)
    place = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="emergency_powers")
    subject = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    starts_at = models.DateTimeField(default=time.now)
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="emergency_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__lte=F("starts_at") + models.Value("01:00:00", models.DurationField())),
                name="emergency_an_hour_at_most",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["holder"], condition=Q(ended_at=None), name="emergency_open"),
        ]

    def __str__(self) -> str:
        return str(self.id)
