"""Which of governance's own pages each role reaches from the desk."""

from collections.abc import Mapping

from tests.journeys.survey_places import OFFICE_SURVEYS, SURVEY_FILES, SURVEYS

DESK_FILES = SURVEY_FILES | frozenset(
    {"governance.export", "governance.task_export", "governance.task_template"}
)
TASKS: Mapping[str, str] = {"governance.tasks": "governance.desk", "governance.task": "governance.tasks"}
# The class-hour desk of a place.
DESK: Mapping[str, str] = {
    "governance.classes": "governance.desk",
    "governance.class": "governance.desk",
    "governance.gains": "governance.desk",
}
# The year end: from the desk of a district to its schools, from the city's to its districts.
YEAR_DISTRICT: Mapping[str, str] = {
    "governance.year_place": "governance.desk",
    "governance.year_home": "governance.year_place",
    "governance.year_school": "governance.year_place",
}
YEAR_CITY: Mapping[str, str] = {
    "governance.year_home": "governance.desk",
    "governance.year_place": "governance.year_home",
    "governance.year_school": "governance.year_place",
}
ROUNDS: Mapping[str, str] = {
    "governance.rounds": "governance.desk",
    "governance.round_new": "governance.rounds",
    "governance.round": "governance.rounds",
    "governance.review": "governance.round",
}
# A school's: its desk, the tasks it leads or supports.
OF_SCHOOL: Mapping[str, str] = {
    **DESK,
    **TASKS,
    **SURVEYS,
    "governance.year_school": "governance.desk",
    "governance.rounds": "governance.desk",
    "governance.review": "governance.rounds",
}
# An office's: its plans, and the schools it drew.
OFFICE: Mapping[str, str] = {
    **DESK,
    **TASKS,
    **ROUNDS,
    **OFFICE_SURVEYS,
    "governance.place": "governance.desk",
    "governance.ask_page": "scene",
    "governance.task_plan": "governance.tasks",
    "governance.task_plan_new": "governance.tasks",
    "governance.samples": "governance.desk",
    "governance.sample": "scene",
}
