"""The small class of the learning room, with answers in words that wait for the teacher."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

import pytest

from qiming.curriculum import queries as curriculum
from qiming.curriculum.types import Item
from qiming.learning.tests.conftest import Class, at, cls, world

__all__ = ["at", "cls", "world"]

KEY = "g7l1-q08"
IDEAS = {"ideas-a": "没见过 / 新图", "ideas-b": "分开"}
ANSWERS = {1: "没见过的图，分开考", 2: "不知道", 3: "不是新图，写在一起"}


@dataclass
class Pile:
    """A class of which three pupils answered the open item."""

    cls: Class
    item: Item
    ids: dict[int, UUID] = field(default_factory=dict)

    def points(self, a: int, b: int) -> dict[str, int]:
        return {"a": a, "b": b}


@pytest.fixture
def pile(cls: Class) -> Iterator[Pile]:
    item = curriculum.item_by_key(cls.offering.course_version_id, KEY)
    assert item is not None
    made = Pile(cls, item)
    for seat, text in ANSWERS.items():
        answer = cls.answer(KEY, {"text": text})
        cls.sends(seat, answer)
        made.ids[seat] = answer.id
    yield made
