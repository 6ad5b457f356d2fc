"""What the governance room stores: a projection of every class's school year, requests, samples, dated tasks, year ends, supervision."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from qiming.governance.access import TABLE
from qiming.governance.supervision.models import SchoolReview, SupervisionRound
from qiming.governance.surveys.models import Survey, SurveyAnswer, SurveyInvitation, SurveyWords
from qiming.governance.tasks.models import DatedTask, TaskPlan, TaskUnit
from qiming.governance.types import AskState
from qiming.governance.yearend.models import YearDraw, YearEnd, YearFreeze
from qiming.kernel.privacy import NO_PERSONAL_DATA, PersonalData
from qiming.kernel.scope import ScopedModel

__all__ = [
    "ClassCoverage",
    "DatedTask",
    "GradeCoverage",
    "PlanAsk",
    "SampleDraw",
    "SchoolReview",
    "SupervisionRound",
    "Survey",
    "SurveyAnswer",
    "SurveyInvitation",
    "SurveyWords",
    "TaskPlan",
    "TaskUnit",
    "YearDraw",
    "YearEnd",
    "YearFreeze",
]


class ClassCoverage(ScopedModel):
    """One class's school year in figures, rebuilt from the ledger whenever it changes and every night."""

    personal_data = NO_PERSONAL_DATA
    access_table = TABLE

    class_group_id = models.UUIDField()
    school_id = models.UUIDField()
    school_year = models.TextField()
    grade = models.PositiveSmallIntegerField()
    required = models.PositiveSmallIntegerField()
    pupils = models.PositiveIntegerField()
    zero = models.PositiveIntegerField()
    enough = models.PositiveIntegerField()
    # Sums over pupils in thousandths of a period: integers add up the same everywhere.
    periods_milli = models.PositiveIntegerField()
    confirmed_milli = models.PositiveIntegerField()
    unconfirmed_milli = models.PositiveIntegerField()
    planned_milli = models.PositiveIntegerField()
    oldest_unconfirmed = models.DateField(null=True)
    low = models.PositiveSmallIntegerField()
    high = models.PositiveSmallIntegerField()
    is_at_risk = models.BooleanField()
    because = models.JSONField(default=list)  # [[reason, sentence]]
    by_evidence = models.JSONField(default=dict)  # platform | documented | declared → periods
    confirmed_by_month = models.JSONField(
        default=list
    )  # 12 figures from September, thousandths, each month's own
    planned_by_month = models.JSONField(default=list)
    counted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["class_group_id", "school_year"], name="coverage_once_a_year"),
            models.CheckConstraint(condition=Q(zero__lte=F("pupils")), name="coverage_zero_within"),
        ]
        indexes = [
            models.Index(fields=["school_year", "scope_path"], name="coverage_year_place"),
            models.Index(fields=["school_id", "school_year"], name="coverage_school_year"),
            # The desk's two lists in the order in which they are read: a city's first fifty are found at once.
            models.Index(
                F("school_year"),
                F("zero").desc(),
                F("scope_path"),
                condition=Q(zero__gt=0),
                name="coverage_zero",
            ),
            models.Index(
                fields=["school_year", "low", "high", "scope_path"],
                condition=Q(is_at_risk=True, pupils__gt=0),
                name="coverage_risk",
            ),
        ]


class GradeCoverage(ScopedModel):
    """All classes of one grade of one school added up, written with them: what places above the school are read from.

    `scope_path` is the school's. Months are sums over pupils in thousandths of a period, twelve from September.
    """

    personal_data = NO_PERSONAL_DATA
    access_table = TABLE

    school_id = models.UUIDField()
    school_year = models.TextField()
    grade = models.PositiveSmallIntegerField()
    required = models.PositiveSmallIntegerField()
    classes = models.PositiveIntegerField()
    pupils = models.PositiveIntegerField()
    zero = models.PositiveIntegerField()
    enough = models.PositiveIntegerField()
    zero_classes = models.PositiveIntegerField()  # that may be named above the school
    zero_hidden = models.PositiveIntegerField()  # pupils of classes that may not
    at_risk_classes = models.PositiveIntegerField()
    at_risk_pupils = models.PositiveIntegerField()
    periods_milli = models.PositiveBigIntegerField()
    low_pupils = models.PositiveBigIntegerField()  # the forecast's low end, summed over pupils
    high_pupils = models.PositiveBigIntegerField()
    platform = models.PositiveIntegerField()
    documented = models.PositiveIntegerField()
    declared = models.PositiveIntegerField()
    confirmed_by_month = ArrayField(models.PositiveBigIntegerField())
    planned_by_month = ArrayField(models.PositiveBigIntegerField())
    counted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school_id", "school_year", "grade"], name="grade_coverage_once"),
        ]
        indexes = [
            models.Index(fields=["school_year", "scope_path"], name="grade_coverage_place"),
        ]


class PlanAsk(ScopedModel):
    """A request to a school about one class: say why, or plan what is missing."""

    personal_data = PersonalData("low", "谁请哪个班补计划、谁回复（人员编号）")
    access_table = TABLE
    self_field = "asked_by"

    class_group_id = models.UUIDField(db_index=True)
    school_year = models.TextField()
    text = models.TextField()
    asked_by = models.UUIDField()
    asked_as = models.TextField()
    due_on = models.DateField()
    state = models.TextField(choices=[(one.value, one.zh) for one in AskState], default=AskState.ASKED)
    answer = models.TextField(blank=True, default="")
    answered_by = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["class_group_id", "school_year"],
                condition=~Q(state="closed"),
                name="ask_one_open_a_class",
            )
        ]


class SampleDraw(ScopedModel):
    """A random draw of schools to look at, with the seed by which it can be drawn again."""

    personal_data = PersonalData("low", "谁抽的样（人员编号）")
    access_table = TABLE
    self_field = "drawn_by"

    school_year = models.TextField()
    seed = models.TextField()
    size = models.PositiveSmallIntegerField()
    candidates = models.PositiveIntegerField()
    school_ids = models.JSONField()
    drawn_by = models.UUIDField()
