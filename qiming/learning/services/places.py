"""Where answers belong: the period going on, a homework, a practice; looked up once per batch."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from qiming.kernel.access import Denied
from qiming.learning import rules
from qiming.learning.models import PracticeRun
from qiming.learning.services.common import WHY_OWN
from qiming.learning.types import Answer
from qiming.registry.types import PupilRef
from qiming.teaching import queries as teaching
from qiming.teaching.types import HomeworkRef, OfferingRef


@dataclass(slots=True)
class Places:
    """What is known of the periods, homeworks and practices that a batch names; unknown names count for nothing."""

    ended: dict[UUID, datetime | None] = field(default_factory=dict)
    homework: dict[UUID, HomeworkRef] = field(default_factory=dict)
    practice: set[UUID] = field(default_factory=set)

    def of(
        self, answer: Answer, answered: datetime, received: datetime, offering: OfferingRef
    ) -> rules.Place:
        homework = self.homework.get(answer.homework_id) if answer.homework_id else None
        in_period = answer.period_id in self.ended
        return rules.place(
            answered_at=answered,
            received_at=received,
            in_period=in_period,
            period_ended_at=self.ended.get(answer.period_id) if answer.period_id else None,
            in_homework=homework is not None,
            homework_due_at=homework.due_at if homework else None,
            in_practice=answer.practice_id in self.practice,
            offering_closed=not offering.is_open,
        )


def look_up(offering: OfferingRef, pupil: PupilRef, answers: Sequence[Answer]) -> Places:
    """At most one question per kind of place, none for a kind nobody names."""
    return Places(
        ended=periods_of(offering, {answer.period_id for answer in answers if answer.period_id}),
        homework=_homeworks(
            offering, pupil, {answer.homework_id for answer in answers if answer.homework_id}
        ),
        practice=_practices(pupil, {answer.practice_id for answer in answers if answer.practice_id}),
    )


def periods_of(offering: OfferingRef, ids: set[UUID]) -> dict[UUID, datetime | None]:
    """When each of these periods of the offering ended; None while it goes on."""
    return teaching.ended_at(offering.id, ids) if ids else {}


def _homeworks(offering: OfferingRef, pupil: PupilRef, ids: set[UUID]) -> dict[UUID, HomeworkRef]:
    found: dict[UUID, HomeworkRef] = {}
    for homework_id in sorted(ids, key=str):
        try:
            homework = teaching.homework(homework_id)
        except Denied:
            continue
        if homework.offering_id == offering.id and homework.is_for(pupil.id):
            found[homework_id] = homework
    return found


def _practices(pupil: PupilRef, ids: set[UUID]) -> set[UUID]:
    if not ids:
        return set()
    runs = PracticeRun.objects.unscoped(WHY_OWN).filter(id__in=ids, pupil_id=pupil.id)
    return set(runs.values_list("id", flat=True))
