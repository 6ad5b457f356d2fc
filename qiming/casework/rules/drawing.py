"""A workflow as a picture: states in layers from the first on, ways as lines; drawn from the same file that moves cases."""

from collections import deque
from dataclasses import dataclass

from qiming.casework.types import Kind, Workflow

WIDTH, HEIGHT = 132, 44
GAP_X, GAP_Y = 60, 26
MARGIN = 16


@dataclass(frozen=True, slots=True)
class Box:
    key: str
    title: str
    x: int
    y: int
    here: bool
    been: bool
    final: bool

    @property
    def middle_x(self) -> int:
        return self.x + WIDTH // 2

    @property
    def middle_y(self) -> int:
        return self.y + HEIGHT // 2


@dataclass(frozen=True, slots=True)
class Line:
    """A way from one state to another. `path` is the d of an SVG path; `tone` forward, back or stop."""

    title: str
    path: str
    tone: str


@dataclass(frozen=True, slots=True)
class Drawing:
    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    says: str


def draw(workflow: Workflow, here: str = "", been: frozenset[str] = frozenset()) -> Drawing:
    """Places for every state (layer = fewest steps from the first) and a line for every way."""
    layers = _layers(workflow)
    rows: dict[int, int] = {}
    boxes: dict[str, Box] = {}
    for key, state in workflow.states.items():
        layer = layers[key]
        row = rows.get(layer, 0)
        rows[layer] = row + 1
        boxes[key] = Box(
            key,
            state.title,
            MARGIN + layer * (WIDTH + GAP_X),
            MARGIN + row * (HEIGHT + GAP_Y),
            key == here,
            key in been,
            state.final,
        )
    lines = tuple(
        Line(
            step.title,
            _curve(boxes[source], boxes[step.target]),
            _tone(step.kind, layers[source], layers[step.target]),
        )
        for step in workflow.transitions.values()
        for source in step.sources
    )
    width = 2 * MARGIN + (max(layers.values()) + 1) * (WIDTH + GAP_X) - GAP_X
    height = 2 * MARGIN + max(rows.values()) * (HEIGHT + GAP_Y) - GAP_Y
    return Drawing(width, height, tuple(boxes.values()), lines, in_words(workflow, here))


def in_words(workflow: Workflow, here: str = "") -> str:
    """The same for those who listen: where it is now and which ways lead on."""
    if not here:
        return f"{workflow.title}，共{len(workflow.states)}步。"
    ways = "；".join(
        f"“{step.title}”到“{workflow.states[step.target].title}”" for step in workflow.out_of(here)
    )
    return f"现在在“{workflow.states[here].title}”。{'可以' + ways + '。' if ways else '这是最后一步。'}"


def _layers(workflow: Workflow) -> dict[str, int]:
    found = {workflow.first: 0}
    waiting = deque([workflow.first])
    while waiting:
        at = waiting.popleft()
        for step in workflow.out_of(at):
            if step.target not in found:
                found[step.target] = found[at] + 1
                waiting.append(step.target)
    return found


def _tone(kind: Kind, source: int, target: int) -> str:
    if kind is Kind.STOPS:
        return "stop"
    return "back" if kind is Kind.REFUSES or target <= source else "on"


def _curve(one: Box, other: Box) -> str:
    if one == other:  # a way that leads back to where it is: a small loop below
        left, right = one.x + WIDTH // 3, one.x + 2 * WIDTH // 3
        top, low = one.y + HEIGHT, one.y + HEIGHT + GAP_Y // 2
        return f"M{left} {top} C{left} {low} {right} {low} {right} {top}"
    if other.x > one.x:
        start, end = one.x + WIDTH, other.x
        bend = (end - start) // 2
        return f"M{start} {one.middle_y} C{start + bend} {one.middle_y} {end - bend} {other.middle_y} {end} {other.middle_y}"
    # Back or within a layer: under the boxes, so that it does not run through them.
    low = max(one.y, other.y) + HEIGHT + GAP_Y // 2
    return f"M{one.middle_x} {one.y + HEIGHT} C{one.middle_x} {low} {other.middle_x} {low} {other.middle_x} {other.y + HEIGHT}"
