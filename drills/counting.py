"""What must be on record after a journey: everything acknowledged, once."""

from collections.abc import Iterator
from typing import Any

from drills.journey import PUPILS, Journey


def wrong_with(one: Journey) -> list[str]:
    """What was lost or doubled; empty when all is as acknowledged."""
    return [f"{what}: {found} instead of {wanted}" for what, found, wanted in _counts(one) if found != wanted]


def _counts(one: Journey) -> Iterator[tuple[str, Any, Any]]:
    from qiming.kernel.models import AuditRow
    from qiming.learning.models import Attempt, MasteryState, Work, WorkVersion
    from qiming.records.models import Statement
    from qiming.registry.models import ClassCard, ClassMembership
    from qiming.teaching.models import (
        LivePeriod,
        Offering,
        PeriodChange,
        PeriodCredit,
        Presence,
        TaughtPeriod,
    )

    why = "drill"
    people = [person_id for person_id, _ in one.pupils]
    yield "pupils", ClassMembership.objects.unscoped(why).filter(class_group_id=one.class_id).count(), PUPILS
    yield "cards", ClassCard.objects.unscoped(why).filter(person_id__in=people).count(), PUPILS
    offerings = Offering.objects.unscoped(why).filter(class_group_id=one.class_id)
    yield "offerings", offerings.count(), 1
    periods = TaughtPeriod.objects.unscoped(why).filter(offering_id=one.offering_id)
    lessons = list(periods.values_list("lesson_version_id", flat=True))
    yield "periods planned twice", len(lessons) - len(set(lessons)), 0
    period = TaughtPeriod.objects.unscoped(why).get(id=one.period_id)
    yield "state of the period", period.state, "confirmed"
    yield "running states", LivePeriod.objects.unscoped(why).filter(period=period).count(), 1
    yield "pupils who came in", Presence.objects.unscoped(why).filter(period=period).count(), PUPILS
    attempts = Attempt.objects.unscoped(why).filter(pupil_id__in=people)
    yield "answers", sorted(str(key) for key in attempts.values_list("id", flat=True)), sorted(one.answers)
    said = Statement.objects.unscoped(why).filter(
        id__in=list(attempts.values_list("statement_id", flat=True))
    )
    yield "statements of answers", said.count(), len(one.answers)
    learned = MasteryState.objects.unscoped(why).filter(pupil_id__in=people)
    yield "answers that moved mastery", sum(learned.values_list("n", flat=True)), len(one.answers)
    works = Work.objects.unscoped(why).filter(pupil_id__in=people, handed_in_at__isnull=False)
    yield "works", works.count(), PUPILS
    yield (
        "works handed in",
        WorkVersion.objects.unscoped(why).filter(work__in=works, why="handed_in").count(),
        PUPILS,
    )
    credited = PeriodCredit.objects.unscoped(why).filter(period=period)
    yield "credits", credited.count(), PUPILS
    yield "credits with minutes", credited.filter(credited_minutes__gt=0).count(), PUPILS
    for name in ("started", "ended", "confirmed"):
        yield f"times {name}", PeriodChange.objects.unscoped(why).filter(period=period, kind=name).count(), 1
    confirmed = AuditRow.objects.filter(thing_id=one.period_id, verb__contains="confirm")
    yield "confirmations audited", confirmed.count(), 1


def waiting_events() -> int:
    from qiming.kernel.models import OutboxEvent

    return int(OutboxEvent.objects.filter(delivered_at=None).count())
