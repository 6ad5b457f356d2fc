"""What other systems wrote: statements as they came, and the links by which they are found.

The links carry the moment of storing, so that "the newest hundred of this agent" is one walk along one index.

Statements and links are partitioned by the month of storing (UTC), see `months`: what is old is dropped with its month.
A key across partitions cannot be unique by the id alone, so taken ids have a table of their own, and there are no foreign
keys into partitions: whoever deletes uses `months.forget`, which takes everything that hangs on a statement.
"""

from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from qiming.kernel.base import Base
from qiming.kernel.privacy import NO_PERSONAL_DATA, PersonalData


class XapiKey(Base):
    """The key of another system. The secret is random, so one SHA-256 of it is enough."""

    personal_data = PersonalData("personal", "别的系统的钥匙：名字、能做什么、密钥的摘要")

    name = models.CharField(max_length=120, unique=True)
    scope = models.CharField(max_length=60)
    secret_sha256 = models.BinaryField(max_length=32)
    # The secret before the last change, for as long as both hold.
    old_sha256 = models.BinaryField(max_length=32, null=True)
    old_until = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    verbs = models.JSONField(default=list)  # IRIs; none: all
    activities = models.JSONField(default=list)  # how the IRIs begin; none: all
    max_statement_bytes = models.PositiveIntegerField(null=True, blank=True)
    per_minute = models.PositiveIntegerField(null=True, blank=True)  # statements
    retention = models.CharField(max_length=16, default="outside")

    def __str__(self) -> str:
        return self.name


class XapiVerb(models.Model):
    """A verb met in a statement; its key is made from its IRI."""

    personal_data = NO_PERSONAL_DATA

    id = models.UUIDField(primary_key=True)
    iri = models.TextField()

    def __str__(self) -> str:
        return self.iri


class XapiActivity(models.Model):
    """An activity met in a statement, with what was last said about it; its key is made from its IRI."""

    personal_data = NO_PERSONAL_DATA

    id = models.UUIDField(primary_key=True)
    iri = models.TextField()
    definition = models.JSONField(null=True, blank=True)

    def __str__(self) -> str:
        return self.iri


class XapiAgent(Base):
    """Whom statements are about: one identifier, and a random number that stands for it in the links."""

    personal_data = PersonalData("personal", "别的系统用来认人的标识（账号或邮箱），不存姓名")

    identifier = models.TextField(unique=True)

    def __str__(self) -> str:
        return str(self.id)


