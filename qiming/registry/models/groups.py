"""Pupils of several classes taught together: the seats of a teaching group (走班、选课班)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from qiming.kernel import time
from qiming.kernel.privacy import PersonalData
from qiming.kernel.scope import ScopedModel
from qiming.registry.access import TABLE
from qiming.registry.models.organisations import Organisation
from qiming.registry.models.people import Person


class GroupMembership(ScopedModel):
    """A pupil on a seat of a teaching group, from a day to a day. A pupil has one class and any number of
    groups; one pupil per seat and day is kept by a trigger (migration 0006)."""

    personal_data: ClassVar[PersonalData] = PersonalData("personal", "学生在哪个教学班（走班）、座号")
    access_table = TABLE

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="group_memberships")
    group = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="group_memberships")
    seat_no = models.PositiveSmallIntegerField()
    starts_on = models.DateField(default=time.today)
    ends_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(seat_no__gte=1, seat_no__lte=99), name="group_seat_between_1_and_99"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="group_membership_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group_id}#{self.seat_no}"
