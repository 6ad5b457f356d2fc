"""The gate's verbs. Each is one transaction: the row, the audit row, the event."""

from qiming.assurance.services.filing import (
    change_launch,
    check_number,
    declare_change,
    file,
    next_version,
    note_tool_changed,
    register_product,
    revise,
    set_number,
    set_tier,
)
from qiming.assurance.services.judging import ask_judging
from qiming.assurance.services.keyword_libraries import ListWish, bring_list, end_list
from qiming.assurance.services.own_banks import BankWish, bring_bank, end_bank, require_tester
from qiming.assurance.services.reporting import ask_report
from qiming.assurance.services.reports import ReportWish, check_report, send_report
from qiming.assurance.services.telemetry import give_key, take_report
from qiming.assurance.services.testing import ask_run, ask_runs, ask_self_test, mark
from qiming.assurance.services.verdicts import note_trial, propose, set_trial, sign
from qiming.assurance.services.watching import note_gateway, note_launch, stop, tick

__all__ = [
    "BankWish",
    "ListWish",
    "ReportWish",
    "ask_judging",
    "ask_report",
    "ask_run",
    "ask_runs",
    "ask_self_test",
    "bring_bank",
    "bring_list",
    "change_launch",
    "check_number",
    "check_report",
    "declare_change",
    "end_bank",
    "end_list",
    "file",
    "give_key",
    "mark",
    "next_version",
    "note_gateway",
    "note_launch",
    "note_tool_changed",
    "note_trial",
    "propose",
    "register_product",
    "require_tester",
    "revise",
    "send_report",
    "set_number",
    "set_tier",
    "set_trial",
    "sign",
    "stop",
    "take_report",
    "tick",
]
