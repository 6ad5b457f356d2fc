"""Programmes as content says them (`content/programmes/*.yaml`)."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from qiming.kernel import content
from qiming.kernel.access import Denied
from qiming.programmes.queries.facts import FACTS
from qiming.programmes.rules.reading import faults, parse
from qiming.programmes.types import Programme


def programmes() -> dict[str, Programme]:
    """Every kind of call, by key."""
    return {key: one for key, (one, _) in _read(Path(settings.CONTENT_ROOT)).items()}


def programme(key: str) -> Programme:
    found = programmes().get(key)
    if found is None:
        raise Denied("programmes.call")
    return found


def body_of(key: str) -> dict[str, Any]:
    """The file's data, for a call that keeps it."""
    return _read(Path(settings.CONTENT_ROOT))[key][1]


@lru_cache(maxsize=4)
def _read(root: Path) -> dict[str, tuple[Programme, dict[str, Any]]]:
    found: dict[str, tuple[Programme, dict[str, Any]]] = {}
    problems: list[str] = []
    for path in sorted((root / "programmes").glob("*.yaml")):
        said = content.read_yaml(path, root)
        wrong = content.against_schema(said, root / "schemas" / "programme.schema.json")
        problems += map(str, wrong)
        if not wrong:
            one = parse(said.data, content.hash_data(said.data))
            problems += faults(one, FACTS)
            found[one.key] = one, said.data
    if problems:
        raise ValueError("\n".join(problems))
    return found
