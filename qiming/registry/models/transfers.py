"""Pupils on their way from one school to another."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from qiming.kernel.privacy import PersonalData
from qiming.kernel.scope import ScopedModel
from qiming.registry.access import TABLE
from qiming.registry.models.organisations import Organisation
from qiming.registry.models.people import Person


class Transfer(ScopedModel):
    """A pupil's move between schools: asked for by the new school or begun by the old one, released, received.

    Lies at the old school. `typed_name` is what the new school wrote when it asked; it is forgotten when the move
    ends one way or the other. `person` is bound silently when name and pupil number agree, else when the old school
    says who it is.
    """

    personal_data: ClassVar[PersonalData] = PersonalData("personal", "哪个学生从哪所学校转到哪所学校、谁办的")
    access_table = TABLE

    class State(models.TextChoices):
        ASKED = "asked", "等原学校放行"
        RELEASED = "released", "等新学校接收"
        ACCEPTED = "accepted", "已转入"
        REFUSED = "refused", "原学校没有放行"
        WITHDRAWN = "withdrawn", "撤回了"

    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="transfers")
    from_school = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="transfers_out")
    to_school = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="transfers_in")
    typed_name = models.CharField(max_length=60, default="", blank=True)
    typed_class = models.CharField(max_length=40, default="", blank=True)
    state = models.CharField(max_length=10, choices=State.choices)
    note = models.CharField(max_length=200, default="", blank=True)
    asked_by = models.UUIDField(null=True)
    released_by = models.UUIDField(null=True)
    released_as = models.CharField(max_length=20, default="", blank=True)
    closed_by = models.UUIDField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(state="released"),
                name="transfer_one_released_per_pupil",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["released", "accepted"]) | Q(person__isnull=False),
                name="transfer_released_names_the_pupil",
            ),
            models.CheckConstraint(
                condition=~Q(from_school=models.F("to_school")), name="transfer_to_another_school"
            ),
        ]

    def __str__(self) -> str:
        return self.state
