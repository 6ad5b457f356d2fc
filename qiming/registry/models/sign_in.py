"""Ways in: class cards, family codes, and the count of failed attempts."""

from typing import ClassVar

from django.db import models

from qiming.kernel import time
from qiming.kernel.base import Base
from qiming.kernel.privacy import PersonalData
from qiming.kernel.scope import ScopedModel
from qiming.registry.access import TABLE
from qiming.registry.models.people import Person


class ClassCard(ScopedModel):
    """A pupil's card. Its token and its three pictures are derived from the server's key, the card and the
    serials (`registry.secrets`): only the token's hash is stored, so the table opens no door, and a lost
    sheet can be printed again."""

    personal_data: ClassVar[PersonalData] = PersonalData("personal", "哪个学生有班级卡、错了几次")
    access_table = TABLE

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="card")
    token_serial = models.PositiveIntegerField(default=1)
    token_hash = models.CharField(max_length=64, unique=True)
    pin_serial = models.PositiveIntegerField(default=1)
    wrong_tries = models.PositiveSmallIntegerField(default=0)
    locked_at = models.DateTimeField(null=True)
    issued_at = models.DateTimeField(default=time.now)

    def __str__(self) -> str:
        return str(self.id)


class FamilyCode(ScopedModel):
    """A one-time code with which a guardian joins a pupil. Only its hash is kept."""

    personal_data: ClassVar[PersonalData] = PersonalData("personal", "给哪个学生的家长发过一次性家长码")
    access_table = TABLE
    self_field = "ward_id"

    ward = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="family_codes")
    code_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    given_by = models.UUIDField()

    def __str__(self) -> str:
        return str(self.id)


class SignInFailure(Base):
    """Failed attempts per account or address. The key is a keyed hash: neither is readable here."""

    personal_data: ClassVar[PersonalData] = PersonalData(
        "low", "登录失败的次数；账号和地址只留摘要，一天后清除"
    )

    key = models.CharField(max_length=64, unique=True)
    failures = models.PositiveIntegerField(default=0)
    window_started_at = models.DateTimeField(default=time.now)
    locked_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.key
