"""Trust's background work."""

from typing import Any
from uuid import UUID

from procrastinate.contrib.django import app as jobs

from qiming.kernel import outbox
from qiming.registry import events as registry_events
from qiming.trust import chains, services  # noqa: F401 - the reading log is sealed with the audit trail
from qiming.trust.services.copies import BUILD_TASK
from qiming.trust.services.erasure import CARRY_OUT_TASK
from qiming.trust.services.packs import BUILD_TASK as PACK_TASK


@jobs.periodic(cron="20 3 * * *")
@jobs.task(name="trust.sweep", queueing_lock="trust.sweep")
def sweep(timestamp: int) -> None:
    """The night's deletions by rule, each with a certificate."""
    services.sweep()


@jobs.periodic(cron="10 * * * *")
@jobs.task(name="trust.pass_up_reports", queueing_lock="trust.pass_up_reports")
def pass_up_reports(timestamp: int) -> None:
    """Let the next list read what nobody answered in time."""
    services.pass_up_overdue()


@jobs.task(name=BUILD_TASK)
def build_copy(copy_id: str) -> None:
    """Build one copy of a person's data."""
    services.build_copy(UUID(copy_id))


@jobs.task(name=CARRY_OUT_TASK)
def carry_out_erasure(case_id: str) -> None:
    """Erase one person whose case was confirmed."""
    services.carry_out(UUID(case_id))


@outbox.on(registry_events.POWER_RAISED)
def power_over_a_pupil(payload: dict[str, Any], event_id: UUID) -> None:
    """An emergency power over one pupil stands in that pupil's reading log from its first minute on."""
    if payload["subject_id"]:
        services.note_power(
            holder_id=UUID(payload["holder_id"]),
            role=payload["role"],
            subject_id=UUID(payload["subject_id"]),
            scope_path=payload["scope_path"],
        )


@jobs.task(name=PACK_TASK)
def build_pack(pack_id: str) -> None:
    """Build one yearly pack."""
    services.build_pack(UUID(pack_id))
