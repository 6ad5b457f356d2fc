"""OneRoster packages on their way in. The staged rows lie in unlogged tables: quick to fill, gone after a crash of the
database, and then read again from the file."""

from typing import ClassVar

from django.db import models

from qiming.kernel.privacy import NO_PERSONAL_DATA, PersonalData
from qiming.kernel.scope import ScopedModel
from qiming.registry.access import TABLE
from qiming.registry.models.external import RosterSource
from qiming.registry.models.organisations import Organisation

_WAITING = "待核对的名单行；写入或放弃后即清空"


class RosterPackage(ScopedModel):
    """One package: how far it got (`state`, `cursor`), what it would change, what is wrong with it."""

    personal_data: ClassVar[PersonalData] = PersonalData(
        "sensitive", "一次成批导入的计数和少量样例；样例和要改的行30天后清空"
    )
    access_table = TABLE

    class State(models.TextChoices):
        RECEIVED = "received", "等着读"
        READING = "reading", "正在读"
        COMPARING = "comparing", "正在和现有名单比对"
        PREVIEWED = "previewed", "等待确认"
        APPLYING = "applying", "正在写入"
        APPLIED = "applied", "已写入"
        DROPPED = "dropped", "已放弃"
        REFUSED = "refused", "读不了"

    place = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="roster_packages")
    source = models.ForeignKey(RosterSource, null=True, on_delete=models.PROTECT)
    uploaded_by = models.UUIDField(null=True)
    by_account = models.UUIDField(null=True)
    file_name = models.CharField(max_length=120)
    file_sha256 = models.CharField(max_length=64, db_index=True)
    version = models.CharField(max_length=8, default="", blank=True)
    files = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RECEIVED)
    cursor = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    guard = models.JSONField(default=list)
    samples = models.JSONField(default=dict)
    notes = models.JSONField(default=list)
    refusal = models.JSONField(default=dict)
    stamp = models.CharField(max_length=64, default="", blank=True)
    good_rows_only = models.BooleanField(default=False)
    ends_confirmed = models.BooleanField(default=False)
    is_synthetic = models.BooleanField(default=False)
    applied_at = models.DateTimeField(null=True)
    applied_by = models.UUIDField(null=True)

    def __str__(self) -> str:
        return str(self.id)


class PackageProgress(models.Model):
    """How far the work on a package is; written beside the transaction that does it."""

    personal_data: ClassVar[PersonalData] = NO_PERSONAL_DATA

    package = models.OneToOneField(
        RosterPackage, on_delete=models.CASCADE, primary_key=True, related_name="progress"
    )
    what = models.CharField(max_length=40)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.package_id)


class Numbered(models.Model):
    """A row that is one of millions and that nobody points to: a counted key is enough."""

    id = models.BigAutoField(primary_key=True)

    class Meta:
        abstract = True


class PackageFinding(Numbered):
    """One thing to say about one cell: wrong, held back because of another row, or only worth knowing."""

    personal_data: ClassVar[PersonalData] = PersonalData("personal", "名单里写错的那一格；30天后清空")

    class Level(models.TextChoices):
        WRONG = "w", "要改"
        HELD = "h", "等着别的行"
        NOTE = "n", "提醒"

    package = models.ForeignKey(RosterPackage, on_delete=models.CASCADE, related_name="findings")
    file = models.CharField(max_length=20)
    line = models.IntegerField()
    column = models.CharField(max_length=40)
    value = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=200)
    level = models.CharField(max_length=1, choices=Level.choices, default=Level.WRONG)
    by_reading = models.BooleanField(default=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["package", "file", "line"], name="finding_by_line")]

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class Staged(Numbered):
    """A row of the file as understood. `fate`: '' open, W a wrong cell, w wrong beside the other rows, h held
    back because of another row, n new, c changed, m moved, r returned, u unchanged, d to be ended, o older than
    what we have, k not taken over."""

    package = models.ForeignKey(RosterPackage, on_delete=models.CASCADE, db_constraint=False, db_index=False)
    line = models.IntegerField()
    sid = models.TextField()
    gone = models.BooleanField(default=False)
    modified = models.DateTimeField(null=True)
    fate = models.CharField(max_length=1, default="")

    class Meta:
        abstract = True


