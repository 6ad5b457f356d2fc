"""Which pages of surveys each role reaches: who makes them, who sees what came of them."""

from collections.abc import Mapping

SURVEY_FILES = frozenset({"governance.survey_export"})
SURVEYS: Mapping[str, str] = {
    "governance.surveys": "governance.desk",
    "governance.survey_new": "governance.surveys",
    "governance.surveys_mine": "governance.surveys",
    "governance.survey_results": "governance.surveys_mine",
}
# The demo's open survey is the district's.
OFFICE_SURVEYS: Mapping[str, str] = {**SURVEYS, "governance.survey": "governance.surveys"}
