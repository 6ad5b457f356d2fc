"""Concepts at a place as sums: a class's worked out when asked, a school's and above read from the night's count."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet, Sum

from qiming.curriculum import queries as curriculum
from qiming.curriculum.types import CourseRef
from qiming.insight.access import SEE_ACTION
from qiming.insight.consent import is_beyond, seen_by
from qiming.insight.diagnosis import rules
from qiming.insight.diagnosis.rules import Line
from qiming.insight.models import Action, ConceptStand, ExamItem, ExamResult
from qiming.kernel.access import Actor
from qiming.learning import queries as learning
from qiming.mastery import Band
from qiming.registry import queries as registry
from qiming.registry.types import OrgKind, OrgRef, PupilRef, Role, TeacherRef

_WHY = "the asking page checked its own line of the access table; sums leave, no names"
CLASS_KINDS = (OrgKind.CLASS_GROUP, OrgKind.TEACHING_GROUP)
SHOWN = 40


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What a place's page says."""

    place: OrgRef
    subjects: tuple[tuple[str, str], ...]
    subject: str
    lines: tuple[Line, ...]  # those that may be told, most to do first
    hidden: int
    counted_at: datetime | None

    @property
    def weak(self) -> list[Line]:
        return [one for one in self.lines if one.is_weak]


def reads_classes(reader: Actor, path: str) -> bool:
    """Whether this reader belongs to the school of a class: above it, one class alone is told to nobody."""
    roles = (Role.TEACHER, Role.SCHOOL_HEAD, Role.SCHOOL_ADMIN)
    return any(path.startswith(held) for role in roles for held in reader.paths(role))


def diagnosis(place: OrgRef, subject: str, reader: Actor) -> Diagnosis:
    """One subject at one place."""
    is_class = place.kind in CLASS_KINDS
    if is_class and not reads_classes(reader, place.path):
        return Diagnosis(place, (), "", (), 0, None)
    sums, counted_at = (_of_class(place, reader), None) if is_class else _added_up(place)
    if is_class and is_beyond(reader, place.path):
        # The head reads of a class what cannot be one pupil's: as many as above, of those whose families agree.
        sums = [one for one in sums if max(one.pupils, one.exam_pupils) >= rules.LEAST_PUPILS]
    concepts = curriculum.concepts(one.concept for one in sums)
    present = {concepts[one.concept].subject for one in sums if one.concept in concepts}
    names = curriculum.subjects()
    subjects = tuple((key, words) for key, words in names.items() if key in present)
    chosen = subject if subject in present else next((key for key, _ in subjects), "")
    lines = [
        rules.line(one, concepts[one.concept], is_class=is_class)
        for one in sums
        if one.concept in concepts and concepts[one.concept].subject == chosen
    ]
    told = sorted((one for one in lines if one.is_told), key=lambda one: (-one.weight, one.concept.key))
    return Diagnosis(place, subjects, chosen, tuple(told[:SHOWN]), len(lines) - len(told), counted_at)


def _rows(place: OrgRef) -> QuerySet[ConceptStand]:
    return ConceptStand.objects.unscoped(_WHY).filter(scope_path__startswith=place.path)


def _added_up(place: OrgRef, concept: str = "") -> tuple[list[rules.Sum], datetime | None]:
    rows = _rows(place)
    if concept:
        rows = rows.filter(concept=concept)
    found = (
        rows.order_by()
        .values("concept")
        .annotate(
            n_classes=Sum("classes"),
            n_schools=Count("scope_path", distinct=True, filter=Q(pupils__gt=0) | Q(exam_pupils__gt=0)),
            n_pupils=Sum("pupils"),
            n_practise=Sum("practise"),
            n_exam_classes=Sum("exam_classes"),
            n_exam_pupils=Sum("exam_pupils"),
            earned=Sum("exam_earned"),
            full=Sum("exam_full"),
            at=Max("counted_at"),
        )
    )
    sums, latest = [], None
    for one in found:
        latest = max(latest, one["at"]) if latest else one["at"]
        share = float(one["earned"] / one["full"]) if one["full"] else None
        sums.append(
            rules.Sum(
                one["concept"],
                one["n_classes"],
                one["n_schools"],
                one["n_pupils"],
                one["n_practise"],
                one["n_exam_classes"],
                one["n_exam_pupils"],
                share,
            )
        )
    return sums, latest