class StagedOrg(Staged):
    """A row of orgs.csv."""

    personal_data: ClassVar[PersonalData] = NO_PERSONAL_DATA

    name = models.TextField()
    kind = models.CharField(max_length=10)
    code = models.TextField(default="")
    parent_sid = models.TextField(default="")
    parent_id = models.UUIDField(null=True)
    place_id = models.UUIDField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["package", "sid"], name="staged_org_by_sid")]


class StagedClass(Staged):
    """A row of classes.csv; `kind` is h (homeroom) or s (scheduled)."""

    personal_data: ClassVar[PersonalData] = NO_PERSONAL_DATA

    kind = models.CharField(max_length=1)
    title = models.TextField()
    grade = models.SmallIntegerField(null=True)
    class_no = models.SmallIntegerField(null=True)
    school_sid = models.TextField()
    school_id = models.UUIDField(null=True)
    place_id = models.UUIDField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["package", "sid"], name="staged_class_by_sid")]


class StagedUser(Staged):
    """A row of users.csv; `kind` is p (pupil), s (staff), g (guardian) or empty until roles.csv was read."""

    personal_data: ClassVar[PersonalData] = PersonalData("sensitive", _WAITING)

    kind = models.CharField(max_length=1, default="")
    name = models.TextField()
    username = models.TextField(default="")
    enabled = models.BooleanField(default=True)
    digest = models.TextField(null=True)
    tail = models.CharField(max_length=4, default="")
    person_id = models.UUIDField(null=True)
    known = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["package", "sid"], name="staged_user_by_sid")]


class StagedRole(Staged):
    """A role at an organisation: a row of roles.csv, or of users.csv in version 1.1."""

    personal_data: ClassVar[PersonalData] = PersonalData("low", _WAITING)

    user_sid = models.TextField()
    org_sid = models.TextField()
    role = models.CharField(max_length=24)
    kind = models.CharField(max_length=1)
    person_id = models.UUIDField(null=True)
    place_id = models.UUIDField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["package", "user_sid"], name="staged_role_by_user")]


class StagedEnrollment(Staged):
    """A row of enrollments.csv; `role` is p (pupil), t (teacher) or x (any other).

    `given` is the seat the file says, `seat` one that was found for a pupil without."""

    personal_data: ClassVar[PersonalData] = PersonalData("sensitive", _WAITING)

    class_sid = models.TextField()
    user_sid = models.TextField()
    role = models.CharField(max_length=1)
    starts = models.DateField(null=True)
    ends = models.DateField(null=True)
    given = models.SmallIntegerField(null=True)
    seat = models.SmallIntegerField(null=True)
    class_id = models.UUIDField(null=True)
    class_kind = models.CharField(max_length=1, default="")
    person_id = models.UUIDField(null=True)
    member_id = models.UUIDField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["package", "user_sid"], name="staged_enrollment_by_user"),
        ]


class StagedAgent(Numbered):
    """A relation of users.csv: `user_sid` names `agent_sid`."""

    personal_data: ClassVar[PersonalData] = PersonalData("personal", _WAITING)

    package = models.ForeignKey(RosterPackage, on_delete=models.CASCADE, db_constraint=False)
    line = models.IntegerField()
    user_sid = models.TextField()
    agent_sid = models.TextField()
    guardian_id = models.UUIDField(null=True)
    ward_id = models.UUIDField(null=True)

    def __str__(self) -> str:
        return f"users:{self.line}"


class StagedEnd(Numbered):
    """Something of ours that the package ends: `kind` m (class seat), g (group seat), t (teaching), j (job),
    f (family), c (class), s (school)."""

    personal_data: ClassVar[PersonalData] = PersonalData("low", _WAITING)

    package = models.ForeignKey(RosterPackage, on_delete=models.CASCADE, db_constraint=False)
    kind = models.CharField(max_length=1)
    target_id = models.UUIDField()
    person_id = models.UUIDField(null=True)
    school_id = models.UUIDField(null=True)

    def __str__(self) -> str:
        return str(self.target_id)
