"""The night of the lake: what is new goes in, the sums are worked out; an erased person's rows go out. Handbooks."""

import logging
from uuid import UUID

from procrastinate.contrib.django import app as jobs

from qiming.insight import items_back
from qiming.insight.diagnosis import counting
from qiming.insight.handbooks import services as handbooks
from qiming.insight.lake import rights

log = logging.getLogger(__name__)


@jobs.periodic(cron="50 5 * * *")
@jobs.task(name="insight.fill_lake", queueing_lock="lake")
def fill_lake_nightly(timestamp: int) -> None:
    """After the desk's recount: export, then the sums by pupil and week; without the lake's engines the files are written all the same."""
    from qiming.insight.lake.export import export  # noqa: PLC0415 - pyarrow stays out of the web tier

    export(rights.home())
    try:
        from qiming.insight.measures.running import refresh  # noqa: PLC0415 - likewise
    except ModuleNotFoundError:
        log.info("the lake's engines are not installed: no sums")
        return
    refresh(rights.home())


@jobs.periodic(cron="15 4 * * *")
@jobs.task(name="insight.count_concepts", queueing_lock="insight.count_concepts")
def count_concepts_nightly(timestamp: int) -> None:
    """The night's sums by school and concept, and what became of actions."""
    counting.count_city()


@jobs.periodic(cron="25 4 * * *")
@jobs.task(name="insight.watch_items", queueing_lock="insight.watch_items")
def watch_items_nightly(timestamp: int) -> None:
    """What pupils' answers say of the items of lent courses goes back to the schools that wrote them."""
    items_back.tell_authors()


@jobs.task(name=handbooks.BUILD_TASK)
def build_handbook(handbook_id: str) -> None:
    """Make one handbook."""
    handbooks.build(UUID(handbook_id))
