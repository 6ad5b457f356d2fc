"""Content into the database, unit by unit. An unchanged folder costs a hash; a bad lesson is refused with its
messages and keeps its old version, and everything else goes on."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from django.conf import settings
from django.db import connection, transaction

import qiming.curriculum
from qiming.curriculum.checks import check_library
from qiming.curriculum.models import Source
from qiming.curriculum.reading import CourseFolder, DatasetFolder, Library, read_library
from qiming.curriculum.search import index_current
from qiming.curriculum.services.courses import import_course
from qiming.curriculum.services.facts import import_dataset, import_graph, import_rules, import_syllabus
from qiming.kernel import time
from qiming.kernel.access import Actor
from qiming.kernel.content import Document, Problem, files_below, hash_files
from qiming.kernel.content_words import Words

Outcome = Literal["unchanged", "imported", "refused", "in part"]

_FOLLOWERS: dict[str, Callable[[], object]] = {}

_LOCK = 7_310_041
_WHOLE = "*"


@dataclass(frozen=True, slots=True)
class UnitResult:
    """What became of one unit (a file or folder of content/)."""

    unit: str
    outcome: Outcome
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True)
class SyncReport:
    units: list[UnitResult] = field(default_factory=list)
    unchanged: bool = False

    @property
    def problems(self) -> list[Problem]:
        return [problem for unit in self.units for problem in unit.problems if not problem.warns]

    @property
    def warnings(self) -> list[Problem]:
        return [problem for unit in self.units for problem in unit.problems if problem.warns]

    @property
    def messages(self) -> list[str]:
        """What must be mended, as lines for a terminal."""
        return [str(problem) for problem in self.problems]

    @property
    def ok(self) -> bool:
        return not self.problems


def after_sync(name: str, follower: Callable[[], object]) -> None:
    """Let a higher room bring in what it makes of content: `follow_up` calls it."""
    _FOLLOWERS[name] = follower


def follow_up() -> None:
    """What higher rooms make of content, after a sync, also when nothing changed: each knows by itself what is new."""
    for follower in _FOLLOWERS.values():
        follower()


def sync_content(
    content: Path | None = None, *, actor: Actor | None = None, labs: Path | None = None
) -> SyncReport:
    """Imports what changed since the last time. Safe to repeat and to run twice at once."""
    content = (content or Path(settings.CONTENT_ROOT)).resolve()
    labs = (labs or Path(settings.LABS_ROOT)).resolve()
    fingerprint = fingerprint_of(content, labs)
    last = Source.objects.filter(path=_WHOLE).first()
    if last and last.fingerprint == fingerprint:
        return SyncReport([_from_row(row) for row in last.problems], unchanged=True)
    library = read_library(content, labs)
    check_library(library, time.today())
    report = SyncReport(list(_import_all(library, actor)))
    with _turn():
        index_current()
    Source.objects.update_or_create(
        path=_WHOLE,
        defaults={
            "fingerprint": fingerprint,
            "problems": [_as_row(unit) for unit in report.units],
            "looked_at": time.now(),
        },
    )
    return report


def fingerprint_of(content: Path, labs: Path) -> str:
    """Everything the result depends on: the content, the labs' manifests, this room's own code."""
    own = Path(qiming.curriculum.__file__).parent
    code = [path for path in own.rglob("*.py") if "tests" not in path.parts]
    return hash_files([*files_below(content), *labs.glob("*/manifest.json"), *code], content.parent)


def _import_all(library: Library, actor: Actor | None) -> Iterable[UnitResult]:
    by_file: dict[str, list[Problem]] = {}
    for problem in library.problems:
        by_file.setdefault(problem.file, []).append(problem)
    read = {d.file for d in (*library.graphs, *library.syllabuses, *library.rules)}
    for file in sorted(set(by_file) - read):
        yield UnitResult(file, "refused", tuple(by_file[file]))
    for graph in library.graphs:
        yield _document(graph, by_file, import_graph)
    for syllabus in library.syllabuses:
        yield _document(syllabus, by_file, import_syllabus)
    for rules in library.rules:
        yield _document(rules, by_file, import_rules)
    hashes: dict[str, str] = {}
    for dataset in library.datasets:
        yield _dataset(dataset, library, hashes)
    for course in library.courses:
        yield _course(course, library, hashes, actor)


def _document(document: Document, by_file: dict[str, list[Problem]], import_one: Any) -> UnitResult:
    found = tuple(by_file.get(document.file, ()))
    if any(not problem.warns for problem in found):
        return UnitResult(document.file, "refused", found)
    with _turn():
        changed: bool = import_one(document)
    return UnitResult(document.file, "imported" if changed else "unchanged", found)


def _dataset(read: DatasetFolder, library: Library, hashes: dict[str, str]) -> UnitResult:
    unit = read.folder.relative_to(library.root).as_posix()
    found = tuple(read.problems)
    bad = any(not problem.warns for problem in found)
    with _turn():
        changed = import_dataset(read, hashes, keep_old=bad)
    outcome: Outcome = "refused" if bad else "imported" if changed else "unchanged"
    return UnitResult(unit, outcome, found)


def _course(
    read: CourseFolder, library: Library, datasets: dict[str, str], actor: Actor | None
) -> UnitResult:
    unit = read.folder.relative_to(library.root).as_posix()
    found = (*read.problems, *(p for lesson in read.lessons for p in lesson.problems))
    if any(not problem.warns for problem in read.problems):
        return UnitResult(unit, "refused", found)
    with _turn():
        done = import_course(read, datasets, actor)
    refused = any(not problem.warns for problem in found)
    if done is None:
        return UnitResult(unit, "refused", found)
    outcome: Outcome = "in part" if refused else "imported" if done else "unchanged"
    return UnitResult(unit, outcome, found)


class _turn(transaction.Atomic):  # noqa: N801 - reads as `with _turn():`
    """One transaction; two syncs at once take turns."""

    def __init__(self) -> None:
        super().__init__(using=None, savepoint=True, durable=False)

    def __enter__(self) -> None:
        super().__enter__()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _as_row(unit: UnitResult) -> dict[str, Any]:
    return {"unit": unit.unit, "outcome": unit.outcome, "problems": [p.as_dict() for p in unit.problems]}


def _from_row(row: dict[str, Any]) -> UnitResult:
    problems = tuple(
        Problem(
            p["file"],
            p["line"],
            p["where"],
            Words(p["zh"], p["en"], p["remedy_zh"], p["remedy_en"]),
            p["warns"],
            p.get("rule", ""),
        )
        for p in row["problems"]
    )
    outcome: Outcome = row["outcome"] if row["outcome"] in ("refused", "in part") else "unchanged"
    return UnitResult(row["unit"], outcome, problems)
