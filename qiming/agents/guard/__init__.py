"""What always stands between a pupil and a model: a pure library, no Django, no model, no clock. See README.md."""

from qiming.agents.guard.answers import Answers
from qiming.agents.guard.files import Library, load
from qiming.agents.guard.guard import Guard, Question, Reply
from qiming.agents.guard.injection import Fenced, Passage, Tools, canary
from qiming.agents.guard.lexicon import BadWordList
from qiming.agents.guard.masking import Vault, mask, restore
from qiming.agents.guard.names import Roster
from qiming.agents.guard.stages import Rule, Session, allowed
from qiming.agents.guard.stream import Stop, StreamGuard, guarded
from qiming.agents.guard.types import Act, Decision, Hit

__all__ = [
    "Act",
    "Answers",
    "BadWordList",
    "Decision",
    "Fenced",
    "Guard",
    "Hit",
    "Library",
    "Passage",
    "Question",
    "Reply",
    "Roster",
    "Rule",
    "Session",
    "Stop",
    "StreamGuard",
    "Tools",
    "Vault",
    "allowed",
    "canary",
    "guarded",
    "load",
    "mask",
    "restore",
]
