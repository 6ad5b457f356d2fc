"""Grades in words, the same on every page: 七年级, never 7年级."""

from collections.abc import Iterable

from django import template

from qiming.registry.types import grade_name

register = template.Library()


@register.filter
def grade_zh(grade: int | str) -> str:
    """7 → 七年级, 10 → 高一."""
    return grade_name(int(grade))


@register.filter
def grades_zh(grades: Iterable[int]) -> str:
    """[7, 8] → 七年级、八年级."""
    return "、".join(grade_name(grade) for grade in grades)
