"""Questions about courses that other rooms ask. Versions never change, so they are kept once read."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Count

from qiming.curriculum import datasets as _datasets
from qiming.curriculum import rules
from qiming.curriculum.building import course_base, dataset_base
from qiming.curriculum.models import (
    Concept,
    ConceptGraph,
    CourseVersion,
    Dataset,
    ItemVersion,
    LessonVersion,
    StageRule,
    TestItem,
)
from qiming.curriculum.syllabi import queries as _syllabi
from qiming.curriculum.types import (
    AI,
    Ability,
    Activity,
    ConceptRef,
    CourseRef,
    DatasetRef,
    Host,
    Item,
    Lesson,
    LessonRef,
    Misconception,
    RuleRef,
    StageRules,
)
from qiming.kernel.memo import kept, once_a_request
from qiming.kernel.text import render_markdown

FRESH_S = 20  # how long a web worker may go on with the rules and concepts it read


dataset_texts = _datasets.dataset_texts
syllabuses, outcomes, outcomes_by_key = _syllabi.syllabuses, _syllabi.outcomes, _syllabi.outcomes_by_key


class NoSuchContent(LookupError):
    """No such course, lesson or item: a caller's mistake or an id from elsewhere."""


def courses(stage: str | None = None, grade: int | None = None) -> list[CourseRef]:
    """The current courses, youngest grade first."""
    rows = CourseVersion.objects.filter(is_current=True)
    if stage:
        rows = rows.filter(stage=stage)
    if grade is not None:
        rows = rows.filter(grades__contains=[grade])
    found = [_course(row, is_current=True) for row in rows]
    return sorted(found, key=lambda c: (min(c.grades, default=0), not c.about_ai, c.key))


def course(version_id: UUID) -> CourseRef:
    row = CourseVersion.objects.filter(id=version_id).first()
    if row is None:
        raise NoSuchContent(str(version_id))
    return _course(row, is_current=row.is_current)


@lru_cache(maxsize=256)
def grades_of(course_version_id: UUID) -> tuple[int, ...]:
    """The grades a course is for; a version never changes them."""
    grades = CourseVersion.objects.filter(id=course_version_id).values_list("grades", flat=True).first()
    if grades is None:
        raise NoSuchContent(str(course_version_id))
    return tuple(grades)


def project_of(course_version_id: UUID) -> dict[str, Any] | None:
    """The work at the end of the course, as its schema says; None when there is none."""
    data = CourseVersion.objects.filter(id=course_version_id).values_list("data", flat=True).first()
    return data.get("project") if data else None


def project_html(course_version_id: UUID) -> str:
    """The project's brief for pupils as safe HTML."""
    project = project_of(course_version_id)
    return str(render_markdown(project["brief"], course_base(course_version_id))) if project else ""


def current_course(key: str) -> CourseRef | None:
    row = CourseVersion.objects.filter(key=key, is_current=True).first()
    return _course(row, is_current=True) if row else None


def lessons_of(course_version_id: UUID) -> list[LessonRef]:
    return list(_lesson_refs(course_version_id))


def lesson(version_id: UUID) -> Lesson:
    return _lesson(version_id)


def lesson_of_course(course_version_id: UUID, lesson_key: str) -> Lesson | None:
    ref = next((ref for ref in _lesson_refs(course_version_id) if ref.key == lesson_key), None)
    return _lesson(ref.id) if ref else None


def guide_html(lesson_version_id: UUID) -> str:
    """The teacher's guide; never for pupils."""
    return _teaching_material(lesson_version_id)[0]


def slides(lesson_version_id: UUID) -> list[str]:
    return list(_teaching_material(lesson_version_id)[1])


def tasksheet_html(lesson_version_id: UUID) -> str:
    return _teaching_material(lesson_version_id)[2]


def item(version_id: UUID) -> Item:
    return _item(version_id)


def items_of(lesson_version_id: UUID, use: str | None = None) -> list[Item]:
    return [item for item in _items_of_lesson(lesson_version_id) if use is None or use in item.use]


