"""The classes of the resources room's fields."""

from qiming.kernel.privacy import RUNNING, classify, l1, l2, l3

SHELF = l1("课程内容")
STAFF = l3("教职工")

classify(
    "resources",
    {
        "Resource": {
            SHELF: "kind course_key title says stage subject area words",
            STAFF: "offered_by",
            RUNNING: "on_shelf published_at",
        },
        "ResourceVersion": {
            SHELF: "resource number card course_version_id lessons address report",
            STAFF: "made_by",
            RUNNING: "content_hash fingerprint approved_hash state case_id is_served published_at",
        },
        "Adoption": {
            l2("教学安排"): "resource place_id school_path since ended_on",
            STAFF: "decided_by minutes ended_by ended_why data_return",
        },
    },
)
