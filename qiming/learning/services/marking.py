"""A teacher reads what the machine could not mark: points per criterion, a word to the pupil."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from qiming.curriculum import queries as curriculum
from qiming.curriculum.types import Item
from qiming.kernel import audit
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.kernel.time import local, now
from qiming.learning import rules
from qiming.learning.access import TABLE
from qiming.learning.models import Attempt, Work
from qiming.learning.services import belief
from qiming.learning.services.common import where
from qiming.learning.services.homework import settle
from qiming.learning.services.replay import rebuild
from qiming.mastery import weight_of
from qiming.records.services import record
from qiming.records.types import Act, Result
from qiming.records.verbs import ObjectKind, Verb
from qiming.registry.types import PupilRef
from qiming.teaching import queries as teaching

ENOUGH = 0.6
BAD_POINTS = UserError(
    "请给每一条都打分", kept="别的答案没有动。", next="每一条选一个分数，再存。", field="points"
)
MARKED_ALREADY = UserError(
    "这个答案机器已经判好了", kept="别的答案没有动。", next="不用再批，看下一份。", status=409
)
LOADED = "filtered by the access table"


def rubric_of(item: Item) -> dict[str, int]:
    """Points per criterion; an item without a rubric is judged as a whole."""
    return {str(one["key"]): int(one["points"]) for one in item.data.get("rubric", ())} or {"whole": 1}


def mark_answer(
    *, actor: Actor, attempt_id: UUID, points: Mapping[str, object], comment: str = ""
) -> Attempt:
    """Give points for one answer; the belief in the concept moves now, and only the first time."""
    with transaction.atomic():
        rows = Attempt.objects.unscoped(LOADED).select_for_update(of=("self",))
        row = TABLE.load(actor, "learning.mark", rows, id=attempt_id)
        if not row.needs_person:
            raise MARKED_ALREADY
        item = curriculum.item(row.item_version_id)
        share = rules.rubric_score(points, rubric_of(item))
        if share is None:
            raise BAD_POINTS
        first, said = row.marked_at is None, comment.strip()[:500]
        if not first and (row.points, row.comment) == (dict(points), said):
            return row
        states = _held(row) if first else None
        row.points, row.comment = dict(points), said
        row.score_scaled, row.correct = round(share, 3), share >= ENOUGH
        row.marked_by_id, row.marked_at = actor.person_id, now()
        row.save(update_fields=["points", "comment", "score_scaled", "correct", "marked_by", "marked_at"])
        if states:
            _believe(states, row, item)
        else:  # what the first mark moved is counted anew
            rebuild(row.pupil_id)
        _tell(row, share)
        if row.homework_id:
            settle(homework_id=row.homework_id, pupil_id=row.pupil_id)
        audit.write(
            actor,
            "learning.marked_answer",
            thing="attempt",
            thing_id=row.id,
            scope_path=row.scope_path,
            detail={"item": row.item_key, "points": dict(points), "again": not first},
        )
    return row


def _held(row: Attempt) -> belief.States:
    """Held before the moment of the mark is taken, so that moments follow each other as the states do."""
    pupil = PupilRef(row.pupil_id, "", 0, row.offering.class_group_id, row.scope_path)
    return belief.hold(pupil, [row.concept])


def _believe(states: belief.States, row: Attempt, item: Item) -> None:
    assert row.marked_at
    correct = bool(row.correct)
    weight = weight_of(
        correct=correct,
        try_no=row.try_no,
        hints_used=row.hints_used,
        hints_total=len(item.hints),
        solution_shown=row.solution_shown,
    )
    states.step(item, correct, weight, day=local(row.client_at).date(), at=row.marked_at)
    states.save()


def _tell(row: Attempt, share: float) -> None:
    offering = teaching.offering(row.offering_id)
    record(
        [
            Act(
                actor_person=row.pupil_id,
                verb=Verb.SCORED,
                object_kind=ObjectKind.ITEM,
                object_id=row.item_key,
                at=now(),
                scope_path=row.scope_path,
                result=Result(success=row.correct, score_scaled=round(share, 3)),
                context=where(
                    offering, lesson_key=row.lesson_key, concept=row.concept, attempt=row.id, by="teacher"
                ),
            )
        ]
    )


def comment_work(*, actor: Actor, work_id: UUID, comment: str) -> Work:
    """A word about a work; looking at it is noted too."""
    with transaction.atomic():
        rows = Work.objects.unscoped(LOADED).select_for_update(of=("self",))
        row = TABLE.load(actor, "learning.mark", rows, id=work_id)
        row.comment, row.commented_by_id = comment.strip()[:500], actor.person_id
        row.seen_at = now()
        row.save(update_fields=["comment", "commented_by", "seen_at"])
        audit.write(
            actor,
            "learning.commented_work",
            thing="work",
            thing_id=row.id,
            scope_path=row.scope_path,
            detail={"version": row.version},
        )
    return row
