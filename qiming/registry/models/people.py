"""People, their accounts and where they belong: roles, classes, wards.

Validity is half-open: a row is in force on `day` when starts_on <= day < ends_on (no `ends_on`: still).
"""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from qiming.kernel import time
from qiming.kernel.base import Base
from qiming.kernel.privacy import PersonalData
from qiming.kernel.scope import ScopedModel
from qiming.registry.access import TABLE
from qiming.registry.models.organisations import Organisation


class Person(Base):
    """A human being the platform knows: a name, nothing else. `renamed_at` is kept by a trigger."""

    personal_data: ClassVar[PersonalData] = PersonalData("personal", "姓名，用来点名和显示")

    name = models.CharField(max_length=60)
    renamed_at = models.DateTimeField(null=True, editable=False)
    is_synthetic = models.BooleanField(default=False)

    def __str__(self) -> str:
        return str(self.id)  # never a name in a log


class AccountManager(BaseUserManager["Account"]):
    """Accounts by their folded username."""

    def get_by_natural_key(self, username: str | None) -> "Account":
        return self.get(username=username)


class Account(Base, AbstractBaseUser):
    """How a person signs in. Pupils have no username: they come by class card."""

    personal_data: ClassVar[PersonalData] = PersonalData("personal", "登录账号和密码的摘要（argon2）")

    class Kind(models.TextChoices):
        STAFF = "staff", "老师或工作人员"
        PUPIL = "pupil", "学生"
        GUARDIAN = "guardian", "家长"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    username = models.CharField(max_length=32, null=True, unique=True)
    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="account")
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[AccountManager] = AccountManager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind="pupil", username__isnull=True)
                | (~Q(kind="pupil") & Q(username__isnull=False)),
                name="account_pupils_have_no_username",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Employment(ScopedModel):
    """Who works at a school. Gives no right by itself: rights come from grants."""

    personal_data: ClassVar[PersonalData] = PersonalData("low", "谁在哪所学校工作")
    access_table = TABLE

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="employments")
    school = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="employments")
    alliance = models.ForeignKey(
        "registry.Alliance", null=True, on_delete=models.PROTECT, related_name="employments"
    )  # lent by the lead school: ends with the alliance
    starts_on = models.DateField(default=time.today)
    ends_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="employment_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["person", "school"],
                condition=Q(ends_on__isnull=True),
                name="employment_one_open_per_school",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class RoleGrant(ScopedModel):
    """A role held by a person at a place, from a day to a day."""

    personal_data: ClassVar[PersonalData] = PersonalData("low", "谁在哪里担任什么角色")
    access_table = TABLE

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=20)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="grants")
    starts_on = models.DateField(default=time.today)
    ends_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "role", "organisation"],
                condition=Q(ends_on__isnull=True),
                name="grant_one_open_per_role_and_place",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="grant_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role}@{self.scope_path}"


class ClassMembership(ScopedModel):
    """A pupil in a class, on a seat, from a day to a day. One open seat per class: see migration 0002.

    `has_moved_away`: the pupil went to another school on `ends_on`; the old school's lists of former days show no
    name any more.
    """

    personal_data: ClassVar[PersonalData] = PersonalData(
        "sensitive", "学生所在班级、座号；学籍号只留不可还原的摘要和末四位，用来认出同一个人"
    )
    access_table = TABLE

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    class_group = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    seat_no = models.PositiveSmallIntegerField()
    pupil_number_digest = models.CharField(max_length=64, null=True, db_index=True)
    pupil_number_tail = models.CharField(max_length=4, default="", blank=True)
    has_moved_away = models.BooleanField(default=False)
    starts_on = models.DateField(default=time.today)
    ends_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(seat_no__gte=1, seat_no__lte=99), name="membership_seat_between_1_and_99"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="membership_ends_after_start",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["class_group", "seat_no"], name="membership_by_class_and_seat"),
            # Counts the pupils of any place without looking at the rows.
            models.Index(fields=["scope_path", "starts_on", "ends_on"], name="membership_by_place"),
        ]

    def __str__(self) -> str:
        return f"{self.class_group_id}#{self.seat_no}"


class Guardianship(ScopedModel):
    """Who is whose guardian. `scope_path` is the ward's class at the time the code was given."""

    personal_data: ClassVar[PersonalData] = PersonalData("personal", "谁是哪个学生的监护人")
    access_table = TABLE
    self_field = "ward_id"

    guardian = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="guards")
    ward = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="guarded_by")
    relation = models.CharField(max_length=10, default="家长")
    starts_on = models.DateField(default=time.today)
    ends_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["guardian", "ward"],
                condition=Q(ends_on__isnull=True),
                name="guardianship_one_open_per_pair",
            ),
            models.CheckConstraint(
                condition=~Q(guardian=F("ward")), name="guardianship_nobody_guards_themselves"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="guardianship_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
