"""What exists in the whole library, gathered once for the checks."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from qiming.curriculum.reading import Library
from qiming.curriculum.rules import rules_in_force
from qiming.curriculum.types import AI, RuleRef, StageRules
from qiming.kernel.content import Document
from qiming.kernel.content_words import Words

STAGES = ("primary", "junior", "senior")


@dataclass(slots=True)
class Known:
    concepts: dict[str, dict[str, Any]] = field(default_factory=dict)
    lesson_keys: Counter[str] = field(default_factory=Counter)
    item_ids: Counter[str] = field(default_factory=Counter)
    outcome_ids: Counter[str] = field(default_factory=Counter)
    datasets: dict[str, dict[str, Any]] = field(default_factory=dict)
    stage_rules: dict[str, StageRules] = field(default_factory=dict)
    subjects: dict[str, str] = field(default_factory=dict)  # concept id: key of its graph

    @classmethod
    def of(cls, library: Library, on: date) -> "Known":
        rules = [rule_of(row) for row in library.rule_rows() if has_dates(row)]
        lessons = [lesson for course in library.courses for lesson in course.lessons]
        return cls(
            concepts=library.concepts(),
            lesson_keys=Counter(read.lesson.data["key"] for read in lessons if read.lesson),
            item_ids=Counter(item["id"] for document in _item_files(library) for item in document.data),
            outcome_ids=Counter(o["id"] for s in library.syllabuses for o in s.data["outcomes"]),
            datasets={d.folder.name: d.document.data for d in library.datasets if d.document},
            stage_rules={stage: rules_in_force(rules, on, stage) for stage in STAGES},
            subjects={c["id"]: g.data.get("key", AI) for g in library.graphs for c in g.data["concepts"]},
        )


def _item_files(library: Library) -> Iterator[Document]:
    for course in library.courses:
        yield from course.tests.values()
        yield from (read.items for read in course.lessons if read.items)


def has_dates(row: dict[str, Any]) -> bool:
    try:
        rule_of(row)
    except ValueError:
        return False
    return True


def rule_of(row: dict[str, Any]) -> RuleRef:
    return RuleRef(
        key=row["id"],
        kind=row["kind"],
        stage=row["stage"],
        value=row["value"],
        requires=tuple(row.get("requires", ())),
        valid_from=date.fromisoformat(row["from"]),
        valid_to=date.fromisoformat(row["to"]) if row["to"] else None,
        text=row["text"],
        source=row["source"],
        verified=row["verified"],
    )


def no_such(what_zh: str, what_en: str, key: str, remedy_zh: str, remedy_en: str) -> Words:
    return Words(f"没有{what_zh}“{key}”。", f"There is no {what_en} '{key}'.", remedy_zh, remedy_en)


def repeated(what_zh: str, what_en: str, key: str) -> Words:
    return Words(
        f"{what_zh}“{key}”重复了。",
        f"{what_en} '{key}' is used twice.",
        "请换一个没用过的；用过的永不再用。",
        "Choose one that was never used.",
    )
