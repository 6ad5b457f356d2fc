"""What every step about an adoption shares: the row under its lock, the move of its case, words that were written."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from qiming.casework import services as cases
from qiming.casework.types import Moved, Proof
from qiming.kernel import audit
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.kernel.scope import ScopedModel
from qiming.resources.access import TABLE
from qiming.resources.launching.models import ToolAdoption

WHY = "loaded through the access table"
MOST_WORDS = 500
MOST_REASON = 300


def load(actor: Actor, verb: str, adoption_id: UUID) -> ToolAdoption:
    """The adoption, locked, if this person may do `verb` to it."""
    rows = ToolAdoption.objects.unscoped(WHY).select_for_update(of=("self",))
    return TABLE.load(actor, verb, rows, id=adoption_id)


def step(
    actor: Actor | None,
    adoption: ToolAdoption,
    transition: str,
    *,
    reason: str = "",
    evidence: Iterable[Proof] = (),
    data: Mapping[str, Any] | None = None,
    seen: int | None = None,
) -> Moved:
    """Move the case; what follows for the adoption is done in the move (`following`)."""
    assert adoption.case_id  # given in the transaction that made it
    return cases.move(
        actor=actor,
        case_id=adoption.case_id,
        transition=transition,
        reason=reason,
        evidence=evidence,
        data=data,
        expected_seq=seen,
    )


def words(said: str, field: str, asked: str, most: int = MOST_WORDS) -> str:
    """What somebody wrote, or a refusal that says what is missing."""
    text = said.strip()
    if not 2 <= len(text) <= most:
        raise UserError(asked, kept="什么都没有改。", next=f"2到{most}个字。", field=field)
    return text


def note(actor: Actor | None, verb: str, row: ScopedModel, **detail: object) -> None:
    audit.write(
        actor,
        verb,
        thing=row._meta.model_name or "",
        thing_id=row.pk,
        scope_path=row.scope_path,
        detail={name: str(value) for name, value in detail.items()},
    )
