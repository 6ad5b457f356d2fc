"""The classes of the marker's fields."""

from qiming.kernel.privacy import RUNNING, classify, l2, l3

PLAN = l2("教学安排")
STAFF = l3("教职工")

classify(
    "assist",
    {
        "MarkRubric": {PLAN: "offering item_version criteria", STAFF: "made_by", RUNNING: "number"},
    },
)
