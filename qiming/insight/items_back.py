"""学习数据回流: items of lent courses that are answered otherwise than expected become something to mend for the school
that wrote them. Sums go back, over several classes; no answer, no name, no class."""

import logging
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from django.conf import settings

from qiming.curriculum import queries as curriculum
from qiming.curriculum.types import Item
from qiming.insight.rules.expected import ItemLimits, ItemSums, against_expectation
from qiming.kernel import content, time
from qiming.kernel.content import Document
from qiming.learning import queries as learning
from qiming.resources import queries as resources
from qiming.resources import services as shelf

log = logging.getLogger(__name__)


def tell_authors() -> int:
    """Look at every pack on the shelf; returns how many tasks were opened. One that fails holds up no other."""
    limits = limits_today()
    if limits is None:
        return 0
    opened = 0
    for version_id, lessons in resources.packs_served():
        try:
            opened += _of_pack(version_id, lessons, limits)
        except Exception:
            log.exception("the items of a pack could not be looked at")
    return opened


def limits_today() -> ItemLimits | None:
    """The thresholds that hold today."""
    return ItemLimits.on(time.today(), _limits(Path(settings.CONTENT_ROOT)).data["limits"])


def _of_pack(version_id: UUID, lessons: tuple[UUID, ...], limits: ItemLimits) -> int:
    items = {
        one.id: (lesson.position, one)
        for lesson in map(curriculum.lesson, lessons)
        for one in curriculum.items_of(lesson.id)
    }
    opened = 0
    for item_id, sums in learning.first_sums(items).items():
        position, item = items[item_id]
        said = against_expectation(_sums(item, sums), item.difficulty, limits)
        if said:
            where = f"第{position}课第{item.position}题："
            opened += shelf.say_of_item(version_id, item.key, where + said)
    return opened


def _sums(item: Item, sums: learning.FirstSums) -> ItemSums:
    """With the wrong choice that most liked, where one of several is chosen."""
    right = {option["key"] for option in item.data.get("options", ()) if option.get("correct")}
    wrong = {choice: n for choice, n in sums.choices.items() if choice not in right}
    letter = max(wrong, key=lambda one: (wrong[one], one)) if right and wrong else ""
    return ItemSums(sums.pupils, sums.classes, sums.right, wrong.get(letter, 0), letter)


@lru_cache(maxsize=4)
def _limits(root: Path) -> Document:
    said = content.read_yaml(root / "screening" / "items.yaml", root)
    problems = content.against_schema(said, root / "schemas" / "item_limits.schema.json")
    if problems:
        raise ValueError("\n".join(map(str, problems)))
    return said
