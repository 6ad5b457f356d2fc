"""Indicator sets as text: `content/indicators/*.yaml`, checked by schema and by `rules.faults`."""

from pathlib import Path
from typing import Any

from django.conf import settings

from qiming.governance.supervision import rules
from qiming.governance.supervision.rules import IndicatorSet
from qiming.kernel import content
from qiming.kernel.errors import UserError


def choices() -> list[tuple[str, str]]:
    """(key, title) of every set that is there."""
    return [(key, read(key)[0].title) for key in sorted(one.stem for one in _folder().glob("*.yaml"))]


def read(key: str) -> tuple[IndicatorSet, dict[str, Any]]:
    """A set and the plain data it was read from, which a round keeps."""
    path = _folder() / f"{key}.yaml"
    if key not in {one.stem for one in _folder().glob("*.yaml")}:
        raise UserError("没有这套指标", next="请另选一套。", field="indicators", status=404)
    root = Path(settings.CONTENT_ROOT)
    document = content.read_yaml(path, root)
    problems = content.against_schema(document, root / "schemas" / "indicator_set.schema.json")
    if problems:
        raise UserError("这套指标写得不对", next=" ".join(map(str, problems))[:300], field="indicators")
    return rules.parse(document.data), document.data


def _folder() -> Path:
    return Path(settings.CONTENT_ROOT) / "indicators"
