"""Outside systems and the names they give to what we know: how a second roster finds the same people again."""

from typing import ClassVar

from django.db import models

from qiming.kernel.base import Base
from qiming.kernel.privacy import NO_PERSONAL_DATA, PersonalData
from qiming.kernel.scope import ScopedModel
from qiming.registry.access import TABLE
from qiming.registry.models.organisations import Organisation


class RosterSource(ScopedModel):
    """An outside system as a place knows it. Ids are looked up in the place's own sources and in those of the
    places above it, and written to its own only: a school cannot name a person of the city's system."""

    personal_data: ClassVar[PersonalData] = NO_PERSONAL_DATA
    access_table = TABLE

    place = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="roster_sources")
    name = models.CharField(max_length=120)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["place", "name"], name="roster_source_once_per_place")
        ]

    def __str__(self) -> str:
        return str(self.id)


class ExternalId(Base):
    """The id that an outside system gave to one of our rows. Never a key, never in an address or a log."""

    personal_data: ClassVar[PersonalData] = PersonalData(
        "personal", "外部系统给机构、班级、人员的编号，用来在下一份名单里认出同一个对象"
    )

    class Kind(models.TextChoices):
        ORG = "o", "机构"
        CLASS = "c", "班级"
        USER = "u", "人员"
        ENROLLMENT = "e", "选课关系"

    source = models.ForeignKey(RosterSource, on_delete=models.PROTECT, related_name="ids")
    kind = models.CharField(max_length=1, choices=Kind.choices)
    sourced_id = models.TextField()
    target_id = models.UUIDField(db_index=True)
    modified_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "kind", "sourced_id"], name="external_id_once")
        ]

    def __str__(self) -> str:
        return str(self.id)
