"""The one shape in which answers are counted: columns of equal length, students one after another."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


class BadAnswers(ValueError):
    """The answers cannot be used as they are; the words say what is wrong and where, for the person who has the file."""


@dataclass(frozen=True)
class AnswerTable:
    """`n` answers, those of a student one after another in the order they were given.

    student, item, skill_set: codes from 0; correct: 0 or 1; time: whole seconds or -1 where nobody noted it.
    An item that asks several skills is one answer: `skill_set` names the set, whose skills are
    `skills[first[set] : first[set + 1]]`. `place` is the place inside the student by rank, or the row's number
    where the file gave none.
    """

    student: Ints
    item: Ints
    skill_set: Ints
    correct: Ints
    time: Ints
    place: Ints
    first: Ints
    skills: Ints
    student_names: NDArray[Any]
    item_names: NDArray[Any]
    skill_names: tuple[str, ...]

    @property
    def rows(self) -> int:
        return len(self.correct)

    @property
    def students(self) -> int:
        return len(self.student_names)

    @property
    def items(self) -> int:
        return len(self.item_names)

    @property
    def sets(self) -> int:
        return len(self.first) - 1

    @property
    def is_timed(self) -> bool:
        return bool(self.rows) and bool((self.time >= 0).any())

    def begins(self) -> Ints:
        """Where each student's answers begin, and one past the last answer."""
        if not self.rows:
            return np.zeros(1, np.int64)
        changes = np.flatnonzero(np.diff(self.student)) + 1
        return np.concatenate(([0], changes, [self.rows])).astype(np.int64)

    def of(self, chosen: Mask) -> "AnswerTable":
        """The chosen answers under the same codes; order stays."""
        return AnswerTable(
            student=self.student[chosen],
            item=self.item[chosen],
            skill_set=self.skill_set[chosen],
            correct=self.correct[chosen],
            time=self.time[chosen],
            place=self.place[chosen],
            first=self.first,
            skills=self.skills,
            student_names=self.student_names,
            item_names=self.item_names,
            skill_names=self.skill_names,
        )


def table_of(
    student: NDArray[Any],
    item: NDArray[Any],
    skill_ids: NDArray[Any],
    correct: NDArray[Any],
    *,
    order: NDArray[Any] | None = None,
    time: NDArray[Any] | None = None,
) -> AnswerTable:
    """Codes and sorts plain columns; `skill_ids` holds one skill or several joined by "|" for each row.

    `order` is the place inside the student; without it time decides, without both the order of the file.
    Raises BadAnswers for columns of different length, no rows, or marks other than 0 and 1.
    """
    rows = len(student)
    columns = {"item_id": item, "skill_ids": skill_ids, "correct": correct, "order": order, "timestamp": time}
    for name, column in columns.items():
        if column is not None and len(column) != rows:
            raise BadAnswers(f"{name} 有 {len(column)} 行，student_id 有 {rows} 行")
    if rows == 0:
        raise BadAnswers("一行作答也没有")
    marks = np.asarray(correct, dtype=np.float64)
    if not np.isin(marks, (0.0, 1.0)).all():
        raise BadAnswers(
            f"correct 只能是 0 或 1，第 {int(np.flatnonzero(~np.isin(marks, (0.0, 1.0)))[0]) + 1} 行不是"
        )
    seconds = np.full(rows, -1, np.int64) if time is None else np.asarray(time).astype(np.int64)
    student_names, students = np.unique(student, return_inverse=True)
    if order is not None and not np.isfinite(np.asarray(order, dtype=np.float64)).all():
        raise BadAnswers("order 列有空格子")
    given = np.arange(rows) if order is None else np.unique(order, return_inverse=True)[1]
    by_time = order is None and bool((seconds >= 0).all())
    at = np.lexsort((np.arange(rows), seconds if by_time else given, students))
    item_names, items = np.unique(item, return_inverse=True)
    set_names, sets = np.unique(np.asarray(skill_ids).astype(str), return_inverse=True)
    first, skills, skill_names = _skills_of([str(name) for name in set_names])
    return AnswerTable(
        student=students[at].astype(np.int64),
        item=items[at].astype(np.int64),
        skill_set=sets[at].astype(np.int64),
        correct=marks[at].astype(np.int64),
        time=seconds[at],
        place=given[at],
        first=first,
        skills=skills,
        student_names=student_names,
        item_names=item_names,
        skill_names=skill_names,
    )


def _skills_of(set_names: list[str]) -> tuple[Ints, Ints, tuple[str, ...]]:
    """A row that names no skill has a skill of its own: nothing is known of what it shares with others."""
    parts = [sorted({part.strip() for part in name.split("|") if part.strip()} or {""}) for name in set_names]
    names = tuple(sorted({part for one in parts for part in one}))
    code = {name: number for number, name in enumerate(names)}
    first = np.concatenate(([0], np.cumsum([len(one) for one in parts]))).astype(np.int64)
    return first, np.array([code[part] for one in parts for part in one], dtype=np.int64), names
