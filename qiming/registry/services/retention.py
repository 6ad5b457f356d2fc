"""What is kept only for a while: sessions, counts of failed attempts, rows of rosters that were not written."""

from datetime import timedelta

from django.db import transaction

from qiming.kernel import time
from qiming.registry.models import FamilyCode, RosterImport, Session, SignInFailure
from qiming.registry.services.rosters import KEEP_WRONG_ROWS

_WHY = "retention holds for the whole installation"
_FAILURES_KEPT = timedelta(days=1)


@transaction.atomic
def forget_old() -> dict[str, int]:
    """Delete what has outlived its purpose; returns how many of each."""
    now = time.now()
    sessions, _ = Session.objects.filter(expire_date__lt=now).delete()
    failures, _ = SignInFailure.objects.filter(window_started_at__lt=now - _FAILURES_KEPT).delete()
    codes, _ = FamilyCode.objects.unscoped(_WHY).filter(used_at=None, expires_at__lt=now).delete()
    rosters = (
        RosterImport.objects.unscoped(_WHY)
        .filter(created_at__lt=now - KEEP_WRONG_ROWS)
        .exclude(rows={}, problems=[], wrong_rows=[])
        .update(rows={}, problems=[], wrong_rows=[])
    )
    return {"sessions": sessions, "failures": failures, "codes": codes, "rosters": rosters}
