"""Agents as folders: content/agents/<key>/ with agent.yaml, persona.md and, for one that leads by questions, its phrases.
Adding an agent is adding a folder. No Django."""

from qiming.agents.folders.loading import UnfitAgent, load, problems_in
from qiming.agents.folders.types import Agent, Phrases

__all__ = ["Agent", "Phrases", "UnfitAgent", "load", "problems_in"]
