"""Members of a class (NRPS 2.0) as a tool may know them: pseudonym, role, grade, status."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from qiming.resources.lti.protocol.names import GRADE, INSTRUCTOR, LEARNER, Plain
from qiming.resources.lti.protocol.refusals import Code, Refused

MAX_PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class Member:
    subject: str
    is_teacher: bool


def container(url: str, context_id: str, label: str, grade: int | None, members: Sequence[Member]) -> Plain:
    """The answer; an empty label, no grade: the conditions keep it back."""
    context: Plain = {"id": context_id} | ({"label": label} if label else {})
    if grade is not None:
        context[GRADE] = grade
    return {"id": url, "context": context, "members": [_member(one, grade) for one in members]}


def _member(member: Member, grade: int | None) -> Plain:
    told: Plain = {
        "status": "Active",
        "user_id": member.subject,
        "roles": [INSTRUCTOR if member.is_teacher else LEARNER],
    }
    return told if member.is_teacher or grade is None else told | {GRADE: grade}


def page_of(limit: str, offset: str) -> tuple[int, int]:
    """How many from where; `Refused` when it is no number."""
    try:
        size, start = int(limit or MAX_PAGE), int(offset or 0)
    except ValueError:
        raise Refused(Code.BAD_REQUEST, "limit or page") from None
    if size < 1 or not 0 <= start <= 100_000:
        raise Refused(Code.BAD_REQUEST, "limit or page")
    return min(size, MAX_PAGE), start
