"""What crosses the door of the LTI folder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class ToolState(StrEnum):
    """Whether a tool may be opened."""

    WAITING = "waiting"
    ACTIVE = "active"
    PAUSED = "paused"

    @property
    def zh(self) -> str:
        return {"waiting": "等人核对", "active": "可用", "paused": "停用"}[self.value]


class Way(StrEnum):
    """How a tool came onto the list."""

    BY_HAND = "by-hand"
    BY_ITSELF = "by-itself"
    BY_VENDOR = "by-vendor"

    @property
    def zh(self) -> str:
        return {"by-hand": "手工登记", "by-itself": "自动登记", "by-vendor": "企业填写"}[self.value]


class Kept(StrEnum):
    """What became of a score."""

    SHOWN = "shown"
    HELD = "held"
    OLDER = "older"
    REPLACED = "replaced"

    @property
    def zh(self) -> str:
        return {
            "shown": "老师看得到",
            "held": "收下了，没有放进班里",
            "older": "比已有的旧",
            "replaced": "后来有新的",
        }[self.value]


class Note(StrEnum):
    """What a line of the log is about."""

    LAUNCH = "launch"
    CHOICE = "choice"
    TOKEN = "token"  # noqa: S105  # a kind of log line
    LINE = "line"
    SCORE = "score"
    MEMBERS = "members"
    KEYS = "keys"
    REGISTER = "register"
    CHANGE = "change"

    @property
    def zh(self) -> str:
        return {
            "launch": "打开",
            "choice": "挑选内容",
            "token": "取访问凭证",
            "line": "成绩项",
            "score": "成绩",
            "members": "名单",
            "keys": "密钥",
            "register": "登记",
            "change": "改登记",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Posting:
    """A form that the browser posts to a tool."""

    url: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """A pupil's present score on one line, for the teacher of the class."""

    name: str
    seat_no: int | None
    given: float | None
    max_score: float | None
    did: str
    comment: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class ClassLink:
    """Something placed in a lesson, as a list of the class shows it."""

    id: UUID
    title: str
    tool: str
    lesson_key: str
    lesson: str
    kind: str
    pupils_scored: int
    held: int
