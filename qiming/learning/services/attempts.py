"""Answers: taken once, marked on the server, moving mastery, told to the record store; one transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from qiming.curriculum import queries as curriculum
from qiming.curriculum.rules import MalformedResponse, mark
from qiming.curriculum.types import Item, Verdict
from qiming.kernel import audit
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.kernel.ids import new_id
from qiming.kernel.time import local, now
from qiming.learning import rules
from qiming.learning.models import Attempt
from qiming.learning.services import belief
from qiming.learning.services.common import WHY_OWN, as_text, lesson_key_of, own_offering, said_html, where
from qiming.learning.services.past import Past, past_of
from qiming.learning.services.places import Places, look_up
from qiming.learning.types import LATE_SAYS, Answer, Context, Late, Outcome
from qiming.mastery import weight_of
from qiming.records.services import record
from qiming.records.types import Act, Result
from qiming.records.verbs import ObjectKind, Verb
from qiming.registry.types import PupilRef
from qiming.teaching.services import note_evidence
from qiming.teaching.types import ActKind, OfferingRef

MOST_AT_ONCE = 50
MOST_A_DAY = 60
TOO_MANY = UserError(
    f"一次最多送{MOST_AT_ONCE}个作答", kept="都还在这台设备上。", next="刷新页面会分几次再送。", status=413
)
ENOUGH_TODAY = f"这道题今天已经试了{MOST_A_DAY}次，先放一放，换一道或者问问老师。"
ID_TAKEN = UserError(
    "这个作答的编号已经用过", kept="这台设备上写的还在。", next="刷新页面再答一次。", status=409
)


def record_attempts(*, actor: Actor, offering_id: UUID, answers: Sequence[Answer]) -> list[Outcome]:
    """Take answers in the order given. One that was already taken is told again, never counted twice; one that
    cannot be read is refused by itself; what comes late is kept and says so."""
    if len(answers) > MOST_AT_ONCE:
        raise TOO_MANY
    offering, pupil = own_offering(actor, offering_id)
    readable, outcomes = _read(offering, answers)
    if readable:
        try:
            with transaction.atomic():
                outcomes |= _take(actor, offering, pupil, readable)
        except IntegrityError as clash:
            raise ID_TAKEN from clash
    return [outcomes[answer.id] for answer in answers]


def _read(
    offering: OfferingRef, answers: Sequence[Answer]
) -> tuple[list[tuple[Answer, Item, Verdict]], dict[UUID, Outcome]]:
    """The answers that can be marked, with their verdicts; the others refused, each with the reason."""
    readable: dict[UUID, tuple[Answer, Item, Verdict]] = {}
    refused: dict[UUID, Outcome] = {}
    for answer in answers:
        if answer.id in readable:
            continue
        item = _seen(offering, answer)
        try:
            if item is None:
                raise MalformedResponse("这门课里没有这道题。")
            if rules.weight_bytes(answer.response) > rules.MAX_RESPONSE_BYTES:
                raise MalformedResponse("写得太长了，请写短一些再交。")
            readable[answer.id] = (answer, item, mark(item.data, answer.response))
        except MalformedResponse as trouble:
            refused[answer.id] = Outcome(answer.id, "refused", answer.item_key, message=str(trouble))
    return list(readable.values()), refused


def _seen(offering: OfferingRef, answer: Answer) -> Item | None:
    """The item as the pupil saw it: what was answered before the class got another version is marked by that one."""
    now_there = curriculum.item_by_key(offering.course_version_id, answer.item_key)
    if now_there is None or answer.item_version in (None, now_there.id):
        return now_there
    assert answer.item_version
    seen = curriculum.item_version(offering.course_version_id, answer.item_key, answer.item_version)
    return seen or now_there


def _take(
    actor: Actor, offering: OfferingRef, pupil: PupilRef, readable: Sequence[tuple[Answer, Item, Verdict]]
) -> dict[UUID, Outcome]:
    # Held first: two devices answering at once are counted one after the other, each with its later moment.
    states = belief.hold(pupil, {item.concept for _, item, _ in readable})
    received = now()
    items = {item.key for _, item, _ in readable}
    past = past_of(pupil_id=pupil.id, offering_id=offering.id, items=items, at=received)
    known = _known(readable, past)
    places = look_up(offering, pupil, [answer for answer, _, _ in readable])
    outcomes: dict[UUID, Outcome] = {}
    rows: list[Attempt] = []
    for answer, item, verdict in readable:
        before = past[item.key]
        if answer.id in known:
            outcomes[answer.id] = _again(known[answer.id], before, item)
            continue
        if before.today >= MOST_A_DAY:
            outcomes[answer.id] = Outcome(answer.id, "refused", item.key, message=ENOUGH_TODAY)
            continue
        row = _row(
            offering,
            pupil,
            answer=answer,
            item=item,
            verdict=verdict,
            before=before,
            places=places,
            received=received,
        )
        _believe(states, row, item, before)
        before.add(row.response, row.correct, is_today=True)
        rows.append(row)
        outcomes[answer.id] = _told(row, before, item, verdict)
    if rows:
        _write(actor, offering, pupil, rows, states)
    return outcomes


def _known(readable: Sequence[tuple[Answer, Item, Verdict]], past: Mapping[str, Past]) -> dict[UUID, Attempt]:
    """Those of the answers that were taken before; asked for only when there are any."""
    seen = [answer.id for answer, item, _ in readable if answer.id in past[item.key].ids]
    if not seen:
        return {}
    return {row.id: row for row in Attempt.objects.unscoped(WHY_OWN).filter(id__in=seen)}


def _row(
    offering: OfferingRef,
    pupil: PupilRef,
    *,
    answer: Answer,
    item: Item,
    verdict: Verdict,
    before: Past,
    places: Places,
    received: datetime,
) -> Attempt:
    answered = rules.when_answered(answer.client_at, received)
    place = places.of(answer, answered, received, offering)
    in_class = place.context is Context.CLASS
    return Attempt(
        id=answer.id,
        scope_path=pupil.scope_path,
        pupil_id=pupil.id,
        offering_id=offering.id,
        period_id=answer.period_id if in_class else None,
        homework_id=answer.homework_id if place.context is Context.HOMEWORK else None,
        practice_id=answer.practice_id if place.context is Context.PRACTICE else None,
        item_version_id=item.id,
        lesson_key=lesson_key_of(item),
        activity_key=answer.activity_key[:60],
        item_key=item.key,
        concept=item.concept,
        context=place.context,
        try_no=min(before.today + 1, 999),
        response=dict(answer.response),
        correct=verdict.correct,
        score_scaled=None if verdict.correct is None else round(verdict.score, 3),
        hints_used=before.rungs,
        solution_shown=before.solution,
        misconceptions=list(verdict.misconceptions),
        reply=verdict.reply,
        client_at=answered,
        received_at=received,
        late=place.late,
        statement_id=new_id(),
        needs_person=verdict.correct is None,
    )


def _believe(states: belief.States, row: Attempt, item: Item, before: Past) -> None:
    """Move the belief in the concept; what waits for a person moves it when it is marked."""
    if row.correct is None or before.right_today:
        return
    weight = weight_of(
        correct=row.correct,
        try_no=row.try_no,
        hints_used=row.hints_used,
        hints_total=len(item.hints),
        solution_shown=row.solution_shown,
    )
    states.step(item, row.correct, weight, day=local(row.client_at).date(), at=row.received_at)


def _write(
    actor: Actor, offering: OfferingRef, pupil: PupilRef, rows: Sequence[Attempt], states: belief.States
) -> None:
    Attempt.objects.bulk_create(rows)
    states.save()
    record([act_of(offering, row) for row in rows])
    for row in rows:
        if row.period_id:
            note_evidence(
                pupil=pupil,
                offering_id=offering.id,
                period_id=row.period_id,
                lesson_key=row.lesson_key,
                kind=ActKind.ATTEMPT,
                at=row.client_at,
            )
    audit.write(
        actor,
        "learning.answered",
        thing="attempt",
        thing_id=rows[0].id,
        scope_path=pupil.scope_path,
        detail={"offering": str(offering.id), "attempts": len(rows)},
    )


def act_of(offering: OfferingRef, row: Attempt) -> Act:
    """That the answer was given, for the record store."""
    return Act(
        actor_person=row.pupil_id,
        verb=Verb.ANSWERED,
        object_kind=ObjectKind.ITEM,
        object_id=row.item_key,
        at=row.client_at,
        scope_path=row.scope_path,
        statement_id=row.statement_id,
        result=Result(
            success=row.correct,
            score_scaled=None if row.score_scaled is None else float(row.score_scaled),
            response=as_text(row.response),
            extensions={
                "try_no": row.try_no,
                "hints_used": row.hints_used,
                "solution_shown": row.solution_shown,
                **({"misconceptions": list(row.misconceptions)} if row.misconceptions else {}),
            },
        ),
        context=where(
            offering,
            lesson_key=row.lesson_key,
            period_id=row.period_id,
            concept=row.concept,
            item_version=row.item_version_id,
            attempt=row.id,
            given_in=str(row.context),
        ),
    )


def _told(row: Attempt, before: Past, item: Item, verdict: Verdict, status: str = "recorded") -> Outcome:
    return Outcome(
        id=row.id,
        status=status,
        item_key=row.item_key,
        correct=row.correct,
        reply=said_html(verdict.reply),
        needs_person=row.needs_person and row.marked_at is None,
        try_no=row.try_no,
        solution_open=before.rungs >= len(item.hints)
        and rules.solution_open(
            tries=rules.real_tries(before.responses), rungs_taken=before.rungs, rungs=len(item.hints)
        ),
        late=LATE_SAYS[Late(row.late)],
    )


def _again(row: Attempt, before: Past, item: Item) -> Outcome:
    """The same word as the first time."""
    verdict = Verdict(row.correct, float(row.score_scaled or 0), [], row.reply, {})
    return _told(row, before, item, verdict, status="again")
