"""The gate's verbs. Each is one transaction: the row, the audit row, the event."""

from qiming.assurance.services.filing import (
    change_launch,
    check_number,
    declare_change,
    file,
    next_version,
    register_product,
    revise,
    set_number,
    set_tier,
)
from qiming.assurance.services.watching import note_launch, stop

__all__ = [
    "change_launch",
    "check_number",
    "declare_change",
    "file",
    "next_version",
    "note_launch",
    "register_product",
    "revise",
    "set_number",
    "set_tier",
    "stop",
]
