"""What the curriculum announces."""

# {course_version_id, key, title}: a course has a new current version.
COURSE_CHANGED = "curriculum.course_changed"
