"""What is read out of other people's packages: drafts of ours, and everything that could not come along.

A draft has the form of our content, but what only a teacher can add (concept, hints, the misconception behind a wrong
answer) may be missing; the report says so.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from qiming.curriculum.types import ItemSpec

MOST_SAID = 2000
# What is being done, how many are done, of how many.
Tell = Callable[[str, int, int], None]


class Level(StrEnum):
    """What became of a thing in the package."""

    OUT = "没有收进来"
    LOST = "少了一部分"
    CHANGED = "换了样子"
    TO_DO = "要老师补上"
    NOTE = "说明"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report: where in the package, what became of it."""

    level: Level
    where: str
    what: str

    def as_dict(self) -> dict[str, str]:
        return {"level": self.level.name.lower(), "where": self.where, "what": self.what}


@dataclass(slots=True)
class Report:
    """What was found and what became of it, in the order in which it was met; nothing is dropped without a line."""

    findings: list[Finding] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    unsaid: int = 0

    def add(self, level: Level, where: str, what: str) -> None:
        finding = Finding(level, where[:160], what[:400])
        if finding in self.findings[-50:]:
            return
        if len(self.findings) < MOST_SAID:
            self.findings.append(finding)
        else:
            self.unsaid += 1

    def of(self, *levels: Level) -> list[Finding]:
        return [finding for finding in self.findings if finding.level in levels]

    def as_dict(self) -> dict[str, Any]:
        return {
            "counts": dict(sorted(self.counts.items())),
            "findings": [finding.as_dict() for finding in self.findings],
            "unsaid": self.unsaid,
        }


@dataclass(slots=True)
class DraftItem:
    """An item in our form; `spec` may lack `concept`, `hints` and `solution`. `where` is its file in the package."""

    spec: ItemSpec
    where: str
    title: str = ""


@dataclass(slots=True)
class DraftStep:
    """A step of a lesson; `data` holds what its kind adds."""

    title: str
    kind: str
    text: str
    teacher: str = ""
    minutes: int = 0
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class DraftLesson:
    """`media` maps `media/x.png` to what it holds; `guide`, `slides`, `tasksheet` are Markdown, empty when there is none."""

    title: str
    key: str = ""
    steps: list[DraftStep] = field(default_factory=list)
    items: list[DraftItem] = field(default_factory=list)
    media: dict[str, bytes] = field(default_factory=dict)
    guide: str = ""
    slides: str = ""
    tasksheet: str = ""
    sources: list[dict[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class DraftCourse:
    """A course as read; `licence` and `sources` say what the package said, empty when it was silent."""

    title: str
    summary: str = ""
    licence: str = ""
    lessons: list[DraftLesson] = field(default_factory=list)
    report: Report = field(default_factory=Report)

    @property
    def items(self) -> list[DraftItem]:
        return [item for lesson in self.lessons for item in lesson.items]
