"""The classes of the planner's fields."""

from qiming.kernel.privacy import RUNNING, classify, l2, l3

PLAN = l2("教学安排")
WORDS = l3("教职工")

classify(
    "assist",
    {
        "LessonPlan": {
            PLAN: "offering period lesson_key form minutes has_computers host host_minutes periods body stands",
            WORDS: "made_by",
        },
        "PlanPart": {
            PLAN: "plan kind lesson_key place title reason sources before after state taken fork_id revision",
            WORDS: "decided_by",
            RUNNING: "number key decided_at",
        },
        "LessonVisit": {
            PLAN: "period indicators marks is_done",
            WORDS: "note made_by",
            RUNNING: "changed_at",
        },
        "LessonReflection": {PLAN: "period", WORDS: "text next_time made_by", RUNNING: "changed_at"},
    },
)