def items_for_concept(course_version_id: UUID, concept: str, use: str | None = None) -> list[Item]:
    return [
        item
        for ref in _lesson_refs(course_version_id)
        for item in _items_of_lesson(ref.id)
        if item.concept == concept and (use is None or use in item.use)
    ]


def items_of_course(course_version_id: UUID, use: str | None = None) -> list[Item]:
    return [item for ref in _lesson_refs(course_version_id) for item in items_of(ref.id, use)]


def item_counts(lesson_version_ids: Iterable[UUID]) -> dict[tuple[UUID, str], int]:
    """How many items there are by lesson and concept, in one question."""
    rows = ItemVersion.objects.filter(lesson_version_id__in=list(lesson_version_ids)).order_by()
    grouped = rows.values_list("lesson_version_id", "concept").annotate(n=Count("id"))
    return {(lesson_id, concept): n for lesson_id, concept, n in grouped}


def item_by_key(course_version_id: UUID, item_key: str) -> Item | None:
    """An item of the course. One that a school left out is found in the city's version: answers under way, homework
    and practice that name it still count."""
    for version_id in _with_root(course_version_id):
        for found in items_of_course(version_id):
            if found.key == item_key:
                return found
    return None


def item_version(course_version_id: UUID, item_key: str, version_id: UUID) -> Item | None:
    """The very version of an item that somebody saw, if it is one of this course's; None otherwise."""
    rows = ItemVersion.objects.filter(id=version_id, key=item_key).values_list(
        "lesson_version__course_version__key", flat=True
    )
    same = CourseVersion.objects.filter(id=course_version_id, key__in=rows).exists()
    return _item(version_id) if same else None


def activity_of_course(course_version_id: UUID, lesson_key: str, activity_key: str) -> Activity | None:
    """A step of a lesson; one that a school left out is found in the city's version."""
    for version_id in _with_root(course_version_id):
        lesson = lesson_of_course(version_id, lesson_key)
        if lesson and (found := lesson.activity(activity_key)):
            return found
    return None


@lru_cache(maxsize=512)
def _with_root(course_version_id: UUID) -> tuple[UUID, ...]:
    root = CourseVersion.objects.filter(id=course_version_id).values_list("root_id", flat=True).first()
    return (course_version_id, root) if root else (course_version_id,)


def concept(key: str) -> ConceptRef | None:
    return concepts([key]).get(key)


def concepts(keys: Iterable[str]) -> dict[str, ConceptRef]:
    return dict(_concepts(frozenset(keys)))


@kept(FRESH_S)
def _concepts(keys: frozenset[str]) -> dict[str, ConceptRef]:
    rows = Concept.objects.select_related("graph").filter(key__in=keys)
    return {row.key: _concept(row) for row in rows}


def abilities(subject: str = "ai") -> list[Ability]:
    """What lies above a subject's concepts, in the order of its graph."""
    rows = ConceptGraph.objects.filter(key=subject).values_list("abilities", flat=True)
    return [
        Ability(one["id"], one["title"], one["says"], tuple(one["levels"])) for kept in rows for one in kept
    ]


def subjects() -> dict[str, str]:
    """The short names of the subjects there are, with the Chinese ones."""
    return dict(ConceptGraph.objects.order_by("created_at").values_list("key", "subject"))


@kept(FRESH_S)
def subject_words(subject: str) -> str:
    """A subject's Chinese name; an unknown one is called what it is: another subject."""
    return subjects().get(subject, "人工智能" if subject == AI else "别的学科")


def all_concepts(subject: str = "ai") -> list[ConceptRef]:
    rows = Concept.objects.select_related("graph").filter(is_current=True, graph__key=subject)
    return [_concept(row) for row in rows.order_by("grade", "key")]


def prerequisites_of(key: str) -> list[ConceptRef]:
    found = concept(key)
    if found is None:
        return []
    known = concepts(found.prerequisites)
    return [known[needed] for needed in found.prerequisites if needed in known]


def misconceptions(course_version_id: UUID) -> dict[str, Misconception]:
    return dict(_misconceptions(course_version_id))


def misconception(course_version_id: UUID, misconception_id: str) -> Misconception | None:
    return _misconceptions(course_version_id).get(misconception_id)


