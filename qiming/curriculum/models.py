"""What the curriculum stores. A course version, its lessons and items never change once written; a changed
folder becomes new rows and the old ones stay for the classes that began with them."""

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from qiming.curriculum.types import AI
from qiming.kernel import time
from qiming.kernel.base import Base, PathField
from qiming.kernel.privacy import NO_PERSONAL_DATA, PersonalData


class ContentRow(Base):
    """A row made from text in content/: it holds nothing about anybody."""

    personal_data: ClassVar[PersonalData] = NO_PERSONAL_DATA

    class Meta:
        abstract = True


class Source(ContentRow):
    """One unit of content as last looked at: unchanged fingerprint, nothing to do."""

    path = models.TextField(unique=True)
    fingerprint = models.CharField(max_length=64)
    problems = models.JSONField(default=list)
    looked_at = models.DateTimeField()


class ConceptGraph(ContentRow):
    key = models.TextField(unique=True)
    title = models.TextField()
    status = models.TextField()
    source = models.TextField()
    subject = models.TextField(default="人工智能")
    abilities = models.JSONField(default=list)
    content_hash = models.CharField(max_length=64)
    changed_at = models.DateTimeField(default=time.now)


class Concept(ContentRow):
    """A concept keeps its key for ever; one that left the graph stays for old evidence."""

    graph = models.ForeignKey(ConceptGraph, on_delete=models.PROTECT, related_name="concepts")
    key = models.TextField(unique=True)
    title = models.TextField()
    stage = models.TextField()
    grade = models.PositiveSmallIntegerField()
    strand = models.TextField()
    note = models.TextField()
    pupil = models.TextField(default="", blank=True)
    teacher = models.TextField(default="", blank=True)
    abilities = models.JSONField(default=list)
    frameworks = models.JSONField(default=dict)
    misconceptions = models.JSONField(default=list)
    prerequisites = models.JSONField(default=list)
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(grade__range=(1, 12)), name="concept_grade_1_to_12")
        ]


class Syllabus(ContentRow):
    key = models.TextField(unique=True)
    title = models.TextField()
    published = models.TextField()
    status = models.TextField()
    subject = models.TextField(default=AI)
    full_text_found = models.BooleanField()
    note = models.TextField(default="", blank=True)
    content_hash = models.CharField(max_length=64)
    changed_at = models.DateTimeField(default=time.now)
    # Brought from a spreadsheet by a school, district or city: seen at that place and below. The platform's have none.
    scope_path = PathField(default="", blank=True)
    version = models.PositiveSmallIntegerField(default=1)
    is_current = models.BooleanField(
        default=True
    )  # an older version stays, for periods that name its outcomes

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["scope_path", "title", "version"],
                condition=~models.Q(scope_path=""),
                name="syllabus_version_once_a_place",
            )
        ]


class Outcome(ContentRow):
    syllabus = models.ForeignKey(Syllabus, on_delete=models.PROTECT, related_name="outcomes")
    key = models.TextField(unique=True)
    position = models.PositiveSmallIntegerField()
    theme = models.TextField()
    theme_title = models.TextField()
    stage = models.TextField()
    grade = models.PositiveSmallIntegerField(null=True)
    text = models.TextField()
    source = models.TextField()
    verified = models.BooleanField()
    note = models.TextField(default="", blank=True)
    lesson = models.TextField(default="", blank=True)
    also_lessons = models.JSONField(default=list)
    concepts = models.JSONField(default=list)
    supports = models.JSONField(default=list)
    is_current = models.BooleanField(default=True)


class StageRule(ContentRow):
    key = models.TextField(unique=True)
    kind = models.TextField()
    stage = models.TextField()
    value = models.JSONField()
    requires = models.JSONField(default=list)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    text = models.TextField()
    source = models.TextField()
    verified = models.BooleanField()
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_to=None) | models.Q(valid_to__gte=models.F("valid_from")),
                name="rule_ends_after_it_starts",
            )
        ]


class MediaFile(ContentRow):
    """A picture or table, addressed by its content."""

    sha256 = models.CharField(max_length=64, unique=True)
    media_type = models.TextField()
    body = models.BinaryField()


class Dataset(ContentRow):
    """One version of a data set; `files` maps a name to the content it had."""

    key = models.TextField()
    content_hash = models.CharField(max_length=64)
    title = models.TextField()
    kind = models.TextField()
    data = models.JSONField()
    files = models.JSONField()
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "content_hash"], name="dataset_version_once"),
            models.UniqueConstraint(
                fields=["key"], condition=models.Q(is_current=True), name="dataset_one_current"
            ),
        ]


class CourseVersion(ContentRow):
    key = models.TextField()
    content_hash = models.CharField(max_length=64)
    title = models.TextField()
    stage = models.TextField()
    grades = models.JSONField()
    status = models.TextField()
    data = models.JSONField()
    misconceptions = models.JSONField()
    media = models.JSONField(default=dict)  # pictures of the tests and the project
    is_current = models.BooleanField(default=True)
    # A school's version: whose it is (the school's path), the city's version it goes back to, and its lessons by id,
    # most of them the city's own rows. All empty for a version of the city.
    scope_path = models.TextField(default="", blank=True)
    root = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    lineup = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "content_hash"], name="course_version_once"),
            models.UniqueConstraint(
                fields=["key"], condition=models.Q(is_current=True), name="course_one_current"
            ),
        ]


