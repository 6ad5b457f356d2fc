"""Pages for those who teach and those who look after teaching. Pupils meet lessons in the player instead."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from qiming.curriculum import coverage, frameworks, queries
from qiming.curriculum.access import BROWSE, EDIT, IMPORT, REVIEW, TABLE, TEACH
from qiming.curriculum.authoring import drafts
from qiming.curriculum.authoring import queries as authoring
from qiming.curriculum.describe import item_row
from qiming.curriculum.layout import STRANDS, draw
from qiming.curriculum.models import SearchEntry
from qiming.curriculum.printing import BOOKS, PRINTING, sheet_pages, write_book
from qiming.curriculum.search import Hit, find
from qiming.curriculum.types import GENAI_WORDS, STAGE_WORDS, CourseRef, Lesson
from qiming.kernel import exports, pdf
from qiming.kernel.access import Denied
from qiming.kernel.http import ActorRequest, is_fragment, not_modified, page, tagged
from qiming.kernel.throttle import SEARCH, limited

STAGES = ("primary", "junior", "senior")
SHELF = ("课程", "/courses/")
MOST_TYPED = 60


@page(TABLE, BROWSE)
def shelf(request: ActorRequest) -> HttpResponse:
    everything = queries.courses()
    stages = [stage for stage in request.GET.getlist("stage") if stage in STAGES]
    grades = [int(grade) for grade in request.GET.getlist("grade") if grade.isdecimal() and len(grade) < 3]
    shown = [
        course
        for course in everything
        if (not stages or course.stage in stages) and (not grades or set(grades) & set(course.grades))
    ]
    stage_facets = [
        (stage, STAGE_WORDS[stage], sum(c.stage == stage for c in everything), stage in stages)
        for stage in STAGES
        if any(course.stage == stage for course in everything)
    ]
    grade_facets = [
        (grade, sum(grade in c.grades for c in everything), grade in grades)
        for grade in sorted({grade for course in everything for grade in course.grades})
    ]
    lessons = sum(len(course.lessons) for course in shown)
    found = {
        "courses": shown,
        "subjects": queries.subjects(),
        "lesson_count": lessons,
        "stage_facets": stage_facets,
        "grade_facets": grade_facets,
        "narrowed": bool(stages or grades),
        "reviews": TABLE.may_try(request.actor, REVIEW),
        "may_bring": TABLE.may_try(request.actor, IMPORT),
    }
    return render(request, "curriculum/shelf.html", found)


@limited(SEARCH, reading=True)
@page(TABLE, BROWSE)
def search(request: ActorRequest) -> HttpResponse:
    """Courses, lessons, concepts and items by what was typed; items with their answers for those who may see them."""
    typed = request.GET.get("q", "").strip()[:MOST_TYPED]
    kinds = ["course", "concept"]
    if TABLE.may_try(request.actor, TEACH):
        kinds += ["lesson", "item"]
    hits = find(typed, tuple(kinds)) if typed else []
    groups = [
        (SearchEntry.Kind(kind).label, [(hit, _address(hit)) for hit in hits if hit.kind == kind])
        for kind in dict.fromkeys(hit.kind for hit in hits)
    ]
    found = {"typed": typed, "groups": groups, "count": len(hits), "crumbs": [SHELF, ("查找", "")]}
    part = "curriculum/search_part.html" if is_fragment(request) else "curriculum/search.html"
    return render(request, part, found)


def _address(hit: Hit) -> str:
    if hit.kind == "item":
        lesson, _, key = hit.target.partition("#")
        return f"{reverse('curriculum.items', args=[lesson])}#{key}"
    return reverse(f"curriculum.{hit.kind}", args=[hit.target])


@page(TABLE, BROWSE)
def course_page(request: ActorRequest, key: str) -> HttpResponse:
    course = queries.current_course(key)
    if course is None:
        raise Denied(BROWSE)
    return _course(request, course)


@page(TABLE, BROWSE)
def course_version_page(request: ActorRequest, version_id: UUID) -> HttpResponse:
    """An older version, as the classes that began with it have it."""
    try:
        course = queries.course(version_id)
    except queries.NoSuchContent:
        raise Denied(BROWSE) from None
    authoring.require_visible(request.actor, course)
    return _course(request, course)


@page(TABLE, TEACH)
def book(request: ActorRequest, version_id: UUID, book: str) -> HttpResponse:
    """A printed book of a course version. A version never changes, so a browser may ask whether it has it."""
    found = BOOKS.get(book)
    try:
        course = queries.course(version_id)
    except queries.NoSuchContent:
        found = None
    if found is None:
        raise Denied(TEACH)
    authoring.require_visible(request.actor, course)
    etag = f"{version_id}-{book}-{PRINTING}"
    response = not_modified(request, etag)
    if response is None:
        book_of = write_book(found, version_id)
        name = f"{course.title}-{found.title}.pdf"
        response = exports.attachment(book_of, called=name, media_type=pdf.MEDIA_TYPE)
    return tagged(response, etag)


def _course(request: ActorRequest, course: CourseRef) -> HttpResponse:
    lessons = [queries.lesson(ref.id) for ref in course.lessons]
    taught = {key for lesson in lessons for key in lesson.concepts}
    concepts = queries.concepts(taught)
    needed = queries.concepts(need for c in concepts.values() for need in c.prerequisites)
    rows = [
        (lesson, [(concepts[k], [needed[n] for n in concepts[k].prerequisites]) for k in lesson.concepts])
        for lesson in lessons
    ]
    found = {
        "course": course,
        "subject_words": queries.subject_words(course.subject),
        "rows": rows,
        "lessons": lessons,
        "taught": taught,
        "item_count": len(queries.items_of_course(course.id)),
        "lab_count": sum(step.kind == "lab" for lesson in lessons for step in lesson.activities),
        "modules": coverage.modules_served(lessons) if course.about_ai else [],
        "literacy": coverage.literacy_served(lessons),
        "books": BOOKS.values(),
        "crumbs": [SHELF, (course.title, "")],
    }
    return render(request, "curriculum/course.html", found)


@page(TABLE, TEACH)
def lesson_page(request: ActorRequest, version_id: UUID) -> HttpResponse:
    lesson, found = _lesson(request, version_id)
    keys = (*lesson.concepts, *lesson.revisits)
    known = queries.concepts(keys)
    taught = [known[key] for key in lesson.concepts if key in known]
    steps = [
        {"label": step.title, "minutes": step.minutes, "url": f"#step-{step.key}"}
        for step in lesson.main_activities
    ]
    named = queries.misconceptions(lesson.course_version_id)
    activities = [
        (step, [named[name] for name in step.remedy_for if name in named]) for step in lesson.activities
    ]
    found |= {
        "steps": steps,
        "activities": activities,
        "taught": taught,
        "revisited": [known[key] for key in lesson.revisits if key in known],
        "frameworks": frameworks.served(lesson.frameworks, taught),
        "genai_words": GENAI_WORDS[lesson.genai_use],
        "slide_count": len(queries.slides(version_id)),
        "tab": "lesson",
    }
    return render(request, "curriculum/lesson.html", found)


@page(TABLE, TEACH)
def guide_page(request: ActorRequest, version_id: UUID) -> HttpResponse:
    _, found = _lesson(request, version_id)
    found |= {"guide": queries.guide_html(version_id), "tab": "guide"}
    return render(request, "curriculum/guide.html", found)


@page(TABLE, TEACH)
def items_page(request: ActorRequest, version_id: UUID) -> HttpResponse:
    lesson, found = _lesson(request, version_id)
    items = queries.items_of(version_id)
    in_class = {key for step in lesson.activities for key in step.data.get("items", ())}
    found |= {
        "rows": [item_row(item, lesson) for item in items],
        "item_count": len(items),
        "class_count": len(in_class),
        "tab": "items",
    }
    return render(request, "curriculum/items.html", found)


@page(TABLE, TEACH)
def slides_page(request: ActorRequest, version_id: UUID) -> HttpResponse:
    lesson, found = _lesson(request, version_id)
    shown = list(enumerate(queries.slides(version_id), start=1))
    return render(request, "curriculum/slides.html", found | {"slides": shown, "lesson": lesson})


@page(TABLE, TEACH)
def guide_print(request: ActorRequest, version_id: UUID) -> HttpResponse:
    _, found = _lesson(request, version_id)
    return render(request, "curriculum/guide_print.html", found | {"guide": queries.guide_html(version_id)})


@page(TABLE, TEACH)
def tasksheet_print(request: ActorRequest, version_id: UUID) -> HttpResponse:
    _, found = _lesson(request, version_id)
    sheets = sheet_pages(queries.tasksheet_html(version_id))
    return render(request, "curriculum/tasksheet_print.html", found | {"sheets": sheets})


@page(TABLE, BROWSE)
def concepts_page(request: ActorRequest) -> HttpResponse:
    subjects = queries.subjects()
    asked = request.GET.get("subject", "")
    subject = asked if asked in subjects else "ai"
    everything = queries.all_concepts(subject)
    wanted = request.GET.get("stage", "")
    stage = wanted if wanted in STAGES else ""
    shown = [concept for concept in everything if not stage or concept.stage == stage]
    names = {concept.key: concept for concept in everything}
    grades = sorted({concept.grade for concept in shown})
    listed = [
        (
            grade,
            [
                (concept, [names[key] for key in concept.prerequisites if key in names])
                for concept in shown
                if concept.grade == grade
            ],
        )
        for grade in grades
    ]
    drawing = draw(shown)
    found = {
        "subject": subject,
        "subjects": list(subjects.items()),
        "abilities": [
            (ability, sum(ability.id in concept.abilities for concept in everything))
            for ability in queries.abilities(subject)
        ],
        "drawing": drawing,
        "listed": listed,
        "count": len(shown),
        "links": len(drawing.arrows),
        "stage": stage,
        "stages": [("", "全部"), *((key, STAGE_WORDS[key]) for key in STAGES)],
        "strands": list(enumerate(STRANDS, start=1)) if subject == "ai" else [],
        "crumbs": [SHELF, ("知识图谱", "")],
    }
    return render(request, "curriculum/concepts.html", found)


@page(TABLE, BROWSE)
def concept_page(request: ActorRequest, key: str) -> HttpResponse:
    concept = queries.concept(key)
    if concept is None:
        raise Denied(BROWSE)
    courses = queries.courses()
    touched = [
        (course, lesson, len([item for item in queries.items_of(lesson.id) if item.concept == key]))
        for course in courses
        for lesson in course.lessons
    ]
    taught = [row for row in touched if key in row[1].concepts or row[2]]
    found = {
        "concept": concept,
        "before": queries.prerequisites_of(key),
        "after": [other for other in queries.all_concepts(concept.subject) if key in other.prerequisites],
        "abilities": [a for a in queries.abilities(concept.subject) if a.id in concept.abilities],
        "taught": taught,
        "misconceptions": queries.misconceptions_of(key),
        "stage_words": STAGE_WORDS[concept.stage],
        "crumbs": [SHELF, ("知识图谱", "/concepts/"), (concept.title, "")],
    }
    return render(request, "curriculum/concept.html", found)


def _lesson(request: ActorRequest, version_id: UUID) -> tuple[Lesson, dict[str, Any]]:
    """The lesson and what the head of each of its pages needs."""
    try:
        lesson = queries.lesson(version_id)
    except queries.NoSuchContent:
        raise Denied(TEACH) from None
    course = queries.course(lesson.course_version_id)
    authoring.require_visible(request.actor, course)
    refs = course.lessons
    at = next(n for n, ref in enumerate(refs) if ref.id == lesson.id)
    url = f"/courses/{course.key}/" if course.is_current else f"/courses/versions/{course.id}/"
    may_edit = TABLE.may_try(request.actor, EDIT)
    found: dict[str, Any] = {
        "lesson": lesson,
        "course": course,
        "edition": authoring.version_of_lesson(lesson.id) if course.scope_path else None,
        "forks": authoring.forks_at(request.actor, course.key, lesson.key) if may_edit else [],
        "schools": drafts.schools_of(request.actor) if may_edit and not course.scope_path else [],
        "course_url": url,
        "previous": refs[at - 1] if at else None,
        "following": refs[at + 1] if at + 1 < len(refs) else None,
        "crumbs": [SHELF, (course.title, url), (f"第{lesson.position}课", "")],
    }
    return lesson, found
