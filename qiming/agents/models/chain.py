"""Base models, education models, what is opened for a place and what was turned off."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from qiming.agents.access import TABLE
from qiming.agents.types import Kind, Target
from qiming.kernel.base import Base
from qiming.kernel.privacy import NO_PERSONAL_DATA, PersonalData
from qiming.kernel.scope import ScopedModel

KINDS = [(one.value, one.value) for one in Kind]


class BaseModel(Base):
    """A model somebody else runs, as an endpoint that speaks the OpenAI form. `address` ends before /chat/completions.

    Without a filing number it serves staff only.
    """

    personal_data: ClassVar[PersonalData] = PersonalData("personal", "模型服务的地址和加密保存的钥匙")

    key = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=KINDS)
    provider = models.CharField(max_length=120)
    address = models.URLField(max_length=300)
    upstream_name = models.CharField(max_length=120)
    sealed_key = models.BinaryField(default=b"")
    licence = models.CharField(max_length=120, default="", blank=True)
    filing_no = models.CharField(max_length=120, default="", blank=True)
    algorithm_no = models.CharField(max_length=120, default="", blank=True)
    context_tokens = models.PositiveIntegerField()
    most_output_tokens = models.PositiveIntegerField()
    input_fen_per_million = models.PositiveIntegerField(default=0)
    output_fen_per_million = models.PositiveIntegerField(default=0)
    data_grades = models.JSONField(default=list)  # of L1, L2, L3
    concurrency = models.PositiveSmallIntegerField(default=16)
    tells_usage = models.BooleanField(default=True)
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.key


class ModelHealth(Base):
    """What the gateways last saw of a model: kept apart so that noting it is no change of the chain."""

    personal_data: ClassVar[PersonalData] = NO_PERSONAL_DATA

    model = models.OneToOneField(BaseModel, on_delete=models.CASCADE, related_name="health")
    is_up = models.BooleanField()
    note = models.CharField(max_length=120, default="", blank=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.model_id} {self.is_up}"


class EducationModel(Base):
    """A route: base models by key in the order in which they are tried, within a frame. `product_id`: the product of the
    test field on whose verdict it stands; `held_stages`: for whom that verdict doesn't let it serve just now."""

    personal_data: ClassVar[PersonalData] = NO_PERSONAL_DATA

    key = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=KINDS)
    base_models = models.JSONField(default=list)
    frame = models.TextField(default="", blank=True)
    card = models.TextField(default="", blank=True)
    filing_no = models.CharField(max_length=120, default="", blank=True)
    stages = models.JSONField(default=list)
    quota_class = models.SlugField(max_length=40, default="", blank=True)
    data_grade = models.CharField(max_length=2, default="L2")
    most_output_tokens = models.PositiveIntegerField(default=1024)
    most_seconds = models.PositiveSmallIntegerField(default=120)
    product_id = models.UUIDField(null=True, blank=True)
    held_stages = models.JSONField(default=list)
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.key


class Enablement(ScopedModel):
    """What a place decided about a route for itself and everything below: a yes, or a no that nobody below can undo."""

    personal_data: ClassVar[PersonalData] = PersonalData("personal", "谁为哪个单位打开或关上了哪个教育模型")
    access_table = TABLE
    self_field = "id"

    route = models.ForeignKey(EducationModel, on_delete=models.CASCADE, related_name="enablements")
    yes = models.BooleanField()
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scope_path", "route"], name="one_decision_a_place_and_route"),
        ]

    def __str__(self) -> str:
        return f"{self.scope_path} {self.yes}"


class KillSwitch(ScopedModel):
    """Something turned off at a place and below, from this moment until somebody lifts it. Never deleted."""

    personal_data: ClassVar[PersonalData] = PersonalData("personal", "谁因为什么停用、恢复了什么")
    access_table = TABLE
    self_field = "id"

    target = models.CharField(max_length=12, choices=[(one.value, one.value) for one in Target])
    key = models.CharField(max_length=60, default="", blank=True)
    reason = models.CharField(max_length=300)
    stopped_by = models.UUIDField(null=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["scope_path", "target", "key"],
                condition=Q(lifted_at=None),
                name="one_switch_a_place_and_target",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scope_path} {self.target} {self.key}"
