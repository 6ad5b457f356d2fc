"""What a teacher sees of the marker: what waits, one question's answers with proposals, how far it agrees."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q
from django.utils.html import strip_tags

from qiming.assist.marker import rubrics
from qiming.assist.marker.access import MARK
from qiming.assist.marker.rubrics import Criterion
from qiming.assist.marker.rules.agreement import Agreement, May, agreement, may
from qiming.assist.marker.rules.proposing import Proposal, propose
from qiming.assist.models import MarkerChoice, MarkRubric, PreMark, SheetAnswer, SheetPhoto
from qiming.curriculum import queries as curriculum
from qiming.curriculum.types import Item
from qiming.kernel.access import Actor, Denied
from qiming.learning import queries as learning
from qiming.learning import rules as learning_rules
from qiming.learning.queries.answers import Pile
from qiming.registry import queries as registry
from qiming.registry.types import PupilRef
from qiming.teaching import queries as teaching
from qiming.teaching.types import HomeworkRef, OfferingRef

MOST = 60  # answers on one page: a class
_CHECKED = "the offering was checked by the access table"


@dataclass(frozen=True, slots=True)
class Choice:
    """How the marker is used in one course of a class."""

    is_on: bool
    first: int
    bar_percent: int


USUAL = Choice(True, 10, 80)


@dataclass(frozen=True, slots=True)
class Rubric:
    """The criteria in force; number 0 and `is_derived` until a teacher has written ideas."""

    number: int
    rows: tuple[Criterion, ...]

    @property
    def is_derived(self) -> bool:
        return self.number == 0

    @property
    def full(self) -> int:
        return sum(row.points for row in self.rows)


@dataclass(frozen=True, slots=True)
class Line:
    """One answer, typed or on paper, with the proposal and what the teacher gave so far."""

    id: UUID
    is_paper: bool
    pupil: PupilRef
    text: str
    proposal: Proposal
    mark: PreMark | None
    answer: SheetAnswer | None = None

    @property
    def version(self) -> int:
        return self.mark.version if self.mark else 0


@dataclass(frozen=True, slots=True)
class QuestionPile:
    """All pupils' answers to one question of a class."""

    offering: OfferingRef
    item: Item
    rubric: Rubric
    lines: list[Line]
    more: int
    agreement: Agreement
    may: May
    choice: Choice
    released: int

    @property
    def open(self) -> list[Line]:
        return [line for line in self.lines if line.mark is None]

    @property
    def looked(self) -> list[Line]:
        return [line for line in self.lines if line.mark is not None]

    @property
    def unsure(self) -> int:
        return sum(not line.proposal.is_sure for line in self.open)


def stem_of(item: Item) -> str:
    """The question's words without its marks of layout."""
    return unescape(strip_tags(item.stem_html)).strip()


def item_or_denied(item_version_id: UUID) -> Item:
    try:
        item = curriculum.item(item_version_id)
    except curriculum.NoSuchContent as missing:
        raise Denied(MARK) from missing
    if item.kind != "short":
        raise Denied(MARK)
    return item


def rubric_of(offering_id: UUID, item: Item) -> Rubric:
    """The teacher's latest, else one made from the item's words."""
    rows = MarkRubric.objects.unscoped(_CHECKED).filter(offering_id=offering_id, item_version_id=item.id)
    row = rows.order_by("-number").first()
    if row is None:
        return Rubric(0, rubrics.derive(item.data))
    return Rubric(row.number, rubrics.from_data(row.criteria))


def choice_of(offering_id: UUID) -> Choice:
    row = MarkerChoice.objects.unscoped(_CHECKED).filter(offering_id=offering_id).first()
    return Choice(row.is_on, row.first, row.bar_percent) if row else USUAL


