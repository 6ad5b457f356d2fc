"""How casework knows a school's year: what follows a move, in the move's transaction, and where it is shown."""

from uuid import UUID

from django.urls import reverse

from qiming.casework import rooms
from qiming.casework.types import Moved
from qiming.governance.yearend.models import YearEnd
from qiming.kernel.errors import UserError

KEY = "class_hours"
# Moves that stand on a cut of the figures: casework may make them only with the digest of what was cut.
CUTS = frozenset({"attest", "close_unsigned", "correct"})
_WHY = "follows a move that casework allowed"


def follow(case_id: UUID, year_end_id: UUID, event: Moved) -> None:
    """Write on the school's year what its case says now; nothing else writes these columns."""
    row = YearEnd.objects.unscoped(_WHY).select_for_update().get(id=year_end_id)
    if event.transition in CUTS and event.data.get("digest") != row.digest:
        raise UserError("没有取数", kept="件还在原来那一步。", next="请到学年课时核定那一页办。", status=409)
    if event.transition == "freeze":
        if "freeze" not in event.data:
            raise UserError(
                "要整区一起冻结", kept="件还在原来那一步。", next="请到学年课时核定那一页办。", status=409
            )
        row.frozen_at = event.at
    elif event.transition == "pick":
        row.drawn = event.data["by"]
    row.state = event.target
    row.save()


def page_of(year_end_id: UUID) -> str:
    return reverse("governance.year_school", args=[year_end_id])


YEAR_END = rooms.register(rooms.Kind(KEY, follow=follow, page=page_of))
