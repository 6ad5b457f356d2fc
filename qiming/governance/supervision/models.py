"""What a supervision round stores: the round with its set and seed, each school's frozen figures, words and findings."""

from typing import ClassVar

from django.db import models

from qiming.governance.access import TABLE
from qiming.kernel.privacy import NO_PERSONAL_DATA, PersonalData
from qiming.kernel.scope import ScopedModel


class SupervisionRound(ScopedModel):
    """A round of one district. `body` is the indicator set as it was when the round was opened; written once."""

    personal_data = PersonalData("low", "谁开的督导（人员编号）")
    access_table = TABLE
    self_field = "opened_by"

    title = models.TextField()
    school_year = models.TextField()
    body = models.JSONField()
    minutes = models.PositiveSmallIntegerField()
    seed = models.TextField()
    digest = models.CharField(max_length=64)  # of the set and of every school's figures
    opened_by = models.UUIDField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scope_path", "title"], name="round_title_once")
        ]


class SchoolReview(ScopedModel):
    """One school in a round. `figures` and `digest` are cut when the round is opened and never change (migration 0005);
    `state` follows the case."""

    personal_data = NO_PERSONAL_DATA
    access_table = TABLE

    round = models.ForeignKey(SupervisionRound, on_delete=models.PROTECT, related_name="reviews")
    school_id = models.UUIDField()
    case_id = models.UUIDField(unique=True)
    state = models.TextField()
    is_drawn = models.BooleanField()  # to be visited
    figures = models.JSONField()  # {indicator: [part, whole]}
    digest = models.CharField(max_length=64)
    said = models.JSONField(default=dict)  # {indicator: what the school says}
    findings = models.JSONField(
        default=list
    )  # [{kind, text}], the newest version; each is in the case's history

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round", "school_id"], name="review_once_a_round")
        ]
