"""The classes of the marker's fields."""

from qiming.kernel.privacy import RUNNING, classify, l2, l3

ACTS = l3("学习过程")
MADE = l3("学习成果")
PLAN = l2("教学安排")
STAFF = l3("教职工")

classify(
    "assist",
    {
        "MarkRubric": {PLAN: "offering item_version criteria", STAFF: "made_by", RUNNING: "number"},
        "MarkerChoice": {PLAN: "offering is_on first bar_percent", STAFF: "set_by set_at"},
        "SheetPhoto": {
            MADE: "homework pupil stored_file lines",
            STAFF: "uploaded_by",
            RUNNING: "digest position state troubles read_at",
        },
        "SheetAnswer": {
            ACTS: "homework offering pupil item_version read_text text score places",
            STAFF: "corrected_by",
        },
        "PreMark": {
            MADE: "offering item_version pupil attempt sheet_answer rubric_no machine machine_total points total comment",
            STAFF: "looked_by looked_at released_by released_at",
        },
    },
)
