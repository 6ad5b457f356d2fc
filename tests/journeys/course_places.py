"""Which pages of courses and syllabuses are reached, and from where."""

from collections.abc import Mapping

COURSES: Mapping[str, str] = {
    "curriculum.concepts": "curriculum.shelf",
    "curriculum.syllabus": "curriculum.shelf",
    "insight.coverage": "curriculum.syllabus",
    "curriculum.course": "curriculum.shelf",
    "curriculum.taking": "curriculum.course",
    "curriculum.lesson": "curriculum.shelf",
    "curriculum.concept": "curriculum.concepts",
    "curriculum.slides": "curriculum.lesson",
    "curriculum.guide": "curriculum.lesson",
    "curriculum.guide_print": "curriculum.lesson",
    "curriculum.items": "curriculum.lesson",
    "curriculum.tasksheet_print": "curriculum.lesson",
}
# A syllabus from a spreadsheet, for those who may bring their place's.
BRINGS: Mapping[str, str] = {"curriculum.bring_syllabus": "curriculum.syllabus"}
