"""Schools that belong together across the tree (集团校、联盟校、手拉手), and people asked to work at a second school."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from qiming.kernel import time
from qiming.kernel.privacy import PersonalData
from qiming.kernel.scope import ScopedModel
from qiming.registry.access import TABLE
from qiming.registry.models.organisations import Organisation
from qiming.registry.models.people import Person


class Alliance(ScopedModel):
    """A lead school and its members, from a day to a day. Lies at the lead school; each member at its own."""

    personal_data: ClassVar[PersonalData] = PersonalData("low", "哪些学校结成集团、联盟或手拉手，谁提出的")
    access_table = TABLE
    self_field = "proposed_by"

    class Kind(models.TextChoices):
        GROUP = "group", "集团校"
        LEAGUE = "league", "联盟校"
        HANDS = "hands", "手拉手"

    kind = models.CharField(max_length=8, choices=Kind.choices)
    name = models.CharField(max_length=60)
    lead = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="led_alliances")
    proposed_by = models.UUIDField()
    starts_on = models.DateField(default=time.today)
    ends_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="alliance_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AllianceMember(ScopedModel):
    """A school asked into an alliance: gives rights from the day its head accepts until a day."""

    personal_data: ClassVar[PersonalData] = PersonalData("low", "成员校的校长是否同意加入联盟、谁答复的")
    access_table = TABLE
    self_field = "answered_by"

    class State(models.TextChoices):
        ASKED = "asked", "等对方校长答复"
        ACCEPTED = "accepted", "已加入"
        DECLINED = "declined", "没有同意"

    alliance = models.ForeignKey(Alliance, on_delete=models.PROTECT, related_name="members")
    school = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="alliance_memberships")
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    answered_by = models.UUIDField(null=True)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["alliance", "school"],
                condition=Q(state__in=["asked", "accepted"], ends_on__isnull=True),
                name="alliance_member_once",
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted") | Q(starts_on__isnull=False, answered_by__isnull=False),
                name="alliance_member_accepted_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return self.state


class StaffInvitation(ScopedModel):
    """Somebody with an account is asked to work at this school too. What was typed is kept whether or not such an
    account exists, so that the list of invitations tells nobody which accounts there are."""

    personal_data: ClassVar[PersonalData] = PersonalData("low", "学校请哪个账号来兼课、本人是否同意")
    access_table = TABLE

    class State(models.TextChoices):
        OPEN = "open", "等本人答复"
        ACCEPTED = "accepted", "同意了"
        DECLINED = "declined", "没有同意"
        WITHDRAWN = "withdrawn", "收回了"

    school = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="staff_invitations")
    username = models.CharField(max_length=32)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="staff_invitations")
    asked_by = models.UUIDField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    works_until = models.DateField(null=True)
    expires_on = models.DateField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["school", "username"], condition=Q(state="open"), name="staff_invitation_one_open"
            ),
        ]

    def __str__(self) -> str:
        return self.state
