"""Trust's verbs. Each is one transaction: row, audit row, event."""

from qiming.trust.services.consent import ask_class, decide
from qiming.trust.services.copies import ask_copy, build_copy, fetch_copy, load_copy
from qiming.trust.services.erasure import (
    agree_erasure,
    ask_erasure,
    carry_out,
    confirm_erasure,
    load_case,
    may_ask,
    refuse_erasure,
    withdraw_erasure,
)
from qiming.trust.services.incidents import Found as IncidentFound
from qiming.trust.services.incidents import add_step as add_incident_step
from qiming.trust.services.incidents import close_incident, open_incident
from qiming.trust.services.keeping import holds, is_held, lift_hold, place_hold, sweep
from qiming.trust.services.packs import ask_pack, build_pack, load_pack
from qiming.trust.services.reads import log_read, note_power
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
    "agree_erasure",
    "answer_report",
    "appeal_report",
    "ask_class",
    "ask_copy",
    "ask_erasure",
    "ask_pack",
    "build_copy",
    "build_pack",
    "carry_out",
    "close_incident",
    "close_report",
    "confirm_erasure",
    "decide",
    "enter_slips",
    "fetch_copy",
    "holds",
    "is_held",
    "lift_hold",
    "load_case",
    "load_copy",
    "load_pack",
    "log_read",
    "make_report",
    "may_ask",
    "note_power",
    "open_incident",
    "pass_up_overdue",
    "place_hold",
    "refuse_erasure",
    "report_code_hash",
    "scan_file",
    "sweep",
    "withdraw_erasure",
]