def agreement_of(offering_id: UUID, item_id: UUID, rubric_no: int) -> Agreement:
    """Of one rubric in one class: every answer a teacher has looked at."""
    rows = PreMark.objects.unscoped(_CHECKED).filter(
        offering_id=offering_id, item_version_id=item_id, rubric_no=rubric_no
    )
    return agreement(list(rows.values_list("machine_total", "total")))


def proposal_for(rubric: Rubric, item: Item, text: str, *, read_confidence: float = 1.0) -> Proposal:
    """The same answer and rubric always give the same proposal: nothing has to be kept until a teacher has looked."""
    accept = [str(one) for one in item.data.get("accept", ())]
    return propose(
        rubric.rows,
        text,
        stem=stem_of(item),
        accept=accept,
        is_derived=rubric.is_derived,
        read_confidence=read_confidence,
    )


def pile(actor: Actor, offering: OfferingRef, item: Item) -> QuestionPile:
    """One question: those to look at first, the doubtful before the sure; then those looked at, not yet released."""
    rubric = rubric_of(offering.id, item)
    lines = [*_typed(actor, offering, item, rubric), *_on_paper(actor, offering, item, rubric)]
    lines.sort(key=_order)
    found = agreement_of(offering.id, item.id, rubric.number)
    choice = choice_of(offering.id)
    released = PreMark.objects.unscoped(_CHECKED).filter(
        offering_id=offering.id, item_version_id=item.id, released_at__isnull=False
    )
    return QuestionPile(
        offering,
        item,
        rubric,
        lines[:MOST],
        max(0, len(lines) - MOST),
        found,
        may(found, is_on=choice.is_on, first=choice.first, bar_percent=choice.bar_percent),
        choice,
        released.count(),
    )


def _order(line: Line) -> tuple[bool, bool, float, int]:
    return (line.mark is not None, line.proposal.is_sure, line.proposal.confidence, line.pupil.seat_no)


def _typed(actor: Actor, offering: OfferingRef, item: Item, rubric: Rubric) -> list[Line]:
    rows = list(
        learning.attempts_of_offering(offering.id)
        .filter(
            item_version_id=item.id, needs_person=True, marked_at=None, scope_path=F("offering__scope_path")
        )
        .order_by("received_at", "id")
    )
    people = registry.pupils_named({row.pupil_id for row in rows})
    marks = _marks(attempt_id__in=[row.id for row in rows])
    return [
        Line(
            row.id,
            False,
            people[row.pupil_id],
            (text := str(row.response.get("text", ""))),
            proposal_for(rubric, item, text),
            marks.get(row.id),
        )
        for row in rows
        if row.pupil_id in people
    ]


def _on_paper(actor: Actor, offering: OfferingRef, item: Item, rubric: Rubric) -> list[Line]:
    rows = list(
        SheetAnswer.objects.for_actor(actor, MARK).filter(offering_id=offering.id, item_version_id=item.id)
    )
    people = registry.pupils_named({row.pupil_id for row in rows})
    marks = _marks(sheet_answer_id__in=[row.id for row in rows])
    return [
        paper_line(row, people[row.pupil_id], item, rubric, marks.get(row.id))
        for row in rows
        if row.pupil_id in people and not (row.id in marks and marks[row.id].released_at)
    ]


def paper_line(row: SheetAnswer, pupil: PupilRef, item: Item, rubric: Rubric, mark: PreMark | None) -> Line:
    sure = 1.0 if row.corrected_by else float(row.score)
    return Line(
        row.id, True, pupil, row.text, proposal_for(rubric, item, row.text, read_confidence=sure), mark, row
    )


def _marks(**which: Any) -> dict[UUID, PreMark]:
    rows = PreMark.objects.unscoped(_CHECKED).filter(**which)
    return {row.attempt_id or row.sheet_answer_id: row for row in rows}  # type: ignore[misc]  # one of them is set


