"""A whole city of invented people, shaped on published enrolment: to see what a city costs before there is one."""
