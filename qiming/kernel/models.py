"""What the kernel stores: the audit trail, the outbox, uploaded files."""

from django.db import models

from qiming.kernel.base import Base, PathField
from qiming.kernel.privacy import NO_PERSONAL_DATA, PersonalData


class AuditRow(Base):
    """One change by somebody; append-only, sealed into a hash chain by a job."""

    personal_data = PersonalData("low", "谁在什么时候做了什么（账号编号，不含姓名）")

    account_id = models.UUIDField(null=True)
    verb = models.TextField()
    thing = models.TextField()
    thing_id = models.UUIDField(null=True)
    scope_path = PathField()
    detail = models.JSONField(default=dict)
    # In the order of sealing: a row whose transaction ended late has a smaller id than rows sealed before it.
    seal_no = models.PositiveBigIntegerField(null=True, unique=True)
    seal = models.BinaryField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["thing", "thing_id"], name="audit_thing"),
            models.Index(fields=["id"], condition=models.Q(seal=None), name="audit_unsealed"),
        ]


class ChainCut(Base):
    """A sealed log was shortened at its beginning because its oldest rows had outlived their retention."""

    personal_data = NO_PERSONAL_DATA

    log = models.TextField()
    upto_no = models.PositiveBigIntegerField()
    last_seal = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["log", "upto_no"], name="chain_cut_once")]


class OutboxEvent(Base):
    """Something a lower room announced, written in the transaction that made it true."""

    personal_data = PersonalData("low", "告诉别的房间发生了什么（人只用内部编号），送到30天后删除")

    name = models.TextField()
    payload = models.JSONField()
    scope_path = PathField()
    delivered_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(default="", blank=True)

    class Meta:
        indexes = [models.Index(fields=["id"], condition=models.Q(delivered_at=None), name="outbox_waiting")]


class StoredFile(Base):
    """An uploaded file, addressed by its content; the bytes lie under QIMING_HOME/files."""

    personal_data = PersonalData("personal", "上传的照片或文件，可能拍到板书、学生作品")

    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveIntegerField()
    media_type = models.TextField()
    name = models.TextField()
    scope_path = PathField()
    uploaded_by = models.UUIDField()


class PolicyReport(Base):
    """How often browsers reported, on one day and one kind of page, that the content policy stopped something."""

    personal_data = NO_PERSONAL_DATA

    day = models.DateField()
    page = models.TextField()  # the name of the page, not its address
    directive = models.TextField()
    blocked = models.TextField()
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "page", "directive", "blocked"], name="one_count_a_day")
        ]


class KeptKey(Base):
    """A random key that never leaves the database; what was numbered with it means nothing without it."""

    personal_data = PersonalData("personal", "假名编号用的密钥：拿到它和内部编号，才能算出假名编号")

    name = models.TextField(unique=True)
    key = models.BinaryField(max_length=32)
