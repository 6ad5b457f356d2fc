"""Calls, what schools apply with, visits, and who did it after them."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from qiming.kernel.base import Base
from qiming.kernel.privacy import PersonalData
from qiming.kernel.scope import ScopedModel
from qiming.programmes.access import TABLE


class Call(ScopedModel):
    """One call of a programme by an office (`scope_path`). `terms` are the numbers it was opened with, `digest` the version
    of the programme's file: a call that runs is not changed by a new file."""

    personal_data: ClassVar[PersonalData] = PersonalData("low", "谁发起的征集（内部编号）")
    access_table = TABLE

    programme = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    body = models.JSONField()
    title = models.CharField(max_length=60)
    opens_on = models.DateField()
    closes_on = models.DateField()
    total = models.PositiveIntegerField()
    floor = models.PositiveIntegerField(default=0)
    terms = models.JSONField(default=dict)
    opened_by = models.UUIDField()
    ranked_at = models.DateTimeField(null=True)
    ranked_by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(closes_on__gte=models.F("opens_on")), name="call_closes_after_it_opens"
            ),
            models.CheckConstraint(
                condition=models.Q(floor__lte=models.F("total")), name="call_floor_in_total"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["programme", "-closes_on"], name="calls_of_programme")]

    def __str__(self) -> str:
        return self.title


class Application(ScopedModel):
    """What a school (`scope_path`) applies with. `facts` are the platform's figures as they stood when it was sent, sealed with
    the words by `content_hash`. `only_key` is the school's path where a programme takes one from each school. `percent`,
    `rank` and `chosen` are written by the ranking alone and shown from the public notice on. `resource_id`: the school's resource on the shelf that goes with it."""

    personal_data: ClassVar[PersonalData] = PersonalData("low", "哪位校长写的申报（内部编号）；申报表里的话")
    access_table = TABLE
    self_field = "made_by"

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="applications")
    made_by = models.UUIDField()
    title = models.CharField(max_length=60)
    stage = models.CharField(max_length=10)
    scenario = models.CharField(max_length=10, default="", blank=True)
    district_path = models.TextField(db_collation="C")
    answers = models.JSONField(default=dict)
    facts = models.JSONField(default=list)
    content_hash = models.CharField(max_length=64, default="", blank=True)
    only_key = models.TextField(db_collation="C")
    version = models.PositiveIntegerField(default=0)
    case_id = models.UUIDField(null=True)
    state = models.CharField(max_length=40, default="draft")
    recommended = models.BooleanField(default=False)
    percent = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    rank = models.PositiveIntegerField(null=True)
    chosen = models.BooleanField(null=True)
    place_why = models.CharField(max_length=60, default="", blank=True)
    published_at = models.DateTimeField(null=True)
    resource_id = models.UUIDField(null=True)
    words = SearchVectorField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["call", "only_key"],
                condition=~models.Q(state__in=["withdrawn"]),
                name="applied_once_per_call",
            )
        ]
        indexes: ClassVar = [
            GinIndex(fields=["words"], name="application_by_words"),
            models.Index(fields=["call", "state"], name="applications_by_state"),
            models.Index(fields=["scope_path", "-id"], name="applications_of_school"),
        ]

    def __str__(self) -> str:
        return self.title


class Attachment(Base):
    """A picture or PDF handed in with an application. Who reviews blind doesn't see it."""

    personal_data: ClassVar[PersonalData] = PersonalData(
        "low", "学校交的附件，可能拍到人；谁传的（内部编号）"
    )

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="attachments")
    file_id = models.UUIDField()
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=120)
    size_bytes = models.PositiveIntegerField()
    added_by = models.UUIDField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["application", "sha256"], name="attached_once")
        ]

    def __str__(self) -> str:
        return self.name


class Visit(ScopedModel):
    """What two pairs of eyes saw at a school. `key` is made by the browser that wrote it: sent twice it is one record."""

    personal_data: ClassVar[PersonalData] = PersonalData("low", "谁去看的、看到什么（不写学生姓名）")
    access_table = TABLE
    self_field = "visitor"

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="visits")
    key = models.UUIDField(unique=True)
    visitor = models.UUIDField()
    day = models.DateField()
    seen = models.JSONField(default=dict)
    note = models.TextField()

    def __str__(self) -> str:
        return str(self.day)


class Reuse(Base):
    """A school did it after a published case: the credit is the author's."""

    personal_data: ClassVar[PersonalData] = PersonalData("low", "谁记下的采用（内部编号）")

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="reuses")
    school_path = models.TextField(db_collation="C")
    noted_by = models.UUIDField()
    says = models.CharField(max_length=300)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["application", "school_path"], name="reused_once_per_school")
        ]

    def __str__(self) -> str:
        return self.says[:20]
