"""What adults do with periods and homework is told to the record store: once, about the thing, never per pupil."""

from __future__ import annotations

from datetime import timedelta

from qiming.kernel.time import now
from qiming.records.models import Statement
from qiming.teaching import services
from qiming.teaching.tests.conftest import World
from qiming.teaching.types import AttendanceStatus


def told(world: World, who: str = "teacher") -> list[str]:
    rows = Statement.objects.unscoped("test").filter(actor_person=world.people[who].id)
    return list(rows.order_by("id").values_list("verb", flat=True))


def test_a_period_from_start_to_amendment(world: World) -> None:
    period = world.taught(1, 2)
    teacher = world.actor("teacher")
    for _ in range(2):
        services.confirm_period(actor=teacher, period_id=period.id, exceptions={})
    assert told(world) == ["started", "ended", "confirmed"]
    services.amend_period(
        actor=teacher,
        period_id=period.id,
        reason="记错一人",
        exceptions={world.pupils[2].id: AttendanceStatus.ABSENT},
    )
    services.reopen_period(actor=teacher, period_id=period.id, reason="点错了")
    assert told(world)[3:] == ["amended", "withdrew"]
    last = Statement.objects.unscoped("test").filter(verb="confirmed").get()
    assert (last.object_id, last.period_id) == (str(period.id), period.id)
    assert not any(str(person.id) in str(last.raw) for person in world.pupils)


def test_homework_set(world: World) -> None:
    offering = world.open()
    task = services.Task("说收获", "g7l1", ["say"], [], now() + timedelta(days=2))
    made = services.set_homework(actor=world.actor("teacher"), offering_id=offering.id, task=task)
    assert told(world) == ["assigned"]
    assert Statement.objects.unscoped("test").get().object_id == str(made.id)
