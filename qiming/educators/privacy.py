"""The classes of the room's fields."""

from qiming.kernel.privacy import RUNNING, classify, l1, l2, l3

STAFF = l3("教职工")
GROWTH = l3("教师发展")
PLACE = l1("机构与校历")
TAUGHT = l2("教学安排")

classify(
    "educators",
    {
        "StaffProfile": {
            GROWTH: "person_id post licence subject weekly_periods",
            STAFF: "set_by",
            PLACE: "school_id",
            RUNNING: "set_at",
        },
        "SchoolNeed": {
            PLACE: "school_id stage",
            l2("统计汇总"): "classes owed ready on_the_way can_give will_give",
            RUNNING: "counted_at",
        },
        "Training": {
            TAUGHT: "title tier audience begins_on due_on asks_output",
            PLACE: "place_id",
            STAFF: "opened_by",
            RUNNING: "closed_at",
        },
        "Allotment": {PLACE: "place_id", TAUGHT: "places", RUNNING: "training parent"},
        "Enrolment": {
            GROWTH: "person_id state credit_hundredths reasons",
            STAFF: "enrolled_by",
            RUNNING: "training allotment settled_at",
        },
        "TrainingSession": {TAUGHT: "title mode where starts_at minutes", RUNNING: "training code"},
        "Output": {
            GROWTH: "person_id stage plan course_version_id lessons state redos",
            RUNNING: "enrolment version case_id handed_digest",
        },
        "Attendance": {GROWTH: "person_id how reason at", STAFF: "noted_by", RUNNING: "session"},
    },
)
