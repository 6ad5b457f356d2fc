"""What a schema cannot say: that things fit together. `check_library` adds its findings to the library."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from qiming.curriculum.checks.course import check_course, check_lesson
from qiming.curriculum.checks.data import check_dataset
from qiming.curriculum.checks.graph import check_graphs, check_rules, check_syllabuses
from qiming.curriculum.checks.known import Known
from qiming.curriculum.checks.load import check_load, check_tests_load
from qiming.curriculum.checks.stage import check_generative, check_ladders, check_periods
from qiming.curriculum.reading import Library
from qiming.kernel.content import Problem


def check_library(library: Library, on: date) -> None:
    """Notes every problem beside the file it is in. Stage rules are those in force `on` that day."""
    known = Known.of(library, on)
    library.problems[:] = _named("format", library.problems)
    library.problems.extend(_named("graph", check_graphs(library)))
    library.problems.extend(_named("syllabus", check_syllabuses(library, known)))
    library.problems.extend(_named("rules", check_rules(library)))
    for dataset in library.datasets:
        dataset.problems[:] = _named("format", dataset.problems)
        dataset.problems.extend(_named("dataset", check_dataset(dataset, library)))
    for course in library.courses:
        course.problems[:] = _named("format", course.problems)
        course.problems.extend(_named("course", check_course(course, library, known)))
        course.problems.extend(check_periods(course, known))
        course.problems.extend(check_tests_load(course))
        for lesson in course.lessons:
            lesson.problems[:] = _named("format", lesson.problems)
            lesson.problems.extend(_named("lesson", check_lesson(lesson, course, library, known)))
            lesson.problems.extend(check_ladders(lesson))
            lesson.problems.extend(check_generative(lesson, course, known))
            lesson.problems.extend(check_load(lesson, course))


def _named(rule: str, found: Iterable[Problem]) -> list[Problem]:
    """Every finding names its rule; one that has no name of its own is of this kind."""
    return [one if one.rule else replace(one, rule=rule) for one in found]
