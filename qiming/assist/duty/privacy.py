"""The classes of duty's fields."""

from qiming.kernel.privacy import RUNNING, classify, l3

STAFF = l3("教职工")
NEED = l3("求助与保护")

classify(
    "assist",
    {
        "DutyLine": {STAFF: "person_id set_by", RUNNING: "weekdays starts ends place ended_at"},
        "Alert": {
            NEED: "pupil_id turn_id period_id kind is_explicit state at done note",
            STAFF: "taken_by closed_by",
            RUNNING: "last_told_at taken_at closed_at",
        },
        "AlertNotice": {
            STAFF: "person_id",
            RUNNING: "alert step told_at seen_at outside outside_tries outside_at",
        },
    },
)
