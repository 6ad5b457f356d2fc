"""What a schema cannot say: that things fit together. `check_library` adds its findings to the library."""

from datetime import date

from qiming.curriculum.checks.course import check_course, check_lesson
from qiming.curriculum.checks.data import check_dataset
from qiming.curriculum.checks.graph import check_graphs, check_rules, check_syllabuses
from qiming.curriculum.checks.known import Known
from qiming.curriculum.reading import Library


def check_library(library: Library, on: date) -> None:
    """Notes every problem beside the file it is in. Stage rules are those in force `on` that day."""
    known = Known.of(library, on)
    library.problems.extend(check_graphs(library))
    library.problems.extend(check_syllabuses(library, known))
    library.problems.extend(check_rules(library))
    for dataset in library.datasets:
        dataset.problems.extend(check_dataset(dataset, library))
    for course in library.courses:
        course.problems.extend(check_course(course, library, known))
        for lesson in course.lessons:
            lesson.problems.extend(check_lesson(lesson, course, library, known))
