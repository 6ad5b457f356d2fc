"""What the room holds about one person: each agent says its own in its folder; one line each here."""

from uuid import UUID

from qiming.assist.adviser import rights as adviser
from qiming.assist.companion import rights as companion
from qiming.assist.duty import rights as duty
from qiming.assist.marker import rights as marker
from qiming.assist.planner import rights as planner
from qiming.kernel import holdings
from qiming.kernel.holdings import Fate, Part

_AGENTS = (adviser, companion, duty, marker, planner)


def export(person_id: UUID) -> list[Part]:
    """What every agent holds about the person."""
    return [part for agent in _AGENTS for part in agent.export(person_id)]


def erase(person_id: UUID, pseudonym_id: UUID) -> list[Fate]:
    """What every agent erases or gives to the pseudonym."""
    return [fate for agent in _AGENTS for fate in agent.erase(person_id, pseudonym_id)]


holdings.register("assist", 10, export=export, erase=erase)
