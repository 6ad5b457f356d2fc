"""Which place may open which school's version of a course."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from qiming.curriculum.access import TABLE
from qiming.kernel import time
from qiming.kernel.privacy import NO_PERSONAL_DATA, PersonalData
from qiming.kernel.scope import ScopedModel


class CourseLoan(ScopedModel):
    """A course version lent to the place at `scope_path` (a school or a class). `seal` is the hash of what was lent
    (`lending.sealing`): while what is stored differs from it, the loan opens nothing. `lent_for` is what the room that
    lends knows it by; `lessons` are those of the version that are not the city's."""

    class State(models.TextChoices):
        OPEN = "open", "可以开课"
        KEPT = "kept", "开过的班接着用"

    personal_data: ClassVar[PersonalData] = NO_PERSONAL_DATA
    access_table = TABLE

    course_version = models.ForeignKey(
        "curriculum.CourseVersion", on_delete=models.PROTECT, related_name="loans"
    )
    lessons = ArrayField(models.UUIDField())
    seal = models.CharField(max_length=64)
    lent_for = models.UUIDField()
    state = models.TextField(choices=State.choices, default=State.OPEN)
    stopped_at = models.DateTimeField(null=True)  # in an emergency, for classes that have begun as well
    changed_at = models.DateTimeField(default=time.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["lent_for", "course_version"], name="course_lent_once"),
            models.UniqueConstraint(
                fields=["lent_for"], condition=models.Q(state="open"), name="one_open_loan_each"
            ),
        ]

    def __str__(self) -> str:
        return self.state
