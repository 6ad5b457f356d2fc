"""What this room stores: examinations of a class, actions with what became of them, handbooks made, nightly sums."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from qiming.insight.access import TABLE
from qiming.kernel import time
from qiming.kernel.privacy import NO_PERSONAL_DATA, PersonalData
from qiming.kernel.scope import ScopedModel


class Examination(ScopedModel):
    """One examination of one class; its place is the class."""

    personal_data: ClassVar = PersonalData("low", "哪个班什么时候考了什么，谁导入的")
    access_table = TABLE
    self_field = "imported_by"

    class_group = models.ForeignKey("registry.Organisation", models.PROTECT, related_name="+")
    title = models.TextField()
    held_on = models.DateField()
    imported_by = models.UUIDField()
    # SHA-256 of every file taken so far: the same file again changes nothing.
    digests = models.JSONField(default=list)
    notes = models.JSONField(default=list)  # what was read past, in words

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["class_group", "title", "held_on"], name="insight_examination_one"
            )
        ]


class ExamPaper(ScopedModel):
    """The paper of one subject; without items when only totals were given."""

    personal_data: ClassVar = NO_PERSONAL_DATA
    access_table = TABLE
    self_field = "id"

    examination = models.ForeignKey(Examination, models.CASCADE, related_name="papers")
    subject = models.TextField(blank=True)
    full = models.DecimalField(max_digits=6, decimal_places=2)
    position = models.PositiveSmallIntegerField()

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["examination", "subject"], name="insight_exampaper_one")
        ]


class ExamItem(ScopedModel):
    """One line of the item table 双向细目表. `concept` is the teacher's word; empty until confirmed."""

    personal_data: ClassVar = NO_PERSONAL_DATA
    access_table = TABLE
    self_field = "id"

    paper = models.ForeignKey(ExamPaper, models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    label = models.TextField()
    text = models.TextField(blank=True)
    kind = models.TextField(blank=True)
    level = models.TextField(blank=True)
    key = models.TextField(blank=True)
    full = models.DecimalField(max_digits=6, decimal_places=2)
    full_is_observed = models.BooleanField(default=False)
    planned = models.DecimalField(
        max_digits=4, decimal_places=3, null=True
    )  # share of marks its authors expected
    concept = models.TextField(blank=True)
    confirmed_by = models.UUIDField(null=True)

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["paper", "label"], name="insight_examitem_one")]


class ExamResult(ScopedModel):
    """What one pupil had in one paper. `marks` and `chosen` stand in the order of the items; null: no mark given."""

    personal_data: ClassVar = PersonalData("personal", "学生在一次考试里每道题的得分和选项")
    access_table = TABLE
    self_field = "pupil_id"

    paper = models.ForeignKey(ExamPaper, models.CASCADE, related_name="results")
    pupil = models.ForeignKey("registry.Person", models.PROTECT, related_name="+")
    is_absent = models.BooleanField(default=False)
    marks = models.JSONField(default=list)
    chosen = models.JSONField(default=list)
    total = models.DecimalField(max_digits=7, decimal_places=2, null=True)

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["paper", "pupil"], name="insight_examresult_one")]


class ExamDoubt(ScopedModel):
    """A line of a file that a person has to settle: whose it is, or what stands in a cell."""

    personal_data: ClassVar = PersonalData("personal", "考试成绩文件里还没有对上的一行：姓名和各题得分")
    access_table = TABLE
    self_field = "guess_id"

    paper = models.ForeignKey(ExamPaper, models.CASCADE, related_name="doubts")
    sheet = models.TextField()
    line = models.PositiveIntegerField()
    name = models.TextField(blank=True)
    seat = models.TextField(blank=True)
    cells = models.JSONField(default=list)  # as typed, in the order of the items
    total = models.TextField(blank=True)
    reasons = models.JSONField(default=list)
    bad = models.JSONField(default=list)  # positions of cells that cannot be read
    guess_id = models.UUIDField(null=True)

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["paper", "sheet", "line"], name="insight_examdoubt_one")
        ]


class ConceptStand(ScopedModel):
    """One concept at one school in one grade, counted at night: sums, nobody named. Its place is the school."""

    personal_data: ClassVar = NO_PERSONAL_DATA
    access_table = TABLE
    self_field = "id"

    subject = models.TextField()
    concept = models.TextField()
    grade = models.PositiveSmallIntegerField()
    classes = models.PositiveIntegerField(default=0)
    pupils = models.PositiveIntegerField(default=0)  # of whom enough is known
    practise = models.PositiveIntegerField(default=0)
    exam_classes = models.PositiveIntegerField(default=0)
    exam_pupils = models.PositiveIntegerField(default=0)
    exam_earned = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    exam_full = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    counted_at = models.DateTimeField(default=time.now)

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["scope_path", "concept", "grade"], name="insight_conceptstand_one"
            )
        ]


class Action(ScopedModel):
    """What somebody undertook about a concept at a place, what it was then and what it is after."""

    personal_data: ClassVar = PersonalData("low", "哪位教职工负责哪一项教学改进，做了什么")
    access_table = TABLE
    self_field = "owner_id"
    STATES: ClassVar = [("open", "在做"), ("done", "做完了"), ("dropped", "不做了")]

    concept = models.TextField()
    grade = models.PositiveSmallIntegerField(null=True)
    text = models.TextField()
    owner = models.ForeignKey("registry.Person", models.PROTECT, related_name="+")
    asked_by = models.UUIDField()
    due_on = models.DateField()
    state = models.TextField(choices=STATES, default="open")
    evidence = models.TextField(blank=True)
    closed_by = models.UUIDField(null=True)
    closed_at = models.DateTimeField(null=True)
    # Shares of pupils who still had to practise, and of how many; after: the latest count since it was done.
    before_share = models.DecimalField(max_digits=4, decimal_places=3, null=True)
    before_pupils = models.PositiveIntegerField(default=0)
    after_share = models.DecimalField(max_digits=4, decimal_places=3, null=True)
    after_pupils = models.PositiveIntegerField(default=0)
    after_at = models.DateTimeField(null=True)

    class Meta(ScopedModel.Meta):
        constraints = [
            models.CheckConstraint(
                name="insight_action_closed", condition=Q(state="open") | Q(closed_at__isnull=False)
            )
        ]


class Handbook(ScopedModel):
    """A personal handbook 个性化学习手册 that was asked for: of one pupil, or of a class in one file."""

    personal_data: ClassVar = PersonalData(
        "personal", "给哪名学生（或全班）做过学习手册，谁要的；文件里有薄弱点和练习"
    )
    access_table = TABLE
    self_field = "pupil_id"
    STATES: ClassVar = [("waiting", "排队"), ("building", "在做"), ("ready", "做好了"), ("failed", "没做成")]

    class_group = models.ForeignKey("registry.Organisation", models.PROTECT, related_name="+")
    pupil = models.ForeignKey("registry.Person", models.PROTECT, null=True, related_name="+")
    asked_by = models.UUIDField()
    state = models.TextField(choices=STATES, default="waiting")
    done = models.PositiveSmallIntegerField(default=0)
    total = models.PositiveSmallIntegerField(default=1)
    left_out = models.PositiveSmallIntegerField(default=0)  # pupils of whom too little is known
    ready_at = models.DateTimeField(null=True)

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["class_group", "pupil", "asked_by"],
                condition=Q(state__in=["waiting", "building"]),
                nulls_distinct=False,
                name="insight_handbook_one_at_a_time",
            )
        ]
