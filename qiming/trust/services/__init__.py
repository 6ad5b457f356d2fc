"""Trust's verbs. Each is one transaction: row, audit row, event."""

from qiming.trust.services.consent import ask_class, decide
from qiming.trust.services.reads import forget_old_reads, log_read
from qiming.trust.services.slips import add_scans, enter_slips, scan_file

__all__ = [
    "add_scans",
    "ask_class",
    "decide",
    "enter_slips",
    "forget_old_reads",
    "log_read",
    "scan_file",
]
