"""The form of a guide, slides or a task sheet: piece by piece, each with its heading."""

from qiming.curriculum.authoring.controls import PIECES, Choice, Field, Group, Piece
from qiming.curriculum.authoring.parts import Block
from qiming.curriculum.authoring.texts import TEXTS, pieces_of

LEVELS: tuple[Choice, ...] = (("1", "全篇的题目"), ("2", "大标题"), ("3", "小标题"))
LONGEST = 20_000
_HELP = {
    "guide": "各节怎样分，最好跟市里的教案一样；“一步一步上”里每个环节一个小标题。",
    "slides": "一张上字少一些，投出来才看得清。文字里单独一行 --- 也会另起一张。",
    "tasksheet": "大标题以“第2页”开头的，印的时候另起一页。",
}


def text_groups(block: Block) -> list[Group]:
    name = TEXTS[block["kind"]][1]
    one = PIECES[name][1]
    made = []
    for n, piece in enumerate(pieces_of(block), start=1):
        at = f"{name}.{piece['key']}"
        title = f"第{n}张" if name == "slides" else f"第{n}节"
        made.append(Piece(at, title, _fields(at, piece)))
    measure = "张" if name == "slides" else "个"
    return [Group("", [], made, name, one, _HELP[block["kind"]], measure=measure, adds_between=True)]


def _fields(at: str, piece: Block) -> list[Field]:
    return [
        Field(f"{at}.title", "标题", "line", piece["title"], most=200),
        Field(f"{at}.level", "标题多大", "choice", str(piece["level"]), LEVELS),
        Field(f"{at}.text", "内容", "rich", piece["text"], most=LONGEST),
    ]
