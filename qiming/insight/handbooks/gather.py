"""What stands in one pupil's handbook: what to practise and why, an example worked out, practice, answers at the end."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from qiming.curriculum import queries as curriculum
from qiming.curriculum.printing import on_paper, with_answer
from qiming.curriculum.types import ConceptRef, Item
from qiming.insight.queries.facts import answers_of_pupil
from qiming.insight.queries.pupils import PupilReport, pupil_report
from qiming.insight.types import Answered
from qiming.kernel import time
from qiming.registry.types import PupilRef

PRACTICE = 4  # items per concept
KNOWN_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Chosen:
    """The items of one concept: one to read, some to do."""

    example: Item | None
    practice: tuple[Item, ...]


def chapter(pupil: PupilRef) -> dict[str, Any] | None:
    """One pupil's handbook as plain data; None when too little is known to say what to practise."""
    report = pupil_report(pupil)
    items = _items(report)
    own = [row for rows in answers_of_pupil(pupil.id).values() for row in rows]
    parts = []
    for advice in report.advice:
        chosen = choose(items.get(advice.concept.key, []), own)
        if chosen.example or chosen.practice:
            parts.append(_part(advice.concept, advice.reason, chosen))
    if not parts:
        return None
    return {
        "name": pupil.name,
        "seat": pupil.seat_no,
        "group": report.group.name if report.group else "",
        "school": report.school.name if report.school else "",
        "day": f"{time.today():%Y年%-m月%-d日}",
        "known": [one.title for one in report.stands.known[:KNOWN_SHOWN]],
        "thinking": [one.text for one in report.thinking],
        "parts": parts,
    }


def _items(report: PupilReport) -> dict[str, list[Item]]:
    """By concept, every item of the pupil's own courses, easier ones first; nothing of a test."""
    found: dict[str, dict[str, Item]] = {}
    versions: dict[UUID, None] = dict.fromkeys(one.course_version_id for one in report.offerings)
    for version in versions:
        for item in curriculum.items_of_course(version):
            if item.data:
                found.setdefault(item.concept, {}).setdefault(item.key, item)
    return {
        key: sorted(many.values(), key=lambda item: (item.difficulty, item.position))
        for key, many in found.items()
    }


def choose(items: Sequence[Item], own: Sequence[Answered]) -> Chosen:
    """The example is an easy item with a solution, best one that was answered wrong; to do is first what was never
    answered, then what went wrong, what was right by itself last."""
    last = {row.item_key: row for row in own}

    def went(item: Item) -> int:
        row = last.get(item.key)
        if row is None:
            return 0
        return 2 if row.correct and not row.hints_used else 1

    solved = [item for item in items if item.solution_html.strip()]
    example = next((item for item in solved if went(item) == 1), next(iter(solved), None))
    rest = sorted(
        (item for item in items if item is not example), key=lambda item: (went(item), item.difficulty)
    )
    return Chosen(example, tuple(sorted(rest[:PRACTICE], key=lambda item: item.difficulty)))


def _part(concept: ConceptRef, reason: str, chosen: Chosen) -> dict[str, Any]:
    return {
        "title": concept.title,
        "says": concept.pupil,
        "reason": reason,
        "example": with_answer(chosen.example, "") if chosen.example else None,
        "practice": [on_paper(item) for item in chosen.practice],
        "answers": [
            {"answer": one["answer"], "solution": one["solution"]} for one in map(_answered, chosen.practice)
        ],
    }


def _answered(item: Item) -> dict[str, Any]:
    return with_answer(item, "")