def _of_class(place: OrgRef, reader: Actor | None, concept: str = "") -> list[rules.Sum]:
    """A class's sums from what is known now; a reader from outside it counts consenting pupils only."""
    pupils = seen_by(reader, registry.pupils_of(place.id), place.path)
    known = learning.mastery_of([one.id for one in pupils], [concept] if concept else None)
    told: dict[str, list[bool]] = {}
    for (_, key), view in known.items():
        if view.band is not Band.UNSURE:
            told.setdefault(key, []).append(view.band is Band.PRACTISE)
    marks = _class_marks(place, pupils)
    keys = [key for key in {**told, **marks} if not concept or key == concept]
    found = []
    for key in keys:
        who, earned, full = marks.get(key, (set(), 0.0, 0.0))
        found.append(
            rules.Sum(
                key,
                classes=1,
                schools=1,
                pupils=len(told.get(key, [])),
                practise=sum(told.get(key, [])),
                exam_classes=1,
                exam_pupils=len(who),
                exam_share=earned / full if full else None,
            )
        )
    return found


def _class_marks(place: OrgRef, pupils: Sequence[PupilRef]) -> dict[str, tuple[set[UUID], float, float]]:
    ids = {one.id for one in pupils}
    items: dict[UUID, list[tuple[str, float]]] = {}
    rows = (
        ExamItem.objects.unscoped(_WHY).filter(scope_path=place.path).order_by("paper_id", "position", "id")
    )
    for paper_id, concept, full in rows.values_list("paper_id", "concept", "full"):
        items.setdefault(paper_id, []).append((concept, float(full)))
    found: dict[str, tuple[set[UUID], float, float]] = {}
    results = ExamResult.objects.unscoped(_WHY).filter(paper_id__in=list(items), is_absent=False)
    for paper_id, pupil_id, marks in results.values_list("paper_id", "pupil_id", "marks"):
        for (concept, most), mark in zip(items[paper_id], marks, strict=False):
            if concept and mark is not None and pupil_id in ids:
                who, had, could = found.get(concept, (set(), 0.0, 0.0))
                found[concept] = (who | {pupil_id}, had + mark, could + most)
    return found


def stand_of(place: OrgRef, concept: str) -> tuple[float | None, int]:
    """The share who still have to practise a concept at a place, and of how many; None where too few. Of a class all
    its pupils count: the figure stands beside an action of the class's own."""
    is_class = place.kind in CLASS_KINDS
    sums = _of_class(place, None, concept) if is_class else _added_up(place, concept)[0]
    if not sums:
        return None, 0
    return sums[0].practise_share(is_class=is_class), sums[0].pupils


def lesson_for(concept: str) -> tuple[CourseRef, UUID, str] | None:
    """The first lesson of the current courses that teaches a concept, with its words."""
    for course in curriculum.courses():
        for lesson in course.lessons:
            if concept in lesson.concepts:
                return course, lesson.id, f"《{course.title}》第{lesson.position}课「{lesson.title}」"
    return None


@dataclass(frozen=True, slots=True)
class ActionLine:
    action: Action
    concept: str
    owner: str
    is_late: bool
    words: str


def actions_at(actor: Actor, place: OrgRef) -> list[Action]:
    """The actions of exactly this place, open ones first, then by the day they are due."""
    rows = Action.objects.for_actor(actor, SEE_ACTION).filter(scope_path=place.path)
    return sorted(rows[:200], key=lambda one: (one.state != "open", one.due_on, one.id))


def owners(place: OrgRef, actor: Actor) -> list[TeacherRef]:
    """Who could be responsible: staff who hold a role at the place, and whoever plans it."""
    roles = {
        OrgKind.CITY: (Role.CITY_OFFICER,),
        OrgKind.DISTRICT: (Role.DISTRICT_OFFICER,),
        OrgKind.SCHOOL: (Role.SCHOOL_HEAD,),
    }.get(place.kind, ())
    found = [one for role in roles for one in registry.staff_of(place.path, role)]
    if place.kind is OrgKind.SCHOOL:
        found += [
            one for group in registry.classes_under(place.path) for one in registry.teachers_of(group.id)
        ]
    elif place.kind in CLASS_KINDS:
        found += registry.teachers_of(place.id)
    elif place.kind is OrgKind.CITY:
        found += [
            one
            for at in registry.districts(place.path)
            for one in registry.staff_of(at.path, Role.DISTRICT_OFFICER)
        ]
    return list({one.id: one for one in [TeacherRef(actor.person_id, actor.name), *found]}.values())
