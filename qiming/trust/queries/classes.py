"""What is held, by category and level, read from the rooms' registers."""

from dataclasses import dataclass, field

from django.apps import apps

from qiming.kernel.privacy import Grade, classes_of
from qiming.trust.catalogue import catalogue


@dataclass(slots=True)
class CategoryLine:
    """One category: its highest level, what it holds and why, in how many fields of which tables."""

    name: str
    holds: str
    why: str
    grade: Grade = Grade.L1
    fields: int = 0
    tables: list[str] = field(default_factory=list)


def by_category() -> list[CategoryLine]:
    """Every category that is used, the most protected first."""
    lines = {name: CategoryLine(name, one.holds, one.why) for name, one in catalogue().categories.items()}
    for model in apps.get_models(include_auto_created=True):
        for kind in classes_of(model).values():
            if kind is None:
                continue
            line = lines[kind.category]
            line.grade = max(line.grade, kind.grade)
            line.fields += 1
            if model._meta.label not in line.tables:
                line.tables.append(model._meta.label)
    used = [line for line in lines.values() if line.fields]
    return sorted(used, key=lambda line: (-line.grade, line.name))
