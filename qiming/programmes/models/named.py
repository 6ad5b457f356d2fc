"""Schools that are named: term, whom they lead, what they did for them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from qiming.kernel.base import Base
from qiming.kernel.privacy import PersonalData
from qiming.kernel.scope import ScopedModel
from qiming.programmes.access import TABLE
from qiming.programmes.models.calls import Application


class Naming(ScopedModel):
    """A school (`scope_path`) holds a programme's name from `since` until `until`, or until it was taken back."""

    personal_data: ClassVar[PersonalData] = PersonalData("low", "学校的命名，不记个人")
    access_table = TABLE

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="naming")
    programme = models.CharField(max_length=40)
    since = models.DateField()
    until = models.DateField()
    ended_on = models.DateField(null=True)
    ended_why = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["programme", "scope_path"],
                condition=models.Q(ended_on=None),
                name="named_once_per_programme",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_on=None) | ~models.Q(ended_why=""), name="naming_ended_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme} {self.since}"


class Pairing(Base):
    """An edge of the pairing graph: the named school leads the school at `partner_path`."""

    personal_data: ClassVar[PersonalData] = PersonalData("none", "结对的两所学校")

    naming = models.ForeignKey(Naming, on_delete=models.PROTECT, related_name="pairings")
    partner_path = models.TextField(db_collation="C")
    since = models.DateField()
    ended_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["naming", "partner_path"], condition=models.Q(ended_on=None), name="paired_once"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["partner_path"], name="pairings_of_partner")]

    def __str__(self) -> str:
        return str(self.since)


class Support(Base):
    """One thing done for a partner. It counts when the partner's head has said that it happened."""

    personal_data: ClassVar[PersonalData] = PersonalData("low", "谁写的、谁确认的支持（内部编号）")

    pairing = models.ForeignKey(Pairing, on_delete=models.PROTECT, related_name="supports")
    day = models.DateField()
    says = models.CharField(max_length=300)
    noted_by = models.UUIDField()
    confirmed_by = models.UUIDField(null=True)
    confirmed_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["pairing", "day", "says"], name="support_noted_once"),
            models.CheckConstraint(
                condition=models.Q(confirmed_by=None) | models.Q(confirmed_on__isnull=False),
                name="support_confirmed_with_day",
            ),
        ]

    def __str__(self) -> str:
        return self.says[:20]
