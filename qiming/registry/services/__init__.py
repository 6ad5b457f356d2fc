"""The registry's verbs. Each is one transaction: the row, the audit row, the event.

`actor` is None only when the installation itself acts (the operator's command, the demo city).
"""

from qiming.registry.actors import build_actor
from qiming.registry.services.alliances import (
    answer_alliance,
    ask_school,
    borrow_teacher,
    end_alliance,
    leave_alliance,
    propose_alliance,
)
from qiming.registry.services.calendar import (
    add_holiday,
    drop_term,
    remove_holiday,
    set_period_table,
    set_term,
)
from qiming.registry.services.cards import issue_cards, replace_card, reset_pin
from qiming.registry.services.families import end_guardianship, give_family_code, join_family
from qiming.registry.services.groups import close_group, open_group, rename_group, set_group_members
from qiming.registry.services.places import found_school, load_units_and_calendar, open_class
from qiming.registry.services.pupils import add_pupil, end_membership, move_pupil, rename_pupil
from qiming.registry.services.rosters import apply_roster, drop_roster, preview_roster
from qiming.registry.services.several import answer_invitation, invite_staff, withdraw_invitation
from qiming.registry.services.staff import (
    appoint,
    assign_teacher,
    create_staff,
    end_employment,
    end_grant,
    reset_password,
)
from qiming.registry.services.timetables import apply_timetable, drop_timetable, preview_timetable
from qiming.registry.services.transfers import (
    answer_asked,
    ask_for_pupil,
    decide_transfer,
    receive_pupil,
    release_pupil,
    withdraw_transfer,
)
from qiming.registry.services.validity import set_employment_end, set_grant_end, set_guardianship_end
from qiming.registry.services.vendors import add_vendor_person, found_vendor
from qiming.registry.services.year_turn import (
    apply_due_turns,
    choose_for_turn,
    confirm_turn,
    drop_turn,
    keep_back,
    prepare_turn,
    undo_turn,
)

__all__ = [
    "add_holiday",
    "add_pupil",
    "add_vendor_person",
    "answer_alliance",
    "answer_asked",
    "answer_invitation",
    "apply_due_turns",
    "apply_roster",
    "apply_timetable",
    "appoint",
    "ask_for_pupil",
    "ask_school",
    "assign_teacher",
    "borrow_teacher",
    "build_actor",
    "choose_for_turn",
    "close_group",
    "confirm_turn",
    "create_staff",
    "decide_transfer",
    "drop_roster",
    "drop_term",
    "drop_timetable",
    "drop_turn",
    "end_alliance",
    "end_employment",
    "end_grant",
    "end_guardianship",
    "end_membership",
    "found_school",
    "found_vendor",
    "give_family_code",
    "invite_staff",
    "issue_cards",
    "join_family",
    "keep_back",
    "leave_alliance",
    "load_units_and_calendar",
    "move_pupil",
    "open_class",
    "open_group",
    "prepare_turn",
    "preview_roster",
    "preview_timetable",
    "propose_alliance",
    "receive_pupil",
    "release_pupil",
    "remove_holiday",
    "rename_group",
    "rename_pupil",
    "replace_card",
    "reset_password",
    "reset_pin",
    "set_employment_end",
    "set_grant_end",
    "set_group_members",
    "set_guardianship_end",
    "set_period_table",
    "set_term",
    "undo_turn",
    "withdraw_invitation",
    "withdraw_transfer",
]
