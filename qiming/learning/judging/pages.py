"""Runs as pages and programs read them."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from qiming.judge.limits import ENDING_SAYS, Ending
from qiming.learning.judging import queue, rules, station
from qiming.learning.judging.rules import Shown
from qiming.learning.models import JudgeRun, Work

WHY = "the page has checked the right to the work itself"


def seen(row: JudgeRun) -> dict[str, Any]:
    """A pupil's own run."""
    outcome = row.outcome
    says = str(outcome["error"]["says"]) if outcome.get("error") else ""
    if outcome and not says:
        says = ENDING_SAYS[Ending(outcome["ending"])]
    return {
        "id": row.id,
        "state": row.state,
        "ahead": queue.ahead(row),
        "output": row.output,
        "outcome": outcome,
        "says": says,
    }


def verdict_of(work: Work) -> Shown | None:
    """What the server says to the program as it was handed in last; None when it was never asked."""
    return verdicts_of([work.id]).get(work.id)


def verdicts_of(works: Iterable[UUID]) -> dict[UUID, Shown]:
    """The same for many works, in one question."""
    latest: dict[UUID, Shown] = {}
    for row in _marks(works):
        if row.work_id is not None:
            latest.setdefault(row.work_id, shown(row))
    if rules.WAITING in latest.values() and not station.is_open().judges:
        return {work: rules.AWAY if one == rules.WAITING else one for work, one in latest.items()}
    return latest


def _marks(works: Iterable[UUID]) -> Any:
    rows = JudgeRun.objects.unscoped(WHY).filter(kind="marks", work_id__in=list(works))
    return rows.exclude(state="replaced").order_by("-work_version", "-id").defer("source", "output")


def shown(row: JudgeRun) -> Shown:
    return rules.shown(row.state, row.outcome, row.passed, row.of)
