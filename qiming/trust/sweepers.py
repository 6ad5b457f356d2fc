"""What the trust room deletes when it has been kept long enough."""

from datetime import datetime

from django.db.models import QuerySet

from qiming.kernel import made
from qiming.kernel.keeping import Holds, Swept, remove, sweeper
from qiming.kernel.sweepers import cut_chain
from qiming.trust.chains import READS
from qiming.trust.models import ErasureCase, Incident, PersonCopy, Report
from qiming.trust.types.reports import IncidentState, ReportState
from qiming.trust.types.rights import CopyState, ErasureState

_WHY = "retention holds for the whole installation"


@sweeper("trust.reads")
def reads(before: datetime, holds: Holds) -> Swept:
    """The oldest readings, up to the first about a person or place that is held."""
    return cut_chain(READS, before, holds.over(person="subject_id", path="scope_path"), "trust.reads")


@sweeper("trust.copies")
def copies(before: datetime, holds: Holds) -> Swept:
    """Copies nobody has to fetch any more: the file goes, that somebody asked stays."""
    rows = PersonCopy.objects.unscoped(_WHY).filter(state=CopyState.READY, expires_at__lt=before)
    return remove(rows, Holds(), path="scope_path", act=_take_away)


@sweeper("trust.reports")
def reports(before: datetime, holds: Holds) -> Swept:
    rows = Report.objects.unscoped(_WHY).filter(state=ReportState.CLOSED, closed_at__lt=before)
    return remove(rows, holds, person="reporter_id", path="scope_path")


@sweeper("trust.incidents")
def incidents(before: datetime, holds: Holds) -> Swept:
    rows = Incident.objects.unscoped(_WHY).filter(state=IncidentState.CLOSED, closed_at__lt=before)
    return remove(rows, holds, path="scope_path")


@sweeper("trust.erasure_cases")
def erasure_cases(before: datetime, holds: Holds) -> Swept:
    rows = ErasureCase.objects.unscoped(_WHY).filter(
        state__in=[ErasureState.DONE, ErasureState.REFUSED, ErasureState.WITHDRAWN], created_at__lt=before
    )
    return remove(rows, holds, person="person_id", path="scope_path")


def _take_away(chosen: QuerySet[PersonCopy]) -> None:
    for copy in chosen:
        made.forget(f"copies/{copy.id}.zip")
    chosen.update(state=CopyState.GONE)
