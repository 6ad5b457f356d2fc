"""What of a lesson can be typed, chosen or ticked: for each kind of block its fields, with the words beside them."""

from collections.abc import Sequence

from qiming.curriculum.authoring.controls import (
    Around,
    Choice,
    Field,
    Group,
    all_fields,
    pieces,
    value_at,
)
from qiming.curriculum.authoring.item_fields import item_groups
from qiming.curriculum.authoring.lab_fields import lab_groups
from qiming.curriculum.authoring.parts import ACTIVITY, LESSON, Block
from qiming.curriculum.authoring.text_fields import text_groups
from qiming.curriculum.authoring.texts import TEXT
from qiming.curriculum.types import GENAI_WORDS

__all__ = ["Around", "Field", "Group", "all_fields", "groups_of"]

RECORDS: Sequence[Choice] = (("text", "写字"), ("number", "填数"), ("choice", "选一个"))


def groups_of(place: str, block: Block, around: Around) -> list[Group]:
    """The form of what stands at `place`."""
    if place == LESSON:
        return _lesson(block)
    if place.startswith(TEXT):
        return text_groups(block)
    return _activity(block, around) if place.startswith(ACTIVITY) else item_groups(block, around)


def _lesson(block: Block) -> list[Group]:
    said = [
        ("title", "课名", "line", "最多20个字"),
        ("question", "这节课的问题", "line", "最多40个字"),
        ("situation", "从这件事讲起", "prose", "一个真实的场景，两到四句"),
        ("summary", "给老师：一屏看完", "prose", "最多150个字"),
        ("goals", "学完能做到", "lines", "一行一条，以“能”开头"),
        ("ethics", "伦理线", "prose", ""),
        ("devices", "要什么设备", "prose", ""),
        ("without_devices", "没有设备怎么上", "prose", ""),
        ("new_words", "新词", "words", "一行一个，写成“词：意思”"),
    ]
    first = [
        Field(name, label, kind, block.get(name, ""), help=more)  # type: ignore[arg-type]  # a table of literals
        for name, label, kind, more in said
        if name in block or name == "new_words"
    ]
    first.append(
        Field("genai_use", "生成式工具", "choice", block.get("genai_use", ""), list(GENAI_WORDS.items()))
    )
    return [Group("这一课", first)]


def _activity(block: Block, around: Around) -> list[Group]:
    extra = bool(block.get("extra"))
    first = [
        Field("title", "环节名", "line", block["title"], help="最好不超过6个字"),
        Field("minutes", "分钟", "number", block["minutes"]),
        Field("text", "给学生看的话", "rich", block["text"]),
        Field("teacher", "给老师的一行", "prose", block["teacher"], help="最多200个字"),
        Field("extra", "备用环节，不占课时", "check", extra),
    ]
    if extra and around.misconceptions:
        treats = block.get("remedy_for", [])
        first.append(Field("remedy_for", "治哪个误解", "several", treats, around.misconceptions))
    groups = [Group("环节", first)]
    kind = block["kind"]
    if kind in ("predict", "poll"):
        groups.append(pieces(block, "choices", lambda at: [Field(f"{at}.text", "选项的话", "line")]))
        groups.append(Group("", [Field("why", "还要写一句为什么", "check", bool(block.get("why")))]))
    elif kind == "unplugged":
        groups.append(pieces(block, "record", lambda at: _record(block, at)))
    elif kind == "quiz":
        groups.append(Group("", [Field("items", "做哪些题", "several", block["items"], around.items)]))
    elif kind in ("reflect", "discuss"):
        asked = [Field("prompt", "要学生写或谈的话", "prose", block["prompt"])]
        more = ("starters", "可以这样起头") if kind == "reflect" else ("roles", "分工")
        asked.append(Field(more[0], more[1], "lines", block.get(more[0], []), help="一行一条", optional=True))
        groups.append(Group("", asked))
    elif kind == "lab":
        groups += lab_groups(block, around)
    return groups


def _record(block: Block, at: str) -> list[Field]:
    fields = [
        Field(f"{at}.label", "记什么", "line"),
        Field(f"{at}.kind", "怎么记", "choice", choices=RECORDS),
    ]
    if value_at(block, f"{at}.kind") == "choice":
        fields.append(Field(f"{at}.choices", "可以选的", "lines", help="一行一个"))
    return fields