def misconceptions_of(concept_key: str) -> list[Misconception]:
    """What the graph says of a concept and what the courses in force do, each sentence once."""
    found = {
        one["text"]: Misconception("", concept_key, one["text"], one["remedy"], one["why"])
        for rows in Concept.objects.filter(key=concept_key).values_list("misconceptions", flat=True)
        for one in rows
    }
    of_courses = (one for course in courses() for one in misconceptions(course.id).values())
    found |= {one.text: one for one in of_courses if one.concept == concept_key and one.text not in found}
    return list(found.values())


@kept(FRESH_S)
@once_a_request
def stage_rules(on: date, stage: str) -> StageRules:
    """The rules in force on a day for a stage."""
    rows = StageRule.objects.filter(is_current=True, stage__in=[stage, "all"])
    return rules.rules_in_force([_rule(row) for row in rows], on, stage)


def dataset(key: str) -> DatasetRef | None:
    row = Dataset.objects.filter(key=key, is_current=True).first()
    if row is None:
        return None
    return DatasetRef(row.key, row.title, row.kind, dataset_base(row.key, row.content_hash), row.data)


def _course(row: CourseVersion, *, is_current: bool) -> CourseRef:
    data: dict[str, Any] = row.data
    return CourseRef(
        id=row.id,
        key=row.key,
        title=row.title,
        stage=row.stage,
        grades=tuple(row.grades),
        status=row.status,
        lessons=_lesson_refs(row.id),
        summary=data.get("summary", ""),
        purpose=data.get("purpose", ""),
        is_current=is_current,
        licence=data.get("licence", ""),
        authors=tuple(data.get("authors", ())),
        sources=tuple(data.get("sources", ())),
        subject=data.get("subject", AI),
        scope_path=row.scope_path,
    )


@lru_cache(maxsize=512)
def _lesson_refs(course_version_id: UUID) -> tuple[LessonRef, ...]:
    rows = LessonVersion.objects.filter(course_version_id=course_version_id).order_by("position")
    lineup = CourseVersion.objects.filter(id=course_version_id).values_list("lineup", flat=True).first()
    if lineup:  # a school's version: mostly the city's own lessons
        rows = LessonVersion.objects.filter(id__in=lineup).order_by("position")
    return tuple(
        LessonRef(
            id=row.id,
            key=row.key,
            position=row.position,
            title=row.title,
            minutes=row.minutes,
            concepts=tuple(row.concepts),
            question=row.data["question"],
            ethics=row.data.get("ethics", ""),
            genai_use=row.data["genai_use"],
        )
        for row in rows.defer("guide_html", "slides", "tasksheet_html", "texts")
    )


@lru_cache(maxsize=1024)
def _lesson(version_id: UUID) -> Lesson:
    rows = LessonVersion.objects.select_related("course_version").filter(id=version_id)
    row = rows.defer("guide_html", "slides", "tasksheet_html", "texts").first()
    if row is None:
        raise NoSuchContent(str(version_id))
    return lesson_of_row(row)


def lesson_of_row(row: LessonVersion) -> Lesson:
    """The lesson of a row, stored or about to be."""
    data: dict[str, Any] = row.data
    return Lesson(
        id=row.id,
        course_version_id=row.course_version_id,
        course_key=row.course_version.key,
        key=row.key,
        position=row.position,
        title=row.title,
        minutes=row.minutes,
        question=data["question"],
        situation=data["situation"],
        summary=data["summary"],
        goals=tuple(data["goals"]),
        concepts=tuple(data["concepts"]),
        revisits=tuple(data.get("revisits", ())),
        modules=tuple(data.get("modules", ())),
        literacy=tuple(data["literacy"]),
        frameworks=data.get("frameworks", {}),
        hosts=tuple(_host(one) for one in data.get("hosts", ())),
        ethics=data.get("ethics", ""),
        genai_use=data["genai_use"],
        devices=data["devices"],
        without_devices=data["without_devices"],
        new_words=tuple(data.get("new_words", ())),
        sources=tuple(data.get("sources", ())),
        activities=tuple(_activity(step) for step in data["activities"]),
    )


