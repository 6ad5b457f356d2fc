"""Keeps the desk's figures true: after every change below, and once a night because weeks pass by themselves."""

import logging
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from procrastinate.contrib.django import app as jobs

from qiming.governance import lake
from qiming.governance.models import GradeCoverage
from qiming.governance.projection import project_school
from qiming.governance.surveys import services as surveys
from qiming.governance.tasks import services as tasks
from qiming.insight.queries import lake as insight
from qiming.kernel import outbox
from qiming.registry import queries as registry

log = logging.getLogger(__name__)

NIGHT = timedelta(hours=4)
LEDGER_EVENTS = (
    "teaching.offering_opened",
    "teaching.period_confirmed",
    "teaching.period_amended",
    "teaching.plan_changed",
)
PEOPLE_EVENTS = ("registry.pupil_transferred", "registry.group_changed", "registry.promoted")


def _on_class_change(payload: dict[str, Any], event_id: UUID) -> None:
    """Rebuild the school, unless the next event in the queue will: thirty classes that are confirmed in the same
    break are counted once."""
    school = registry.school_of(registry.org(UUID(payload["class_id"])).path)
    if not outbox.is_followed(event_id, LEDGER_EVENTS, school.path):
        project_school(school.id, payload["school_year"])


for name in LEDGER_EVENTS:
    outbox.on(name)(_on_class_change)


def _on_people_change(payload: dict[str, Any], event_id: UUID) -> None:
    """Pupils came, went or changed class: the figures of both schools follow, in the year that is on."""
    year = registry.current_year().key
    schools = {payload[name] for name in ("school_id", "from_school_id", "to_school_id") if name in payload}
    for school_id in sorted(schools):
        project_school(UUID(school_id), year)


for name in PEOPLE_EVENTS:
    outbox.on(name)(_on_people_change)


def recount_city(*, unless_since: datetime | None = None) -> int:
    """Rebuild every school's figures for the present school year; returns the number of classes. Schools counted
    after `unless_since` are left alone, so that a recount that was broken off goes on. One school that cannot be
    counted holds up no other."""
    year = registry.current_year().key
    done = _counted_since(year, unless_since) if unless_since else set()
    counted = 0
    for school_id in registry.school_ids_under(registry.city().path):
        if school_id in done:
            continue
        try:
            counted += project_school(school_id, year)
        except Exception:
            log.exception("school %s could not be counted", school_id)
    return counted


def _counted_since(year: str, moment: datetime) -> set[UUID]:
    rows = GradeCoverage.objects.unscoped("when each school was counted, no person in it").filter(
        school_year=year, counted_at__gte=moment
    )
    return set(rows.order_by().values_list("school_id", flat=True))


@jobs.periodic(cron="30 3-5 * * *")
@jobs.task(name="governance.recount_city", queueing_lock="recount")
def recount_nightly(timestamp: int) -> None:
    """The night's recount; the second and third hour finish what a restart broke off."""
    recount_city(unless_since=datetime.fromtimestamp(timestamp, tz=UTC) - NIGHT)


@jobs.periodic(cron="20 6 * * *")
@jobs.task(name="governance.compare_with_lake", queueing_lock="compare_lake")
def compare_with_lake_nightly(timestamp: int) -> None:
    """After the recount and the export, while hardly anybody works: what differs is hardly ever of the last half hour."""
    if not insight.is_there(lake.home()):
        return
    try:
        lake.keep(lake.compare())
    except ModuleNotFoundError:
        log.info("the lake's engines are not installed: nothing compared")


@jobs.periodic(cron="10 6 * * *")
@jobs.task(name="governance.tell_late_tasks", queueing_lock="late_tasks")
def tell_late_nightly(timestamp: int) -> None:
    """Before people come to work: whose dated task is late is told, each level once."""
    tasks.tell_late()


@jobs.periodic(cron="*/10 * * * *")
@jobs.task(name="governance.mix_surveys", queueing_lock="mix_surveys")
def mix_surveys(timestamp: int) -> None:
    """What came in lies in no order: neither its place on the disk nor its transaction says who answered when."""
    surveys.mix_open()


@jobs.periodic(cron="5 0 * * *")
@jobs.task(name="governance.close_surveys", queueing_lock="close_surveys")
def close_surveys_nightly(timestamp: int) -> None:
    """Surveys whose last day is over are counted and closed."""
    surveys.close_past()
