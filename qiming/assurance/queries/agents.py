"""Agents of this platform that can be filed and tested like any product: told by the rooms they live in, which lie above."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from qiming.assurance.admission import Function
from qiming.assurance.models import Product
from qiming.assurance.queries.standing import may_serve, standing
from qiming.assurance.rules.filing import AGENT

if TYPE_CHECKING:
    from qiming.assurance.runner.targets import Target

Names = Callable[[], Mapping[str, str]]
"""Every agent that talks by itself: key → what it is called."""
Making = Callable[[str], "Target"]
"""From an agent's key to what the runner asks. Raises `Failure` where there is none."""

STAFF = "staff"
_STAGES = ("primary", "junior", "senior")
_WHY = "where an agent stands holds for everybody who would talk to it"
_KNOWN: list[tuple[Names, Making]] = []


def register_agents(names: Names, making: Making) -> None:
    """Let a higher room have its agents filed and tested."""
    if (names, making) not in _KNOWN:
        _KNOWN.append((names, making))


def agent_names() -> dict[str, str]:
    """The agents there are: key → what they are called."""
    return {key: title for names, _ in _KNOWN for key, title in names().items()}


def agent_target(key: str) -> Target | None:
    """What the runner asks; None where there is no such agent."""
    return next((making(key) for names, making in _KNOWN if key in names()), None)


@dataclass(frozen=True, slots=True)
class Stopped:
    """An agent of this platform that the gate holds back: `why` for everybody, `reason` as whoever stopped it wrote it."""

    why: str
    reason: str


def products_of_agents() -> dict[UUID, str]:
    """The products that are agents of this platform and were admitted once, whatever became of them: id → agent's key."""
    rows = Product.objects.unscoped(_WHY).filter(current__facts__contains={"endpoint": {"kind": AGENT}})
    return dict(rows.order_by("id").values_list("id", "current__facts__endpoint__model"))


def agent_stopped(key: str, *, stage: str, school_path: str = "", supervised: bool = False) -> Stopped | None:
    """Why an agent may not talk now; None when it may. One that was never admitted is not the gate's yet: it talks as the
    school decided. From its first verdict on the verdict counts, and where several products are this agent, each."""
    for product_id, one in products_of_agents().items():
        if one == key and (why := _why_not(product_id, stage, school_path, supervised=supervised)):
            return Stopped(why, standing(product_id).reason)
    return None


def _why_not(product_id: UUID, stage: str, school_path: str, *, supervised: bool) -> str:
    """Staff are served where any stage is."""
    answers = [
        may_serve(
            product_id,
            stage=one,
            functions=frozenset({Function.CHAT.value}),
            school_path=school_path,
            supervised=supervised or stage == STAFF,
        )
        for one in (_STAGES if stage == STAFF else (stage,))
    ]
    return "" if any(one.yes for one in answers) else answers[0].reason
