"""Examinations as pages and reports ask for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Q

from qiming.curriculum import queries as curriculum
from qiming.curriculum.types import ConceptRef
from qiming.insight.access import SEE_EXAM
from qiming.insight.exams.columns import GRAPHS
from qiming.insight.exams.forecast import Forecast, forecast
from qiming.insight.exams.linking import Suggestion, suggest
from qiming.insight.exams.quality import ItemStats, PaperStats, Sheet, paper_stats
from qiming.insight.models import ExamDoubt, Examination, ExamItem, ExamPaper, ExamResult
from qiming.insight.queries.course import course_map
from qiming.insight.types import Remedy
from qiming.kernel.access import Actor
from qiming.registry import queries as registry
from qiming.registry.types import OrgRef, PupilRef
from qiming.teaching import queries as teaching

_WHY = "the asking page checked its own line of the access table"
WEAK = 0.6  # of a concept's marks: below this it is taught again
LEAST_MARKS = 5  # pupils with marks, before a concept is called weak


@dataclass(frozen=True, slots=True)
class ExamLine:
    """An examination in a list."""

    exam: Examination
    group: OrgRef
    subjects: str
    doubts: int
    unlinked: int


@dataclass(frozen=True, slots=True)
class Answered:
    """One pupil's results for the teacher, by seat."""

    pupil: PupilRef
    result: ExamResult | None


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """A paper with its items, results of the class's pupils, and what they say of it."""

    paper: ExamPaper
    items: tuple[ExamItem, ...]
    lines: tuple[Answered, ...]
    stats: PaperStats
    graph: str  # of the subject's concepts; empty when there is none

    @property
    def rows(self) -> list[tuple[ExamItem, ItemStats]]:
        return list(zip(self.items, self.stats.items, strict=True))

    @property
    def unlinked(self) -> int:
        return sum(not item.concept for item in self.items)

    @property
    def no_result(self) -> list[PupilRef]:
        return [line.pupil for line in self.lines if line.result is None]


@dataclass(frozen=True, slots=True)
class Where:
    """A lesson of one of our courses in which a concept is taught, and its spare steps that treat it."""

    lesson_id: UUID
    course: str
    position: int
    title: str
    remedies: tuple[Remedy, ...]
    is_own: bool  # a course that is open for the class


@dataclass(frozen=True, slots=True)
class ConceptLine:
    """What an examination says of one concept."""

    concept: ConceptRef
    labels: tuple[str, ...]
    share: float
    pupils: int
    below_half: int
    where: tuple[Where, ...] = ()

    @property
    def is_weak(self) -> bool:
        return self.share < WEAK and self.pupils >= LEAST_MARKS


def exam_lines(actor: Actor) -> list[ExamLine]:
    """The examinations the actor may see, the latest first."""
    rows = list(
        Examination.objects.for_actor(actor, SEE_EXAM)
        .annotate(open_doubts=Count("papers__doubts", distinct=True))
        .order_by("-held_on", "-id")[:200]
    )
    groups = registry.orgs({row.class_group_id for row in rows})
    papers: dict[UUID, list[str]] = {}
    for exam_id, subject in (
        ExamPaper.objects.unscoped(_WHY)
        .filter(examination__in=[row.id for row in rows])
        .order_by("position")
        .values_list("examination_id", "subject")
    ):
        papers.setdefault(exam_id, []).append(subject or "没写学科")
    open_items = dict(
        ExamItem.objects.unscoped(_WHY)
        .filter(paper__examination__in=[row.id for row in rows], concept="", paper__subject__in=list(GRAPHS))
        .order_by()
        .values_list("paper__examination_id")
        .annotate(n=Count("id"))
    )
    return [
        ExamLine(
            row,
            groups[row.class_group_id],
            "、".join(papers.get(row.id, [])),
            row.open_doubts,
            open_items.get(row.id, 0),
        )
        for row in rows
        if row.class_group_id in groups
    ]


def papers_of(exam: Examination) -> list[PaperFacts]:
    """Every paper of an examination, worked out: four questions for all of them."""
    papers = list(ExamPaper.objects.unscoped(_WHY).filter(examination=exam).order_by("position", "id"))
    items: dict[UUID, list[ExamItem]] = {}
    for item in ExamItem.objects.unscoped(_WHY).filter(paper__in=papers).order_by("position", "id"):
        items.setdefault(item.paper_id, []).append(item)
    results: dict[UUID, dict[UUID, ExamResult]] = {}
    for row in ExamResult.objects.unscoped(_WHY).filter(paper__in=papers):
        results.setdefault(row.paper_id, {})[row.pupil_id] = row
    pupils = registry.pupils_of(exam.class_group_id)
    return [_facts(one, items.get(one.id, []), results.get(one.id, {}), pupils) for one in papers]


def _facts(
    paper: ExamPaper,
    items: Sequence[ExamItem],
    results: Mapping[UUID, ExamResult],
    pupils: Sequence[PupilRef],
) -> PaperFacts:
    present = [row for row in results.values() if not row.is_absent]
    stats = paper_stats(
        Sheet(
            labels=[item.label for item in items],
            fulls=[float(item.full) for item in items],
            rows=[fitted(row.marks, len(items)) for row in present],
            chosen=[row.chosen for row in present],
            keys=[item.key for item in items],
            absent=sum(row.is_absent for row in results.values()),
            totals=[float(row.total) for row in present if row.total is not None],
            full=float(paper.full),
        )
    )
    lines = tuple(Answered(one, results.get(one.id)) for one in pupils)
    return PaperFacts(paper, tuple(items), lines, stats, GRAPHS.get(paper.subject, ""))


