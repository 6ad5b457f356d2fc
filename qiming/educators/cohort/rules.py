"""Whether a plan of periods meets the syllabus of its stage: no database, no clock."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from qiming.educators.dated import CohortRule


@dataclass(frozen=True, slots=True)
class Period:
    """One period of the plan: what it is called, the outcomes it works on, what pupils learn, how it goes, how one sees it."""

    title: str = ""
    outcomes: tuple[str, ...] = ()
    goal: str = ""
    steps: str = ""
    check: str = ""

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Period":
        return cls(**{**data, "outcomes": tuple(data.get("outcomes", ()))})

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "outcomes": list(self.outcomes)}


@dataclass(frozen=True, slots=True)
class Asked:
    """An outcome of the syllabus as far as the mapping asks: its theme."""

    theme: str
    theme_title: str


@dataclass(frozen=True, slots=True)
class Mapped:
    """How a plan meets the syllabus: (theme, periods that work on it), and what is lacking, in words."""

    themes: tuple[tuple[str, int], ...]
    faults: tuple[str, ...]


def mapped(plan: Sequence[Period], syllabus: Mapping[str, Asked], rule: CohortRule) -> Mapped:
    """`syllabus` holds the outcomes of the plan's own stage by key; any other key is one of another stage or none."""
    titles = {one.theme: one.theme_title for one in syllabus.values()}
    counts = {
        theme: sum(
            any(syllabus[key].theme == theme for key in one.outcomes if key in syllabus) for one in plan
        )
        for theme in titles
    }
    faults = [] if len(plan) == rule.periods else [f"要{rule.periods}课时，现在有{len(plan)}课时"]
    for number, one in enumerate(plan, 1):
        faults += [f"第{number}课时{fault}" for fault in _faults(one, syllabus, rule)]
    faults += _twice(plan)
    faults += [f"没有一课时讲“{titles[theme]}”" for theme, count in counts.items() if not count]
    return Mapped(tuple((titles[theme], count) for theme, count in counts.items()), tuple(faults))


def _faults(one: Period, syllabus: Mapping[str, Asked], rule: CohortRule) -> list[str]:
    if one == Period():
        return ["还没有写"]
    found = [] if one.title.strip() else ["没有写题目"]
    if not one.outcomes:
        found.append("没有选课程纲要的要求")
    if any(key not in syllabus for key in one.outcomes):
        found.append("选的要求不是本学段的")
    for said, name in ((one.goal, "学会什么"), (one.steps, "怎么上"), (one.check, "怎么看学会了")):
        if len(said.strip()) < rule.least_text:
            found.append(f"“{name}”不到{rule.least_text}个字")
    return found


def _twice(plan: Sequence[Period]) -> list[str]:
    seen: dict[str, int] = {}
    found = []
    for number, one in enumerate(plan, 1):
        text = one.steps.strip()
        if text and text in seen:
            found.append(f"第{number}课时和第{seen[text]}课时的“怎么上”一样")
        seen.setdefault(text, number)
    return found


def digest(plan: Iterable[Period], course_version: str) -> str:
    """SHA-256 of what is handed in."""
    said = {"plan": [one.as_json() for one in plan], "course": course_version}
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
