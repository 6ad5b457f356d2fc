"""What the content checker says of a draft: the same rules as `qiming content check`, each finding at its place."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from qiming.curriculum import queries
from qiming.curriculum.authoring.controls import PIECES
from qiming.curriculum.authoring.labs import manifests
from qiming.curriculum.authoring.models import LessonFork
from qiming.curriculum.authoring.parts import ACTIVITY, ITEM, LESSON, Parts, item_data, lesson_data
from qiming.curriculum.authoring.texts import TEXT, TEXTS, markdown_of, piece_at
from qiming.curriculum.authoring.words import NAMES, place_words
from qiming.curriculum.checks.course import check_lesson
from qiming.curriculum.checks.known import Known
from qiming.curriculum.checks.texts import FORM
from qiming.curriculum.models import CourseVersion, Dataset
from qiming.curriculum.reading import CourseFolder, DatasetFolder, LessonFolder, Library
from qiming.curriculum.types import AI
from qiming.kernel import time
from qiming.kernel.content import Document, Problem, against_schema

_IN_LESSON = re.compile(r"activities\[(\d+)\]\.?(.*)")
_QUOTED = re.compile("“([a-z_]+)”")
_STEPS = re.compile(r"([a-z_]+)(?:\[(\d+)\])?")
_IN_ITEMS = re.compile(r"\[(\d+)\]\.?(.*)")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing said of a draft. What is `advice` may stay as it is: the school answers for the whole lesson (its
    minutes, how many items), but nothing goes to a class that could not be shown or marked."""

    place: str
    where: str
    says: str
    advice: bool
    at: str = ""  # the place in words
    label: str = ""  # what in it, in words


def findings(fork: LessonFork) -> list[Finding]:
    """Everything the checker says, what stands in the way first."""
    parts: Parts = fork.parts
    found = [_finding(problem, parts) for problem in _problems(fork, parts)]
    return sorted(set(found), key=lambda one: (one.advice, one.place, one.where, one.says))


def blocking(found: list[Finding]) -> list[Finding]:
    return [one for one in found if not one.advice]


def _problems(fork: LessonFork, parts: Parts) -> Iterator[Problem]:
    lesson = Document("lesson.yaml", lesson_data(parts), {})
    items = Document("items.yaml", item_data(parts), {})
    schemas = Path(settings.CONTENT_ROOT) / "schemas"
    folder = Path(settings.CONTENT_ROOT) / fork.lesson_key
    read = LessonFolder(folder, fork.lesson_key, is_draft=True)
    read.texts = {f"{kind}.md": markdown_of(parts[TEXT + kind]) for kind in TEXTS if TEXT + kind in parts}
    read.media = {f"media/{name}": Path(name) for name in {**fork.base.media, **fork.media}}
    for document, name in ((lesson, "lesson"), (items, "items")):
        broken = against_schema(document, schemas / f"{name}.schema.json")
        yield from broken
        if not broken:
            setattr(read, "lesson" if document is lesson else "items", document)
    city = fork.base.course_version
    course = CourseFolder(Path(fork.course_key))
    course.course = Document("course.yaml", city.data, {})
    course.misconceptions = Document("misconceptions.yaml", city.misconceptions, {})
    library = Library(Path(settings.CONTENT_ROOT), Path(settings.CONTENT_ROOT), labs=manifests())
    library.datasets = list(_programs(lesson, library))
    if read.items and not read.items.data:
        read.items = None
    yield from check_lesson(read, course, library, _known(city, lesson, items))


def _known(city: CourseVersion, lesson: Document, items: Document) -> Known:
    """What the database knows, as the checks ask for it."""
    subjects = queries.subjects() or {AI: ""}
    concepts = [one for key in subjects for one in queries.all_concepts(key)]
    datasets = {step["lab"]["dataset"] for step in lesson.data["activities"] if "lab" in step}
    rows = Dataset.objects.filter(key__in=datasets, is_current=True)
    return Known(
        concepts={one.key: {"id": one.key, "grade": one.grade, "title": one.title} for one in concepts},
        lesson_keys=Counter([lesson.data["key"]]),
        item_ids=Counter(item["id"] for item in items.data),
        datasets=dict(rows.values_list("key", "data")) if datasets else {},
        stage_rules={city.stage: queries.stage_rules(time.today(), city.stage)},
        subjects={one.key: one.subject for one in concepts},
    )


def _programs(lesson: Document, library: Library) -> Iterator[DatasetFolder]:
    """The folders of the programming tasks that the labs name: their checks are read from the files."""
    for name in {step["lab"]["dataset"] for step in lesson.data["activities"] if "lab" in step}:
        folder = library.content / "datasets" / name
        row = Dataset.objects.filter(key=name, kind="program", is_current=True).first()
        if row is not None and folder.is_dir():
            yield DatasetFolder(folder, Document("dataset.yaml", row.data, {}))


def _of_text(kind: str, problem: Problem, parts: Parts) -> Finding:
    """A finding in guide, slides or task sheet. How they are laid out is for the school to say; what would not show is
    not."""
    place = TEXT + kind
    at = piece_at(parts[place], problem.line)
    label = "" if problem.rule == FORM else f"第{at + 1}{'张' if kind == 'slides' else '节'}"
    says = f"{problem.words.zh}{problem.words.remedy_zh}"
    advice = problem.warns or problem.rule == FORM
    return Finding(place, label, says, advice, place_words(place, parts), label)


def _finding(problem: Problem, parts: Parts) -> Finding:
    says = f"{problem.words.zh}{problem.words.remedy_zh}"
    kind = problem.file.rpartition("/")[2].removesuffix(".md")
    if kind in TEXTS and problem.file.endswith(".md"):
        return _of_text(kind, problem, parts)
    if problem.file == "items.yaml":
        place, where = _place(_IN_ITEMS, problem.where, ITEM, [item["id"] for item in item_data(parts)])
    else:
        keys = [step["key"] for step in lesson_data(parts)["activities"]]
        place, where = _place(_IN_LESSON, problem.where, ACTIVITY, keys)
    of_the_whole = problem.where in ("", "activities")
    says = _QUOTED.sub(lambda named: f"“{NAMES.get(named[1], named[1])}”", says)
    return Finding(
        place, where, says, problem.warns or of_the_whole, place_words(place, parts), _label(where)
    )


def _label(where: str) -> str:
    """`options[1].reply` as 选项2 对学生说的话."""
    words = []
    for name, number in _STEPS.findall(where):
        known = PIECES[name][1] if name in PIECES and number else NAMES.get(name, "")
        words.append(f"{known}{int(number) + 1}" if number else known)
    return " ".join(word for word in words if word)


def _place(pattern: re.Pattern[str], where: str, prefix: str, keys: list[str]) -> tuple[str, str]:
    """(the place in the draft, what in it) from `activities[2].text` or `[3].options[1]`."""
    named = pattern.fullmatch(where)
    if named is None or int(named[1]) >= len(keys):
        return LESSON, where
    return prefix + keys[int(named[1])], named[2]
