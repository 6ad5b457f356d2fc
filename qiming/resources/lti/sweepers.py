"""What is deleted about LTI tools when it has been kept long enough."""

from __future__ import annotations

from datetime import datetime

from qiming.kernel.keeping import Holds, Swept, remove, sweeper
from qiming.registry import queries as registry
from qiming.resources.lti.models import LtiInvitation, LtiLaunch, LtiNote, LtiScore, LtiSeen, LtiToken

_WHY = "retention holds for the whole installation"


@sweeper("resources.lti_launches")
def launches(before: datetime, holds: Holds) -> Swept:
    """Who opened a tool when: only needed to finish the launch and to look into a fault."""
    rows = LtiLaunch.objects.unscoped(_WHY).filter(created_at__lt=before)
    return remove(rows, holds, person="person_id", path="scope_path")


@sweeper("resources.lti_left")
def left_pupils(before: datetime, holds: Holds) -> Swept:
    """What tools sent about pupils who left their last class long ago."""
    rows = LtiScore.objects.unscoped(_WHY).filter(person_id__in=registry.left_before(before.date()))
    return remove(rows, holds, person="person_id", path="scope_path")


@sweeper("resources.lti_notes")
def notes(before: datetime, holds: Holds) -> Swept:
    """The log of what tools did."""
    return remove(LtiNote.objects.unscoped(_WHY).filter(created_at__lt=before), Holds())


@sweeper("resources.lti_short")
def short_lived(before: datetime, holds: Holds) -> Swept:
    """Access tokens, one-time numbers and invitations whose time is over."""
    swept = remove(LtiToken.objects.filter(expires_at__lt=before), Holds())
    swept.ids += remove(LtiSeen.objects.filter(expires_at__lt=before), Holds()).ids
    old = LtiInvitation.objects.unscoped(_WHY).filter(expires_at__lt=before)
    swept.ids += remove(old, Holds()).ids
    return swept
