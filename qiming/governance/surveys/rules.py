"""A survey as pure functions: questions and how long they take, strata, tokens, what an answer may be."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any
from uuid import UUID

from qiming.kernel.errors import UserError

SMALL = 10  # a group with fewer answers is never shown, a stratum with fewer invitations is merged
MOST_QUESTIONS = 30
MOST_WORDS = 200
MOST_MINUTES = {"pupil": 10, "guardian": 10, "teacher": 15, "head": 15}
SCALE = ("很不同意", "不太同意", "一般", "比较同意", "很同意")
READ_SECONDS = 30


class Audience(StrEnum):
    """Who is asked."""

    PUPIL = "pupil"
    TEACHER = "teacher"
    HEAD = "head"
    GUARDIAN = "guardian"

    @property
    def zh(self) -> str:
        return {"pupil": "学生", "teacher": "老师", "head": "校长", "guardian": "家长"}[self.value]


class State(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"

    @property
    def zh(self) -> str:
        return {"draft": "在写", "open": "在答", "closed": "有结果"}[self.value]


class Kind(StrEnum):
    """How a question is answered, and the seconds that takes."""

    ONE = "one"
    SEVERAL = "several"
    SCALE = "scale"
    WORDS = "words"

    @property
    def zh(self) -> str:
        return {"one": "选一个", "several": "可以选几个", "scale": "同意到什么程度", "words": "写一句话"}[
            self
        ]

    @property
    def seconds(self) -> int:
        return {"one": 12, "several": 18, "scale": 10, "words": 45}[self.value]


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `options` of a scale are always the five of `SCALE`; words have none."""

    key: str
    kind: Kind
    title: str
    options: tuple[str, ...] = ()

    def kept(self) -> dict[str, Any]:
        return {"key": self.key, "kind": self.kind.value, "title": self.title, "options": list(self.options)}


def questions(rows: Sequence[Mapping[str, Any]]) -> list[Question]:
    return [Question(row["key"], Kind(row["kind"]), row["title"], tuple(row["options"])) for row in rows]


def minutes(asked: Sequence[Question]) -> int:
    """What answering costs a person, rounded up."""
    return -(-(READ_SECONDS + sum(one.kind.seconds for one in asked)) // 60) if asked else 0


@dataclass(frozen=True, slots=True)
class Stratum:
    """Classes of one district and stage: all there are, those drawn, how many people they stand for, who is asked."""

    name: str
    stage: str
    classes: int
    drawn: tuple[UUID, ...]
    people: int
    invited: frozenset[UUID]


def merged(strata: Sequence[Stratum]) -> list[Stratum]:
    """The same strata with small ones put together, so that none says anything of a few."""
    found = sorted(strata, key=lambda one: len(one.invited), reverse=True)
    while len(found) > 1 and len(found[-1].invited) < SMALL:
        small, next_ = found.pop(), found.pop()
        found.append(
            Stratum(
                f"{next_.name}、{small.name}",
                next_.stage if next_.stage == small.stage else "",
                next_.classes + small.classes,
                (*next_.drawn, *small.drawn),
                next_.people + small.people,
                next_.invited | small.invited,
            )
        )
        found.sort(key=lambda one: len(one.invited), reverse=True)
    return sorted(found, key=lambda one: one.name)


def once(strata: Sequence[Stratum]) -> list[Stratum]:
    """Nobody is asked twice: who stands in several strata stays in the first."""
    seen: set[UUID] = set()
    found = []
    for one in strata:
        found.append(replace(one, invited=one.invited - seen))
        seen |= one.invited
    return found


def token(key: bytes, survey_id: UUID, person_id: UUID, stratum: int) -> str:
    """The invitation of one person: made anew whenever it is needed, stored nowhere. It carries the stratum, which
    therefore need not stand beside the invitation."""
    mac = hmac.new(key, b"survey" + survey_id.bytes + person_id.bytes, hashlib.sha256).hexdigest()
    return f"{stratum}.{mac[:40]}"


def digest(survey_id: UUID, token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(survey_id.bytes + token.encode()).hexdigest()


def stratum_of(token: str) -> int:
    """The stratum that a token carries; -1 when it is no token."""
    number, _, mac = token.partition(".")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 4 and mac else -1


ODD = UserError("这份答卷读不懂", kept="什么都没有存。", next="重新打开调查再答一次。")


def read(
    asked: Sequence[Question], given: Mapping[str, Sequence[str]]
) -> tuple[dict[str, Any], dict[str, str]]:
    """What was chosen (question → place of the option, or places) and what was written, both without what is empty."""
    chosen: dict[str, Any] = {}
    written: dict[str, str] = {}
    for one in asked:
        values = [value for value in given.get(one.key, ()) if value.strip()]
        if not values:
            continue
        if one.kind is Kind.WORDS:
            written[one.key] = _words(values[0])
        elif one.kind is Kind.SEVERAL:
            chosen[one.key] = sorted({_place(one, value) for value in values})
        elif len(values) == 1:
            chosen[one.key] = _place(one, values[0])
        else:
            raise ODD
    if not chosen and not written:
        raise UserError("一题都还没有答", next="挑你想答的答，不想答的可以空着。")
    return chosen, written


def _words(value: str) -> str:
    value = " ".join(value.replace("\x00", "").split())
    if len(value) > MOST_WORDS:
        raise UserError(f"写的话最多{MOST_WORDS}个字", kept="你写的还在这一页上。", next="写短一点再交。")
    return value


def _place(one: Question, value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 3) or int(value) >= len(one.options):
        raise ODD
    return int(value)
