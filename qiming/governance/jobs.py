"""Keeps the desk's figures true: after every change below, and once a night because weeks pass by themselves."""

from typing import Any
from uuid import UUID

from procrastinate.contrib.django import app as jobs

from qiming.governance.projection import project_class, project_school
from qiming.kernel import outbox
from qiming.registry import queries as registry

LEDGER_EVENTS = (
    "teaching.offering_opened",
    "teaching.period_confirmed",
    "teaching.period_amended",
    "teaching.plan_changed",
)


def _on_class_change(payload: dict[str, Any], event_id: UUID) -> None:
    project_class(UUID(payload["class_id"]), payload["school_year"])


for name in LEDGER_EVENTS:
    outbox.on(name)(_on_class_change)


def recount_city() -> int:
    """Rebuild every school's figures for the present school year; returns the number of classes."""
    year = registry.current_year().key
    return sum(project_school(school.id, year) for school in registry.schools_under(registry.city().path))


@jobs.periodic(cron="30 3 * * *")
@jobs.task(name="governance.recount_city", queueing_lock="recount")
def recount_nightly(timestamp: int) -> None:
    """The night's recount."""
    recount_city()
