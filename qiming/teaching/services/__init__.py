"""Verbs of the teaching room. Each is one transaction: row, audit row, event."""

from qiming.teaching.services.confirming import Confirmed, amend_period, confirm_period, reopen_period
from qiming.teaching.services.evidence import note_evidence
from qiming.teaching.services.homework import Task, change_due, set_homework, withdraw_homework
from qiming.teaching.services.joining import Beat, heartbeat, join, raise_hand, vote
from qiming.teaching.services.lessons import use_lesson
from qiming.teaching.services.live import (
    add_minutes,
    close_poll,
    end_forgotten,
    end_period,
    lower_hand,
    pause,
    release,
    repeat_poll,
    set_pace,
    show_on_wall,
    show_work,
    start_period,
    start_poll,
)
from qiming.teaching.services.opening import Plan, Wish, close_offering, open_offering, plan_slots
from qiming.teaching.services.other import (
    Photo,
    Told,
    add_photos,
    photo_file,
    record_other_period,
    record_planned_otherwise,
    remove_photo,
)
from qiming.teaching.services.past import apply_past, preview_past, template
from qiming.teaching.services.planning import add_period, cancel_period, reschedule_period
from qiming.teaching.services.recounting import Recounted, recompute_place

__all__ = [
    "Beat",
    "Confirmed",
    "Photo",
    "Plan",
    "Recounted",
    "Task",
    "Told",
    "Wish",
    "add_minutes",
    "add_period",
    "add_photos",
    "amend_period",
    "apply_past",
    "cancel_period",
    "change_due",
    "close_offering",
    "close_poll",
    "confirm_period",
    "end_forgotten",
    "end_period",
    "heartbeat",
    "join",
    "lower_hand",
    "note_evidence",
    "open_offering",
    "pause",
    "photo_file",
    "plan_slots",
    "preview_past",
    "raise_hand",
    "recompute_place",
    "record_other_period",
    "record_planned_otherwise",
    "release",
    "remove_photo",
    "reopen_period",
    "repeat_poll",
    "reschedule_period",
    "set_homework",
    "set_pace",
    "show_on_wall",
    "show_work",
    "start_period",
    "start_poll",
    "template",
    "use_lesson",
    "vote",
    "withdraw_homework",
]
