"""Homework handed in: marked at once where the machine is sure, else it waits for the teacher."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from qiming.kernel import audit
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.kernel.time import now
from qiming.learning import rules
from qiming.learning.access import TABLE
from qiming.learning.models import Attempt, Submission, Work
from qiming.learning.services.common import WHY_OWN, lesson_in, own_offering, where
from qiming.learning.types import HandInState
from qiming.records.services import record
from qiming.records.types import Act, Result
from qiming.records.verbs import ObjectKind, Verb
from qiming.registry.types import PupilRef
from qiming.teaching import queries as teaching
from qiming.teaching.types import HomeworkRef, OfferingRef

NOT_YOURS = UserError("这份作业不是布置给你的", next="回首页看看自己的作业。", status=404)
TAKEN_BACK = UserError("老师已经收回这份作业", kept="你做过的都存着。", next="不用再交了。", status=409)
NOTHING_DONE = UserError("还一题都没有做", kept="打开过的都还在。", next="先做一题，再交。", status=409)


def results_of(attempts: Iterable[Attempt]) -> dict[str, rules.ItemResult]:
    """The best of the answers per item; an open answer waits while nobody has read the last one."""
    found: dict[str, rules.ItemResult] = {}
    for row in attempts:
        before = found.get(row.item_key)
        score = None if row.score_scaled is None else float(row.score_scaled)
        best = max(
            (one for one in (score, before.score if before else None) if one is not None), default=None
        )
        correct = bool(row.correct) or bool(before and before.correct)
        waits = row.needs_person and row.marked_at is None and not correct
        found[row.item_key] = rules.ItemResult(row.item_key, correct, best, waits)
    return found


def hand_in(*, actor: Actor, homework_id: UUID) -> Submission:
    """Hand in what was done so far; handing in again replaces the earlier hand-in. A hand-in sent twice is one, and
    what the teacher asked to be worked on again is as late or in time as it was the first time."""
    homework = teaching.homework(homework_id)
    offering, pupil = own_offering(actor, homework.offering_id)
    if not homework.is_for(pupil.id):
        raise NOT_YOURS
    if not homework.is_open:
        raise TAKEN_BACK
    at = now()
    with transaction.atomic():
        held = Submission.objects.unscoped(WHY_OWN).select_for_update()
        fresh = Submission(
            scope_path=pupil.scope_path, homework_id=homework.id, pupil_id=pupil.id, state="waiting"
        )
        Submission.objects.bulk_create([fresh], ignore_conflicts=True)
        row = held.get(homework_id=homework.id, pupil_id=pupil.id)
        again = row.id != fresh.id
        if again and row.state != HandInState.RETURNED and not _anything_since(row, homework):
            return row
        marked = _marked(offering, homework, pupil.id)
        row.times += again
        row.is_late = row.is_late if row.state == HandInState.RETURNED else at > homework.due_at
        row.state, row.score_scaled, row.handed_in_at = marked.state, marked.score_scaled, at
        row.marked_by, row.marked_at = None, at if marked.state is HandInState.MARKED else None
        row.save()
        _tell(
            offering, homework, row, Verb.SUBMITTED, Result(completion=True, score_scaled=marked.score_scaled)
        )
        _audit(actor, row, "learning.handed_in_homework")
    return row


def _anything_since(row: Submission, homework: HomeworkRef) -> bool:
    """Whether the pupil answered or made anything of this homework after handing it in."""
    mine = {"pupil_id": row.pupil_id}
    answers = Attempt.objects.unscoped(WHY_OWN).filter(homework_id=homework.id, **mine)
    works = Work.objects.unscoped(WHY_OWN).filter(
        offering_id=homework.offering_id,
        lesson_key=homework.lesson_key,
        activity_key__in=homework.activity_keys,
        **mine,
    )
    return (
        answers.filter(received_at__gt=row.handed_in_at).exists()
        or works.filter(updated_at__gt=row.handed_in_at).exists()
    )


def _marked(offering: OfferingRef, homework: HomeworkRef, pupil_id: UUID) -> rules.Marked:
    lesson = lesson_in(offering, homework.lesson_key)
    keys = rules.homework_items(homework, lesson)
    answers = Attempt.objects.unscoped(WHY_OWN).filter(
        homework_id=homework.id, pupil_id=pupil_id, item_key__in=keys
    )
    marked = rules.mark_homework(keys, results_of(answers.order_by("received_at", "id")))
    if keys and marked.done == 0 and not rules.needs_person(homework, lesson):
        raise NOTHING_DONE
    if rules.needs_person(homework, lesson) and marked.state is HandInState.MARKED:
        return rules.Marked(HandInState.WAITING, None, marked.done, marked.of, "里面有作品，等老师看")
    return marked


def note_paper(*, actor: Actor, homework: HomeworkRef, pupil: PupilRef, at: datetime) -> None:
    """A pupil handed in on paper: as if handed in here, unless it was. Called within the taking of an answer."""
    row = Submission(
        scope_path=pupil.scope_path,
        homework_id=homework.id,
        pupil_id=pupil.id,
        state="waiting",
        handed_in_at=at,
        is_late=at > homework.due_at,
    )
    Submission.objects.bulk_create([row], ignore_conflicts=True)
    if not Submission.objects.unscoped("the teacher may mark this homework").filter(id=row.id).exists():
        return
    _tell(teaching.offering(homework.offering_id), homework, row, Verb.SUBMITTED, Result(completion=True))
    _audit(actor, row, "learning.handed_in_homework")


def settle(*, homework_id: UUID, pupil_id: UUID) -> None:
    """After the last waiting answer was read: the homework is marked, unless it holds a work to look at."""
    rows = Submission.objects.unscoped("follows a marking").select_for_update()
    row = rows.filter(homework_id=homework_id, pupil_id=pupil_id, state="waiting").first()
    if row is None:
        return
    homework = teaching.homework(homework_id)
    offering = teaching.offering(homework.offering_id)
    marked = _marked(offering, homework, pupil_id)
    if marked.state is HandInState.MARKED:
        row.state, row.score_scaled, row.marked_at = marked.state, marked.score_scaled, now()
        row.save(update_fields=["state", "score_scaled", "marked_at"])


def give_back(*, actor: Actor, submission_id: UUID, comment: str, again: bool) -> Submission:
    """Give a homework back with a comment: done, or to be worked on once more."""
    said = comment.strip()[:500]
    if again and not said:
        raise UserError("请写一句要改什么", kept="其他都没有变。", next="写好再退回。", field="comment")
    with transaction.atomic():
        rows = Submission.objects.unscoped("filtered by the access table").select_for_update(of=("self",))
        row = TABLE.load(actor, "learning.mark", rows, id=submission_id)
        homework = teaching.homework(row.homework_id)
        offering = teaching.offering(homework.offering_id)
        row.comment, row.marked_by_id, row.marked_at = said, actor.person_id, now()
        row.state = HandInState.RETURNED if again else HandInState.MARKED
        if not again:
            row.score_scaled = _share(offering, homework, row.pupil_id)
        row.save()
        score = None if row.score_scaled is None else float(row.score_scaled)
        _tell(offering, homework, row, Verb.RETURNED if again else Verb.SCORED, Result(score_scaled=score))
        _audit(actor, row, "learning.returned_homework" if again else "learning.marked_homework")
    return row


def _share(offering: OfferingRef, homework: HomeworkRef, pupil_id: UUID) -> float | None:
    keys = rules.homework_items(homework, lesson_in(offering, homework.lesson_key))
    if not keys:
        return None
    answers = Attempt.objects.unscoped("follows a marking").filter(
        homework_id=homework.id, pupil_id=pupil_id, item_key__in=keys
    )
    results = results_of(answers.order_by("received_at", "id"))
    return round(sum(one.score or 0.0 for one in results.values()) / len(keys), 3)


def _tell(offering: OfferingRef, homework: HomeworkRef, row: Submission, verb: Verb, result: Result) -> None:
    record(
        [
            Act(
                actor_person=row.pupil_id,
                verb=verb,
                object_kind=ObjectKind.HOMEWORK,
                object_id=homework.id,
                name=homework.title,
                at=now(),
                scope_path=row.scope_path,
                result=result,
                context=where(offering, lesson_key=homework.lesson_key, times=row.times, late=row.is_late),
            )
        ]
    )


def _audit(actor: Actor, row: Submission, verb: str) -> None:
    audit.write(
        actor,
        verb,
        thing="submission",
        thing_id=row.id,
        scope_path=row.scope_path,
        detail={"homework": str(row.homework_id), "state": str(row.state), "times": row.times},
    )
