"""The classes of insight's fields."""

from qiming.kernel.privacy import RUNNING, classify, l2, l3

MADE = l3("学习成果")
STAFF = l3("教职工")
SUMS = l2("统计汇总")
PLAN = l2("教学安排")

classify(
    "insight",
    {
        "Examination": {PLAN: "class_group title held_on", STAFF: "imported_by", RUNNING: "digests notes"},
        "ExamPaper": {PLAN: "examination subject full position"},
        "ExamItem": {
            PLAN: "paper position label text kind level key full full_is_observed planned concept",
            RUNNING: "confirmed_by",
        },
        "ExamResult": {MADE: "paper pupil is_absent marks chosen total"},
        "ExamDoubt": {MADE: "paper sheet line name seat cells total reasons bad guess_id"},
        "ConceptStand": {
            SUMS: "subject concept grade classes pupils practise exam_classes exam_pupils exam_earned exam_full",
            RUNNING: "counted_at",
        },
        "Action": {
            STAFF: "owner asked_by closed_by closed_at evidence",
            PLAN: "concept grade text due_on state",
            SUMS: "before_share before_pupils after_share after_pupils after_at",
        },
        "Handbook": {
            MADE: "class_group pupil left_out",
            STAFF: "asked_by",
            RUNNING: "state done total ready_at",
        },
    },
)
