"""Which pages of the agents each role reaches."""

from collections.abc import Mapping

# Planning from what a class knows, for whoever teaches a course.
PLANS: Mapping[str, str] = {
    "assist.plan_start": "teaching.period",
    "assist.bank": "assist.plan_start",
    "assist.bank_print": "assist.bank",
    "assist.homework_sets": "assist.plan_start",
}
PLANNED: Mapping[str, str] = {"assist.plan": "assist.plan_start", "assist.plan_print": "assist.plan"}
# A colleague's lesson, for everybody of the school.
VISITS: Mapping[str, str] = {"assist.visit": "teaching.period", "assist.visit_print": "assist.visit"}
# A plan of one's own; a period taught already is the scene's.
PLANNING: Mapping[str, str] = {**PLANS, **PLANNED, **VISITS, "assist.look_back": "scene"}
