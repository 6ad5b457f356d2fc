"""Where each concept stands in the drawing of the graph: a column per grade, arrows from what comes before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qiming.curriculum.types import ConceptRef

BOX_WIDTH, BOX_HEIGHT = 148, 52
COLUMN, ROW = 204, 70
LEFT, TOP = 12, 44
LINE_LENGTH = 10
# Room at the right for lines between two concepts of the last grade.
ARC = 24
STRANDS = ("基本概念", "应用与技术", "实现方法", "伦理与社会")


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody stands on a concept: in words, in a few characters for the drawing, as shares of a bar (class of
    the mark, how many), and the page behind it."""

    says: str
    brief: str
    shares: tuple[tuple[str, int], ...]
    url: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """A piece of the bar under a box."""

    x: float
    width: float
    mark: str


@dataclass(frozen=True, slots=True)
class Box:
    concept: ConceptRef
    x: int
    y: int
    lines: tuple[tuple[int, str], ...]
    hue: int
    says: str = ""
    brief: str = ""
    shares: tuple[Share, ...] = ()
    url: str = ""


@dataclass(frozen=True, slots=True)
class Arrow:
    path: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Drawing:
    width: int
    height: int
    heads: tuple[tuple[int, str], ...]
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    box_width: int = BOX_WIDTH
    box_height: int = BOX_HEIGHT


def draw(concepts: Sequence[ConceptRef], standings: Mapping[str, Standing] | None = None) -> Drawing:
    """The drawing of these concepts; arrows only between those that are in it. With `standings` each box also says
    where somebody stands on it."""
    columns = _columns(concepts)
    boxes: dict[str, Box] = {}
    for column, (_, stacked) in enumerate(columns):
        for row, concept in enumerate(stacked):
            x, y = LEFT + column * COLUMN, TOP + row * ROW
            hue = STRANDS.index(concept.strand) + 1 if concept.strand in STRANDS else 1
            at = (standings or {}).get(concept.key, Standing("", "", ()))
            lines = _wrapped(concept.title, y)
            boxes[concept.key] = Box(concept, x, y, lines, hue, at.says, at.brief, _shares(at, x), at.url)
    arrows = [
        Arrow(_path(boxes[needed], box), needed, box.concept.key)
        for box in boxes.values()
        for needed in box.concept.prerequisites
        if needed in boxes
    ]
    tallest = max((len(stacked) for _, stacked in columns), default=0)
    return Drawing(
        width=LEFT * 2 + max(len(columns) - 1, 0) * COLUMN + BOX_WIDTH + ARC,
        height=TOP + tallest * ROW,
        heads=tuple((LEFT + column * COLUMN, words) for column, (words, _) in enumerate(columns)),
        boxes=tuple(boxes.values()),
        arrows=tuple(arrows),
    )


def _shares(at: Standing, x: int) -> tuple[Share, ...]:
    """The bar under a box: a piece per mark, as wide as its share."""
    total = sum(n for _, n in at.shares)
    pieces: list[Share] = []
    left = float(x)
    for mark, n in at.shares:
        if n:
            width = round(BOX_WIDTH * n / total, 1)
            pieces.append(Share(round(left, 1), width, mark))
            left += width
    return tuple(pieces)


def _columns(concepts: Sequence[ConceptRef]) -> list[tuple[str, list[ConceptRef]]]:
    """A column per grade; within one grade alone, a column per step from what needs nothing before it."""
    grades = sorted({concept.grade for concept in concepts})
    if len(grades) != 1:
        return [
            (f"{grade}年级", sorted((c for c in concepts if c.grade == grade), key=_by_strand))
            for grade in grades
        ]
    depth = _depths(concepts)
    return [
        (f"第{step + 1}步", [c for c in concepts if depth[c.key] == step])
        for step in range(max(depth.values(), default=-1) + 1)
    ]


def _depths(concepts: Sequence[ConceptRef]) -> dict[str, int]:
    """How many concepts stand in a row before each; those outside the drawing don't count. No cycles: checked."""
    needs = {concept.key: concept.prerequisites for concept in concepts}
    depth: dict[str, int] = {}
    waiting = list(needs)
    while waiting:
        key = waiting[-1]
        missing = [before for before in needs[key] if before in needs and before not in depth]
        if missing:
            waiting.extend(missing)
            continue
        depth[key] = max((depth[before] + 1 for before in needs[key] if before in needs), default=0)
        waiting.pop()
    return depth


def _by_strand(concept: ConceptRef) -> tuple[int, str]:
    at = STRANDS.index(concept.strand) if concept.strand in STRANDS else len(STRANDS)
    return at, concept.key


def _wrapped(title: str, y: int) -> tuple[tuple[int, str], ...]:
    """One line or two, broken after a colon where that fits."""
    if len(title) <= LINE_LENGTH:
        return ((y + BOX_HEIGHT // 2 + 5, title),)
    colon = title.find("：") + 1
    at = colon if 0 < colon <= LINE_LENGTH and len(title) - colon <= LINE_LENGTH else LINE_LENGTH
    rest = title[at:]
    second = rest if len(rest) <= LINE_LENGTH else rest[: LINE_LENGTH - 1] + "…"
    return (y + 22, title[:at]), (y + 41, second)


def _path(start: Box, end: Box) -> str:
    if start.x == end.x:
        x = start.x + BOX_WIDTH
        y1, y2 = start.y + BOX_HEIGHT // 2, end.y + BOX_HEIGHT // 2
        return f"M{x} {y1}C{x + 26} {y1} {x + 26} {y2} {x + 4} {y2}"
    forward = start.x < end.x
    x1 = start.x + (BOX_WIDTH if forward else 0)
    x2 = end.x - 4 if forward else end.x + BOX_WIDTH + 4
    y1, y2 = start.y + BOX_HEIGHT // 2, end.y + BOX_HEIGHT // 2
    bend = (COLUMN - BOX_WIDTH) // 2 + 8
    bend = bend if forward else -bend
    return f"M{x1} {y1}C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}"
