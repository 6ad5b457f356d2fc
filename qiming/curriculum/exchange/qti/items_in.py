"""A QTI item (plain names) as drafts of ours: one for each thing that is asked in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from qiming.curriculum.exchange.markup import Writer
from qiming.curriculum.exchange.model import DraftItem, Level, Report
from qiming.curriculum.exchange.pictures import Pictures
from qiming.curriculum.exchange.qti.asked import ASKED, NEVER, Asking, NotOurs
from qiming.curriculum.exchange.qti.declared import Declared, declarations
from qiming.curriculum.exchange.qti.pointed import POINTED
from qiming.curriculum.exchange.qti.replies import replies
from qiming.curriculum.exchange.xml import Element, below, child, children, words

_ALL = ASKED | POINTED
INLINE = ("inline-choice-interaction", "text-entry-interaction", "end-attempt-interaction")
_PIECES = frozenset(
    [
        "simple-choice",
        "simple-match-set",
        "simple-associable-choice",
        "gap-text",
        "gap-img",
        "hotspot-choice",
        "associable-hotspot",
        "inline-choice",
        "interaction-markup",
        "interaction-modules",
        "templates",
    ]
)
_FEEDBACK = ("modal-feedback", "feedback-inline", "feedback-block")
_BLANK = "＿＿＿＿"


@dataclass(slots=True)
class Reading:
    """Where an item is read from, and where what is found goes."""

    where: str
    pictures: Pictures
    report: Report
    stimuli: list[Element] = field(default_factory=list)

    def say(self, level: Level, what: str) -> None:
        self.report.add(level, self.where, what)


def read_item(item: Element, at: Reading) -> list[DraftItem]:
    """Drafts in the order in which they are asked; empty, with a line in the report, when none can be ours."""
    body = child(item, "item-body")
    reason = _impossible(item, body)
    if reason:
        at.say(Level.OUT, reason)
        return []
    assert body is not None
    there = [one for one in body.iter() if _is_interaction(one) and not _inside(one, NEVER)]
    asked = [one for one in there if one.tag in _ALL]
    other = [one for one in there if one.tag not in _ALL and one.tag != "end-attempt-interaction"]
    if not asked:
        kinds = "、".join(sorted({NEVER.get(one.tag, one.tag) for one in other}))
        at.say(Level.OUT, f"这种题没有对应的题型：{kinds}" if kinds else "题里没有要作答的地方")
        return []
    for one in other:
        at.say(Level.LOST, f"题里的一问没有收：{NEVER.get(one.tag, one.tag)}")
    if _adapts(item):
        at.say(Level.LOST, "答一次变一次的部分（adaptive）没有收，只收了问题和答案")
    if any(one.tag == "end-attempt-interaction" for one in there):
        at.say(Level.LOST, "题里的按钮（如“要提示”）没有收")
    return _drafts(item, body, asked, at)


def _drafts(item: Element, body: Element, asked: list[Element], at: Reading) -> list[DraftItem]:
    declared = declarations(item)
    found = []
    for n, one in enumerate(asked, start=1):
        try:
            spec = _spec(item, body, one, asked=asked, declared=declared, at=at)
        except NotOurs as reason:
            at.say(Level.OUT if len(asked) == 1 else Level.LOST, str(reason))
            continue
        own = item.get("identifier", "")
        spec["id"] = own if len(asked) == 1 else f"{own}.{n}"
        found.append(DraftItem(spec, at.where, title=item.get("title") or ""))
    if len(found) > 1:
        at.say(Level.CHANGED, f"一道题里有{len(asked)}问，拆成了{len(found)}道题")
    return found


def _spec(
    item: Element,
    body: Element,
    asked_here: Element,
    *,
    asked: list[Element],
    declared: Mapping[str, Declared],
    at: Reading,
) -> dict[str, Any]:
    name = asked_here.get("response-identifier", "")
    if name not in declared:
        raise NotOurs("题里写的答案找不到（response declaration）")
    said = replies(item, name)
    numbers = {one: n for n, one in enumerate(asked, start=1)} if len(asked) > 1 else {}

    def special(element: Element) -> str | None:
        if element.tag == "gap":
            return asking.blank(element)
        if element.tag == "hottext":
            return asking.hot(element)
        if element.tag in ("object", "img", "picture") and asking.redraws(element):
            return asking.drawn(element)
        if element.tag not in INLINE:
            return None
        mark = f"〔{numbers[element]}〕" if element in numbers else ""
        return f"{mark}{_BLANK}" if element is asked_here else mark

    writer = Writer(
        tell=lambda what: at.say(Level.LOST, what),
        picture=lambda href, alt: at.pictures.take(href, at.where, lambda what: at.say(Level.LOST, what)),
        special=special,
        skip=lambda element: element is not asked_here and _beside_the_question(element, asked_here),
    )
    asking = Asking(asked_here, declared[name], said, writer, at.pictures, at.where, at.say, item)
    spec = _stem(item, body, writer, at, len(asked) > 1)
    spec |= _ALL[asked_here.tag](asking)
    extras = _ours(body, writer)
    spec |= {
        key: value
        for key, value in extras.items()
        if key not in ("rubric", "sample") or spec["kind"] == "short"
    }
    spec.setdefault("difficulty", 2)
    spec.setdefault("use", ["class", "practice", "homework"])
    lost = [one for one in said.unplaced if words(one)]
    if lost and len(asked) == 1:
        at.say(Level.LOST, f"{len(lost)}处反馈的条件看不懂，没有收：{words(lost[0])[:40]}")
    return spec


def _stem(item: Element, body: Element, writer: Writer, at: Reading, several: bool) -> dict[str, Any]:
    parts = [writer.block(child(one, "stimulus-body")) for one in at.stimuli]
    parts.append(writer.block(body))
    text = "\n\n".join(part for part in parts if part)
    if not text:
        text = words_of_title(item)
        at.say(Level.TO_DO, "没有题干，先用了标题")
    found: dict[str, Any] = {"stem": text}
    picture = next(
        (p for p in below(body, "p", "div") if "qiming-picture" in (p.get("class") or "").split()), None
    )
    image = next(iter(below(picture, "img")), None) if picture is not None else None
    if image is not None:
        name = at.pictures.take(image.get("src", ""), at.where, lambda what: at.say(Level.LOST, what))
        if name:
            found |= {"picture": name, "picture_alt": image.get("alt") or "图"}
    return found


def words_of_title(item: Element) -> str:
    return " ".join((item.get("title") or item.get("identifier") or "题").split())


def _ours(body: Element, writer: Writer) -> dict[str, Any]:
    """Hints, solution, sample and rubric: in the blocks that our own export writes, or in words for those who mark."""
    found: dict[str, Any] = {}
    for block in below(body, "rubric-block"):
        views = (block.get("view") or "").split()
        if "candidate" in views or not views:
            continue
        parts = {
            one: set((one.get("class") or "").split()) for one in block.iter() if isinstance(one.tag, str)
        }
        marked = False
        for one, classes in parts.items():
            if "qiming-hints" in classes:
                found["hints"] = [writer.block(entry) for entry in children(one, "li")]
            elif "qiming-solution" in classes:
                found["solution"] = writer.block(one)
            elif "qiming-sample" in classes:
                found["sample"] = "".join(one.itertext()).strip()
            elif "qiming-rubric" in classes:
                found["rubric"] = [line for entry in children(one, "li") if (line := _rubric_line(entry))]
            else:
                continue
            marked = True
        text = "" if marked else writer.block(block)
        if text:
            found["solution"] = "\n\n".join(part for part in (found.get("solution", ""), text) if part)
    return found


def _rubric_line(entry: Element) -> dict[str, Any] | None:
    """`<li id="rubric-a" class="points-1">`: one line of a rubric as our export writes it."""
    classes = (entry.get("class") or "").split()
    points = next((word.removeprefix("points-") for word in classes if word.startswith("points-")), "")
    key = (entry.get("id") or "").removeprefix("rubric-")
    if not key or not points.isdecimal() or len(points) > 3:
        return None
    return {"key": key, "text": "".join(entry.itertext()).strip(), "points": int(points)}


def _impossible(item: Element, body: Element | None) -> str:
    if body is None:
        return "没有题目内容（item body）"
    several = sum(_is_interaction(one) and one.tag != "end-attempt-interaction" for one in body.iter()) != 1
    if several and _adapts(item):
        return "答一步变一步的题（adaptive）没有对应"
    if child(item, "template-declaration") is not None:
        return "题里的数每次随机生成（template），没有对应"
    return ""


def _adapts(item: Element) -> bool:
    return (item.get("adaptive") or "false") in ("true", "1")


def _is_interaction(element: Element) -> bool:
    return isinstance(element.tag, str) and element.tag.endswith("-interaction")


def _inside(element: Element, names: Mapping[str, str]) -> bool:
    return any(up.tag in names for up in element.iterancestors())


def _beside_the_question(element: Element, asked_here: Element) -> bool:
    """What is no part of the question: pieces to choose from, feedback, words for those who mark, other block questions."""
    name = element.tag
    if name in _PIECES or name in _FEEDBACK:
        return True
    if name == "rubric-block":
        views = (element.get("view") or "").split()
        return bool(views) and "candidate" not in views
    if name in ("p", "div") and {"qiming-picture", "qiming-answer"} & set(
        (element.get("class") or "").split()
    ):
        return True
    return _is_interaction(element) and name not in INLINE
