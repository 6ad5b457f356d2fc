"""How casework knows a school in a round: its conditions, what follows a move, where it is shown."""

from uuid import UUID

from django.urls import reverse

from qiming.casework import rooms
from qiming.casework.types import Moved
from qiming.governance.supervision.models import SchoolReview
from qiming.kernel.errors import UserError

KEY = "supervision"
# Moves that carry words which stand on the review: made on its page, or not at all.
WRITTEN = frozenset({"submit", "draft", "rectify", "finish"})
_WHY = "follows a move that casework allowed"


def follow(case_id: UUID, review_id: UUID, event: Moved) -> None:
    """Write on the review what its case says now; nothing else writes these columns."""
    row = SchoolReview.objects.unscoped(_WHY).select_for_update().get(id=review_id)
    if event.transition in WRITTEN and "digest" not in event.data:
        raise UserError("没有写内容", kept="件还在原来那一步。", next="请到督导那一页办。", status=409)
    row.state = event.target
    row.save(update_fields=["state"])


def not_drawn(review_id: UUID) -> str:
    """A drawn school is visited."""
    drawn = SchoolReview.objects.unscoped(_WHY).filter(id=review_id, is_drawn=True).exists()
    return "这所学校抽中了要看课，不能不去。" if drawn else ""


def page_of(review_id: UUID) -> str:
    return reverse("governance.review", args=[review_id])


REVIEW = rooms.register(rooms.Kind(KEY, {"not_drawn": not_drawn}, follow=follow, page=page_of))
