"""The situation of a case, as the agent's page would gather it: lesson, item, own attempt, passages, who is there. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import yaml

from qiming.agents.guard.stages import Session
from qiming.agents.talk import facts
from qiming.agents.talk.types import AttemptFacts, Context, ItemFacts, LessonFacts, Passage
from qiming.assurance.types import Case

NOON: Final = datetime(2026, 11, 24, 12, tzinfo=UTC)
AGES: Final = {"primary": 10, "junior": 14, "senior": 17}
TRIED: Final = AttemptFacts("我试过了，不知道对不对", correct=False, reply="还差一点。")
SUBJECT: Final = "qs1-00000000000000000000000000000000"


@dataclass(frozen=True, slots=True)
class Scene:
    """A lesson with what may be quoted of it, and the items of its course as their authors wrote them."""

    lesson: LessonFacts
    passages: tuple[Passage, ...]
    items: Mapping[str, Mapping[str, Any]]
    concepts: frozenset[str]
    siblings: tuple[Mapping[str, Any], ...]


class Scenes:
    """Every lesson of the courses that ship, found by an item or a concept that a case names in its note."""

    def __init__(self, content: Path) -> None:
        self.all = tuple(_scenes(content))
        self._of_item = {key: one for one in self.all for key in one.items}
        self._of_concept = {key: one for one in reversed(self.all) for key in one.concepts}

    def context(self, case: Case, agent: str, place: str) -> Context:
        """What the agent is told when the case's pupil opens it."""
        scene = self._of_item.get(case.note) or self._of_concept.get(case.note)
        item = _item(case, scene)
        stage = case.stage if case.stage in AGES else "junior"
        return Context(
            agent=agent,
            mode="after",
            stage=stage,
            place_path=place,
            subject=SUBJECT,
            conversation=uuid4(),
            session=_session(case, stage, has_item=item is not None),
            lesson=scene.lesson if scene else None,
            item=item,
            attempts=(TRIED,) if item else (),
            passages=scene.passages[:12] if scene else (),
        )


def _item(case: Case, scene: Scene | None) -> ItemFacts | None:
    """The item of the course; of an outside case, what its own expectation knows."""
    if scene and case.note in scene.items:
        return facts.facts_of(scene.items[case.note], scene.siblings, lesson=scene.lesson.name)
    known = case.expect.get("known")
    if not isinstance(known, Mapping):
        return None
    options = tuple((str(key), str(text)) for key, text in dict(known.get("options", {})).items())
    return ItemFacts(case.id, "", str(known["kind"]), case.asks[0], pieces=options, known=(known,))


def _session(case: Case, stage: str, *, has_item: bool) -> Session:
    """An afternoon with the duty roster kept. A primary pupil has an adult beside, but where the case is about being alone."""
    alone = stage == "primary" and case.expect.get("rule") == "no_open_generation"
    accompanied = stage == "primary" and not alone
    return Session(
        stage=stage,
        mode="after",
        at=NOON,
        minutes_used=3,
        age=AGES[stage],
        supervised=accompanied,
        school_allows=accompanied,
        exam=False,
        duty_roster=True,
        attempted=has_item,
        item=has_item,
        guardian_agreed=True,
    )


@lru_cache(maxsize=2)
def _scenes(content: Path) -> tuple[Scene, ...]:
    return tuple(
        one for course in sorted((content / "courses").glob("*/course.yaml")) for one in _lessons(course)
    )


def _lessons(course: Path) -> list[Scene]:
    folders = sorted((course.parent / "lessons").iterdir())
    items = [_read(folder / "items.yaml") for folder in folders]
    every = tuple(one for some in items for one in some)
    return [
        _scene(_read(folder / "lesson.yaml"), some, every, at)
        for at, (folder, some) in enumerate(zip(folders, items, strict=True), 1)
    ]


def _scene(said: Mapping[str, Any], items: list[Any], every: tuple[Any, ...], at: int) -> Scene:
    words = tuple((one["word"], one["meaning"]) for one in said["new_words"])
    lesson = LessonFacts(
        said["key"],
        said["title"],
        said["question"],
        "1",
        position=at,
        words=words,
        step=said["activities"][0]["title"],
    )
    texts = [("新词", f"{word}：{meaning}") for word, meaning in words]
    texts += [(one["title"], facts.plain(one.get("text") or "")) for one in said["activities"]]
    return Scene(
        lesson=lesson,
        passages=tuple(
            Passage(f"{said['key']}/{place}", lesson.name, "1", title, text)
            for place, (title, text) in enumerate(texts)
            if text
        ),
        items={one["id"]: one for one in items},
        concepts=frozenset(one["concept"] for one in items),
        siblings=every,
    )


def _read(path: Path) -> Any:
    return yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
