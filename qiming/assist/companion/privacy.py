"""The classes of the companion's fields."""

from qiming.kernel.privacy import RUNNING, classify, l3

STAFF = l3("教职工")
TALK = l3("学习过程")
NEED = l3("求助与保护")

classify(
    "assist",
    {
        "SchoolCompanion": {STAFF: "set_by", RUNNING: "is_on allows_supervised minutes set_at"},
        "ClassCompanion": {STAFF: "set_by supervised_by", RUNNING: "is_paused set_at supervised_until"},
        "Supervision": {STAFF: "opened_by", RUNNING: "opened_at until ended_at"},
        "Conversation": {
            TALK: "pupil_id offering lesson_key item_key mode turns",
            RUNNING: "started_at last_at",
        },
        "CompanionDay": {
            TALK: "pupil_id day seconds turns about_items asking tried last_at",
            NEED: "check_ins fine",
        },
    },
)
