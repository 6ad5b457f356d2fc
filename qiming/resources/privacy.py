"""The classes of the resources room's fields."""

from qiming.kernel.privacy import RUNNING, classify, l1, l2, l3
from qiming.resources.lti import privacy  # noqa: F401 - its fields are classed there

SHELF = l1("课程内容")
STAFF = l3("教职工")

classify(
    "resources",
    {
        "Resource": {
            SHELF: "kind course_key title says stage subject area scenario teaches outcomes alliance_id rated stars grade words",
            STAFF: "offered_by",
            RUNNING: "on_shelf published_at graded_on",
        },
        "ResourceVersion": {
            SHELF: "resource number card course_version_id lessons address model report",
            STAFF: "made_by",
            RUNNING: "content_hash fingerprint approved_hash state case_id is_served published_at",
        },
        "Rating": {SHELF: "resource version stars", STAFF: "person_id why"},
        "Improvement": {
            SHELF: "resource version_id source about says answer",
            RUNNING: "state closed_on",
        },
        "Exclusion": {SHELF: "resource why", STAFF: "decided_by ended_by", RUNNING: "since ended_on"},
        "Adoption": {
            l2("教学安排"): "resource place_id school_path since ended_on",
            STAFF: "decided_by minutes ended_by ended_why data_return",
        },
        "ToolAdoption": {
            l2(
                "教学安排"
            ): "product_id title class_id lesson_key limits district_limits decided_on filed_on ended_on",
            STAFF: "asked_by purpose alternatives decided_by filed_by stopped_why",
            l3("上传文件"): "minutes_file",
            RUNNING: "case_id state",
        },
        "ToolClass": {l2("教学安排"): "adoption class_id until ended_at", STAFF: "enabled_by"},
        "ToolPlace": {
            l2("教学安排"): "tool_class lesson_key subject title task instead link removed_at",
            STAFF: "placed_by",
        },
        "ToolWord": {l3("监护同意"): "person_id product_id said via decided_by entered_by digest"},
        "ToolLaunch": {l3("学习过程"): "pseudonym", RUNNING: "product_id version_id"},
        "ToolNotice": {
            l2("教学安排"): "adoption product_id event says",
            RUNNING: "event_id of_school",
        },
        "ToolNoticeRead": {STAFF: "person_id", RUNNING: "product_id read_at"},
        "LaunchCount": {RUNNING: "counter day taken"},
    },
)
