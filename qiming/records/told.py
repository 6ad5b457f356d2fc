"""Our own statements read back in plain fields: for whoever counts them. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from qiming.records.types import ToldAct
from qiming.records.verbs import OWN

_EXT = f"{OWN}/ext/"
_DURATION = re.compile(r"^PT(\d+)S$")


def told(row: tuple[Any, ...]) -> ToldAct:
    """From the columns and the parts `result` and `context` of a statement as `rules.build` wrote it."""
    columns, result, context = row[:9], row[9] or {}, row[10] or {}
    groups = dict(_group(one["id"]) for one in context.get("contextActivities", {}).get("grouping", ()))
    duration = _DURATION.match(result.get("duration", ""))
    act_id, person, verb, kind, object_id, period_id, at, stored, scope_path = columns
    return ToldAct(
        id=act_id,
        actor_person=person,
        verb=verb,
        object_kind=kind,
        object_id=object_id,
        period_id=period_id,
        at=at,
        stored=stored,
        scope_path=scope_path,
        success=result.get("success"),
        score_scaled=result.get("score", {}).get("scaled"),
        duration_s=int(duration[1]) if duration else None,
        lesson_key=groups.get("lesson"),
        course_key=groups.get("course"),
        more=_more(context) | _more(result),
    )


def _group(iri: str) -> tuple[str, str]:
    kind, _, key = iri.removeprefix(f"{OWN}/").partition("/")
    return kind, unquote(key)


def _more(part: Mapping[str, Any]) -> dict[str, Any]:
    return {key.removeprefix(_EXT): value for key, value in part.get("extensions", {}).items()}
