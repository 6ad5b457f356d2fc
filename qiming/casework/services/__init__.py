"""Casework's verbs. Each is one transaction: the event, where the case stands, audit row, outbox event."""

from qiming.casework.services.appointing import appoint, delegate, end_appointment, end_delegation
from qiming.casework.services.clocks import tick
from qiming.casework.services.loading import load_workflows
from qiming.casework.services.moving import move, open_case
from qiming.casework.services.notices import by_code as objection_by_code
from qiming.casework.services.notices import object_to, settle
from qiming.casework.services.reviewing import ask_more, declare_conflict, decline, hand_in, keep_draft

__all__ = [
    "appoint",
    "ask_more",
    "declare_conflict",
    "decline",
    "delegate",
    "end_appointment",
    "end_delegation",
    "hand_in",
    "keep_draft",
    "load_workflows",
    "move",
    "object_to",
    "objection_by_code",
    "open_case",
    "settle",
    "tick",
]
