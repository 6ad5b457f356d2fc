"""The marker's verbs on answers: write a rubric, say how it is used, look, release. Each is one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from qiming.assist.access import TABLE
from qiming.assist.marker import queries, rubrics
from qiming.assist.marker.access import MARK
from qiming.assist.marker.rules import proposing
from qiming.assist.models import MarkerChoice, MarkRubric, PreMark, SheetAnswer
from qiming.curriculum.types import Item
from qiming.kernel import audit
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.kernel.scope import ScopedQuerySet
from qiming.kernel.time import now
from qiming.learning import queries as learning
from qiming.learning import rules as learning_rules
from qiming.learning import services as marking
from qiming.teaching import queries as teaching
from qiming.teaching.types import OfferingRef

_LOCKED = "filtered by the access table"
_CHECKED = "the offering was checked by the access table"
MOST_COMMENT = 500
BAD_POINTS = UserError(
    "有的分数不在给分标准里", kept="别的都还没有存。", next="刷新页面，再选一次。", field="points"
)
BAD_CHOICE = UserError("请填0到200份、0到100%", kept="原来的设置没有变。", next="改好再存。", field="first")


@dataclass(frozen=True, slots=True)
class Look:
    """What a teacher gave one answer. `seen`: the version of the mark on the page, 0 when there was none."""

    id: UUID
    is_paper: bool
    points: Mapping[str, int]
    comment: str
    seen: int


@dataclass(slots=True)
class Looked:
    """How many were kept, and those that somebody else had looked at meanwhile."""

    kept: int = 0
    taken: int = 0
    gone: int = 0


def offering_for(actor: Actor, offering_id: UUID) -> OfferingRef:
    offering = teaching.offering(offering_id)
    TABLE.require(actor, MARK, offering)
    return offering


def write_rubric(
    *,
    actor: Actor,
    offering_id: UUID,
    item_version_id: UUID,
    post: Mapping[str, str],
    everywhere: bool = False,
) -> int:
    """Keep what the teacher wrote as the next version; the same again is no new one. `everywhere`: also for the
    teacher's other classes that have this version of the item. Returns for how many classes."""
    offering = offering_for(actor, offering_id)
    item = queries.item_or_denied(item_version_id)
    rows = rubrics.read_form(rubrics.frame(item.data), post)
    others = (
        [one for one in teaching.offerings_of(actor) if _same_course(one, offering)] if everywhere else []
    )
    with transaction.atomic():
        for one in (offering, *others):
            _keep_rubric(actor, one, item, rubrics.to_data(rows))
    return 1 + len(others)


def _same_course(one: OfferingRef, offering: OfferingRef) -> bool:
    return one.id != offering.id and one.is_open and one.course_version_id == offering.course_version_id


def _keep_rubric(actor: Actor, offering: OfferingRef, item: Item, criteria: list[dict[str, object]]) -> None:
    TABLE.require(actor, MARK, offering)
    rows = MarkRubric.objects.unscoped(_CHECKED).filter(offering_id=offering.id, item_version_id=item.id)
    last = rows.select_for_update().order_by("-number").first()
    if last is not None and last.criteria == criteria:
        return
    fresh = MarkRubric(
        scope_path=offering.scope_path,
        offering_id=offering.id,
        item_version_id=item.id,
        number=(last.number if last else 0) + 1,
        criteria=criteria,
        made_by=actor.person_id,
    )
    # Two first versions at one moment: the later is told to look again, nothing is written over.
    MarkRubric.objects.bulk_create([fresh], ignore_conflicts=True)
    if not rows.filter(id=fresh.id).exists():
        raise UserError(
            "另一位老师刚存过这一题的给分标准",
            kept="写的都还在这一页上。",
            next="另开一页看看，再存一次。",
            status=409,
        )
    _audit(
        actor, "assist.wrote_rubric", ("mark_rubric", fresh.id), offering.scope_path, {"number": fresh.number}
    )


def set_choice(
    *, actor: Actor, offering_id: UUID, is_on: bool, first: int | None, bar_percent: int | None
) -> None:
    """How the marker is used in this course of the class."""
    offering = offering_for(actor, offering_id)
    if first is None or bar_percent is None or not (0 <= first <= 200 and 0 <= bar_percent <= 100):
        raise BAD_CHOICE
    said = {"is_on": is_on, "first": first, "bar_percent": bar_percent}
    with transaction.atomic():
        row, _ = MarkerChoice.objects.unscoped(_CHECKED).update_or_create(
            offering_id=offering.id,
            defaults={**said, "scope_path": offering.scope_path, "set_by": actor.person_id, "set_at": now()},
        )
        _audit(actor, "assist.set_marker", ("marker_choice", row.id), offering.scope_path, said)


def look(*, actor: Actor, offering_id: UUID, item_version_id: UUID, looks: Sequence[Look]) -> Looked:
    """Keep what the teacher gave beside what the marker proposed; nothing reaches a pupil. What another teacher has
    looked at since the page was opened stays as that one left it."""
    offering = offering_for(actor, offering_id)
    item = queries.item_or_denied(item_version_id)
    rubric = queries.rubric_of(offering.id, item)
    worth = {row.key: row.points for row in rubric.rows}
    if any(learning_rules.rubric_score(one.points, worth) is None for one in looks):
        raise BAD_POINTS
    told = Looked()
    with transaction.atomic():
        for one in sorted(
            looks, key=lambda each: each.id
        ):  # one order for all: two pages never wait for each other
            _look(actor, offering, (item, rubric), one, told)
        if told.kept:
            detail = {"item": item.key, "answers": told.kept, "rubric": rubric.number}
            _audit(actor, "assist.looked", ("item_version", item.id), offering.scope_path, detail)
    return told