class XapiStatement(models.Model):
    """One statement of another system. Written once, never changed; whether it is voided is asked, not stored.

    Partitioned; the database's primary key is (stored, id)."""

    personal_data = PersonalData("personal", "别的系统送来的学习行为，原文保存")

    id = models.UUIDField(primary_key=True)
    stored = models.DateTimeField()
    verb = models.ForeignKey(XapiVerb, models.PROTECT, db_index=False, db_constraint=False)
    registration = models.UUIDField(null=True, blank=True)
    key = models.ForeignKey(XapiKey, models.PROTECT, db_index=False, db_constraint=False)
    raw = models.JSONField()

    class Meta:
        indexes = (
            models.Index(fields=("verb", "stored", "id"), name="xapi_verb"),
            models.Index(fields=("key", "stored", "id"), name="xapi_key"),
            models.Index(
                fields=("registration", "stored", "id"),
                name="xapi_registration",
                condition=models.Q(registration__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return str(self.id)


class XapiTakenId(models.Model):
    """The id of a statement: taken once whatever the month, and where the statement lies."""

    personal_data = PersonalData("personal", "哪些记录编号已经用过、存在哪个月")

    statement = models.OneToOneField(XapiStatement, models.CASCADE, primary_key=True, db_constraint=False)
    stored = models.DateTimeField()

    class Meta:
        indexes = (BrinIndex(fields=("stored",), name="xapi_taken_stored"),)

    def __str__(self) -> str:
        return str(self.statement_id)


class XapiReference(models.Model):
    """A statement about a statement: the one it names (which may come later or never), and whether it voids it."""

    personal_data = PersonalData("personal", "哪条记录说的是另一条记录，是否作废它")

    statement = models.OneToOneField(XapiStatement, models.CASCADE, primary_key=True, db_constraint=False)
    stored = models.DateTimeField()
    target = models.UUIDField()
    voids = models.BooleanField()

    class Meta:
        indexes = (
            models.Index(fields=("target",), name="xapi_reference_target"),
            models.Index(fields=("stored", "statement"), name="xapi_reference_stored"),
        )

    def __str__(self) -> str:
        return str(self.statement_id)


class XapiAgentLink(models.Model):
    """A statement has to do with an agent: `direct` as actor or object (or member of such a group), else by context.

    Partitioned; `id` is there for Django alone and has no index."""

    personal_data = PersonalData("personal", "哪条记录与哪个标识有关")

    id = models.BigAutoField(primary_key=True)
    statement = models.ForeignKey(XapiStatement, models.CASCADE, db_index=False, db_constraint=False)
    agent = models.ForeignKey(XapiAgent, models.PROTECT, db_index=False, db_constraint=False)
    stored = models.DateTimeField()
    direct = models.BooleanField()

    class Meta:
        indexes = (
            models.Index(
                fields=("agent", "stored", "statement"), include=("direct",), name="xapi_agent_link"
            ),
            BrinIndex(fields=("stored",), name="xapi_agent_link_stored"),
        )

    def __str__(self) -> str:
        return str(self.statement_id)


class XapiActivityLink(models.Model):
    """A statement has to do with an activity: `direct` as its object, else by context or sub-statement.

    Partitioned; `id` is there for Django alone and has no index."""

    personal_data = PersonalData("personal", "哪条记录与哪个活动有关")

    id = models.BigAutoField(primary_key=True)
    statement = models.ForeignKey(XapiStatement, models.CASCADE, db_index=False, db_constraint=False)
    activity = models.ForeignKey(XapiActivity, models.PROTECT, db_index=False, db_constraint=False)
    stored = models.DateTimeField()
    direct = models.BooleanField()

    class Meta:
        indexes = (
            models.Index(
                fields=("activity", "stored", "statement"), include=("direct",), name="xapi_activity_link"
            ),
            BrinIndex(fields=("stored",), name="xapi_activity_link_stored"),
        )

    def __str__(self) -> str:
        return str(self.statement_id)


class XapiDocument(Base):
    """What a system keeps beside its statements: the state of an agent in an activity, or a profile of one of them.

    A system writes its own documents only, so that two that use the same name never write over each other."""

    personal_data = PersonalData("personal", "别的系统自己存的文档：某人在某活动里的进度、某人或某活动的资料")

    key = models.ForeignKey(XapiKey, models.PROTECT, db_index=False)
    kind = models.CharField(max_length=16, choices=[(one, one) for one in ("state", "agent", "activity")])
    activity = models.ForeignKey(XapiActivity, models.PROTECT, null=True, blank=True, db_index=False)
    agent = models.ForeignKey(XapiAgent, models.PROTECT, null=True, blank=True, db_index=False)
    registration = models.UUIDField(null=True, blank=True)
    name = models.CharField(max_length=500)
    media_type = models.CharField(max_length=200)
    body = models.BinaryField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("agent", "activity", "kind", "registration", "name", "key"),
                name="xapi_document_once",
                nulls_distinct=False,
            ),
        )

    def __str__(self) -> str:
        return str(self.id)


class XapiAttachment(models.Model):
    """The content of an attachment of a statement; it goes with the statement."""

    personal_data = PersonalData("personal", "别的系统随学习记录送来的附件内容")

    id = models.BigAutoField(primary_key=True)
    statement = models.ForeignKey(XapiStatement, models.CASCADE, db_index=False, db_constraint=False)
    sha2 = models.CharField(max_length=128)
    media_type = models.TextField()
    body = models.BinaryField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("statement", "sha2"), name="xapi_attachment_once"),)

    def __str__(self) -> str:
        return self.sha2
