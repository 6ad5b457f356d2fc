"""What the curriculum announces."""

# {course_version_id, key, title}: a course has a new current version.
COURSE_CHANGED = "curriculum.course_changed"
# {fork_id, lesson_version_id}: a school published its own version of a lesson.
SCHOOL_VERSION = "curriculum.school_version"
