"""Which labs there are, as their manifests say: for whom, with which data and goals they run outside a lesson.

A manifest may say under `free` how its lab runs on its own: `{short, stages, dataset, settings, goals}`. What it leaves
out is found: the first sentence of what it teaches, every stage, the first bundled data of its kind, the lab's own
settings, its challenge as the only goal.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from qiming.curriculum.rules.manifests import kinds_of_data
from qiming.kernel.access import Denied
from qiming.registry.types import Stage

_NAME = re.compile(r"^[a-z][a-z0-9-]{1,39}$")
_KIND = re.compile(r"^kind: *([a-z]+) *$", re.MULTILINE)
_ALL = tuple(Stage)
OWN_PICTURES = "allow_own_pictures"


@dataclass(frozen=True, slots=True)
class LabCard:
    """One lab as its manifest describes it."""

    id: str
    title: str
    short: str
    teaches: str
    for_teacher: tuple[str, ...]
    break_title: str
    break_text: str
    break_goal: str
    stages: tuple[Stage, ...]
    picture: str  # SVG of ours, or empty
    free: Mapping[str, Any]
    has_levels: bool
    takes_pictures: bool  # whether pupils may bring own pictures, so that a camera makes sense
    goal_texts: tuple[str, ...]
    keeps: tuple[Mapping[str, str], ...]

    @property
    def datasets(self) -> tuple[str, ...]:
        return (self.free["dataset"],) if self.free["dataset"] else ()

    def spec(self, stage: Stage | None) -> dict[str, Any]:
        """How it runs on its own for a pupil of this stage: what a lesson would write under `lab:`."""
        level = {"level": str(stage)} if stage and self.has_levels else {}
        return {
            "id": self.id,
            "dataset": self.free["dataset"],
            "settings": {**level, **self.free["settings"]},
            "goals": list(self.free["goals"]),
            "hints": [],
        }


def stage_of(grade: int | None) -> Stage | None:
    """学段 of a grade from 1 to 12."""
    if grade is None:
        return None
    return Stage.PRIMARY if grade <= 6 else Stage.JUNIOR if grade <= 9 else Stage.SENIOR


def labs_for(stage: Stage | None) -> list[LabCard]:
    """The labs for pupils of a stage, or all of them, by title as the list shows them."""
    return [one for one in _cards().values() if stage is None or stage in one.stages]


def lab(lab_id: str) -> LabCard:
    """One lab; one that is not there is refused like a forbidden one."""
    card = _cards().get(lab_id)
    if card is None:
        raise Denied("learning.play")
    return card


def spec_of(lab_id: str) -> dict[str, Any] | None:
    """How a lab runs on its own, to show a work of free play; None for a lab that is gone."""
    card = _cards().get(lab_id)
    return card.spec(None) if card else None


def title_of(lab_id: str) -> str:
    card = _cards().get(lab_id)
    return card.title if card else lab_id


def break_goal_of(lab_id: str) -> tuple[str, str]:
    """The goal type of a lab's challenge and its title; empty for a lab that is gone."""
    card = _cards().get(lab_id)
    return (card.break_goal, card.break_title) if card else ("", "")


@lru_cache(maxsize=1)
def _cards() -> dict[str, LabCard]:
    root = Path(settings.LABS_ROOT)
    found = (_card(path) for path in sorted(root.glob("*/manifest.json")) if _NAME.match(path.parent.name))
    return {one.id: one for one in found}


def _card(path: Path) -> LabCard:
    manifest = json.loads(path.read_text(encoding="utf-8"))
    free = manifest.get("free", {})
    challenge = manifest.get("break_it", {})
    goal = challenge.get("goal")
    options = manifest["settings"].get("properties", {})
    level = options.get("level", {})
    stages = free.get("stages") or level.get("enum") or _ALL
    picture = path.with_name("picture.svg")
    return LabCard(
        id=str(manifest["id"]),
        title=str(manifest["title"]),
        short=str(free.get("short") or re.split(r"(?<=[。？！])", manifest["what_it_teaches"])[0]),
        teaches=str(manifest["what_it_teaches"]),
        for_teacher=tuple(one for one in str(manifest.get("for_teacher", "")).split("\n") if one.strip()),
        break_title=str(challenge.get("title", "")),
        break_text=str(challenge.get("text", "")),
        break_goal=str(goal["goal"]) if goal else "",
        stages=tuple(Stage(one) for one in stages),
        picture=picture.read_text(encoding="utf-8") if picture.exists() else "",
        free={
            "dataset": free.get("dataset", _first_dataset(kinds_of_data(manifest))),
            "settings": free.get("settings", {}),
            "goals": free.get("goals") or ([goal] if goal else []),
        },
        has_levels=bool(level),
        takes_pictures=OWN_PICTURES in options and bool(free.get("settings", {}).get(OWN_PICTURES, True)),
        goal_texts=tuple(str(one["text"]) for one in manifest.get("goals", {}).values()),
        keeps=tuple(manifest.get("data_it_keeps", ())),
    )


def _first_dataset(kinds: list[str]) -> str:
    return next((name for name, kind in _kinds_of_datasets() if kind in kinds), "")


@lru_cache(maxsize=1)
def _kinds_of_datasets() -> tuple[tuple[str, str], ...]:
    """Every bundled data set and its kind, by name. Only the line that says the kind is read: whole ones are large."""
    paths = sorted((Path(settings.CONTENT_ROOT) / "datasets").glob("*/dataset.yaml"))
    found = ((path.parent.name, _KIND.search(path.read_text(encoding="utf-8"))) for path in paths)
    return tuple((name, one[1]) for name, one in found if one)
