"""The night's sums by school, concept and grade, and what became of actions that were done."""

import logging
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from qiming.curriculum import queries as curriculum
from qiming.insight.diagnosis.queries import stand_of
from qiming.insight.models import Action, ConceptStand, ExamItem, ExamResult
from qiming.kernel import time
from qiming.learning import queries as learning
from qiming.mastery import Band
from qiming.registry import queries as registry
from qiming.registry.types import OrgRef

log = logging.getLogger(__name__)
_WHY = "the night's count over whole schools; sums leave, no names"
FOLLOWED = timedelta(days=60)  # an action is measured for so long after it was done


@dataclass(slots=True)
class _Cell:
    classes: set[UUID] = field(default_factory=set)
    pupils: int = 0
    practise: int = 0
    exam_classes: set[UUID] = field(default_factory=set)
    exam_pupils: set[UUID] = field(default_factory=set)
    exam_earned: float = 0.0
    exam_full: float = 0.0


Cells = dict[tuple[str, int], _Cell]


def count_school(school: OrgRef) -> int:
    """Rebuild a school's sums; returns how many lines there are."""
    cells: Cells = defaultdict(_Cell)
    grades = {one.id: one.grade or 0 for one in registry.classes_under(school.path)}
    class_of = {
        row["pupil_id"]: row["class_id"]
        for row in registry.pupils_under(school.path)
        if row["class_id"] in grades
    }
    for (pupil_id, concept), view in learning.mastery_of(class_of).items():
        if view.band is not Band.UNSURE:
            cell = cells[concept, grades[class_of[pupil_id]]]
            cell.classes.add(class_of[pupil_id])
            cell.pupils += 1
            cell.practise += view.band is Band.PRACTISE
    for concept, pupil_id, earned, full in _exam_marks(school.path):
        if pupil_id in class_of:
            cell = cells[concept, grades[class_of[pupil_id]]]
            cell.exam_classes.add(class_of[pupil_id])
            cell.exam_pupils.add(pupil_id)
            cell.exam_earned += earned
            cell.exam_full += full
    _write(school, cells)
    return len(cells)


def _exam_marks(path: str) -> Iterator[tuple[str, UUID, float, float]]:
    """Concept, pupil, marks had and marks to be had, of every item a teacher linked this school year."""
    since = registry.current_year().starts
    items: dict[UUID, list[tuple[int, str, float]]] = defaultdict(list)
    rows = ExamItem.objects.unscoped(_WHY).filter(
        scope_path__startswith=path, paper__examination__held_on__gte=since
    )
    places: dict[UUID, int] = defaultdict(int)
    for paper_id, concept, full in rows.order_by("paper_id", "position", "id").values_list(
        "paper_id", "concept", "full"
    ):
        if concept:
            items[paper_id].append((places[paper_id], concept, float(full)))
        places[paper_id] += 1
    results = ExamResult.objects.unscoped(_WHY).filter(paper_id__in=list(items), is_absent=False)
    for paper_id, pupil_id, marks in results.values_list("paper_id", "pupil_id", "marks"):
        for at, concept, most in items[paper_id]:
            if at < len(marks) and marks[at] is not None:
                yield concept, pupil_id, marks[at], most


def _write(school: OrgRef, cells: Cells) -> None:
    known = curriculum.concepts({concept for concept, _ in cells})
    at = time.now()
    fresh = [
        ConceptStand(
            scope_path=school.path,
            subject=known[concept].subject,
            concept=concept,
            grade=grade,
            classes=len(cell.classes),
            pupils=cell.pupils,
            practise=cell.practise,
            exam_classes=len(cell.exam_classes),
            exam_pupils=len(cell.exam_pupils),
            exam_earned=round(cell.exam_earned, 2),
            exam_full=round(cell.exam_full, 2),
            counted_at=at,
        )
        for (concept, grade), cell in cells.items()
        if concept in known
    ]
    with transaction.atomic():
        ConceptStand.objects.unscoped(_WHY).filter(scope_path=school.path).delete()
        ConceptStand.objects.bulk_create(fresh)


def count_city() -> int:
    """Every school, then the actions; a school that cannot be counted holds up no other."""
    counted = 0
    for school_id in registry.school_ids_under(registry.city().path):
        try:
            counted += count_school(registry.org(school_id))
        except Exception:
            log.exception("school %s could not be counted", school_id)
    measure_actions()
    return counted


def measure_actions() -> int:
    """How it stands now with what was done lately; returns how many actions were looked at."""
    rows = Action.objects.unscoped(_WHY).filter(state="done", closed_at__gte=time.now() - FOLLOWED)
    looked = 0
    for action in rows:
        place = registry.org_by_path(action.scope_path)
        share, pupils = stand_of(place, action.concept)
        Action.objects.unscoped(_WHY).filter(id=action.id).update(
            after_share=None if share is None else round(share, 3), after_pupils=pupils, after_at=time.now()
        )
        looked += 1
    return looked
