"""Which pages of samples and of dated tasks each role reaches from the desk."""

from collections.abc import Mapping

DESK_FILES = frozenset({"governance.export", "governance.task_export", "governance.task_template"})
# A school's: what it leads or supports.
TASKS: Mapping[str, str] = {"governance.tasks": "governance.desk", "governance.task": "governance.tasks"}
# An office's: its plans, and the schools it drew.
OFFICE: Mapping[str, str] = {
    **TASKS,
    "governance.task_plan": "governance.tasks",
    "governance.task_plan_new": "governance.tasks",
    "governance.samples": "governance.desk",
    "governance.sample": "scene",
}
