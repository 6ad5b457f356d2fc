"""What was said about consent: a history that only grows, and the slips it came on."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from qiming.kernel.models import StoredFile
from qiming.kernel.privacy import PersonalData
from qiming.kernel.scope import ScopedModel
from qiming.trust.access import TABLE
from qiming.trust.types.consent import Purpose, Said, Via


class SlipBatch(ScopedModel):
    """The slips of a class that somebody typed in one go. Its key is made by the page: sent twice, it is one."""

    personal_data: ClassVar[PersonalData] = PersonalData("personal", "谁在什么时候录入了哪个班的纸质回执")
    access_table = TABLE
    self_field = "typed_by"

    class_id = models.UUIDField()
    typed_by = models.UUIDField()
    signed_on = models.DateField()
    pupils = models.PositiveSmallIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["class_id", "-created_at"], name="slips_of_class")]

    def __str__(self) -> str:
        return str(self.id)


class SlipScan(ScopedModel):
    """A scan or photo of signed slips: names and signatures are on it."""

    personal_data: ClassVar[PersonalData] = PersonalData(
        "sensitive", "纸质回执的扫描件，上面有学生姓名和监护人的签名"
    )
    access_table = TABLE
    self_field = "added_by"

    batch = models.ForeignKey(SlipBatch, on_delete=models.CASCADE, related_name="scans")
    stored_file = models.ForeignKey(StoredFile, on_delete=models.PROTECT)
    added_by = models.UUIDField()

    def __str__(self) -> str:
        return str(self.id)


class ConsentLine(ScopedModel):
    """One word of one party on one purpose. Never changed; erased only with the pupil."""

    personal_data: ClassVar[PersonalData] = PersonalData(
        "personal", "谁在什么时候对哪一项同意、不同意或撤回，回答的是哪一版文字"
    )
    access_table = TABLE

    person_id = models.UUIDField()
    purpose = models.CharField(max_length=16, choices=[(one.value, one.value) for one in Purpose])
    said = models.CharField(max_length=10, choices=[(one.value, one.zh) for one in Said])
    via = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Via])
    decided_by = models.UUIDField(null=True)
    entered_by = models.UUIDField()
    text_no = models.PositiveSmallIntegerField()
    text_digest = models.CharField(max_length=64)
    batch = models.ForeignKey(SlipBatch, null=True, on_delete=models.PROTECT, related_name="lines")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(via__in=["guardian", "pupil"], decided_by__isnull=False, batch__isnull=True)
                | Q(via="paper", decided_by__isnull=True, batch__isnull=False)
                | Q(via="school", decided_by__isnull=True, batch__isnull=True, said="asked"),
                name="consent_says_whose_voice",
            ),
            models.CheckConstraint(
                condition=~Q(said="asked") | Q(via="school"), name="consent_only_the_school_asks"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["person_id", "purpose", "via", "decided_by", "-created_at", "-id"],
                name="consent_latest",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
