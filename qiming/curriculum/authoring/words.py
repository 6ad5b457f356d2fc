"""What was changed, in a teacher's words: where, what, before and after."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from qiming.curriculum.authoring import labs
from qiming.curriculum.authoring.controls import DIFFICULTIES, PIECES, USES, short
from qiming.curriculum.authoring.merging import MISSING, Change, Path, differences
from qiming.curriculum.authoring.parts import ACTIVITIES, ACTIVITY, ITEM, ITEMS, LESSON, Parts
from qiming.curriculum.authoring.texts import LISTS, PLACES, TEXT, TEXTS, piece_markdown, pieces_of
from qiming.curriculum.types import ACTIVITY_WORDS, GENAI_WORDS, KIND_WORDS

NAMES: Mapping[str, str] = {
    "title": "名称",
    "question": "问题",
    "situation": "从这件事讲起",
    "summary": "给老师的话",
    "goals": "目标",
    "ethics": "伦理线",
    "devices": "设备",
    "without_devices": "没有设备怎么上",
    "new_words": "新词",
    "genai_use": "生成式工具",
    "sources": "出处",
    "where": "在哪里",
    "minutes": "分钟",
    "text": "给学生看的话",
    "teacher": "给老师的一行",
    "extra": "备用环节",
    "remedy_for": "治哪个误解",
    "why": "要写为什么",
    "items": "做哪些题",
    "prompt": "要学生写或谈的话",
    "starters": "起头的话",
    "roles": "分工",
    "stem": "题干",
    "picture": "图",
    "picture_alt": "图的说明",
    "concept": "知识点",
    "difficulty": "难度",
    "use": "用在哪里",
    "hints": "提示",
    "solution": "解答",
    "correct": "对不对",
    "reply": "对学生说的话",
    "misconception": "误解",
    "traps": "答错说明什么",
    "answer": "答案",
    "value": "数",
    "tolerance": "误差",
    "unit": "单位",
    "accept": "判对的写法",
    "rubric": "评分点",
    "sample": "样例",
    "otherwise": "别的答错时说的话",
    "pairs": "怎样连",
    "label": "记什么",
    "kind": "种类",
    "bin": "属于",
    "area": "区域",
    "shape": "形状",
    "at": "位置",
    "size": "图的大小",
    "least": "最少点几处",
    "most": "最多点几处",
    "points": "分数",
    "lab": "实验",
    "goal": "做到什么",
    "level": "标题多大",
    "dataset": "数据",
    "settings": "设置",
    "by": "谁来做",
    "id": "哪一个",
    "hidden": "用不用",
    "@order": "次序",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One difference. `place` is where in the draft; empty texts are nothing there."""

    place: str
    where: str
    what: str
    before: str
    after: str
    name: str = ""

    def as_json(self) -> dict[str, str]:
        return {
            "place": self.place,
            "where": self.where,
            "what": self.what,
            "before": self.before,
            "after": self.after,
        }


def described(before: Parts, after: Parts) -> list[Line]:
    """Every difference of two versions, in the order of the lesson."""
    lines = [
        line(change.path, change.before, change.after, after, before) for change in differences(before, after)
    ]
    order = [LESSON, ACTIVITIES, *(ACTIVITY + k for k in after[ACTIVITIES]), ITEMS]
    order += [*(ITEM + key for key in after[ITEMS]), *PLACES]
    rank = {place: at for at, place in enumerate(order)}
    return sorted(lines, key=lambda one: rank.get(one.place, len(rank)))


def of_changes(changes: list[Change], parts: Parts, before: Parts) -> list[Line]:
    return [line(one.path, one.before, one.after, parts, before) for one in changes]


def line(path: Path, before: Any, after: Any, *known: Parts) -> Line:
    """One difference in words; `known` are the drafts in which names of activities and items are looked up."""
    place, inner = path[0], path[1:]
    was, now = _said(inner, before, *known, order=place), _said(inner, after, *known, order=place)
    if place.startswith(TEXT):
        was, now = pared(was, now)
    return Line(
        place,
        place_words(place, *known),
        _what(place, inner, before, after, *known),
        was,
        now,
        "/".join(path),
    )


def place_words(place: str, *known: Parts) -> str:
    """环节“看一看”, 第3题 single choice …"""
    if place == LESSON:
        return "这一课"
    if place == ACTIVITIES:
        return "环节"
    if place == ITEMS:
        return "题目"
    if place.startswith(TEXT):
        return TEXTS[place.removeprefix(TEXT)][0]
    block: Any = next((parts[place] for parts in known if isinstance(parts.get(place), dict)), {})
    if place.startswith(ACTIVITY):
        return f"环节“{block.get('title', '')}”"
    return f"题目“{short(block.get('stem', ''), 18)}”"


def pared(before: str, after: str, around: int = 1) -> tuple[str, str]:
    """Two long texts without the lines at the beginning and the end that are the same; … stands for those."""
    old, new = before.split("\n"), after.split("\n")
    if not before or not after or max(len(old), len(new)) < 8:
        return before, after
    same = 0
    while same < min(len(old), len(new)) and old[same] == new[same]:
        same += 1
    tail = 0
    while tail < min(len(old), len(new)) - same and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    first, last = max(same - around, 0), max(tail - around, 0)

    def cut(lines: list[str]) -> str:
        kept = lines[first : len(lines) - last]
        return "\n".join([*(["…"] if first else []), *kept, *(["…"] if last else [])])

    return cut(old), cut(new)


