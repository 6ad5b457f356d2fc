"""Answers to a course's tests: one an item, taken once, marked on the server, and not a word on right or wrong before
the teacher has closed the test."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from qiming.curriculum import queries as curriculum
from qiming.curriculum.rules import MalformedResponse, mark
from qiming.curriculum.types import Item
from qiming.kernel import audit
from qiming.kernel.access import Actor
from qiming.kernel.ids import new_id
from qiming.kernel.time import now
from qiming.learning import rules
from qiming.learning.models import CourseTask, TestAnswer
from qiming.learning.services.attempts import MOST_AT_ONCE, TOO_MANY
from qiming.learning.services.common import LEARN, WHY_OWN, as_text, own_offering, where
from qiming.learning.services.places import periods_of
from qiming.learning.services.tasks import count_in, load_open, take_turn
from qiming.learning.types import TESTS, Answer, Outcome
from qiming.records.services import record
from qiming.records.types import Act, Result
from qiming.records.verbs import ObjectKind, Verb
from qiming.registry.types import PupilRef
from qiming.teaching.services import note_evidence
from qiming.teaching.types import ActKind, OfferingRef

KEPT = "<p>记下了。老师收卷以后，再看对错。</p>"
ALREADY = "这道题答过了。每题只答一次，算第一次的。"
CLOSED = "老师已经收卷，这个答案没有算进去。"
NO_SUCH_ITEM = "这份卷子里没有这道题。"
# What was answered before the test was closed, on a device without network, still counts when it arrives this soon.
ON_ITS_WAY = timedelta(hours=48)


def record_test_answers(
    *, actor: Actor, offering_id: UUID, task_id: UUID, answers: Sequence[Answer]
) -> list[Outcome]:
    """Take answers to a test. The first answer to an item stands; sent again it is told again."""
    if len(answers) > MOST_AT_ONCE:
        raise TOO_MANY
    offering, pupil = own_offering(actor, offering_id)
    task = load_open(task_id, offering, TESTS, LEARN)
    items = {item.key: item for item in curriculum.test_items(offering.course_version_id, task.form)}
    before = _kept(task, pupil)
    outcomes: dict[UUID, Outcome] = {}
    rows: list[TestAnswer] = []
    for answer in answers:
        if before.get(answer.item_key) == answer.id:
            outcomes[answer.id] = _told(answer, before, "again")
            continue
        try:
            rows.append(_row(task, pupil, answer, items.get(answer.item_key)))
        except MalformedResponse as trouble:
            outcomes[answer.id] = _refused(answer, str(trouble))
    if rows:
        with transaction.atomic():
            _write(
                actor,
                offering,
                pupil,
                task=task,
                rows=rows,
                named={one.period_id for one in answers if one.period_id},
            )
    kept = _kept(task, pupil)
    for answer in answers:
        outcomes.setdefault(answer.id, _told(answer, kept))
    return [outcomes[answer.id] for answer in answers]


def _row(task: CourseTask, pupil: PupilRef, answer: Answer, item: Item | None) -> TestAnswer:
    if item is None:
        raise MalformedResponse(NO_SUCH_ITEM)
    if rules.weight_bytes(answer.response) > rules.MAX_RESPONSE_BYTES:
        raise MalformedResponse("写得太长了，请写短一些再交。")
    received = now()
    answered = rules.when_answered(answer.client_at, received)
    if task.closed_at and (answered >= task.closed_at or received > task.closed_at + ON_ITS_WAY):
        raise MalformedResponse(CLOSED)
    verdict = mark(item.data, answer.response)
    return TestAnswer(
        id=answer.id,
        scope_path=pupil.scope_path,
        pupil_id=pupil.id,
        task=task,
        period_id=answer.period_id,
        test_item_id=item.id,
        item_key=item.key,
        concept=item.concept,
        response=dict(answer.response),
        correct=bool(verdict.correct),
        misconceptions=list(verdict.misconceptions),
        client_at=answered,
        received_at=received,
        is_late=task.closed_at is not None,
        statement_id=new_id(),
    )


def _write(
    actor: Actor,
    offering: OfferingRef,
    pupil: PupilRef,
    *,
    task: CourseTask,
    rows: Sequence[TestAnswer],
    named: set[UUID],
) -> None:
    """Only what is new is written: of two devices, two tabs or a replay the first one stands."""
    take_turn(task.id)
    closed_at = (
        CourseTask.objects.unscoped(WHY_OWN).filter(id=task.id).values_list("closed_at", flat=True).get()
    )
    periods = periods_of(offering, named)
    for row in rows:
        row.is_late = closed_at is not None
        row.period_id = row.period_id if row.period_id in periods else None
    TestAnswer.objects.bulk_create(rows, ignore_conflicts=True)
    wanted = {row.statement_id: row for row in rows}
    mine = TestAnswer.objects.unscoped(WHY_OWN).filter(task=task, statement_id__in=wanted)
    fresh = [wanted[one] for one in mine.values_list("statement_id", flat=True)]
    if not fresh:
        return
    record([_act(offering, task, row) for row in fresh])
    for row in fresh:
        if row.period_id:
            note_evidence(
                pupil=pupil,
                offering_id=offering.id,
                period_id=row.period_id,
                lesson_key="",
                kind=ActKind.TEST,
                at=row.client_at,
            )
    if closed_at:
        count_in(offering, task, fresh)
    audit.write(
        actor,
        "learning.answered_test",
        thing="course_task",
        thing_id=task.id,
        scope_path=pupil.scope_path,
        detail={"answers": len(fresh)},
    )


def _kept(task: CourseTask, pupil: PupilRef) -> dict[str, UUID]:
    rows = TestAnswer.objects.unscoped(WHY_OWN).filter(task=task, pupil_id=pupil.id)
    return dict(rows.values_list("item_key", "id"))


def _told(answer: Answer, kept: dict[str, UUID], status: str = "recorded") -> Outcome:
    if kept.get(answer.item_key) != answer.id:
        return _refused(answer, ALREADY)
    return Outcome(answer.id, status, answer.item_key, reply=KEPT, needs_person=True, try_no=1)


def _refused(answer: Answer, message: str) -> Outcome:
    return Outcome(answer.id, "refused", answer.item_key, message=message)


def _act(offering: OfferingRef, task: CourseTask, row: TestAnswer) -> Act:
    return Act(
        actor_person=row.pupil_id,
        verb=Verb.ANSWERED,
        object_kind=ObjectKind.ITEM,
        object_id=row.item_key,
        at=row.client_at,
        scope_path=row.scope_path,
        statement_id=row.statement_id,
        # Right or wrong is said by a statement of its own when the test is closed.
        result=Result(response=as_text(row.response)),
        context=where(
            offering,
            lesson_key=None,
            period_id=row.period_id,
            concept=row.concept,
            given_in="test",
            form=task.form,
        ),
    )
