"""Which pages of surveys each role reaches: who makes them, who sees what came of them, who answers."""

from collections.abc import Mapping

SURVEY_FILES = frozenset({"governance.survey_export"})
SURVEYS: Mapping[str, str] = {
    "governance.surveys": "governance.desk",
    "governance.survey_new": "governance.surveys",
    "governance.survey": "governance.surveys",
    "governance.surveys_mine": "governance.surveys",
    "governance.survey_results": "governance.surveys_mine",
}
# The main school's open survey asks every pupil of its seventh grade.
OWN_SURVEYS: Mapping[str, str] = {"governance.survey_answer": "learning.home"}