def _of_piece(place: str, inner: Path, *known: Parts) -> str:
    """第3节“目标与重难点”的内容; of a text whose pieces changed places only 次序."""
    if len(inner) < 2 or inner[1] == "@order":
        return "次序"
    block = next((parts[place] for parts in known if _has_piece(parts.get(place), inner[1])), None)
    if block is None:
        return PIECES[inner[0]][1]
    at, piece = next((n, one) for n, one in enumerate(pieces_of(block), 1) if one["key"] == inner[1])
    words = f"第{at}{'张' if inner[0] == 'slides' else '节'}" + (
        f"“{piece['title']}”" if piece["title"] else ""
    )
    return words + (f"的{_PIECE[inner[2]]}" if len(inner) > 2 else "")


def _has_piece(block: Any, key: str) -> bool:
    return block is not None and any(piece["key"] == key for piece in pieces_of(block))


_PIECE = {"title": "标题", "level": "标题大小", "text": "内容"}


def _lab_of(place: str, *known: Parts) -> dict[str, Any]:
    """The lab of the step, as it stands in the first draft that has one."""
    blocks = (parts.get(place) for parts in known)
    return next(
        (one["lab"] for one in blocks if isinstance(one, dict) and "lab" in one), {"id": "", "goals": []}
    )


def _of_lab(place: str, inner: Path, *known: Parts) -> str:
    """A setting or a goal's number by the name it has in the manifest."""
    lab = _lab_of(place, *known)
    if inner[1] == "settings":
        return f"实验设置：{labs.setting_words(lab['id'], inner[2]) or inner[2]}"
    at = int(inner[2])
    kind = lab["goals"][at]["goal"] if at < len(lab["goals"]) else ""
    more = f"的{labs.parameter_words(lab['id'], kind, inner[3])}" if len(inner) > 3 else ""
    return f"实验目标{at + 1}{more}"


def _lab_said(place: str, inner: Path, value: Any, *known: Parts) -> str | None:
    """What stands in a lab, where the manifest has words for it."""
    lab = _lab_of(place, *known)
    if inner == ("lab", "id"):
        return str(labs.manifests().get(str(value), {}).get("title", value))
    if inner[:2] == ("lab", "settings") and len(inner) == 3:
        return labs.value_said(lab["id"], inner[2], value)
    if inner == ("lab", "goals") and isinstance(value, list):
        return "\n".join(labs.goal_said(lab["id"], one) for one in value)
    return None


def _what(place: str, inner: Path, before: Any, after: Any, *known: Parts) -> str:
    if not inner:
        if place in (ACTIVITIES, ITEMS):
            return "次序"
        return "新加的" if before in (MISSING, None) else "没有了"
    if inner[0] in LISTS and place.startswith(TEXT):
        return _of_piece(place, inner, *known)
    if inner[:2] in (("lab", "settings"), ("lab", "goals")) and len(inner) > 2:
        return _of_lab(place, inner, *known)
    words = []
    for n, step in enumerate(inner):
        if step in PIECES and n + 1 < len(inner):
            words.append(PIECES[step][1])
        else:
            words.append(NAMES.get(step, step))
    return "".join(words) if len(words) < 3 else f"{words[0]}{words[1]}的{words[2]}"


def _said(inner: Path, value: Any, *known: Parts, order: str) -> str:
    if value is MISSING or value is None:
        return ""
    if not inner and order in (ACTIVITIES, ITEMS):
        prefix = ACTIVITY if order == ACTIVITIES else ITEM
        return " → ".join(place_words(prefix + key, *known).partition("“")[2].rstrip("”") for key in value)
    if inner[:1] == ("lab",) and (said := _lab_said(order, inner, value, *known)) is not None:
        return said
    return _SAYS.get(inner[-1] if inner else "", _plain)(value)


_SAYS: Mapping[str, Callable[[Any], str]] = {
    "hidden": lambda _: "不用",
    "genai_use": lambda value: GENAI_WORDS.get(value, str(value)),
    "difficulty": lambda value: dict(DIFFICULTIES).get(str(value), str(value)),
    "use": lambda value: "、".join(dict(USES).get(one, one) for one in value),
}


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "\n".join(_plain(one) for one in value)
    if isinstance(value, dict) and set(value) == {"key", "level", "title", "text"}:
        return piece_markdown(value)
    if isinstance(value, dict) and "goals" in value and "dataset" in value:
        return labs.lab_said(value)
    if isinstance(value, dict):
        kinds = ACTIVITY_WORDS | KIND_WORDS
        told = [
            f"{NAMES.get(name, '')}：{kinds.get(str(one), _plain(one)) if name == 'kind' else _plain(one)}"
            for name, one in value.items()
            if name in NAMES and one not in ("", [], None)
        ]
        return "\n".join(told) or "；".join(
            _plain(one) for one in value.values() if not isinstance(one, dict)
        )
    return str(value)
