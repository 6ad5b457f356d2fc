"""What certificates are given for: from content, or said by a room."""

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

from django.db import transaction

from qiming.credentials.models import Achievement
from qiming.credentials.types import AchievementSaid
from qiming.kernel import content


class UnfitAchievement(ValueError):
    """A file of content/achievements that says less than a certificate needs; says what is wrong."""


@transaction.atomic
def define(said: AchievementSaid) -> None:
    """Make an achievement known, or its text anew: certificates that were given keep the text they were given for."""
    body = asdict(said)
    digest = hashlib.sha256(json.dumps(body, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    if Achievement.objects.filter(digest=digest, is_current=True).exists():
        return
    Achievement.objects.select_for_update().filter(key=said.key, is_current=True).update(is_current=False)
    Achievement.objects.update_or_create(
        digest=digest, defaults={"key": said.key, "body": body, "is_current": True}
    )


def load_achievements(root: Path) -> int:
    """Define every achievement of `root`/achievements; returns how many there are. Raises `UnfitAchievement` and changes
    nothing when one of them says too little."""
    found = [_read(path, root) for path in sorted((root / "achievements").glob("*.yaml"))]
    with transaction.atomic():
        for one in found:
            define(one)
    return len(found)


def _read(path: Path, root: Path) -> AchievementSaid:
    document = content.read_yaml(path, root)
    problems = content.against_schema(document, root / "schemas" / "achievement.schema.json")
    if problems:
        raise UnfitAchievement("\n".join(map(str, problems)))
    if document.data["key"] != path.stem:
        raise UnfitAchievement(f"{document.file}: the file must be called {document.data['key']}.yaml")
    return AchievementSaid(**document.data)
