"""The registry's verbs. Each is one transaction: the row, the audit row, the event.

`actor` is None only when the installation itself acts (the operator's command, the demo city).
"""

from qiming.registry.actors import build_actor
from qiming.registry.services.calendar import add_holiday, remove_holiday, set_period_table, set_term
from qiming.registry.services.cards import issue_cards, replace_card, reset_pin
from qiming.registry.services.families import give_family_code, join_family
from qiming.registry.services.groups import close_group, open_group, rename_group, set_group_members
from qiming.registry.services.places import found_school, load_units_and_calendar, open_class
from qiming.registry.services.pupils import add_pupil, end_membership, move_pupil, rename_pupil
from qiming.registry.services.rosters import apply_roster, drop_roster, preview_roster
from qiming.registry.services.staff import (
    appoint,
    assign_teacher,
    create_staff,
    end_employment,
    end_grant,
    reset_password,
)

__all__ = [
    "add_holiday",
    "add_pupil",
    "apply_roster",
    "appoint",
    "assign_teacher",
    "build_actor",
    "close_group",
    "create_staff",
    "drop_roster",
    "end_employment",
    "end_grant",
    "end_membership",
    "found_school",
    "give_family_code",
    "issue_cards",
    "join_family",
    "load_units_and_calendar",
    "move_pupil",
    "open_class",
    "open_group",
    "preview_roster",
    "remove_holiday",
    "rename_group",
    "rename_pupil",
    "replace_card",
    "reset_password",
    "reset_pin",
    "set_group_members",
    "set_period_table",
    "set_term",
]