class LessonVersion(ContentRow):
    course_version = models.ForeignKey(CourseVersion, on_delete=models.PROTECT, related_name="lessons")
    key = models.TextField()
    position = models.PositiveSmallIntegerField()
    content_hash = models.CharField(max_length=64)
    title = models.TextField()
    minutes = models.PositiveSmallIntegerField()
    data = models.JSONField()
    guide_html = models.TextField()
    slides = models.JSONField()
    tasksheet_html = models.TextField()
    texts = models.JSONField(default=dict)  # their Markdown, which a school's version begins from
    concepts = models.JSONField()
    media = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["course_version", "key"], name="lesson_once_per_course"),
            models.UniqueConstraint(fields=["course_version", "position"], name="lesson_one_per_place"),
        ]


class ItemVersion(ContentRow):
    lesson_version = models.ForeignKey(LessonVersion, on_delete=models.PROTECT, related_name="items")
    key = models.TextField()
    position = models.PositiveSmallIntegerField()
    content_hash = models.CharField(max_length=64)
    kind = models.TextField()
    concept = models.TextField(db_index=True)
    difficulty = models.PositiveSmallIntegerField()
    use = models.JSONField()
    data = models.JSONField()
    html = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lesson_version", "key"], name="item_once_per_lesson"),
            models.CheckConstraint(
                condition=models.Q(difficulty__range=(1, 3)), name="item_difficulty_1_to_3"
            ),
        ]


class TestItem(ContentRow):
    """An item of the test before a course or of the parallel one after it. It belongs to no lesson, so that neither
    practice nor homework can ever choose it."""

    __test__ = False  # a model, whatever its name looks like to pytest

    class Form(models.TextChoices):
        PRETEST = "pretest", "课前测"
        POSTTEST = "posttest", "课后测"

    course_version = models.ForeignKey(CourseVersion, on_delete=models.PROTECT, related_name="test_items")
    form = models.TextField(choices=Form.choices)
    key = models.TextField()
    position = models.PositiveSmallIntegerField()
    content_hash = models.CharField(max_length=64)
    kind = models.TextField()
    concept = models.TextField()
    difficulty = models.PositiveSmallIntegerField()
    data = models.JSONField()
    html = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["course_version", "key"], name="test_item_once_per_course"),
            models.UniqueConstraint(
                fields=["course_version", "form", "position"], name="test_item_one_per_place"
            ),
        ]


class SearchEntry(ContentRow):
    """What can be found: a course, a lesson, a concept or an item of what is current. Made anew with each version."""

    class Kind(models.TextChoices):
        COURSE = "course", "课程"
        LESSON = "lesson", "课"
        CONCEPT = "concept", "知识点"
        ITEM = "item", "题目"

    kind = models.TextField(choices=Kind.choices)
    owner = models.TextField(
        db_index=True
    )  # the course version's id or the graph's key: made and forgotten together
    target = models.TextField()  # what the page's address needs: an id or a key
    title = models.TextField()
    place = models.TextField(default="", blank=True)  # where it stands, in words
    initials = models.TextField(default="", blank=True)  # of the title's pinyin: 背答案 is bda
    pinyin = models.TextField(default="", blank=True)
    words = SearchVectorField()

    class Meta:
        indexes: ClassVar = [
            GinIndex(fields=["words"], name="search_by_words"),
            models.Index(fields=["initials"], name="search_by_initials", opclasses=["text_pattern_ops"]),
            models.Index(fields=["pinyin"], name="search_by_pinyin", opclasses=["text_pattern_ops"]),
        ]


# The school's own version of a lesson, and packages that teachers brought, live in their folders; Django looks for
# models here.
from qiming.curriculum.authoring.models import (  # noqa: E402 - its rows point at the ones above
    ForkStep,
    ForkVersion,
    LessonFork,
    Proposal,
)
from qiming.curriculum.exchange.models import ImportedPackage  # noqa: E402 - it uses the table that stands above
from qiming.curriculum.lending.models import CourseLoan  # noqa: E402 - it points at a course version
from qiming.curriculum.syllabi.models import SyllabusSheet  # noqa: E402 - it points at a syllabus

__all__ = [
    "Concept",
    "ConceptGraph",
    "ContentRow",
    "CourseLoan",
    "CourseVersion",
    "Dataset",
    "ForkStep",
    "ForkVersion",
    "ImportedPackage",
    "ItemVersion",
    "LessonFork",
    "LessonVersion",
    "MediaFile",
    "Outcome",
    "Proposal",
    "SearchEntry",
    "Source",
    "StageRule",
    "Syllabus",
    "SyllabusSheet",
    "TestItem",
]
