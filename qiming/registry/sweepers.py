"""What the registry deletes when it has been kept long enough."""

from datetime import datetime

from django.db.models import Q, QuerySet

from qiming.kernel.keeping import Holds, Swept, remove, sweeper
from qiming.registry.models import (
    FamilyCode,
    Guardianship,
    RosterImport,
    RosterPackage,
    Session,
    SignInFailure,
)
from qiming.registry.oneroster import work

_WHY = "retention holds for the whole installation"


@sweeper("registry.sessions")
def sessions(before: datetime, holds: Holds) -> Swept:
    """Sessions that have run out."""
    swept = remove(Session.objects.filter(expire_date__lt=before), Holds())
    swept.ids = [key[:8] for key in swept.ids]  # a session's key opens a door, even when it is worn out
    return swept


@sweeper("registry.sign_in_failures")
def failures(before: datetime, holds: Holds) -> Swept:
    return remove(SignInFailure.objects.filter(window_started_at__lt=before), Holds())


@sweeper("registry.family_codes")
def family_codes(before: datetime, holds: Holds) -> Swept:
    """Codes nobody used in time."""
    rows = FamilyCode.objects.unscoped(_WHY).filter(used_at=None, expires_at__lt=before)
    return remove(rows, holds, person="ward_id", path="scope_path")


@sweeper("registry.roster_rows")
def roster_rows(before: datetime, holds: Holds) -> Swept:
    """The lines of uploaded rosters; counts stay."""
    rows = RosterImport.objects.unscoped(_WHY).filter(created_at__lt=before)
    rows = rows.exclude(Q(rows={}) & Q(problems=[]) & Q(wrong_rows=[]))
    return remove(
        rows,
        holds,
        path="scope_path",
        act=lambda chosen: chosen.update(rows={}, problems=[], wrong_rows=[], file_name=""),
    )


@sweeper("registry.packages")
def packages(before: datetime, holds: Holds) -> Swept:
    """What packages brought: samples, wrong cells, corrected rows, and staged rows nobody decided about."""
    rows = RosterPackage.objects.unscoped(_WHY).filter(created_at__lt=before)
    rows = rows.exclude(Q(samples={}) & Q(file_name="") & ~Q(state__in=work.UNDER_WAY))
    return remove(rows, holds, path="scope_path", act=_empty_packages)


def _empty_packages(chosen: QuerySet[RosterPackage]) -> None:
    for kept in chosen:
        if kept.state in work.UNDER_WAY:
            kept.state = RosterPackage.State.DROPPED
            work.clear(kept)
        work.wrong_file_of(kept.id).unlink(missing_ok=True)
        kept.findings.all().delete()
        kept.samples, kept.file_name = {}, ""
        kept.save(update_fields=["state", "samples", "file_name"])


@sweeper("registry.left_guardianships")
def left_guardianships(before: datetime, holds: Holds) -> Swept:
    rows = Guardianship.objects.unscoped(_WHY).filter(ends_on__lt=before.date())
    return remove(rows, holds, person="ward_id", path="scope_path")
