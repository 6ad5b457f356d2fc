"""Courses, concepts and help as passages: what pupils may read of them, loaded after every content sync, by version.

Never here: items, their hints, answers and solutions; the teacher's guide; slides; what a step tells the teacher.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from html.parser import HTMLParser

from django.db import connection, transaction

from qiming.agents.knowledge.help import help_pages
from qiming.agents.knowledge.keeping import forget, version_of, versions_there, write
from qiming.agents.knowledge.procedures import procedures
from qiming.agents.knowledge.types import Facts, Kind, Piece, State
from qiming.curriculum import queries as curriculum
from qiming.curriculum.types import ConceptRef, Lesson

FORMAT = "1"  # of the pieces: a new one loads everything anew
LICENCE = "CC BY-SA 4.0"
_LOCK = 7_310_058
_BLOCKS = frozenset(
    ("p", "li", "tr", "h1", "h2", "h3", "h4", "ul", "ol", "table", "blockquote", "pre", "hr", "br")
)


def load() -> int:
    """Bring in what is new or changed, remove what is gone; returns how many documents were written. Repeating it, also at
    the same time, changes nothing."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        return _load_lessons() + _load_concepts() + _load_help() + _load_procedures()


Made = tuple[Facts, Callable[[], Sequence[Piece]]]


def _bring(kind: Kind, wanted: dict[tuple[str, str], tuple[str, Made]]) -> int:
    there = versions_there(kind)
    stale = {at for at, version in there.items() if at not in wanted or wanted[at][0] != version}
    forget(kind, stale)
    missing = {at: one for at, one in wanted.items() if at in stale or at not in there}
    for (path, _), (version, (facts, pieces)) in missing.items():
        write(facts, pieces(), scope_path=path, version=version, state=State.IN_FORCE)
    return len(missing)


def _load_lessons() -> int:
    wanted: dict[tuple[str, str], tuple[str, Made]] = {}
    for course in curriculum.courses():
        for ref in course.lessons:
            lesson = curriculum.lesson(ref.id)
            if course.scope_path and lesson.course_version_id != course.id:
                continue  # a lesson the school did not change stands with the city's course
            facts = Facts(
                title=f"{course.title} 第{lesson.position}课 {lesson.title}",
                kind=Kind.COURSE,
                key=f"{course.key}/{lesson.key}"[:120],
                licence=course.licence or LICENCE,
                stage=course.stage,
            )
            made: Made = (facts, partial(lesson_pieces, lesson))
            wanted[course.scope_path, facts.key] = (f"{FORMAT}-{lesson.id}", made)
    return _bring(Kind.COURSE, wanted)


def lesson_pieces(lesson: Lesson) -> list[Piece]:
    """A lesson for pupils: what it asks, its new words, each step but the quiz."""
    about = f"{lesson.question}\n{lesson.situation}\n" + "\n".join(f"学完能：{one}" for one in lesson.goals)
    pieces = [Piece(about, "这一课", f"{lesson.title} {lesson.question}", lesson.key)]
    pieces += [
        Piece(
            f"{one['word']}：{one['meaning']}",
            f"新词：{one['word']}",
            f"{one['word']} {lesson.title}",
            lesson.key,
        )
        for one in lesson.new_words
    ]
    for step in lesson.activities:
        if step.kind == "quiz":
            continue
        said = plain(step.text_html)
        if prompt := str(step.data.get("prompt") or ""):
            said = f"{said}\n{prompt}"
        if said.strip():
            pieces.append(
                Piece(
                    said.strip(),
                    f"“{step.title}”",
                    f"{lesson.title} {step.title}",
                    f"{lesson.key}/{step.key}",
                )
            )
    return pieces


def _load_concepts() -> int:
    wanted: dict[tuple[str, str], tuple[str, Made]] = {}
    by_stage: dict[tuple[str, str], list[ConceptRef]] = {}
    for subject in ("ai", "math"):
        for concept in curriculum.all_concepts(subject):
            by_stage.setdefault((subject, concept.stage), []).append(concept)
    for (subject, stage), concepts in by_stage.items():
        pieces = concept_pieces(concepts)
        name = "人工智能" if subject == "ai" else "数学"
        facts = Facts(
            f"{name}知识图谱", Kind.CONCEPT, key=f"graph-{subject}-{stage}", licence=LICENCE, stage=stage
        )
        wanted["", facts.key] = (f"{FORMAT}-{version_of(pieces)}"[:64], (facts, partial(list, pieces)))
    return _bring(Kind.CONCEPT, wanted)


def concept_pieces(concepts: Iterable[ConceptRef]) -> list[Piece]:
    """A concept: what it is in words for pupils, and what one can do who knows it."""
    return [
        Piece(
            "\n".join(part for part in (one.pupil, one.note) if part),
            f"知识点：{one.title}",
            one.title,
            one.key,
        )
        for one in concepts
    ]


def _load_help() -> int:
    wanted: dict[tuple[str, str], tuple[str, Made]] = {}
    for page in help_pages():
        facts = Facts(page.title, Kind.HELP, key=f"help-{page.key}", licence=LICENCE)
        version = f"{FORMAT}-{version_of(page.pieces)}"[:64]
        wanted["", facts.key] = (version, (facts, partial(list, page.pieces)))
    return _bring(Kind.HELP, wanted)


def _load_procedures() -> int:
    wanted: dict[tuple[str, str], tuple[str, Made]] = {}
    for one in procedures().values():
        said = "\n".join(
            (
                f"找谁：{one.desk}",
                *(f"准备：{each}" for each in one.bring),
                *(step.text for step in one.steps),
            )
        )
        pieces = [Piece(said, "", f"{one.title} {' '.join(one.words)}", one.key)]
        facts = Facts(one.title, Kind.STEPS, key=f"steps-{one.key}", licence=LICENCE)
        version = f"{FORMAT}-{version_of([*pieces, Piece(pieces[0].title)])}"[:64]
        wanted["", facts.key] = (version, (facts, partial(list, pieces)))
    return _bring(Kind.STEPS, wanted)


class _Plain(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self.said.append("\n")
        if tag == "img" and (shown := dict(attrs).get("alt")):
            self.said.append(f"（图：{shown}）")

    def handle_endtag(self, tag: str) -> None:
        self.said.append("\n" if tag in _BLOCKS else " " if tag in ("td", "th") else "")

    def handle_data(self, data: str) -> None:
        self.said.append(data.replace("\n", ""))


def plain(html: str) -> str:
    """Our own HTML as text: a block a line, a picture by its words."""
    reader = _Plain()
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split(" ")).strip() for line in "".join(reader.said).split("\n"))
    return "\n".join(line for line in lines if line)
