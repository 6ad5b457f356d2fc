"""The classes of scenarios (`content/shelf/scenarios.yaml`): names of ours until the authority's are found."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from qiming.kernel import content, time
from qiming.kernel.content import Document


def scenarios() -> dict[str, str]:
    """Those in force today: title by key."""
    today = time.today().isoformat()
    listed = _listed(Path(settings.CONTENT_ROOT)).data["lists"]
    holding = [one for one in listed if one["from"] <= today and (one["to"] is None or today <= one["to"])]
    latest = max(holding or listed[:1], key=lambda one: str(one["from"]))
    return {one["key"]: one["title"] for one in latest["scenarios"]}


def scenario_words(key: str) -> str:
    """Its title; an older key by that, nothing for none."""
    return scenarios().get(key, key) if key else "没有归类"


@lru_cache(maxsize=4)
def _listed(root: Path) -> Document:
    said = content.read_yaml(root / "shelf" / "scenarios.yaml", root)
    problems = content.against_schema(said, root / "schemas" / "scenarios.schema.json")
    if problems:
        raise ValueError("\n".join(map(str, problems)))
    return said
