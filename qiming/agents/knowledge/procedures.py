"""Things that are done on this platform step by step: `content/procedures/*.yaml`. A file that is not sound is not there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from qiming.kernel.content import Problem, Unreadable, against_schema, read_yaml


@dataclass(frozen=True, slots=True)
class Step:
    """`page`: the name of the address on which it is done, empty when it is done away from the screen."""

    text: str
    page: str = ""


@dataclass(frozen=True, slots=True)
class Procedure:
    key: str
    title: str
    roles: tuple[str, ...]
    words: tuple[str, ...]
    desk: str
    bring: tuple[str, ...]
    steps: tuple[Step, ...]


def procedures() -> dict[str, Procedure]:
    """Every sound procedure by key."""
    return _read(Path(settings.CONTENT_ROOT))


@lru_cache(maxsize=4)
def _read(root: Path) -> dict[str, Procedure]:
    found = {}
    for path in sorted((root / "procedures").glob("*.yaml")):
        data, problems = _checked(path, root)
        if not problems:
            found[path.stem] = _procedure(path.stem, data)
    return found


def problems_in(root: Path) -> list[Problem]:
    """What keeps files of `root`/procedures from being there."""
    return [
        problem
        for path in sorted((root / "procedures").glob("*.yaml"))
        for problem in _checked(path, root)[1]
    ]


def _checked(path: Path, root: Path) -> tuple[dict[str, Any], list[Problem]]:
    try:
        document = read_yaml(path, root)
    except Unreadable as unreadable:
        return {}, [unreadable.problem]
    return document.data, against_schema(document, root / "schemas" / "procedure.schema.json")


def _procedure(key: str, data: dict[str, Any]) -> Procedure:
    return Procedure(
        key=key,
        title=data["title"],
        roles=tuple(data["for"]),
        words=tuple(data["words"]),
        desk=data["desk"],
        bring=tuple(data["bring"]),
        steps=tuple(Step(one["text"], one.get("page", "")) for one in data["steps"]),
    )
