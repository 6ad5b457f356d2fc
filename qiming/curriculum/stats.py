"""How much content there is, counted from the text itself."""

from collections import Counter
from typing import Any

from qiming.curriculum.reading import CourseFolder, LessonFolder, Library

COUNTED = ("courses", "lessons", "activities", "items", "labs", "concepts", "edges")


def stats(library: Library) -> dict[str, Any]:
    """Totals and the same per grade; `labs` counts lab steps, `edges` prerequisites."""
    by_grade: dict[int, Counter[str]] = {}
    for concept in library.concepts().values():
        counted = by_grade.setdefault(concept["grade"], Counter())
        counted["concepts"] += 1
        counted["edges"] += len(concept["prerequisites"])
    for course in library.courses:
        if course.course:
            counted = by_grade.setdefault(course.course.data["grades"][0], Counter())
            counted.update(_of_course(course))
    total: Counter[str] = Counter()
    for counted in by_grade.values():
        total.update(counted)
    return {
        **{name: total[name] for name in COUNTED},
        "by_grade": {
            str(grade): {name: counted[name] for name in COUNTED}
            for grade, counted in sorted(by_grade.items())
        },
    }


def _of_course(course: CourseFolder) -> Counter[str]:
    counted = Counter(courses=1)
    for lesson in course.lessons:
        counted.update(_of_lesson(lesson))
    return counted


def _of_lesson(read: LessonFolder) -> Counter[str]:
    if not read.lesson:
        return Counter()
    steps = read.lesson.data["activities"]
    return Counter(
        lessons=1,
        activities=len(steps),
        labs=sum(step["kind"] == "lab" for step in steps),
        items=len(read.items.data) if read.items else 0,
    )
