"""What a survey stores. An invitation names nobody and no place; an answer knows no invitation, no moment, no order."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from qiming.governance.access import TABLE
from qiming.kernel.privacy import NO_PERSONAL_DATA, PersonalData
from qiming.kernel.scope import ScopedModel


class Survey(ScopedModel):
    """One survey of an office or a school. `results` are written once, when it closes."""

    personal_data = PersonalData("low", "谁设计的调查（人员编号）")
    access_table = TABLE
    self_field = "made_by"

    title = models.TextField()
    purpose = models.TextField()
    audience = models.TextField()
    grades = models.JSONField(default=list)
    questions = models.JSONField(default=list)
    starts_on = models.DateField()
    ends_on = models.DateField()
    size = models.PositiveSmallIntegerField()  # classes drawn in each stratum
    is_public = models.BooleanField(default=True)
    state = models.TextField(default="draft")
    seed = models.TextField(blank=True, default="")
    strata = models.JSONField(default=list)  # [{no, name, stage, classes, drawn, people, invited, class_ids}]
    made_by = models.UUIDField()
    results = models.JSONField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(results__isnull=False), name="survey_closed_has_results"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["ends_on"], condition=Q(state="open"), name="surveys_open")]


class Shuffled(ScopedModel):
    """A row without a moment, whose key says nothing of the order in which rows came."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_at = None  # type: ignore[assignment]  # Django's way to leave an abstract parent's column out
    access_table = TABLE

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="+")

    class Meta:
        abstract = True


class SurveyInvitation(Shuffled):
    """A token that was given out, as its digest. All are made together and are gone when the survey closes."""

    personal_data = PersonalData("low", "一次性邀请的摘要：不写谁、哪个班，调查结束就删除")

    digest = models.CharField(max_length=64, unique=True)
    is_used = models.BooleanField(default=False)


class SurveyAnswer(Shuffled):
    """What one of a stratum chose."""

    personal_data = NO_PERSONAL_DATA

    stratum = models.PositiveSmallIntegerField()
    chosen = models.JSONField()


class SurveyWords(Shuffled):
    """One sentence that somebody wrote: cut off from what was chosen, and from every place."""

    personal_data = NO_PERSONAL_DATA

    question = models.TextField()
    text = models.TextField()