def marks_of_papers(ids: Iterable[UUID]) -> dict[UUID, PreMark]:
    """By the answer on paper."""
    return _marks(sheet_answer_id__in=list(ids))


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line of the teacher's queue."""

    offering_id: UUID
    item: Item
    class_name: str
    lesson_title: str
    waiting: int
    looked: int
    on_paper: int


def waiting(actor: Actor) -> list[Waiting]:
    """Questions with answers to look at or to release, the most first."""
    typed = {(one.offering_id, one.item.id): one for one in learning.marking_queue(actor)}
    papers = _paper_counts(actor)
    looked = _looked_counts(actor)
    classes = registry.orgs(
        {one.class_group_id for one in teaching.offerings_by_ids({key[0] for key in papers})}
    )
    names = {
        one.id: classes[one.class_group_id].name
        for one in teaching.offerings_by_ids({key[0] for key in papers})
    }
    lines = [
        _waiting(key, typed.get(key), papers.get(key, 0), looked.get(key, 0), names)
        for key in sorted({*typed, *papers}, key=str)
    ]
    return sorted(lines, key=lambda one: (-one.waiting, one.class_name, one.item.key))


def _waiting(
    key: tuple[UUID, UUID], typed: Pile | None, papers: int, looked: int, names: Mapping[UUID, str]
) -> Waiting:
    offering_id, item_id = key
    item = typed.item if typed else curriculum.item(item_id)
    total = (typed.waiting if typed else 0) + papers
    return Waiting(
        offering_id,
        item,
        typed.class_name if typed else names[offering_id],
        typed.lesson_title if typed else curriculum.lesson(item.lesson_version_id).title,
        max(0, total - looked),
        looked,
        papers,
    )


def _paper_counts(actor: Actor) -> dict[tuple[UUID, UUID], int]:
    """Answers on paper not yet released."""
    released = PreMark.objects.unscoped(_CHECKED).filter(
        released_at__isnull=False, sheet_answer__isnull=False
    )
    rows = (
        SheetAnswer.objects.for_actor(actor, MARK)
        .exclude(id__in=released.values("sheet_answer_id"))
        .values_list("offering_id", "item_version_id")
        .annotate(n=Count("id"))
    )
    return {(offering, item): n for offering, item, n in rows.order_by()}


def _looked_counts(actor: Actor) -> dict[tuple[UUID, UUID], int]:
    """Looked at, not released, and not marked elsewhere meanwhile."""
    rows = (
        PreMark.objects.for_actor(actor, MARK)
        .filter(Q(attempt=None) | Q(attempt__marked_at=None), released_at=None)
        .values_list("offering_id", "item_version_id")
        .annotate(n=Count("id"))
    )
    return {(offering, item): n for offering, item, n in rows.order_by()}


def items_on_paper(homework: HomeworkRef) -> list[Item]:
    """The questions of a homework that are answered in words, in their order: what a sheet asks."""
    offering = teaching.offering(homework.offering_id)
    lesson = curriculum.lesson_of_course(offering.course_version_id, homework.lesson_key)
    if lesson is None:
        return []
    found = (
        curriculum.item_by_key(offering.course_version_id, key)
        for key in learning_rules.homework_items(homework, lesson)
    )
    return [item for item in found if item is not None and item.kind == "short"]


def homework_with_sheets(actor: Actor) -> list[tuple[HomeworkRef, int, str]]:
    """The teacher's latest homework that a sheet can be made of: with how many photos, and the class."""
    offerings = {one.id: one for one in teaching.offerings_of(actor) if one.is_open}
    given = [one for one in teaching.homework_of_offerings(offerings) if items_on_paper(one)][:20]
    counts = dict(
        SheetPhoto.objects.for_actor(actor, MARK)
        .filter(homework_id__in=[one.id for one in given])
        .order_by()
        .values_list("homework_id")
        .annotate(n=Count("id"))
    )
    classes = registry.orgs({one.class_group_id for one in given})
    return [(one, counts.get(one.id, 0), classes[one.class_group_id].name) for one in given]