def fitted(marks: Sequence[float | None], wide: int) -> list[float | None]:
    """Marks for every item: a later file may have brought items this pupil has no mark for."""
    return [*marks[:wide], *[None] * (wide - len(marks))]


def concept_lines(exam: Examination, papers: Sequence[PaperFacts]) -> list[ConceptLine]:
    """What the class had of each concept that a teacher confirmed, the weakest first, with lessons for the weak."""
    by_concept: dict[str, list[tuple[PaperFacts, int]]] = {}
    for one in papers:
        for at, item in enumerate(one.items):
            if item.concept:
                by_concept.setdefault(item.concept, []).append((one, at))
    concepts = curriculum.concepts(by_concept)
    found = [_of_concept(concepts[key], places) for key, places in by_concept.items() if key in concepts]
    weak = [one.concept.key for one in found if one.is_weak]
    taught = lessons_for(exam.class_group_id, weak)
    told = [
        ConceptLine(
            one.concept,
            one.labels,
            one.share,
            one.pupils,
            one.below_half,
            tuple(taught.get(one.concept.key, ())),
        )
        for one in found
    ]
    return sorted(told, key=lambda one: one.share)


def _of_concept(concept: ConceptRef, places: Sequence[tuple[PaperFacts, int]]) -> ConceptLine:
    had: dict[UUID, float] = {}
    could: dict[UUID, float] = {}
    for facts, at in places:
        full = float(facts.items[at].full)
        for line in facts.lines:
            row = line.result
            mark = fitted(row.marks, len(facts.items))[at] if row and not row.is_absent else None
            if mark is not None:
                had[line.pupil.id] = had.get(line.pupil.id, 0.0) + mark
                could[line.pupil.id] = could.get(line.pupil.id, 0.0) + full
    total = sum(could.values())
    return ConceptLine(
        concept=concept,
        labels=tuple(facts.items[at].label for facts, at in places),
        share=sum(had.values()) / total if total else 0.0,
        pupils=len(could),
        below_half=sum(had[one] < could[one] / 2 for one in could),
    )


def lessons_for(class_id: UUID, concepts: Sequence[str]) -> dict[str, list[Where]]:
    """Where each concept is taught: in courses open for the class first, else in the current ones of its stage."""
    if not concepts:
        return {}
    offerings = teaching.offerings_of_class(class_id, only_open=True)
    open_versions = [curriculum.course(one.course_version_id) for one in offerings]
    others = [one for one in curriculum.courses() if one.key not in {course.key for course in open_versions}]
    found: dict[str, list[Where]] = {}
    for course, is_own in [*((one, True) for one in open_versions), *((one, False) for one in others)]:
        for lesson in course.lessons:
            for key in set(lesson.concepts) & set(concepts):
                known = course_map(course.id)
                remedies = [
                    remedy
                    for name, remedy in known.remedies.items()
                    if remedy.lesson_id == lesson.id
                    and name in known.misconceptions
                    and known.misconceptions[name].concept == key
                ]
                found.setdefault(key, []).append(
                    Where(lesson.id, course.title, lesson.position, lesson.title, tuple(remedies), is_own)
                )
    return {key: [one for one in many if one.is_own][:3] or many[:3] for key, many in found.items()}


def suggestions(facts: PaperFacts, grade: int | None) -> list[tuple[ExamItem, list[Suggestion]]]:
    """For every item what its words point to."""
    concepts = curriculum.all_concepts(facts.graph) if facts.graph else []
    return [(item, suggest(item.text, concepts, grade)) for item in facts.items]


def choices(graph: str) -> list[ConceptRef]:
    return sorted(curriculum.all_concepts(graph), key=lambda one: (one.grade, one.key)) if graph else []


@dataclass(frozen=True, slots=True)
class SubjectForecast:
    subject: str
    shares: tuple[tuple[str, float], ...]
    forecast: Forecast | None


def forecasts(class_id: UUID) -> list[SubjectForecast]:
    """By subject: what the class had so far and what it may have next time."""
    papers = list(
        ExamPaper.objects.unscoped(_WHY)
        .filter(examination__class_group_id=class_id)
        .select_related("examination")
        .order_by("examination__held_on", "examination_id")
    )
    totals: dict[UUID, list[Decimal]] = {}
    rows = ExamResult.objects.unscoped(_WHY).filter(Q(paper__in=papers), is_absent=False, total__isnull=False)
    for paper_id, total in rows.values_list("paper_id", "total"):
        if total is not None:
            totals.setdefault(paper_id, []).append(total)
    found: dict[str, list[tuple[str, float]]] = {}
    for paper in papers:
        had = totals.get(paper.id, [])
        if len(had) >= LEAST_MARKS and paper.full:
            share = float(sum(had, Decimal(0))) / len(had) / float(paper.full)
            found.setdefault(paper.subject, []).append((paper.examination.title, share))
    return [
        SubjectForecast(subject, tuple(shares), forecast([share for _, share in shares]))
        for subject, shares in found.items()
    ]


def doubts_of(exam: Examination) -> list[ExamDoubt]:
    rows = ExamDoubt.objects.unscoped(_WHY).filter(paper__examination=exam).select_related("paper")
    return list(rows.order_by("paper__position", "sheet", "line"))
