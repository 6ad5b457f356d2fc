"""What is stored about LTI tools: registrations, keys, links in lessons, launches, scores that came back, the log."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from qiming.kernel.base import Base
from qiming.kernel.privacy import NO_PERSONAL_DATA, PersonalData
from qiming.kernel.scope import ScopedModel
from qiming.resources.access import TABLE
from qiming.resources.lti.protocol.facts import ToolFacts
from qiming.resources.lti.types import Kept, Note, ToolState, Way


class LtiTool(ScopedModel):
    """A registered tool; `scope_path` is the city or district that keeps it. `digest` is of its addresses, keys and rights
    as they are, `checked_digest` as somebody looked at them last: while they differ, nothing opens."""

    personal_data: ClassVar[PersonalData] = PersonalData("low", "哪位市、区人员登记的工具（内部编号）")
    access_table = TABLE
    self_field = "registered_by"

    name = models.CharField(max_length=60)
    description = models.TextField(default="", blank=True)
    product_id = models.UUIDField(null=True)
    client_id = models.CharField(max_length=40, unique=True)
    login_url = models.TextField()
    launch_url = models.TextField()
    deep_link_url = models.TextField(default="", blank=True)
    redirect_urls = ArrayField(models.TextField())
    key_set_url = models.TextField(default="", blank=True)
    key_set = models.JSONField(null=True)
    scopes = ArrayField(models.TextField(), default=list, blank=True)
    custom = models.JSONField(default=list, blank=True)
    digest = models.CharField(max_length=64)
    checked_digest = models.CharField(max_length=64, default="", blank=True)
    state = models.CharField(max_length=10, choices=[(one.value, one.zh) for one in ToolState])
    in_frame = models.BooleanField(default=True)
    way = models.CharField(max_length=10, choices=[(one.value, one.zh) for one in Way])
    registered_by = models.UUIDField(null=True)
    fetched_keys = models.JSONField(null=True)
    fetched_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["product_id"],
                condition=models.Q(product_id__isnull=False),
                name="lti_tool_of_product",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def facts(self) -> ToolFacts:
        """The registration as the protocol knows it."""
        return ToolFacts(
            self.name,
            self.login_url,
            self.launch_url,
            tuple(self.redirect_urls),
            self.key_set_url,
            self.key_set,
            self.deep_link_url,
            tuple(self.scopes),
            tuple((str(name), str(value)) for name, value in self.custom),
            self.description,
        )

    @property
    def is_checked(self) -> bool:
        return self.digest == self.checked_digest


class LtiDeployment(ScopedModel):
    """Where a tool is deployed: below `scope_path`."""

    personal_data = NO_PERSONAL_DATA
    access_table = TABLE
    self_field = "tool_id"

    tool = models.ForeignKey(LtiTool, on_delete=models.CASCADE, related_name="deployments")
    deployment_id = models.CharField(max_length=40, unique=True)
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.deployment_id


class LtiInvitation(ScopedModel):
    """A one-time token with which a tool may register itself; only its digest is kept."""

    personal_data: ClassVar[PersonalData] = PersonalData("low", "哪位市、区人员发的登记口令（内部编号）")
    access_table = TABLE
    self_field = "made_by"

    secret_sha256 = models.BinaryField(unique=True)
    registration_url = models.TextField()
    product_id = models.UUIDField(null=True)
    made_by = models.UUIDField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    tool = models.ForeignKey(LtiTool, null=True, on_delete=models.CASCADE, related_name="invitations")

    def __str__(self) -> str:
        return str(self.id)


class LtiKey(Base):
    """One of the platform's own signing keys, sealed. It signs from `signs_from` until a later one does, and stays
    public until `gone_after`."""

    personal_data = NO_PERSONAL_DATA

    kid = models.CharField(max_length=40, unique=True)
    sealed = models.BinaryField()
    public = models.JSONField()
    signs_from = models.DateTimeField()
    gone_after = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.kid


class LtiLink(ScopedModel):
    """Something of a tool placed in a lesson of a class (`scope_path`); the tool knows it by this id. `place_id` is what
    the room that places tools in lessons calls it."""

    personal_data: ClassVar[PersonalData] = PersonalData(
        "low", "哪位老师把工具里的活动放进哪节课（内部编号）"
    )
    access_table = TABLE
    self_field = "placed_by"

    deployment = models.ForeignKey(LtiDeployment, on_delete=models.PROTECT, related_name="links")
    class_id = models.UUIDField()
    lesson_key = models.CharField(max_length=80)
    place_id = models.UUIDField(null=True, unique=True)
    kind = models.CharField(max_length=20)
    title = models.CharField(max_length=120)
    text = models.TextField(default="", blank=True)
    url = models.TextField()
    custom = models.JSONField(default=list, blank=True)
    placed_by = models.UUIDField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["class_id", "lesson_key"],
                condition=models.Q(removed_at=None),
                name="lti_links_of_lesson",
            )
        ]

    def __str__(self) -> str:
        return self.title


class LtiLaunch(ScopedModel):
    """One opening of a tool, from the click until the tool was told who comes. `link` None: a teacher goes to choose
    something; what was brought back lies in `returned` until it is placed."""

    personal_data: ClassVar[PersonalData] = PersonalData(
        "low", "哪个人在什么时候打开工具（内部编号），留30天"
    )
    access_table = TABLE

    tool = models.ForeignKey(LtiTool, on_delete=models.CASCADE, related_name="launches")
    deployment = models.ForeignKey(LtiDeployment, on_delete=models.CASCADE, related_name="+")
    link = models.ForeignKey(LtiLink, null=True, on_delete=models.CASCADE, related_name="launches")
    class_id = models.UUIDField()
    lesson_key = models.CharField(max_length=80)
    person_id = models.UUIDField()
    is_teacher = models.BooleanField()
    in_frame = models.BooleanField()
    is_counted = models.BooleanField(default=False)  # the room's launch log has it already
    login_hint = models.CharField(max_length=64)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    nonce = models.CharField(max_length=200, default="", blank=True)
    returned = models.JSONField(null=True)
    returned_at = models.DateTimeField(null=True)
    placed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tool", "nonce"], condition=~models.Q(nonce=""), name="lti_nonce_once"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["person_id"], name="lti_launches_of_person")]

    def __str__(self) -> str:
        return str(self.id)


class LtiSeen(Base):
    """The one-time number of a tool's message that was taken: it is not taken again."""

    personal_data = NO_PERSONAL_DATA

    tool = models.ForeignKey(LtiTool, on_delete=models.CASCADE, related_name="+")
    number_sha256 = models.BinaryField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tool", "number_sha256"], name="lti_seen_once")
        ]

    def __str__(self) -> str:
        return str(self.id)


