"""What the room stores: the chain (models, routes, what is opened and turned off), its use (keys, quotas, calls), and what
was said (turns), what teachers say of the word lists."""

from qiming.agents.models.chain import BaseModel, EducationModel, Enablement, KillSwitch, ModelHealth
from qiming.agents.models.knowledge import Chunk, Document
from qiming.agents.models.reports import FalseHit
from qiming.agents.models.talk import Turn
from qiming.agents.models.use import ApplicationKey, Call, QuotaDay, QuotaRule

__all__ = [
    "ApplicationKey",
    "BaseModel",
    "Call",
    "Chunk",
    "Document",
    "EducationModel",
    "Enablement",
    "FalseHit",
    "KillSwitch",
    "ModelHealth",
    "QuotaDay",
    "QuotaRule",
    "Turn",
]
