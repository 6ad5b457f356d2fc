"""Items of a brought package into the school's own version of a lesson, where the editor shows what is yet to be added."""

import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from django.db import transaction

from qiming.curriculum.access import EDIT
from qiming.curriculum.authoring import drafts
from qiming.curriculum.authoring import queries as authoring
from qiming.curriculum.authoring.fields import Around
from qiming.curriculum.authoring.models import LessonFork
from qiming.curriculum.authoring.pictures import MOST_PICTURES
from qiming.curriculum.exchange import services
from qiming.curriculum.exchange.models import ImportedPackage
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError

MOST_AT_ONCE = 20
_MEDIA = re.compile(r"media/[a-z0-9][a-z0-9_-]*\.(?:svg|png|jpg|webp)")
_KEPT = "这一课的草稿没有动。"


def lessons_open(actor: Actor) -> list[LessonFork]:
    """The lessons of which the actor's schools have a version of their own."""
    schools = [school.id for school in drafts.schools_of(actor)]
    rows = LessonFork.objects.for_actor(actor, EDIT).filter(school_id__in=schools)
    return list(rows.defer("parts").order_by("course_key", "lesson_key"))


def place_items(*, actor: Actor, package_id: UUID, fork_id: UUID, wanted: Collection[str]) -> int:
    """Add these items (by their number in the draft) to the end of a lesson's items, all or none; returns how many.
    Raises `UserError`, `Denied`."""
    kept = services.load(actor, package_id)
    chosen = [
        (str(n), item["spec"])
        for n, lesson in enumerate(kept.draft.get("lessons", ()))
        for item in lesson["items"]
        if item["spec"]["id"] in wanted
    ]
    if not chosen:
        raise UserError("还没有选题", kept=_KEPT, next="在题的前面打勾，再放进去。")
    if len(chosen) > MOST_AT_ONCE:
        raise UserError(f"一次最多放{MOST_AT_ONCE}道", kept=_KEPT, next="分几次放。")
    with transaction.atomic():
        fork = drafts.locked(actor, fork_id)
        names = _take_pictures(kept, fork, chosen)
        around = authoring.around(fork)
        for n, spec in chosen:
            made = _maker(_renamed(spec, names.get(n, {})), around)
            drafts.add_block(actor=actor, fork_id=fork.id, order="items", make=made, after="")
        drafts.note(actor, "curriculum.place_items", fork, {"package": str(kept.id), "items": len(chosen)})
    return len(chosen)


def _take_pictures(
    kept: ImportedPackage, fork: LessonFork, chosen: Sequence[tuple[str, dict[str, Any]]]
) -> dict[str, dict[str, str]]:
    """The pictures these items show become the lesson's; returns their new names, for each lesson of the package."""
    names: dict[str, dict[str, str]] = {}
    media = dict(fork.media)
    for n, spec in chosen:
        held: dict[str, str] = kept.media.get(n, {})
        for old in _MEDIA.findall(json.dumps(spec, ensure_ascii=False)):
            if old in held:
                new = f"s{held[old][:16]}{PurePosixPath(old).suffix}"
                media[new] = held[old]
                names.setdefault(n, {})[old] = f"media/{new}"
    if len(media) > MOST_PICTURES:
        raise UserError(f"一课最多加{MOST_PICTURES}张图", kept=_KEPT, next="少选几道带图的题。")
    if media != fork.media:
        fork.media = media
        fork.save(update_fields=["media"])
    return names


def _renamed(spec: Any, names: Mapping[str, str]) -> Any:
    if isinstance(spec, dict):
        return {key: _renamed(value, names) for key, value in spec.items()}
    if isinstance(spec, list):
        return [_renamed(one, names) for one in spec]
    return _MEDIA.sub(lambda found: names.get(found[0], found[0]), spec) if isinstance(spec, str) else spec


def _maker(spec: dict[str, Any], around: Around) -> Callable[[str], dict[str, Any]]:
    """The item as the editor expects one: what is missing stands there empty, what this course doesn't know is left out."""
    known = {key for key, _ in around.concepts}
    wrong = {key for key, _ in around.misconceptions}
    item = dict(spec)
    if item.get("concept") not in known:
        item["concept"] = next((key for key, _ in around.concepts), "")
    item["hints"] = [*item.get("hints", ()), "", ""][: max(2, len(item.get("hints", ())))]
    item.setdefault("solution", "")
    if item["kind"] == "short":
        item["rubric"] = item.get("rubric") or [{"key": "p1", "text": "", "points": 1}]
        item.setdefault("sample", "")
    for part in ("options", "traps"):
        if part in item:
            item[part] = [_told(piece, wrong) for piece in item[part]]
    return lambda key: {**item, "id": key}


def _told(piece: dict[str, Any], wrong: Collection[str]) -> dict[str, Any]:
    kept = {"reply": "", **piece}
    if kept.get("misconception") not in wrong:
        kept.pop("misconception", None)
    return kept