class LtiToken(Base):
    """An access token of a tool for an hour; only its digest is kept."""

    personal_data = NO_PERSONAL_DATA

    tool = models.ForeignKey(LtiTool, on_delete=models.CASCADE, related_name="tokens")
    secret_sha256 = models.BinaryField(unique=True)
    scopes = ArrayField(models.TextField())
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.id)


class LtiLine(ScopedModel):
    """A line item: something of a link that gets scores."""

    personal_data = NO_PERSONAL_DATA
    access_table = TABLE
    self_field = "link_id"

    link = models.ForeignKey(LtiLink, on_delete=models.CASCADE, related_name="lines")
    label = models.CharField(max_length=200)
    max_score = models.FloatField()
    resource_id = models.CharField(max_length=200, default="", blank=True)
    tag = models.CharField(max_length=200, default="", blank=True)
    removed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.label


class LtiScore(ScopedModel):
    """A score as a tool sent it, kept whatever became of it. The one `is_current` is what the teacher sees."""

    personal_data: ClassVar[PersonalData] = PersonalData("personal", "工具给一名学生送回的成绩、进度和评语")
    access_table = TABLE

    line = models.ForeignKey(LtiLine, on_delete=models.CASCADE, related_name="scores")
    person_id = models.UUIDField()
    given = models.FloatField(null=True)
    max_score = models.FloatField(null=True)
    activity = models.CharField(max_length=20)
    grading = models.CharField(max_length=20)
    comment = models.TextField(default="", blank=True)
    at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=[(one.value, one.zh) for one in Kept])
    why = models.CharField(max_length=200, default="", blank=True)
    is_current = models.BooleanField(default=False)
    tries = models.PositiveSmallIntegerField(default=1)
    shown_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["line", "person_id"], condition=models.Q(is_current=True), name="lti_score_current"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["line", "-created_at"], name="lti_scores_of_line"),
            models.Index(fields=["person_id"], name="lti_scores_of_person"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class LtiNote(ScopedModel):
    """One line of the log: what a tool did or was refused. About tools, never about people."""

    personal_data = NO_PERSONAL_DATA
    access_table = TABLE
    self_field = "tool_id"

    tool = models.ForeignKey(LtiTool, null=True, on_delete=models.CASCADE, related_name="notes")
    kind = models.CharField(max_length=12, choices=[(one.value, one.zh) for one in Note])
    code = models.CharField(max_length=30, default="", blank=True)  # empty: it went well
    detail = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["tool", "-created_at"], name="lti_notes_of_tool")]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"
