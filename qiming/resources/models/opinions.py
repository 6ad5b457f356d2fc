"""What those who use a resource say about it, and what comes of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from qiming.kernel.privacy import NO_PERSONAL_DATA, PersonalData
from qiming.kernel.scope import ScopedModel
from qiming.resources.access import TABLE
from qiming.resources.models.shelf import Resource, ResourceVersion

MOST_STARS = 5


class Rating(ScopedModel):
    """What a teacher who used a version thinks of it; `scope_path` is their school. One of each person and version."""

    personal_data: ClassVar[PersonalData] = PersonalData("low", "哪位老师怎样评一个资源（内部编号）")
    access_table = TABLE
    self_field = "person_id"

    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="ratings")
    version = models.ForeignKey(ResourceVersion, on_delete=models.PROTECT, related_name="ratings")
    person_id = models.UUIDField()
    stars = models.PositiveSmallIntegerField()
    why = models.CharField(max_length=300)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "person_id"], name="rated_once"),
            models.CheckConstraint(
                condition=models.Q(stars__gte=1, stars__lte=MOST_STARS), name="one_to_five_stars"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stars}"


class Improvement(ScopedModel):
    """Something to mend in a resource, opened by what its users say or by how pupils answer; `scope_path` is the school
    that offers it. `about` tells the same trouble from another (an item's key, or nothing)."""

    class Source(models.TextChoices):
        RATINGS = "ratings", "老师的评价"
        ITEMS = "items", "学生的作答"

    class State(models.TextChoices):
        OPEN = "open", "等着改"
        DONE = "done", "改好了"
        LEFT = "left", "看过，不用改"

    personal_data: ClassVar[PersonalData] = NO_PERSONAL_DATA
    access_table = TABLE

    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="improvements")
    version_id = models.UUIDField()
    source = models.CharField(max_length=8, choices=Source.choices)
    about = models.CharField(max_length=80, default="", blank=True)
    says = models.TextField()
    state = models.CharField(max_length=5, choices=State.choices, default=State.OPEN)
    answer = models.CharField(max_length=300, default="", blank=True)
    closed_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version_id", "source", "about"], name="asked_to_mend_once"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.state}"
