"""Resources and their versions. Of a resource at most one version is served: the one whose bytes were approved."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from qiming.kernel.privacy import PersonalData
from qiming.kernel.scope import ScopedModel
from qiming.resources.access import TABLE
from qiming.resources.types import Kind

# Where a version is on its way: of a resource only one at a time.
UNDER_WAY = (
    "draft",
    "self_review",
    "provider_reviewed",
    "returned",
    "light_review",
    "in_review",
    "committee",
    "approved",
)
# Where it may be served; `suspended` it comes back from.
SERVED = ("published", "evaluating", "rectifying")
ON_ITS_WAY_OR_OUT = (*UNDER_WAY, *SERVED, "suspended")


class Resource(ScopedModel):
    """Something schools may choose; `scope_path` is the school that offers it. Title, words and facets are those of the
    served version, copied here when it is published so that the shelf is one table. `teaches` are concepts of the
    knowledge graph, `outcomes` keys of syllabuses that everybody sees. `alliance_id` is set where only the schools of
    that alliance may see it. `rated` and `stars` count what the users of the served version said; `grade` is the last
    yearly one."""

    personal_data: ClassVar[PersonalData] = PersonalData("low", "哪位教职工送的资源（内部编号）")
    access_table = TABLE
    self_field = "offered_by"

    kind = models.CharField(max_length=10, choices=[(one.value, one.zh) for one in Kind])
    offered_by = models.UUIDField()
    course_key = models.CharField(max_length=80, default="", blank=True)
    title = models.CharField(max_length=60)
    says = models.TextField(default="", blank=True)
    stage = models.CharField(max_length=10)
    subject = models.CharField(max_length=40)
    area = models.CharField(max_length=10)
    scenario = models.CharField(max_length=10, default="", blank=True)
    on_shelf = models.BooleanField(default=False)
    published_at = models.DateTimeField(null=True)
    teaches = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    outcomes = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    alliance_id = models.UUIDField(null=True)
    rated = models.PositiveIntegerField(default=0)
    stars = models.PositiveIntegerField(default=0)
    grade = models.CharField(max_length=1, default="", blank=True)
    graded_on = models.DateField(null=True)
    words = SearchVectorField(null=True)

    class Meta:
        indexes: ClassVar = [
            GinIndex(fields=["words"], name="resource_by_words"),
            GinIndex(fields=["teaches"], name="resource_by_concept"),
            GinIndex(fields=["outcomes"], name="resource_by_outcome"),
            models.Index(
                fields=["-published_at", "id"], name="resource_on_shelf", condition=models.Q(on_shelf=True)
            ),
            # All facets are counted from this index alone.
            models.Index(
                fields=["kind", "stage", "subject", "area", "scenario", "alliance_id", "id"],
                name="resource_facets",
                condition=models.Q(on_shelf=True),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ResourceVersion(ScopedModel):
    """One version: its card, and a course version, an address or a model. `state` follows the case about it. `content_hash` is of
    what was sent in, `approved_hash` of what the reviewers approved; only when both agree may it be served."""

    personal_data: ClassVar[PersonalData] = PersonalData("low", "哪位教职工做的这一版（内部编号）")
    access_table = TABLE
    self_field = "made_by"

    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    card = models.JSONField()
    course_version_id = models.UUIDField(null=True)
    lessons = ArrayField(models.UUIDField(), default=list, blank=True)  # the school's own of a course pack
    address = models.URLField(max_length=400, default="", blank=True)
    model = models.JSONField(null=True)  # one that runs in the browser, in the labs' own form
    content_hash = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64)  # the same for the same content offered twice
    approved_hash = models.CharField(max_length=64, default="", blank=True)
    report = models.JSONField(default=dict, blank=True)
    made_by = models.UUIDField()
    state = models.CharField(max_length=40, default="draft")
    case_id = models.UUIDField(null=True)
    is_served = models.BooleanField(default=False)
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["resource", "number"], name="resource_version_once"),
            models.UniqueConstraint(
                fields=["resource"], condition=models.Q(is_served=True), name="one_served_version"
            ),
            models.UniqueConstraint(
                fields=["resource"], condition=models.Q(state__in=UNDER_WAY), name="one_version_under_way"
            ),
            models.UniqueConstraint(
                fields=["course_version_id"],
                condition=models.Q(state__in=ON_ITS_WAY_OR_OUT),
                name="course_version_offered_once",
            ),
            models.CheckConstraint(
                condition=models.Q(is_served=False)
                | (models.Q(approved_hash=models.F("content_hash")) & models.Q(state__in=SERVED)),
                name="served_as_approved",
            ),
            models.CheckConstraint(
                condition=models.Q(course_version_id__isnull=False, address="", model__isnull=True)
                | (models.Q(course_version_id__isnull=True, model__isnull=True) & ~models.Q(address=""))
                | models.Q(course_version_id__isnull=True, address="", model__isnull=False),
                name="pack_tool_or_model",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["fingerprint"], name="resource_duplicates"),
            GinIndex(fields=["lessons"], name="resource_of_lesson"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.state}"
