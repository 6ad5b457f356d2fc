"""What every verb of the room begins and ends with: the place, and the audit row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from qiming.agents.access import TABLE
from qiming.kernel import audit
from qiming.kernel.access import Actor, Denied
from qiming.registry import queries as registry
from qiming.registry.types import OrgRef


@dataclass(frozen=True, slots=True)
class _At:
    scope_path: str


def place_for(actor: Actor | None, verb: str, place_id: UUID) -> OrgRef:
    """The place, if it exists and the actor may do this there; `Denied` otherwise."""
    found = registry.orgs([place_id]).get(place_id)
    if found is None or (actor and not TABLE.allows(actor, verb, _At(found.path))):
        raise Denied(verb)
    return found


def tell(actor: Actor | None, verb: str, thing_id: UUID, path: str, detail: Mapping[str, object]) -> None:
    """The audit row of a verb."""
    audit.write(
        actor, verb, thing=verb.rpartition("_")[2], thing_id=thing_id, scope_path=path, detail=dict(detail)
    )
