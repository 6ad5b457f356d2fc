"""What talking announces. Payloads carry ids and the kind of need, never a word that was said."""

from __future__ import annotations

from uuid import UUID

from qiming.kernel.outbox import announce

CRISIS_SEEN = "agents.crisis_seen"


def crisis(*, turn: UUID, conversation: UUID, place_path: str, kind: str) -> None:
    """A child may be in need: an adult must look now."""
    told = {"turn": str(turn), "conversation": str(conversation), "place_path": place_path, "kind": kind}
    announce(CRISIS_SEEN, told, place_path)
