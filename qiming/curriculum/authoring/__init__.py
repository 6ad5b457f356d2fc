"""The school's own version of a lesson: forked from the city's, changed by teachers, brought up to date three-way."""
