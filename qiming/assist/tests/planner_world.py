"""Lessons of the shipped courses and made-up classes, for tests of planning."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from hypothesis import strategies as st

from qiming.assist.planner.types import Belief, ClassFacts, ConceptFacts, Confusion, LessonFacts, StageFacts
from qiming.curriculum.authoring.parts import parts_of
from qiming.curriculum.authoring.texts import text_parts

CONTENT = Path(__file__).parents[3] / "content"
PUPILS = 36


def read(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


@cache
def concepts() -> dict[str, ConceptFacts]:
    return {
        one["id"]: ConceptFacts(
            one["id"], one["title"], tuple(one.get("prerequisites", ())), one.get("note", "")
        )
        for name in ("concepts", "math")
        for one in read(CONTENT / f"graph/{name}.yaml")["concepts"]
    }


@cache
def lessons(course: str = "g7-learning-from-examples") -> tuple[LessonFacts, ...]:
    folder = CONTENT / "courses" / course
    found: list[LessonFacts] = []
    earlier: dict[str, list[dict[str, Any]]] = {}
    for position, name in enumerate(read(folder / "course.yaml")["lessons"], start=1):
        at = folder / "lessons" / name
        data, items = read(at / "lesson.yaml"), read(at / "items.yaml")
        texts = {kind: (at / f"{kind}.md").read_text(encoding="utf-8") for kind in ("guide", "tasksheet")}
        found.append(
            LessonFacts(
                key=data["key"],
                position=position,
                title=data["title"],
                parts=parts_of(data, items) | text_parts(texts),
                concepts=concepts(),
                earlier_items={key: tuple(known) for key, known in earlier.items()},
            )
        )
        for item in items:
            if "class" in item["use"] and "picture" not in item:
                earlier.setdefault(item["concept"], []).append(item)
    return tuple(found)


@cache
def misconceptions(course: str = "g7-learning-from-examples") -> tuple[dict[str, str], ...]:
    return tuple(read(CONTENT / "courses" / course / "misconceptions.yaml"))


JUNIOR = StageFacts("junior", 45, "guided", "教师指导下使用")


def lesson(key: str = "g7l4") -> LessonFacts:
    return next(one for one in lessons() if one.key == key)


def confusion(of: str, n: int = 12) -> Confusion:
    one = next(entry for entry in misconceptions() if entry["id"] == of)
    return Confusion(one["id"], one["concept"], one["text"], one["remedy"], n)


@st.composite
def classes(draw: st.DrawFn) -> ClassFacts:
    """A class with any beliefs about the course's concepts and any of its misconceptions."""
    keys = sorted({key for one in lessons() for key in (*one.facts["concepts"], *one.facts["revisits"])})
    beliefs = {}
    for key in draw(st.lists(st.sampled_from(keys), unique=True)):
        cuts = sorted(draw(st.tuples(*[st.integers(0, PUPILS)] * 3)))
        beliefs[key] = Belief(cuts[0], cuts[1] - cuts[0], cuts[2] - cuts[1], PUPILS - cuts[2])
    named = draw(st.lists(st.sampled_from([one["id"] for one in misconceptions()]), unique=True, max_size=4))
    return ClassFacts(PUPILS, beliefs, tuple(confusion(one, draw(st.integers(1, PUPILS))) for one in named))
