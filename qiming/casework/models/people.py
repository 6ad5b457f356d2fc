"""Who is appointed to what, stands in for whom, and keeps away from which case."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from qiming.casework.access import TABLE
from qiming.casework.models.cases import Case
from qiming.kernel.base import Base
from qiming.kernel.privacy import PersonalData
from qiming.kernel.scope import ScopedModel


class Appointment(ScopedModel):
    """A person holds a duty at a place, for a time; `expertise` is what they know, `capacity` how much they can take."""

    personal_data: ClassVar[PersonalData] = PersonalData("low", "教职工担任的评审和办件职责、专长、任期")
    access_table = TABLE

    person_id = models.UUIDField()
    duty = models.CharField(max_length=40)
    expertise = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    capacity = models.PositiveSmallIntegerField(default=10)
    since = models.DateField()
    until = models.DateField(null=True)
    appointed_by = models.UUIDField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person_id", "duty", "scope_path"],
                condition=models.Q(until=None),
                name="appointed_once_per_place",
            ),
            models.CheckConstraint(condition=models.Q(capacity__gte=1), name="appointed_to_something"),
        ]
        indexes: ClassVar = [models.Index(fields=["duty", "scope_path"], name="appointed_to_duty")]

    def __str__(self) -> str:
        return self.duty


class Delegation(Base):
    """Somebody stands in for somebody else's duty for some days; both are named in what is done."""

    personal_data: ClassVar[PersonalData] = PersonalData("low", "职责请人代办：谁请谁、到哪天")

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="delegations")
    to_person = models.UUIDField()
    since = models.DateField()
    until = models.DateField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(until__gte=models.F("since")), name="delegated_forward")
        ]

    def __str__(self) -> str:
        return f"{self.since}–{self.until}"


class Conflict(Base):
    """A declared reason to keep away from a case; nobody takes it back, a new case asks anew."""

    personal_data: ClassVar[PersonalData] = PersonalData("low", "评审人申报的回避和理由")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="conflicts")
    person_id = models.UUIDField()
    reason = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "person_id"], name="conflict_once")]

    def __str__(self) -> str:
        return self.reason
