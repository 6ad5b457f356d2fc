"""What knowledge is to those who ask it: kinds of documents, passages, what is written down of a document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID


class Kind(StrEnum):
    """What a document is. What pupils may be told comes from COURSE and CONCEPT alone."""

    COURSE = "course"  # a lesson as pupils see it
    CONCEPT = "concept"  # the concept graph, in words for pupils
    HELP = "help"  # how this platform is used
    STEPS = "steps"  # how something is done here, step by step
    POLICY = "policy"  # what an officer loaded and two people approved

    @property
    def zh(self) -> str:
        return {
            "course": "课程",
            "concept": "知识点",
            "help": "平台帮助",
            "steps": "办事步骤",
            "policy": "文件",
        }[self.value]


class State(StrEnum):
    """Where a document is on its way. Only IN_FORCE is ever searched."""

    DRAFT = "draft"
    APPROVED = "approved"
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"

    @property
    def zh(self) -> str:
        return {
            "draft": "待核对",
            "approved": "待发布",
            "in_force": "在用",
            "superseded": "有新版",
            "withdrawn": "已撤下",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a document, as it was split. `place`: headings or the article's number; `target`: where it stands on a
    page of ours (`g7l4/try`), empty when it has none."""

    text: str
    place: str = ""
    title: str = ""  # words that name it; they weigh most
    target: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is written down of a document besides its text."""

    title: str
    kind: Kind
    key: str = ""  # versions of one document share it
    issued_by: str = ""
    number: str = ""
    issued_on: date | None = None
    source: str = ""
    licence: str = ""
    stage: str = ""  # empty: for every stage
    valid_from: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a document that was found, word for word.

    `coverage`: which share of what was asked it holds, rare words counting more, 0 to 1; `score`: for the order only.
    """

    id: UUID
    document_id: UUID
    kind: Kind
    source: str  # the document's title
    version: str
    place: str
    text: str
    target: str = ""
    issued_by: str = ""
    number: str = ""
    issued_on: date | None = None
    licence: str = ""
    stage: str = ""
    scope_path: str = ""
    key: str = ""
    score: float = 0.0
    coverage: float = 0.0

    @property
    def named(self) -> str:
        """Source and place in one line, for a citation."""
        return f"《{self.source}》{self.place}" if self.place else f"《{self.source}》"
