"""The content folder as documents: what is there, with what the schemas already find wrong with it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qiming.kernel.content import Document, Problem, Unreadable, against_schema, read_text, read_yaml
from qiming.kernel.content_words import Words

TEXTS = ("guide.md", "slides.md", "tasksheet.md")
TESTS = ("pretest", "posttest")
NO_LESSON = Words(
    "course.yaml 里列了这一课，却没有这个文件夹。",
    "course.yaml lists this lesson but the folder is missing.",
    "写好放进来，或从 lessons 里删去。",
    "Write it or take it off the list.",
)


@dataclass(slots=True)
class LessonFolder:
    """One lesson's folder. `lesson` and `items` are None when they could not be read or break the schema."""

    folder: Path
    name: str
    lesson: Document | None = None
    items: Document | None = None
    texts: dict[str, str] = field(default_factory=dict)
    media: dict[str, Path] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    is_draft: bool = False  # made from what is stored: its pictures were looked at when they came

    def file(self, name: str, root: Path) -> str:
        return (self.folder / name).relative_to(root).as_posix()


@dataclass(slots=True)
class CourseFolder:
    folder: Path
    course: Document | None = None
    misconceptions: Document | None = None
    project: Document | None = None
    tests: dict[str, Document] = field(default_factory=dict)
    media: dict[str, Path] = field(default_factory=dict)
    lessons: list[LessonFolder] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.folder.name


@dataclass(slots=True)
class DatasetFolder:
    folder: Path
    document: Document | None = None
    problems: list[Problem] = field(default_factory=list)


@dataclass(slots=True)
class Library:
    """Everything below content/. `root` is the folder that file names in messages start from."""

    content: Path
    root: Path
    graphs: list[Document] = field(default_factory=list)
    syllabuses: list[Document] = field(default_factory=list)
    rules: list[Document] = field(default_factory=list)
    datasets: list[DatasetFolder] = field(default_factory=list)
    courses: list[CourseFolder] = field(default_factory=list)
    labs: dict[str, dict[str, Any]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def all_problems(self) -> Iterator[Problem]:
        yield from self.problems
        for dataset in self.datasets:
            yield from dataset.problems
        for course in self.courses:
            yield from course.problems
            for lesson in course.lessons:
                yield from lesson.problems

    def concepts(self) -> dict[str, dict[str, Any]]:
        return {c["id"]: c for graph in self.graphs for c in graph.data["concepts"]}

    def rule_rows(self) -> list[dict[str, Any]]:
        return [row for document in self.rules for row in document.data["rules"]]


def read_library(content: Path, labs: Path) -> Library:
    """Reads and schema-checks all of `content`; `labs` holds the labs' manifests."""
    content = content.resolve()
    library = Library(content, content.parent)
    library.labs = _read_labs(labs)
    for part, kind, into in (
        ("graph", "concepts", library.graphs),
        ("syllabus", "syllabus", library.syllabuses),
        ("rules", "rules", library.rules),
    ):
        for path in sorted((content / part).glob("*.yaml")):
            document = _read(path, kind, library, library.problems)
            if document:
                into.append(document)
    library.datasets = [_read_dataset(path, library) for path in _folders(content / "datasets")]
    library.courses = [_read_course(path, library) for path in _folders(content / "courses")]
    return library


def split_slides(text: str) -> list[str]:
    """Slides are separated by a line that holds nothing but ---."""
    slides: list[list[str]] = [[]]
    for line in text.splitlines():
        if line.strip() == "---":
            slides.append([])
        else:
            slides[-1].append(line)
    return ["\n".join(lines).strip() for lines in slides if "".join(lines).strip()]


def _read_labs(labs: Path) -> dict[str, dict[str, Any]]:
    manifests = (
        json.loads(path.read_text(encoding="utf-8")) for path in sorted(labs.glob("*/manifest.json"))
    )
    return {str(manifest["id"]): manifest for manifest in manifests}


def _folders(parent: Path) -> list[Path]:
    if not parent.is_dir():
        return []
    return sorted(path for path in parent.iterdir() if path.is_dir() and path.name[0] not in "._")


def _read(path: Path, kind: str, library: Library, problems: list[Problem]) -> Document | None:
    """A document that keeps its schema, or None and the problems noted."""
    try:
        document = read_yaml(path, library.root)
    except Unreadable as refusal:
        problems.append(refusal.problem)
        return None
    found = against_schema(document, library.content / "schemas" / f"{kind}.schema.json")
    problems.extend(found)
    return None if found else document


def _read_dataset(folder: Path, library: Library) -> DatasetFolder:
    read = DatasetFolder(folder)
    read.document = _read(folder / "dataset.yaml", "dataset", library, read.problems)
    return read


def _read_course(folder: Path, library: Library) -> CourseFolder:
    read = CourseFolder(folder)
    read.course = _read(folder / "course.yaml", "course", library, read.problems)
    read.misconceptions = _read(folder / "misconceptions.yaml", "misconceptions", library, read.problems)
    if (folder / "project.yaml").exists():
        read.project = _read(folder / "project.yaml", "project", library, read.problems)
    for test in TESTS:
        path = folder / f"{test}.yaml"
        document = _read(path, "items", library, read.problems) if path.exists() else None
        if document:
            read.tests[test] = document
    read.media = _media(folder)
    names = read.course.data["lessons"] if read.course else []
    read.lessons = [_read_lesson(folder / "lessons" / name, library) for name in names]
    return read


def _read_lesson(folder: Path, library: Library) -> LessonFolder:
    read = LessonFolder(folder, folder.name)
    if not folder.is_dir():
        name = folder.relative_to(library.root).as_posix()
        read.problems.append(Problem(name, 1, "", NO_LESSON))
        return read
    read.lesson = _read(folder / "lesson.yaml", "lesson", library, read.problems)
    read.items = _read(folder / "items.yaml", "items", library, read.problems)
    for name in TEXTS:
        try:
            read.texts[name] = read_text(folder / name, library.root)
        except Unreadable as refusal:
            read.problems.append(refusal.problem)
    read.media = _media(folder)
    return read


def _media(folder: Path) -> dict[str, Path]:
    return {f"media/{path.name}": path for path in sorted((folder / "media").glob("*"))}
