"""What a column of a result sheet or an item table is, by the words above it."""

import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from qiming.kernel.text import fold

SUBJECTS = (
    "语文", "数学", "英语", "物理", "化学", "生物", "道德与法治", "道法", "思想政治", "政治", "历史", "地理", "科学",
    "人工智能", "信息科技", "信息技术", "通用技术", "劳动", "综合实践", "音乐", "美术", "艺术", "体育",
)  # fmt: skip
# Subjects whose concepts are in a graph of ours.
GRAPHS = {"人工智能": "ai", "信息科技": "ai", "信息技术": "ai", "数学": "math"}


class Column(StrEnum):
    NAME = "name"
    SEAT = "seat"
    CLASS = "class"
    TOTAL = "total"
    STATUS = "status"
    RANK = "rank"
    NUMBER = "number"
    ITEM = "item"
    SUBJECT = "subject"
    OTHER = "other"


_WORDS: dict[Column, tuple[str, ...]] = {
    Column.NAME: ("姓名", "学生姓名", "考生姓名", "名字"),
    Column.SEAT: ("座号", "座位号", "班内学号", "班内序号", "班号座号"),
    Column.CLASS: ("班级", "班", "班别", "所在班级", "行政班"),
    Column.TOTAL: ("总分", "合计", "总成绩", "成绩", "得分", "卷面分", "卷面总分", "总计", "分数", "小计"),
    Column.STATUS: ("备注", "状态", "考试状态", "是否缺考", "缺考标记", "缺考"),
    Column.NUMBER: ("学号", "考号", "准考证号", "考生号", "学籍号", "全国学籍号", "学籍辅号", "学生编号"),
}
_KINDS = {fold(word): kind for kind, words in _WORDS.items() for word in words}
_RANK = re.compile(r"名次|排名|位次|班排|级排|年排|校排|区排|rank", re.IGNORECASE)
_FULL_IN_LABEL = re.compile(r"[(（\[]\s*(?:满分)?\s*(\d+(?:\.\d+)?)\s*分\s*[)）\]]")
_ITEM = re.compile(r"(?:第|t|q)?(\d{1,3})((?:[-.]\d{1,2})|(?:\(\d{1,2}\))|)?(?:小?题)?")
_RANGE = re.compile(r"(?:第)?(\d{1,3})[-~至—到](\d{1,3})(?:小?题)?")
_RINGS = {chr(0x2460 + n): f"({n + 1})" for n in range(20)}


def kind_of(label: str) -> Column:
    """What a column headed so holds."""
    said = fold(label)
    if said in _KINDS:
        return _KINDS[said]
    if _RANK.search(said):
        return Column.RANK
    if item_label(label):
        return Column.ITEM
    return Column.SUBJECT if subject_in(label, whole=True) else Column.OTHER


def item_label(label: str) -> str:
    """`第16（2）题（3分）` → `16(2)`; nothing when it names no question."""
    flat = _FULL_IN_LABEL.sub("", label)
    for ring, plain in _RINGS.items():
        flat = flat.replace(ring, plain)
    found = _ITEM.fullmatch(unicodedata.normalize("NFKC", flat).replace(" ", "").lower())
    if not found:
        return ""
    part = found[2] or ""
    return f"{int(found[1])}{f'({part[1:]})' if part[:1] in '-.' and part else part}"


def item_labels(label: str) -> list[str]:
    """The questions one line of an item table speaks of: `1-5` is five."""
    one = item_label(label)
    flat = unicodedata.normalize("NFKC", label).replace(" ", "")
    found = _RANGE.fullmatch(flat)
    # `16-2` may be a part of a question; only upwards it is a range.
    if found and int(found[1]) < int(found[2]) <= int(found[1]) + 40:
        return [str(number) for number in range(int(found[1]), int(found[2]) + 1)]
    return [one] if one else []


def full_in(label: str) -> Decimal | None:
    """Full marks written beside the question, as in `16（3分）`."""
    found = _FULL_IN_LABEL.search(label)
    return Decimal(found[1]) if found else None


def subject_in(text: str, *, whole: bool = False) -> str:
    """The school subject a text names; with `whole` nothing else may stand beside it but 成绩 and the like."""
    said = fold(text)
    found = next((one for one in SUBJECTS if one in said), "")
    if whole and found and len(said.replace(found, "").replace("成绩", "").replace("分", "")) > 0:
        return ""
    return found


def decimal_of(text: str) -> Decimal | None:
    """A plain number, or None: no letters, no infinity, at most two places."""
    flat = unicodedata.normalize("NFKC", text).strip().removesuffix("分")
    if not re.fullmatch(r"\d{1,4}(?:\.\d{1,6})?", flat):
        return None
    try:
        return Decimal(flat).quantize(Decimal("0.01"))
    except InvalidOperation:
        return None


def spread(line: Sequence[str]) -> list[str]:
    """A line of group headings with merged cells filled to the right."""
    found, last = [], ""
    for cell in line:
        last = cell or last
        found.append(last)
    return found
