"""The controls of the editor's forms: a field, a list of pieces, a group, and what a block may point at."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from qiming.curriculum.authoring.parts import Block

Kind = Literal[
    "line", "prose", "rich", "number", "decimal", "choice", "check", "lines", "several", "words", "corners"
]
Choice = tuple[str, str]

DIFFICULTIES: Sequence[Choice] = (("1", "易"), ("2", "中"), ("3", "难"))
SHAPES: Sequence[Choice] = (("rect", "方框"), ("circle", "圆"), ("polygon", "多边形"))
USES: Sequence[Choice] = (("class", "课上"), ("practice", "练习"), ("homework", "作业"))
# What a list of pieces is called, and one of its pieces.
PIECES: Mapping[str, tuple[str, str]] = {
    "options": ("选项", "选项"),
    "choices": ("选项", "选项"),
    "entries": ("卡片", "卡片"),
    "left": ("左边", "左边"),
    "right": ("右边", "右边"),
    "bins": ("分到哪几类", "类"),
    "record": ("学生记下什么", "一栏"),
    "rubric": ("评分点", "评分点"),
    "hints": ("提示梯：一步一步，不说答案", "提示"),
    "traps": ("答错说明什么", "错法"),
    "sections": ("一节一节", "小节"),
    "slides": ("一张一张", "幻灯片"),
    "lab.goals": ("怎样算做到", "目标"),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One control. `name` leads to the value: `options.A.text`, `hints.0`."""

    name: str
    label: str
    kind: Kind
    value: Any = ""
    choices: Sequence[Choice] = ()
    help: str = ""
    most: int = 6000
    optional: bool = False
    # What a lab's manifest says of the value (JSON Schema): it is kept as that kind of value.
    schema: Mapping[str, Any] | None = None

    @property
    def text(self) -> str:
        """The value as it stands in a control: lists a line each, 0.5 and 3 as numbers are written."""
        if self.kind == "corners":
            return "\n".join(
                f"{x:g}，{y:g}" for x, y in zip(self.value[0::2], self.value[1::2], strict=False)
            )
        if isinstance(self.value, list):
            return "\n".join(
                f"{one['word']}：{one['meaning']}" if isinstance(one, dict) else str(one)
                for one in self.value
            )
        return f"{self.value:g}" if isinstance(self.value, float) else str(self.value)

    @property
    def is_wide(self) -> bool:
        """Whether it takes the whole line; short ones stand two in a line."""
        return self.kind in ("rich", "prose", "lines", "words", "several", "corners") or self.name.endswith(
            ("misconception", "label")
        )

    @property
    def rows(self) -> int:
        """How many lines a text needs, about 30 characters each."""
        lines = sum(1 + len(line) // 30 for line in self.text.split("\n"))
        return min(max(lines + 1, 4 if self.name in ("text", "stem", "solution") else 2), 14)


@dataclass(frozen=True, slots=True)
class Piece:
    """One of a list: its own fields and its name for the buttons that move or drop it."""

    name: str
    title: str
    fields: list[Field]
    help: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that stand together. A list has `pieces` and, where one may be added, `adds` (what it is called)."""

    title: str
    fields: list[Field] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    name: str = ""
    adds: str = ""
    help: str = ""
    drawing: tuple[str, Sequence[float]] | None = None  # a picture to draw areas on, with its size
    measure: str = "个"
    adds_between: bool = False  # a new one may come after any of them, not only after the last


@dataclass(frozen=True, slots=True)
class DataSet:
    """A data set a lab may use; `names` are what settings and goals may name in it, by part (`columns`, `labels`)."""

    key: str
    title: str
    kind: str
    names: Mapping[str, Sequence[Choice]]


@dataclass(frozen=True, slots=True)
class Around:
    """What a block may point at."""

    concepts: Sequence[Choice] = ()
    misconceptions: Sequence[Choice] = ()
    items: Sequence[Choice] = ()
    pictures: Sequence[Choice] = ()
    data_sets: Sequence[DataSet] = ()
    labs: Sequence[Choice] = ()


def all_fields(groups: Sequence[Group]) -> list[Field]:
    return [
        one
        for group in groups
        for one in (*group.fields, *(f for piece in group.pieces for f in piece.fields))
    ]


def value_at(block: Any, name: str) -> Any:
    """What stands at `options.A.text`; "" where nothing does."""
    for step in name.split("."):
        if isinstance(block, list):
            block = _of_list(block, step)
        elif isinstance(block, dict):
            block = block.get(step, "")
        else:
            return ""
    return block


def _of_list(pieces: list[Any], step: str) -> Any:
    if pieces and isinstance(pieces[0], dict) and "key" in pieces[0]:
        return next((piece for piece in pieces if piece["key"] == step), "")
    return pieces[int(step)] if step.isdecimal() and int(step) < len(pieces) else ""


def pieces(block: Block, name: str, fields: Callable[[str], list[Field]]) -> Group:
    listed = block.get(name, [])
    title, one = PIECES[name]
    pieces = []
    for n, piece in enumerate(listed):
        at = f"{name}.{piece['key']}" if isinstance(piece, dict) and "key" in piece else f"{name}.{n}"
        shown = piece["key"] if name in ("options", "choices") else str(n + 1)
        pieces.append(Piece(at, f"{one}{shown}", filled(block, fields(at))))
    return Group(title, [], pieces, name, one)


def told(group: Group, words: str) -> Group:
    return Group(group.title, group.fields, group.pieces, group.name, group.adds, words)


def named(block: Block, part: str) -> list[Choice]:
    return [(piece["key"], short(piece["text"])) for piece in block.get(part, [])]


def short(text: str, most: int = 24) -> str:
    flat = " ".join(str(text).split())
    return flat if len(flat) <= most else flat[: most - 1] + "…"


def filled(block: Block, fields: Sequence[Field]) -> list[Field]:
    """The fields with what stands in the block."""
    return [replace(one, value=value_at(block, one.name)) for one in fields]
