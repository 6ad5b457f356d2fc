"""Answers that a pupil wrote on paper: brought in by the teacher with the marks, shown to the pupil like any other."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from qiming.curriculum import queries as curriculum
from qiming.kernel import audit
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.kernel.ids import new_id
from qiming.kernel.time import now
from qiming.learning.access import TABLE
from qiming.learning.models import Attempt
from qiming.learning.services.attempts import act_of
from qiming.learning.services.common import lesson_key_of
from qiming.learning.services.homework import note_paper
from qiming.learning.services.past import past_of
from qiming.learning.types import Context
from qiming.records.services import record
from qiming.registry import queries as registry
from qiming.teaching import queries as teaching

MARK = "learning.mark"
MOST_TEXT = 2000
NOT_OPEN = UserError("这一题不是写一段话的题", kept="别的答案没有动。", next="这一题请学生在页面上做。")


def take_paper_answer(
    *,
    actor: Actor,
    answer_id: UUID,
    homework_id: UUID,
    pupil_id: UUID,
    item_version_id: UUID,
    text: str,
    written_at: datetime,
) -> Attempt:
    """Take what a pupil of the class wrote on paper to one open item of a homework; it waits for marks like an answer
    typed by the pupil. `answer_id` is the idempotency key: taken again, it is told again."""
    homework = teaching.homework(homework_id)
    TABLE.require(actor, MARK, homework)
    pupil = registry.pupil_in(homework.class_group_id, pupil_id)
    if pupil is None:
        raise Denied(MARK)
    item = curriculum.item(item_version_id)
    if item.kind != "short":
        raise NOT_OPEN
    known = Attempt.objects.unscoped("the teacher may mark this homework").filter(id=answer_id).first()
    if known is not None:
        return known
    offering = teaching.offering(homework.offering_id)
    received = now()
    with transaction.atomic():
        past = past_of(pupil_id=pupil.id, offering_id=offering.id, items=[item.key], at=received)[item.key]
        row = Attempt.objects.create(
            id=answer_id,
            scope_path=pupil.scope_path,
            pupil_id=pupil.id,
            offering_id=offering.id,
            homework_id=homework.id,
            item_version_id=item.id,
            lesson_key=lesson_key_of(item),
            item_key=item.key,
            concept=item.concept,
            context=Context.HOMEWORK,
            try_no=min(past.today + 1, 999),
            response={"text": text[:MOST_TEXT]},
            hints_used=past.rungs,
            solution_shown=past.solution,
            client_at=written_at,
            received_at=received,
            statement_id=new_id(),
            needs_person=True,
        )
        record([act_of(offering, row)])
        note_paper(actor=actor, homework=homework, pupil=pupil, at=written_at)
        audit.write(
            actor,
            "learning.took_paper_answer",
            thing="attempt",
            thing_id=row.id,
            scope_path=row.scope_path,
            detail={"homework": str(homework.id), "item": item.key},
        )
    return row
