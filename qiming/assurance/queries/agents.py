"""Agents of this platform that can be filed and tested like any product: told by the rooms they live in, which lie above."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qiming.assurance.runner.targets import Target

Names = Callable[[], Mapping[str, str]]
"""Every agent that talks by itself: key → what it is called."""
Making = Callable[[str], "Target"]
"""From an agent's key to what the runner asks. Raises `Failure` where there is none."""

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