def _activity(step: dict[str, Any]) -> Activity:
    own = ("key", "title", "kind", "minutes", "text", "text_html", "teacher", "extra", "remedy_for")
    return Activity(
        key=step["key"],
        title=step["title"],
        kind=step["kind"],
        minutes=step["minutes"],
        text_html=step["text_html"],
        teacher=step.get("teacher", ""),
        extra=step.get("extra", False),
        remedy_for=tuple(step.get("remedy_for", ())),
        data={name: value for name, value in step.items() if name not in own},
    )


@lru_cache(maxsize=256)
def _teaching_material(lesson_version_id: UUID) -> tuple[str, tuple[str, ...], str]:
    row = (
        LessonVersion.objects.filter(id=lesson_version_id)
        .values_list("guide_html", "slides", "tasksheet_html")
        .first()
    )
    if row is None:
        raise NoSuchContent(str(lesson_version_id))
    return row[0], tuple(row[1]), row[2]


@lru_cache(maxsize=4096)
def _item(version_id: UUID) -> Item:
    row = ItemVersion.objects.filter(id=version_id).first()
    if row is None:
        raise NoSuchContent(str(version_id))
    return item_of_row(row)


@lru_cache(maxsize=1024)
def _items_of_lesson(lesson_version_id: UUID) -> tuple[Item, ...]:
    rows = ItemVersion.objects.filter(lesson_version_id=lesson_version_id).order_by("position")
    return tuple(item_of_row(row) for row in rows)


def item_of_row(row: ItemVersion) -> Item:
    return _as_item(row, row.lesson_version_id, tuple(row.use))


@lru_cache(maxsize=128)
def test_items(course_version_id: UUID, form: str) -> tuple[Item, ...]:
    """The items of a course's pretest or posttest in order, () when it has none. They come from nowhere else:
    `items_of_course` and practice don't know them. `lesson_version_id` is the course version's id."""
    root = _with_root(course_version_id)[-1]  # a school's version has the city's tests
    rows = TestItem.objects.filter(course_version_id=root, form=form).order_by("position")
    return tuple(_as_item(row, row.course_version_id, ()) for row in rows)


def _as_item(row: ItemVersion | TestItem, belongs_to: UUID, use: tuple[str, ...]) -> Item:
    html: dict[str, Any] = row.html
    return Item(
        id=row.id,
        lesson_version_id=belongs_to,
        key=row.key,
        position=row.position,
        version=row.content_hash,
        kind=row.kind,
        concept=row.concept,
        difficulty=row.difficulty,
        use=use,
        stem_html=html["stem"],
        data=row.data,
        hints=tuple(html["hints"]),
        solution_html=html["solution"],
        html=html["parts"],
        picture_url=html.get("picture", ""),
        picture_alt=row.data.get("picture_alt", ""),
    )


def _concept(row: Concept) -> ConceptRef:
    return ConceptRef(
        key=row.key,
        title=row.title,
        stage=row.stage,
        grade=row.grade,
        prerequisites=tuple(row.prerequisites),
        strand=row.strand,
        note=row.note,
        subject=row.graph.key,
        frameworks=row.frameworks,
        pupil=row.pupil,
        teacher=row.teacher,
        abilities=tuple(row.abilities),
    )


@lru_cache(maxsize=256)
def _misconceptions(course_version_id: UUID) -> dict[str, Misconception]:
    rows = CourseVersion.objects.filter(id=course_version_id).values_list("misconceptions", flat=True)
    return {
        entry["id"]: Misconception(entry["id"], entry["concept"], entry["text"], entry["remedy"])
        for entries in rows
        for entry in entries
    }


def _rule(row: StageRule) -> RuleRef:
    return RuleRef(
        key=row.key,
        kind=row.kind,
        stage=row.stage,
        value=row.value,
        requires=tuple(row.requires),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        text=row.text,
        source=row.source,
        verified=row.verified,
    )


def _host(said: dict[str, str] | str) -> Host:
    """Versions from before modules were named hold the subject alone."""
    return Host(said) if isinstance(said, str) else Host(said["subject"], said["module"])
