"""What follows a move of the case about an adoption, in the move's transaction."""

from uuid import UUID

from qiming.casework.types import Moved
from qiming.kernel import outbox, time
from qiming.registry import queries as registry
from qiming.resources.launching import assured, notices
from qiming.resources.launching.deciding import terms_of
from qiming.resources.launching.events import TOOL_MOVED
from qiming.resources.launching.models import ToolAdoption, ToolClass
from qiming.resources.launching.types import State

_WHY = "follows the move of its case, which was checked"
_STOPS = frozenset({"pause", "hold", "end"})
_STARTS = frozenset({"enable", "resume"})


def follow(case_id: UUID, adoption_id: UUID, moved: Moved) -> None:
    """Bring the adoption to where its case stands now."""
    rows = ToolAdoption.objects.unscoped(_WHY).select_for_update(of=("self",))
    adoption = rows.filter(id=adoption_id).first()
    if adoption is None:
        return
    adoption.state = moved.target
    if moved.transition == "decide" and adoption.decided_by is None:
        adoption.decided_by, adoption.decided_on = moved.actor, time.today()
    if moved.transition == "file" and adoption.filed_by is None:
        adoption.filed_by, adoption.filed_on = moved.actor, time.today()
    if moved.transition in _STOPS:
        adoption.stopped_why = moved.reason[:300]
    if moved.transition in _STARTS:
        adoption.stopped_why = ""
    if moved.target == State.ENDED:
        adoption.ended_on = time.today()
        _end_classes(adoption)
    adoption.save()
    said = {
        "adoption_id": str(adoption.id),
        "product_id": str(adoption.product_id),
        "state": adoption.state,
    }
    event_id = outbox.announce(TOOL_MOVED, said, adoption.scope_path)
    if (
        moved.transition != "enable" or moved.source != State.ENABLED
    ):  # other classes are no news to those that have it
        notices.of_move(adoption, moved.transition, moved.reason, event_id, moved.actor)


def admitted(adoption_id: UUID) -> str:
    """The workflow's condition of that name: what is not admitted now cannot be chosen, filed, enabled or resumed."""
    adoption = _adoption(adoption_id)
    if adoption is None:
        return "没有这一项。"
    product = assured.product(adoption.product_id)
    served = assured.serves(product, registry.org(adoption.class_id), terms_of(adoption, product))
    return "" if served else f"{served.reason}。"


def has_classes(adoption_id: UUID) -> str:
    """The workflow's condition of that name."""
    rows = ToolClass.objects.unscoped(_WHY).filter(adoption_id=adoption_id, ended_at=None)
    return "" if rows.exists() else "还没有选班：请在产品页选班、定到哪天。"


def _adoption(adoption_id: UUID) -> ToolAdoption | None:
    return ToolAdoption.objects.unscoped(_WHY).filter(id=adoption_id).first()


def _end_classes(adoption: ToolAdoption) -> None:
    rows = ToolClass.objects.unscoped(_WHY).filter(adoption=adoption, ended_at=None)
    rows.update(ended_at=time.now())
