"""The programmes' verbs. Each is one transaction: the row, the audit row, the outbox event."""

from qiming.programmes.services.applying import Form, begin, save
from qiming.programmes.services.attaching import attach, detach
from qiming.programmes.services.calls import open_call
from qiming.programmes.services.deciding import note_visit, rank
from qiming.programmes.services.named import (
    confirm_support,
    end_pairing,
    end_terms,
    note_support,
    pair,
)
from qiming.programmes.services.reusing import note_reuse

__all__ = [
    "Form",
    "attach",
    "begin",
    "confirm_support",
    "detach",
    "end_pairing",
    "end_terms",
    "note_reuse",
    "note_support",
    "note_visit",
    "open_call",
    "pair",
    "rank",
    "save",
]
