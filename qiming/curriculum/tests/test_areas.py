"""What the checks say of picture questions, one fault at a time, and what of one leaves the server."""

from copy import deepcopy
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from qiming.curriculum.checks.areas import check_areas
from qiming.curriculum.checks.items import check_items
from qiming.curriculum.checks.known import Known
from qiming.curriculum.marked import marked
from qiming.curriculum.reading import LessonFolder
from qiming.curriculum.rules import public_item
from qiming.curriculum.types import Item
from qiming.kernel.content import Document, against_schema

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="24 0 400 300"><rect width="4" height="4"/></svg>'
SCHEMA = Path(__file__).parents[3] / "content" / "schemas" / "items.schema.json"
ITEM: dict[str, Any] = {
    "id": "g7l1-q01",
    "kind": "hotspot",
    "concept": "c052",
    "difficulty": 1,
    "use": ["practice"],
    "stem": "它认错了哪一张？",
    "picture": "media/p.svg",
    "picture_alt": "三张图",
    "size": [400, 300],
    "options": [
        {
            "key": "A",
            "text": "瓶",
            "area": {"shape": "rect", "at": [0, 0, 100, 100]},
            "correct": True,
            "reply": "是。",
        },
        {
            "key": "B",
            "text": "罐",
            "area": {"shape": "circle", "at": [200, 100, 50]},
            "misconception": "m-a",
            "reply": "再看看。",
        },
        {
            "key": "C",
            "text": "盒",
            "area": {"shape": "polygon", "at": [300, 10, 390, 10, 345, 90]},
            "misconception": "m-b",
            "reply": "看左边。",
        },
    ],
    "hints": ["先看左边。", "再看标签。"],
    "solution": "瓶说成了罐。",
}


def bent(path: str, value: Any) -> dict[str, Any]:
    """The item with one thing changed: `options.0.area.at`."""
    item = deepcopy(ITEM)
    *way, last = path.split(".")
    block: Any = item
    for step in way:
        block = block[int(step)] if step.isdecimal() else block[step]
    if value is None:
        del block[last]
    else:
        block[last] = value
    return item


def said(item: dict[str, Any], tmp_path: Path) -> list[tuple[str, str, bool]]:
    (tmp_path / "p.svg").write_text(SVG, encoding="utf-8")
    read = LessonFolder(tmp_path, "01-x")
    read.media = {"media/p.svg": tmp_path / "p.svg"}
    document = Document("items.yaml", [item], {})
    known = Known(
        concepts={"c052": {"id": "c052", "grade": 7, "title": "x"}},
        lesson_keys={},  # type: ignore[arg-type]  # not asked here
        item_ids={item["id"]: 1},  # type: ignore[arg-type]  # a Counter by its use
        datasets={},
        stage_rules={},
        subjects={"c052": "ai"},
    )
    found = [*check_items(document, "g7l1", {"m-a", "m-b"}, known), *check_areas(document, read)]
    return [(one.where, one.words.zh, one.warns) for one in found]


def test_a_sound_item_has_nothing_said_of_it(tmp_path: Path) -> None:
    assert said(ITEM, tmp_path) == []
    assert list(against_schema(Document("items.yaml", [ITEM], {}), SCHEMA)) == []


@pytest.mark.parametrize(
    ("path", "value", "where", "words"),
    [
        ("size", [424, 300], "[0].size", "400 × 300"),
        ("options.0.area.at", [0, 0, 100], "[0].options[0].area", "没有写全"),
        ("options.1.area.at", [200, 100, 0], "[0].options[1].area", "没有写全"),
        ("options.2.area.at", [300, 10, 390, 10], "[0].options[2].area", "没有写全"),
        ("options.0.area.at", [350, 0, 100, 100], "[0].options[0].area", "伸到图外面"),
        ("options.1.area.at", [200, 20, 50], "[0].options[1].area", "伸到图外面"),
        ("options.1.area.at", [50, 50, 40], "[0].options[0].area", "盖住"),
        ("options.1.area.at", [200, 100, 10], "[0].options[1].area", "不好点"),
        ("most", 4, "[0].options", "要点1到4处"),
        ("least", 2, "[0].options", "要点2到1处"),
        ("options.0.correct", None, "[0].options", "要有对的也有错的"),
        ("options.1.key", "A", "[0].options", "重复"),
        ("options.1.misconception", "m-none", "[0].options[1].misconception", "m-none"),
    ],
)
def test_each_fault_is_said_where_it_is(
    path: str, value: Any, where: str, words: str, tmp_path: Path
) -> None:
    found = said(bent(path, value), tmp_path)
    assert any(at == where and words in says for at, says, _ in found), found


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("picture", None),
        ("picture_alt", None),
        ("size", None),
        ("size", [400]),
        ("size", [0, 300]),
        ("options.0.area", None),
        ("options.0.area.shape", "star"),
        ("options.0.area.at", [-1, 0, 5, 5]),
        ("options.0.area.at", ["左", 0, 5, 5]),
        ("options.0.text", ""),
        ("options.0.key", "a1"),
        ("options", []),
        ("hints", ["一步"]),
        ("least", 0),
    ],
)
def test_what_the_format_refuses(path: str, value: Any) -> None:
    assert list(against_schema(Document("items.yaml", [bent(path, value)], {}), SCHEMA))


def stored() -> Item:
    names = {option["key"]: option["text"] for option in ITEM["options"]}
    return Item(
        uuid4(),
        uuid4(),
        "k",
        1,
        "v",
        "hotspot",
        "c052",
        1,
        (),
        "题",
        ITEM,
        ("一", "二"),
        "",
        {"options": names},
        "/content/p.svg",
        "三张图",
    )


def test_a_browser_gets_places_and_no_answer() -> None:
    shown = public_item(stored())
    assert (shown["size"], shown["least"], shown["most"]) == ([400, 300], 1, 1)
    assert [set(option) for option in shown["options"]] == [{"key", "html", "area"}] * 3
    assert not {"correct", "misconception", "reply"} & set(str(shown).replace("'", " ").split())


def test_the_picture_of_the_report_says_how_many_chose_each_place() -> None:
    plain, counted = marked(stored()), marked(stored(), {"A": 3, "C": 12}, "m-b")
    assert plain and counted
    assert [mark.label for mark in plain.marks] == ["A", "B", "C"]
    assert [(mark.label, mark.kind) for mark in counted.marks] == [
        ("A 3人", "yes"),
        ("B 0人", ""),
        ("C 12人", "hot"),
    ]
    assert counted.said == "三张图。A 3人；B 0人；C 12人"
    for mark in counted.marks:
        assert float(mark.x) >= 0 and float(mark.x) + float(mark.wide) <= 400
    assert (counted.marks[1].cx, counted.marks[1].cy, counted.marks[1].radius) == ("200", "100", "50")
