"""Trust's verbs. Each is one transaction: row, audit row, event."""

from qiming.trust.services.consent import ask_class, decide
from qiming.trust.services.incidents import Found as IncidentFound
from qiming.trust.services.incidents import add_step as add_incident_step
from qiming.trust.services.incidents import close_incident, open_incident
from qiming.trust.services.reads import forget_old_reads, log_read
from qiming.trust.services.reports import Wish as ReportWish
from qiming.trust.services.reports import (
    add_to_report,
    answer_report,
    appeal_report,
    close_report,
    make_report,
    pass_up_overdue,
)
from qiming.trust.services.reports import code_hash_of as report_code_hash
from qiming.trust.services.slips import Scan, add_scans, enter_slips, scan_file

__all__ = [
    "IncidentFound",
    "ReportWish",
    "Scan",
    "add_incident_step",
    "add_scans",
    "add_to_report",
    "answer_report",
    "appeal_report",
    "ask_class",
    "close_incident",
    "close_report",
    "decide",
    "enter_slips",
    "forget_old_reads",
    "log_read",
    "make_report",
    "open_incident",
    "pass_up_overdue",
    "report_code_hash",
    "scan_file",
]
