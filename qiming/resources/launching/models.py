"""What is stored about products in classes: decisions, classes, lessons, families' words, launches."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from qiming.kernel.base import Base
from qiming.kernel.models import StoredFile
from qiming.kernel.privacy import NO_PERSONAL_DATA, PersonalData
from qiming.kernel.scope import ScopedModel
from qiming.resources.access import TABLE
from qiming.resources.launching.types import UNDER_WAY
from qiming.trust.types import Said, Via


class ToolAdoption(ScopedModel):
    """A school (`scope_path`) and a product: what was asked, decided, filed. `state` follows the case about it.
    `limits` are the school's conditions, `district_limits` the district's; both only add to the city's."""

    personal_data: ClassVar[PersonalData] = PersonalData(
        "low", "哪位教职工提出、决定、备案了选用一个产品（内部编号），和他们写的理由"
    )
    access_table = TABLE
    self_field = "asked_by"

    product_id = models.UUIDField()
    title = models.CharField(max_length=80)
    case_id = models.UUIDField(null=True)
    state = models.CharField(max_length=20, default="need")
    asked_by = models.UUIDField()
    class_id = models.UUIDField()
    lesson_key = models.CharField(max_length=80, default="", blank=True)
    purpose = models.CharField(max_length=500)
    alternatives = models.CharField(max_length=500)
    limits = models.JSONField(default=dict, blank=True)
    district_limits = models.JSONField(default=dict, blank=True)
    minutes_file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    decided_by = models.UUIDField(null=True)
    decided_on = models.DateField(null=True)
    filed_by = models.UUIDField(null=True)
    filed_on = models.DateField(null=True)
    stopped_why = models.CharField(max_length=300, default="", blank=True)
    ended_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["scope_path", "product_id"],
                condition=models.Q(state__in=UNDER_WAY),
                name="tool_adopted_once",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["product_id", "state"], name="tool_adopters")]

    def __str__(self) -> str:
        return f"{self.title} {self.state}"


class ToolClass(ScopedModel):
    """A class (`scope_path`) for which an adopted product is enabled, until a day of its term."""

    personal_data: ClassVar[PersonalData] = PersonalData("low", "谁把产品开到哪个班（内部编号）")
    access_table = TABLE
    self_field = "enabled_by"

    adoption = models.ForeignKey(ToolAdoption, on_delete=models.CASCADE, related_name="classes")
    class_id = models.UUIDField()
    until = models.DateField()
    enabled_by = models.UUIDField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["adoption", "class_id"], condition=models.Q(ended_at=None), name="tool_class_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["scope_path"], condition=models.Q(ended_at=None), name="tools_of_class"),
        ]

    def __str__(self) -> str:
        return f"{self.class_id} {self.until}"


class ToolPlace(ScopedModel):
    """A product placed at a lesson of a class by its teacher: what to do with it, and what instead when it is not
    there. `link` is what the product itself said about the place (LTI deep linking), empty for a web page."""

    personal_data: ClassVar[PersonalData] = PersonalData("low", "哪位老师把产品放进哪节课（内部编号）")
    access_table = TABLE
    self_field = "placed_by"

    tool_class = models.ForeignKey(ToolClass, on_delete=models.CASCADE, related_name="places")
    lesson_key = models.CharField(max_length=80)
    subject = models.CharField(max_length=40, default="", blank=True)
    title = models.CharField(max_length=80)
    task = models.CharField(max_length=300, default="", blank=True)
    instead = models.CharField(max_length=300)
    link = models.JSONField(default=dict, blank=True)
    placed_by = models.UUIDField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tool_class", "lesson_key", "title"],
                condition=models.Q(removed_at=None),
                name="tool_placed_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["scope_path", "lesson_key"],
                condition=models.Q(removed_at=None),
                name="tools_of_lesson",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lesson_key} {self.title}"


class ToolWord(ScopedModel):
    """What a family said about one product: never changed, the latest of each party counts. `digest` is of the words
    that were read: which data the product gets. A product that wants more asks again."""

    personal_data: ClassVar[PersonalData] = PersonalData(
        "personal", "谁在什么时候同意、不同意孩子用哪个产品，看的是哪一版说明"
    )
    access_table = TABLE

    person_id = models.UUIDField()
    product_id = models.UUIDField()
    said = models.CharField(max_length=10, choices=[(one.value, one.zh) for one in Said])
    via = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Via])
    decided_by = models.UUIDField(null=True)
    entered_by = models.UUIDField()
    digest = models.CharField(max_length=64)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["person_id", "product_id", "-created_at"], name="tool_words"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class ToolLaunch(ScopedModel):
    """That a product was launched: by whom is known only to who can compute the pseudonym, when only to the hour. The
    key is random, since the house's own keys tell the moment."""

    personal_data: ClassVar[PersonalData] = PersonalData(
        "low", "哪个班在哪个小时打开过哪个产品，用的是只给这个产品的假名编号"
    )
    access_table = TABLE
    self_field = "pseudonym"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(editable=False)  # the hour, not the moment
    product_id = models.UUIDField()
    version_id = models.UUIDField(null=True)
    pseudonym = models.CharField(max_length=64)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["product_id", "created_at"], name="launches_of_product"),
            models.Index(fields=["pseudonym"], name="launches_of_pseudonym"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class ToolNotice(ScopedModel):
    """Something happened to a product that a school (`scope_path`) has decided about: what the people concerned are told
    once. `of_school`: the school's own way with it, which the district reads in its list."""

    personal_data = NO_PERSONAL_DATA
    access_table = TABLE
    self_field = "adoption_id"

    adoption = models.ForeignKey(ToolAdoption, on_delete=models.CASCADE, related_name="notices")
    product_id = models.UUIDField()
    event = models.CharField(max_length=40)
    event_id = models.UUIDField()
    says = models.CharField(max_length=400)
    of_school = models.BooleanField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["adoption", "event_id"], name="tool_notice_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["scope_path", "-created_at"], name="tool_notices_of_school"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.says[:40]}"


class ToolNoticeRead(Base):
    """Up to which moment somebody has read what there was about a product."""

    personal_data: ClassVar[PersonalData] = PersonalData("low", "哪位教职工看过哪个产品的消息")

    person_id = models.UUIDField()
    product_id = models.UUIDField()
    read_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person_id", "product_id"], name="tool_notice_read_once"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class LaunchCount(Base):
    """How many launches of a day were taken from one quota; `counter` names the product and whose quota it is."""

    personal_data = NO_PERSONAL_DATA

    counter = models.CharField(max_length=200)
    day = models.DateField()
    taken = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["counter", "day"], name="launch_count_once"),
        ]

    def __str__(self) -> str:
        return f"{self.counter} {self.day} {self.taken}"
