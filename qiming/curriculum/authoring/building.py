"""From a draft to a lesson version: what stands as the city wrote it keeps its row's content, the rest is made anew."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from qiming.curriculum.authoring.models import LessonFork
from qiming.curriculum.authoring.parts import (
    ACTIVITY,
    ITEM,
    Parts,
    item_data,
    lesson_data,
    stored_parts,
)
from qiming.curriculum.authoring.texts import TEXT, TEXTS, markdown_of
from qiming.curriculum.building import RENDERING, build_item, build_step, page_html
from qiming.curriculum.models import Dataset, ItemVersion, LessonVersion
from qiming.curriculum.reading import split_slides
from qiming.kernel.content import hash_data
from qiming.kernel.ids import new_id

COLUMNS = {"guide": "guide_html", "slides": "slides", "tasksheet": "tasksheet_html"}


@dataclass(frozen=True, slots=True)
class Built:
    """A lesson and its items, not stored; `base` is where its own pictures are served."""

    lesson: LessonVersion
    items: list[ItemVersion]


def build(fork: LessonFork, lesson_id: UUID, base_url: str, *, everything: bool = False) -> Built:
    """The lesson of the draft. With `everything`, hidden activities and items too: the editor shows them."""
    city = fork.base
    parts: Parts = fork.parts
    if everything:
        parts = {
            place: {name: value for name, value in block.items() if name != "hidden"}
            if isinstance(block, dict)
            else block
            for place, block in parts.items()
        }
    before = stored_parts(city)
    data = lesson_data(parts)
    data["activities"] = _steps(data["activities"], before, city, base_url)
    row = LessonVersion(
        id=lesson_id,
        key=city.key,
        position=city.position,
        content_hash=hash_data([RENDERING, city.content_hash, fork.parts]),
        title=data["title"],
        minutes=sum(step["minutes"] for step in data["activities"] if not step.get("extra")),
        data=data,
        concepts=data["concepts"],
        media={**city.media, **fork.media},
        **_texts(parts, before, city, base_url),
    )
    row.course_version = city.course_version
    return Built(row, _items(parts, before, city, row, base_url))


def _steps(
    steps: list[dict[str, Any]], before: Parts, city: LessonVersion, base: str
) -> list[dict[str, Any]]:
    stored = {step["key"]: step for step in city.data["activities"]}
    datasets = _datasets(steps)
    return [
        stored[step["key"]]
        if before.get(ACTIVITY + step["key"]) == step
        else build_step(step, base, datasets)
        for step in steps
    ]


def _texts(parts: Parts, before: Parts, city: LessonVersion, base: str) -> dict[str, Any]:
    """The columns of guide, slides and task sheet: the city's as they are stored, changed ones anew."""
    changed = {
        kind: markdown_of(parts[TEXT + kind])
        for kind in TEXTS
        if TEXT + kind in parts and parts[TEXT + kind] != before.get(TEXT + kind)
    }
    made: dict[str, Any] = {"texts": {**city.texts, **changed}}
    for kind, column in COLUMNS.items():
        if kind not in changed:
            made[column] = getattr(city, column)
        elif kind == "slides":
            made[column] = [page_html(one, base) for one in split_slides(changed[kind])]
        else:
            made[column] = page_html(changed[kind], base)
    return made


def _datasets(steps: list[dict[str, Any]]) -> dict[str, str]:
    """The hash of each data set that is there; a name nobody knows has none and the lab says so."""
    names = {step["lab"]["dataset"] for step in steps if "lab" in step}
    rows = Dataset.objects.filter(key__in=names, is_current=True)
    known = dict(rows.values_list("key", "content_hash")) if names else {}
    return dict.fromkeys(names, "") | known


def _items(
    parts: Parts, before: Parts, city: LessonVersion, lesson: LessonVersion, base: str
) -> list[ItemVersion]:
    """An item that nobody touched keeps its content hash: whoever counts evidence finds the same item."""
    stored = {row.key: row for row in ItemVersion.objects.filter(lesson_version=city)}
    rows = []
    for position, item in enumerate(item_data(parts), start=1):
        old = stored.get(item["id"])
        if old is not None and before.get(ITEM + item["id"]) == item:
            content_hash, data, html = old.content_hash, old.data, old.html
        else:
            built = build_item(item, base)
            content_hash, data, html = built.content_hash, built.data, built.html
        rows.append(
            ItemVersion(
                id=new_id(),
                lesson_version=lesson,
                key=item["id"],
                position=position,
                content_hash=content_hash,
                kind=item["kind"],
                concept=item["concept"],
                difficulty=item["difficulty"],
                use=item["use"],
                data=data,
                html=html,
            )
        )
    return rows
