"""What differs between two versions, piece by piece, and whether it is little: then one reviewer looks at exactly that.

A review is never left out. What cannot be shown as words (a picture, a seal that differs while the words agree) is
not little.
"""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from qiming.resources.rules import markup
from qiming.resources.types import Card

LITTLE = 0.1  # at most this part of all the words
# What nobody changes in passing: on what terms, for whom, with which data.
WEIGHTY = frozenset(
    {"stage", "subject", "licence", "data_needs", "cost", "careful", "ai_share", "filing", "generates"}
)
CARD_TITLES = {
    "title": "标题",
    "says": "介绍",
    "stage": "学段",
    "subject": "学科",
    "area": "帮在哪里",
    "licence": "授权",
    "ai_share": "人工智能生成的占比",
    "ai_says": "哪些是人工智能生成的",
    "accessibility": "无障碍说明",
    "data_needs": "要用的数据",
    "cost": "费用",
    "careful": "要慎重的内容",
    "made_of": "用什么做的",
    "does_well": "做得怎样",
    "filing": "备案或登记的号",
    "generates": "会生成内容",
}
MOST_LETTERS = 6000  # compared letter by letter; a longer piece is shown before and after


class Mark(StrEnum):
    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Change:
    """One piece that differs: where it stands, and its words as (mark, text) in reading order."""

    where: str
    parts: tuple[tuple[Mark, str], ...]

    @property
    def letters(self) -> int:
        return sum(len(text) for mark, text in self.parts if mark is not Mark.SAME)


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that differs, whether it is little, and the names of what differs without words to show."""

    changes: tuple[Change, ...]
    is_little: bool
    wordless: tuple[str, ...] = ()


def differ(
    before: Card,
    after: Card,
    pieces: Mapping[str, str],
    pieces_after: Mapping[str, str],
    *,
    other: bool = False,
    wordless: tuple[str, ...] = (),
) -> Difference:
    """`pieces` are texts or HTML by where they stand; `other` says that something differs that is never little (an
    address, a product), `wordless` names what differs and has no words (a model's numbers)."""
    fields = [name for name in CARD_TITLES if getattr(before, name) != getattr(after, name)]
    changes = [
        _change(f"资源卡片：{CARD_TITLES[name]}", _said(before, name), _said(after, name)) for name in fields
    ]
    words = {where: markup.read(body).words for where, body in pieces.items()}
    words_after = {where: markup.read(body).words for where, body in pieces_after.items()}
    for where in dict.fromkeys([*words_after, *words]):
        if words.get(where, "") != words_after.get(where, ""):
            changes.append(_change(where, words.get(where, ""), words_after.get(where, "")))
    hidden = any(
        pieces.get(where) != body and words.get(where) == words_after[where]
        for where, body in pieces_after.items()
    )
    if hidden:
        wordless = (*wordless, "图、链接或版式")
    total = max(sum(map(len, words_after.values())) + len(after.says), 1)
    share = sum(one.letters for one in changes) / total
    little = bool(changes) and share <= LITTLE and not other and not wordless and not WEIGHTY & set(fields)
    return Difference(tuple(changes), little, wordless)


def _said(card: Card, name: str) -> str:
    value = getattr(card, name)
    if isinstance(value, bool):
        return "会" if value else "不会"
    return "、".join(value) if isinstance(value, tuple) else str(value)


def _change(where: str, before: str, after: str) -> Change:
    if max(len(before), len(after)) > MOST_LETTERS:
        return Change(where, tuple(_filled([(Mark.GONE, before), (Mark.NEW, after)])))
    parts: list[tuple[Mark, str]] = []
    for tag, i, j, k, m in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            parts.append((Mark.SAME, before[i:j]))
        else:
            parts += [(Mark.GONE, before[i:j]), (Mark.NEW, after[k:m])]
    return Change(where, tuple(_filled(parts)))


def _filled(parts: Sequence[tuple[Mark, str]]) -> list[tuple[Mark, str]]:
    return [(mark, text) for mark, text in parts if text]
