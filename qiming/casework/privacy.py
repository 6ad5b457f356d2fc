"""The classes of casework's fields."""

from qiming.kernel.privacy import RUNNING, classify, l2, l3

CASES = l3("办件与评审")

classify(
    "casework",
    {
        "Workflow": {RUNNING: "key digest body is_current"},
        "Case": {
            CASES: "title applicant_id",
            l2("机构与校历"): "office_path owner_path",
            RUNNING: "workflow kind subject_id topics state owner entered_at due_at told seq last_seal closed_at",
        },
        "CaseEvent": {
            CASES: "actor_id acting_for reason evidence data",
            RUNNING: "case seq transition source target case_seal",
        },
        "Appointment": {l3("教职工"): "person_id duty expertise capacity since until appointed_by"},
        "Delegation": {l3("教职工"): "to_person since until", RUNNING: "appointment ended_at"},
        "Conflict": {CASES: "person_id reason", RUNNING: "case"},
        "ReviewSheet": {
            CASES: "person_id points notes verdict advice declined_why",
            RUNNING: "case review round state locked_at",
        },
        "Objection": {
            CASES: "person_id text answer upheld settled_by",
            RUNNING: "case code_hash due_at settled_at",
        },
    },
)
