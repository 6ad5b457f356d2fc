"""What of a lesson can be typed, chosen or ticked: for each kind of block its fields, with the words beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from qiming.curriculum.authoring.parts import ACTIVITY, LESSON, Block
from qiming.curriculum.types import GENAI_WORDS

Kind = Literal[
    "line", "prose", "rich", "number", "decimal", "choice", "check", "lines", "several", "words", "corners"
]
Choice = tuple[str, str]

DIFFICULTIES: Sequence[Choice] = (("1", "易"), ("2", "中"), ("3", "难"))
USES: Sequence[Choice] = (("class", "课上"), ("practice", "练习"), ("homework", "作业"))
RECORDS: Sequence[Choice] = (("text", "写字"), ("number", "填数"), ("choice", "选一个"))
SHAPES: Sequence[Choice] = (("rect", "方框"), ("circle", "圆"), ("polygon", "多边形"))
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


@dataclass(frozen=True, slots=True)
class Around:
    """What a block may point at."""

    concepts: Sequence[Choice] = ()
    misconceptions: Sequence[Choice] = ()
    items: Sequence[Choice] = ()
    pictures: Sequence[Choice] = ()


def groups_of(place: str, block: Block, around: Around) -> list[Group]:
    """The form of what stands at `place`."""
    if place == LESSON:
        return _lesson(block)
    return _activity(block, around) if place.startswith(ACTIVITY) else _item(block, around)


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
        groups.append(_pieces(block, "choices", lambda at: [Field(f"{at}.text", "选项的话", "line")]))
        groups.append(Group("", [Field("why", "还要写一句为什么", "check", bool(block.get("why")))]))
    elif kind == "unplugged":
        groups.append(_pieces(block, "record", lambda at: _record(block, at)))
    elif kind == "quiz":
        groups.append(Group("", [Field("items", "做哪些题", "several", block["items"], around.items)]))
    elif kind in ("reflect", "discuss"):
        asked = [Field("prompt", "要学生写或谈的话", "prose", block["prompt"])]
        more = ("starters", "可以这样起头") if kind == "reflect" else ("roles", "分工")
        asked.append(Field(more[0], more[1], "lines", block.get(more[0], []), help="一行一条", optional=True))
        groups.append(Group("", asked))
    elif kind == "lab":
        lab = block["lab"]
        goals = [Field(f"lab.goals.{n}.text", f"目标{n + 1}", "line") for n in range(len(lab["goals"]))]
        hints = Field("lab.hints", "实验的提示", "lines", help="一行一条，学生一条一条地要")
        words = "实验用什么数据、怎样设置、怎样算做到，跟市里的版本；这里改的是写给学生的话。"
        groups.append(Group("实验", _filled(block, [*goals, hints]), help=words))
    return groups


def _record(block: Block, at: str) -> list[Field]:
    fields = [
        Field(f"{at}.label", "记什么", "line"),
        Field(f"{at}.kind", "怎么记", "choice", choices=RECORDS),
    ]
    if value_at(block, f"{at}.kind") == "choice":
        fields.append(Field(f"{at}.choices", "可以选的", "lines", help="一行一个"))
    return fields


def _item(block: Block, around: Around) -> list[Group]:
    pictures = [("", "没有图"), *around.pictures]
    first = [
        Field("stem", "题干", "rich"),
        Field("picture", "题干的图", "choice", choices=pictures, optional=True),
        Field("picture_alt", "图的文字说明", "line", optional=True, help="看不见图的学生听这一句；有图必填"),
        Field("concept", "考哪个知识点", "choice", choices=around.concepts),
        Field("difficulty", "难度", "choice", choices=DIFFICULTIES),
        Field("use", "用在哪里", "several", choices=USES),
    ]
    wrong = around.misconceptions
    groups = [Group("题目", _filled(block, first)), *_ITEM_FORMS[block["kind"]](block, wrong)]
    if block["kind"] != "single":
        other = Field("otherwise", "别的答错时说的话", "prose", block.get("otherwise", ""), optional=True)
        groups.append(Group("", [other]))
    groups.append(_pieces(block, "hints", lambda at: [Field(at, "这一步提示", "rich")]))
    groups.append(Group("", [Field("solution", "解答：做过、看完提示才给", "rich", block["solution"])]))
    return groups


def _wrong(at: str, misconceptions: Sequence[Choice]) -> list[Field]:
    none = [("", "请选一个误解"), *misconceptions]
    return [
        Field(f"{at}.misconception", "这样答说明什么", "choice", choices=none),
        Field(f"{at}.reply", "对学生说的话", "rich"),
    ]


def _chosen(block: Block, wrong: Sequence[Choice]) -> list[Group]:
    def fields(at: str) -> list[Field]:
        right = bool(value_at(block, f"{at}.correct"))
        rest = [Field(f"{at}.reply", "对学生说的话", "rich")] if right else _wrong(at, wrong)
        correct = Field(f"{at}.correct", "对的", "check")
        return [Field(f"{at}.text", "选项的话", "rich"), correct, *rest]

    return [_pieces(block, "options", fields)]


def _pointed(block: Block, wrong: Sequence[Choice]) -> list[Group]:
    figures = {"rect": ("左边", "上边", "宽", "高"), "circle": ("圆心横", "圆心纵", "半径")}

    def fields(at: str) -> list[Field]:
        right = bool(value_at(block, f"{at}.correct"))
        shape = value_at(block, f"{at}.area.shape")
        placed = [
            Field(f"{at}.area.at.{n}", words, "decimal") for n, words in enumerate(figures.get(shape, ()))
        ] or [Field(f"{at}.area.at", "一个个角", "corners", help="一行一个，写成“横，纵”")]
        rest = [Field(f"{at}.reply", "对学生说的话", "rich")] if right else _wrong(at, wrong)
        return [
            Field(f"{at}.text", "这一处的名字", "line", help="看不见图的学生听它；别说对错"),
            Field(f"{at}.area.shape", "形状", "choice", choices=SHAPES),
            *placed,
            Field(f"{at}.correct", "对的", "check"),
            *rest,
        ]

    taps = [
        Field("least", "最少点几处", "decimal", optional=True),
        Field("most", "最多点几处", "decimal", optional=True, help="不填：只有一处对就点一处，不然不限"),
    ]
    listed = _pieces(block, "options", fields)
    pieces = [replace(one, title=one.title.replace("选项", "位置")) for one in listed.pieces]
    drawing = (block["picture"], block["size"]) if block.get("picture") else None
    words = "在图上拖动来移，拖小方块来改大小；也可以在下面填数。" if drawing else "先在上面选题干的图。"
    return [
        Group("点几处", _filled(block, taps)),
        Group("图上的位置", [], pieces, "options", "位置", words, drawing),
    ]


def _ordered(block: Block, wrong: Sequence[Choice]) -> list[Group]:
    cards = _named(block, "entries")

    def trap(at: str) -> list[Field]:
        return [
            Field(f"{at}.before.0", "把这张", "choice", choices=cards),
            Field(f"{at}.before.1", "放到这张前面", "choice", choices=cards),
            *_wrong(at, wrong),
        ]

    entries = _pieces(block, "entries", lambda at: [Field(f"{at}.text", "卡片的话", "rich")])
    return [_told(entries, "按对的次序写；学生看到的是打乱的"), _pieces(block, "traps", trap)]


def _matched(block: Block, wrong: Sequence[Choice]) -> list[Group]:
    left, right = _named(block, "left"), _named(block, "right")
    pairs = [Field(f"pairs.{key}", f"“{text}”连到", "choice", choices=right) for key, text in left]

    def trap(at: str) -> list[Field]:
        return [
            Field(f"{at}.pair.0", "把左边的", "choice", choices=left),
            Field(f"{at}.pair.1", "连到右边的", "choice", choices=right),
            *_wrong(at, wrong),
        ]

    return [
        _pieces(block, "left", lambda at: [Field(f"{at}.text", "左边的话", "rich")]),
        _pieces(block, "right", lambda at: [Field(f"{at}.text", "右边的话", "rich")]),
        Group("怎样连才对", _filled(block, pairs)),
        _pieces(block, "traps", trap),
    ]


def _classified(block: Block, wrong: Sequence[Choice]) -> list[Group]:
    bins, cards = _named(block, "bins"), _named(block, "entries")

    def entry(at: str) -> list[Field]:
        return [Field(f"{at}.text", "卡片的话", "rich"), Field(f"{at}.bin", "属于", "choice", choices=bins)]

    def trap(at: str) -> list[Field]:
        return [
            Field(f"{at}.entry", "把这张", "choice", choices=cards),
            Field(f"{at}.bin", "放进这一类", "choice", choices=bins),
            *_wrong(at, wrong),
        ]

    return [
        _pieces(block, "bins", lambda at: [Field(f"{at}.text", "类的名字", "rich")]),
        _pieces(block, "entries", entry),
        _pieces(block, "traps", trap),
    ]


def _counted(block: Block, wrong: Sequence[Choice]) -> list[Group]:
    answer = [
        Field("answer.value", "对的数", "decimal"),
        Field("answer.tolerance", "差多少以内都算对", "decimal"),
        Field("answer.unit", "单位", "line", optional=True),
    ]

    def trap(at: str) -> list[Field]:
        value = Field(f"{at}.value", "填了这个数", "decimal")
        near = Field(f"{at}.tolerance", "差多少以内也算", "decimal", optional=True)
        return [value, near, *_wrong(at, wrong)]

    return [Group("答案", _filled(block, answer)), _pieces(block, "traps", trap)]


def _written(block: Block, wrong: Sequence[Choice]) -> list[Group]:
    first = [
        Field("accept", "写成这样就对", "lines", help="一行一个；别的写法等老师看", optional=False),
        Field("sample", "满分的样例", "prose"),
    ]

    def point(at: str) -> list[Field]:
        return [Field(f"{at}.text", "说到什么", "line"), Field(f"{at}.points", "几分", "number")]

    return [Group("答案", _filled(block, first)), _pieces(block, "rubric", point)]


_ITEM_FORMS = {
    "single": _chosen,
    "multiple": _chosen,
    "hotspot": _pointed,
    "order": _ordered,
    "match": _matched,
    "classify": _classified,
    "numeric": _counted,
    "short": _written,
}


def _pieces(block: Block, name: str, fields: Any) -> Group:
    listed = block.get(name, [])
    title, one = PIECES[name]
    pieces = []
    for n, piece in enumerate(listed):
        at = f"{name}.{piece['key']}" if isinstance(piece, dict) and "key" in piece else f"{name}.{n}"
        shown = piece["key"] if name in ("options", "choices") else str(n + 1)
        pieces.append(Piece(at, f"{one}{shown}", _filled(block, fields(at))))
    return Group(title, [], pieces, name, one)


def _told(group: Group, words: str) -> Group:
    return Group(group.title, group.fields, group.pieces, group.name, group.adds, words)


def _named(block: Block, part: str) -> list[Choice]:
    return [(piece["key"], short(piece["text"])) for piece in block.get(part, [])]


def short(text: str, most: int = 24) -> str:
    flat = " ".join(str(text).split())
    return flat if len(flat) <= most else flat[: most - 1] + "…"


def _filled(block: Block, fields: Sequence[Field]) -> list[Field]:
    """The fields with what stands in the block."""
    return [
        Field(
            one.name,
            one.label,
            one.kind,
            value_at(block, one.name),
            one.choices,
            one.help,
            one.most,
            one.optional,
        )
        for one in fields
    ]
