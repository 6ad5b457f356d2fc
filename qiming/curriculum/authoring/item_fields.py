"""The form of an item: its question, its pieces, its traps, hints and solution, for each kind."""

from collections.abc import Sequence
from dataclasses import replace

from qiming.curriculum.authoring.controls import (
    DIFFICULTIES,
    SHAPES,
    USES,
    Around,
    Choice,
    Field,
    Group,
    filled,
    named,
    pieces,
    told,
    value_at,
)
from qiming.curriculum.authoring.parts import Block


def item_groups(block: Block, around: Around) -> list[Group]:
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
    groups = [Group("题目", filled(block, first)), *FORMS[block["kind"]](block, wrong)]
    if block["kind"] != "single":
        other = Field("otherwise", "别的答错时说的话", "prose", block.get("otherwise", ""), optional=True)
        groups.append(Group("", [other]))
    groups.append(pieces(block, "hints", lambda at: [Field(at, "这一步提示", "rich")]))
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

    return [pieces(block, "options", fields)]


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
    listed = pieces(block, "options", fields)
    made = [replace(one, title=one.title.replace("选项", "位置")) for one in listed.pieces]
    drawing = (block["picture"], block["size"]) if block.get("picture") else None
    words = "在图上拖动来移，拖小方块来改大小；也可以在下面填数。" if drawing else "先在上面选题干的图。"
    return [
        Group("点几处", filled(block, taps)),
        Group("图上的位置", [], made, "options", "位置", words, drawing),
    ]


def _ordered(block: Block, wrong: Sequence[Choice]) -> list[Group]:
    cards = named(block, "entries")

    def trap(at: str) -> list[Field]:
        return [
            Field(f"{at}.before.0", "把这张", "choice", choices=cards),
            Field(f"{at}.before.1", "放到这张前面", "choice", choices=cards),
            *_wrong(at, wrong),
        ]

    entries = pieces(block, "entries", lambda at: [Field(f"{at}.text", "卡片的话", "rich")])
    return [told(entries, "按对的次序写；学生看到的是打乱的"), pieces(block, "traps", trap)]


def _matched(block: Block, wrong: Sequence[Choice]) -> list[Group]:
    left, right = named(block, "left"), named(block, "right")
    pairs = [Field(f"pairs.{key}", f"“{text}”连到", "choice", choices=right) for key, text in left]

    def trap(at: str) -> list[Field]:
        return [
            Field(f"{at}.pair.0", "把左边的", "choice", choices=left),
            Field(f"{at}.pair.1", "连到右边的", "choice", choices=right),
            *_wrong(at, wrong),
        ]

    return [
        pieces(block, "left", lambda at: [Field(f"{at}.text", "左边的话", "rich")]),
        pieces(block, "right", lambda at: [Field(f"{at}.text", "右边的话", "rich")]),
        Group("怎样连才对", filled(block, pairs)),
        pieces(block, "traps", trap),
    ]


def _classified(block: Block, wrong: Sequence[Choice]) -> list[Group]:
    bins, cards = named(block, "bins"), named(block, "entries")

    def entry(at: str) -> list[Field]:
        return [Field(f"{at}.text", "卡片的话", "rich"), Field(f"{at}.bin", "属于", "choice", choices=bins)]

    def trap(at: str) -> list[Field]:
        return [
            Field(f"{at}.entry", "把这张", "choice", choices=cards),
            Field(f"{at}.bin", "放进这一类", "choice", choices=bins),
            *_wrong(at, wrong),
        ]

    return [
        pieces(block, "bins", lambda at: [Field(f"{at}.text", "类的名字", "rich")]),
        pieces(block, "entries", entry),
        pieces(block, "traps", trap),
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

    return [Group("答案", filled(block, answer)), pieces(block, "traps", trap)]


def _written(block: Block, wrong: Sequence[Choice]) -> list[Group]:
    first = [
        Field("accept", "写成这样就对", "lines", help="一行一个；别的写法等老师看", optional=False),
        Field("sample", "满分的样例", "prose"),
    ]

    def point(at: str) -> list[Field]:
        return [Field(f"{at}.text", "说到什么", "line"), Field(f"{at}.points", "几分", "number")]

    return [Group("答案", filled(block, first)), pieces(block, "rubric", point)]


FORMS = {
    "single": _chosen,
    "multiple": _chosen,
    "hotspot": _pointed,
    "order": _ordered,
    "match": _matched,
    "classify": _classified,
    "numeric": _counted,
    "short": _written,
}