def _look(
    actor: Actor, offering: OfferingRef, by: tuple[Item, queries.Rubric], one: Look, told: Looked
) -> None:
    item, rubric = by
    found = _answer(offering, item, one)
    if found is None:
        told.gone += 1
        return
    pupil_id, text, sure = found
    row = _mark_of(one).select_for_update().first()
    comment = one.comment.strip()[:MOST_COMMENT]
    if row is not None and (row.points, row.comment) == (dict(one.points), comment):
        return
    if (row.version if row else 0) != one.seen or (row and row.released_at):
        told.taken += 1
        return
    proposal = queries.proposal_for(rubric, item, text, read_confidence=sure)
    row = row or PreMark(
        scope_path=offering.scope_path,
        offering_id=offering.id,
        item_version_id=item.id,
        pupil_id=pupil_id,
        version=0,
        **({"sheet_answer_id": one.id} if one.is_paper else {"attempt_id": one.id}),
    )
    row.rubric_no, row.machine, row.machine_total = rubric.number, proposing.to_data(proposal), proposal.total
    row.points, row.total, row.comment = dict(one.points), proposing.total_of(one.points), comment
    row.version, row.looked_by, row.looked_at = row.version + 1, actor.person_id, now()
    row.save()
    told.kept += 1


def _answer(offering: OfferingRef, item: Item, one: Look) -> tuple[UUID, str, float] | None:
    """Pupil, text and how surely it was read; None when it is not (any more) an answer that waits. Held: of two looks
    at one moment the second sees the first."""
    where = {"id": one.id, "offering_id": offering.id, "item_version_id": item.id}
    if one.is_paper:
        paper = SheetAnswer.objects.unscoped(_CHECKED).select_for_update().filter(**where).first()
        if paper is None:
            return None
        return paper.pupil_id, paper.text, 1.0 if paper.corrected_by else float(paper.score)
    rows = learning.attempts_by_ids([one.id]).filter(**where, needs_person=True, marked_at=None)
    typed = rows.select_for_update(of=("self",)).first()
    return (typed.pupil_id, str(typed.response.get("text", "")), 1.0) if typed else None


def _mark_of(one: Look) -> ScopedQuerySet[PreMark]:
    which = {"sheet_answer_id": one.id} if one.is_paper else {"attempt_id": one.id}
    return PreMark.objects.unscoped(_CHECKED).filter(**which)


def release(*, actor: Actor, offering_id: UUID, item_version_id: UUID, only: UUID | None = None) -> int:
    """Give what was looked at to the pupils: all of one question, or one answer. Each by itself; again changes nothing.
    Returns how many reached their pupils now."""
    offering = offering_for(actor, offering_id)
    item = queries.item_or_denied(item_version_id)
    rows = PreMark.objects.unscoped(_CHECKED).filter(
        offering_id=offering.id, item_version_id=item.id, released_at=None
    )
    ids = list(rows.order_by("id").values_list("id", "attempt_id", "sheet_answer_id"))
    chosen = [row_id for row_id, *answers in ids if only is None or only in answers]
    if only is not None and not chosen:
        raise Denied(MARK)
    return sum(release_one(actor, row_id) for row_id in chosen)


def release_one(actor: Actor, mark_id: UUID) -> bool:
    """Whether this mark reached its pupil now; what was marked elsewhere meanwhile stays as it is there."""
    with transaction.atomic():
        rows = PreMark.objects.unscoped(_LOCKED).select_for_update(of=("self",))
        row = TABLE.load(actor, MARK, rows, id=mark_id)
        if row.released_at is not None:
            return False
        if row.attempt_id:
            attempt = learning.attempts_by_ids([row.attempt_id]).select_for_update(of=("self",)).get()
            if attempt.marked_at is not None:
                row.delete()
                return False
            answer_id = attempt.id
        else:
            answer_id = _bring_in(actor, row)
        marking.mark_answer(actor=actor, attempt_id=answer_id, points=row.points, comment=row.comment)
        row.released_by, row.released_at = actor.person_id, now()
        row.save(update_fields=["released_by", "released_at"])
        _audit(
            actor,
            "assist.released",
            ("premark", row.id),
            row.scope_path,
            {"machine": row.machine_total, "teacher": row.total, "rubric": row.rubric_no},
        )
    return True


def _bring_in(actor: Actor, row: PreMark) -> UUID:
    assert row.sheet_answer_id
    paper = SheetAnswer.objects.unscoped(_CHECKED).get(id=row.sheet_answer_id)
    attempt = marking.take_paper_answer(
        actor=actor,
        answer_id=paper.id,
        homework_id=paper.homework_id,
        pupil_id=paper.pupil_id,
        item_version_id=paper.item_version_id,
        text=paper.text,
        written_at=paper.created_at,
    )
    return attempt.id


def _audit(actor: Actor, verb: str, row: tuple[str, UUID], path: str, detail: Mapping[str, object]) -> None:
    audit.write(actor, verb, thing=row[0], thing_id=row[1], scope_path=path, detail=dict(detail))
