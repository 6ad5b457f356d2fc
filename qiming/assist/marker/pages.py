"""What the marker's pages show: plain values for the templates."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from PIL import Image

from qiming.assist.marker import rubrics
from qiming.assist.marker.queries import Line, QuestionPile, Rubric
from qiming.assist.marker.rules.agreement import May
from qiming.assist.marker.rules.sheets import UNCLEAR_SCORE
from qiming.assist.marker.services import Look
from qiming.assist.marker.words import TROUBLES
from qiming.assist.models import SheetPhoto
from qiming.kernel import files
from qiming.kernel.errors import UserError

WRONG_PAGE = UserError("这一页的内容不对", kept="存过的都没有变。", next="刷新页面再批。")


def marked(text: str, spans: Iterable[tuple[int, int]]) -> SafeString:
    """The answer with the words behind the points marked; everything a pupil wrote is escaped."""
    out: list[str] = []
    at = 0
    for start, end in sorted(spans):
        begin = max(start, at)
        if end <= begin:
            continue
        out += [escape(text[at:begin]), "<mark>", escape(text[begin:end]), "</mark>"]
        at = end
    out.append(escape(text[at:]))
    return mark_safe("".join(out).replace("\n", "<br>"))


@dataclass(frozen=True, slots=True)
class Row:
    """One criterion of one answer: the points one may give, those chosen, and why the marker says what it says."""

    name: str
    text: str
    choices: list[int]
    most: int
    chosen: int | None
    why: str
    proposed: int


@dataclass(frozen=True, slots=True)
class Shown:
    """One answer on a page."""

    line: Line
    html: SafeString
    rows: list[Row]
    comment: str
    photo_id: str
    is_unclear: bool

    @property
    def is_sure(self) -> bool:
        return self.line.proposal.is_sure


def shown(line: Line, rubric: Rubric, may: May) -> Shown:
    """Points are filled in where the teacher has given them, or where the marker may and is sure."""
    given = line.mark.points if line.mark else {}
    if not given and may is May.ON and line.proposal.is_sure:
        given = line.proposal.points
    judged = {one.key: one for one in line.proposal.judged}
    rows = [
        Row(
            f"p-{line.id}-{row.key}",
            row.text,
            list(range(row.points + 1)),
            row.points,
            given.get(row.key),
            judged[row.key].why,
            judged[row.key].points,
        )
        for row in rubric.rows
    ]
    places = line.answer.places if line.answer else []
    return Shown(
        line,
        marked(line.text, line.proposal.spans),
        rows,
        line.mark.comment if line.mark else "",
        str(places[0]["photo"]) if places else "",
        bool(line.answer and not line.answer.corrected_by and line.answer.score < UNCLEAR_SCORE),
    )


def all_shown(pile: QuestionPile) -> list[Shown]:
    return [shown(line, pile.rubric, pile.may) for line in pile.lines]


def looks_of(post: Mapping[str, str], ids: Sequence[str], rubric: Rubric) -> list[Look]:
    """What a form says about each of these answers; those without all their points are left for later."""
    looks = []
    for key in ids:
        points = {row.key: _points(post.get(f"p-{key}-{row.key}", "")) for row in rubric.rows}
        given = {name: value for name, value in points.items() if value is not None}
        if len(given) != len(points):
            continue
        seen = post.get(f"v-{key}", "")
        if not seen.isdecimal():
            raise WRONG_PAGE
        looks.append(
            Look(_uuid(key), post.get(f"k-{key}") == "paper", given, post.get(f"c-{key}", ""), int(seen[:6]))
        )
    return looks


def _points(raw: str) -> int | None:
    return int(raw) if raw.isdecimal() and raw.isascii() and len(raw) < 4 else None


def _uuid(raw: str) -> UUID:
    try:
        return UUID(raw)
    except ValueError as wrong:
        raise WRONG_PAGE from wrong


def rubric_rows(rubric: Rubric) -> list[dict[str, Any]]:
    """The rubric as a form; words that were only derived stand there as a suggestion to change."""
    rows = []
    for row in rubric.rows:
        ideas, wrong = rubrics.as_text(row)
        rows.append({"row": row, "ideas": ideas, "wrong": wrong, "need": row.need or ""})
    return rows


def posted_rows(rubric: Rubric, post: Mapping[str, str]) -> list[dict[str, Any]]:
    """The same with what was just written, after a refusal."""
    return [
        {
            "row": row,
            "ideas": post.get(f"ideas-{row.key}", ""),
            "wrong": post.get(f"wrong-{row.key}", ""),
            "need": post.get(f"need-{row.key}", ""),
            "in_order": post.get(f"order-{row.key}") == "1",
        }
        for row in rubric.rows
    ]


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo with the lines read off it, in pixels."""

    width: int
    height: int
    boxes: list[dict[str, Any]]


def picture_of(photo: SheetPhoto) -> Picture | None:
    """None when the file is gone."""
    path = files.path_of(photo.stored_file.sha256)
    if not path.is_file():
        return None
    with Image.open(path) as opened:
        width, height = opened.size
    boxes = [
        {
            "x": round(line["box"][0] * width),
            "y": round(line["box"][1] * height),
            "w": max(1, round((line["box"][2] - line["box"][0]) * width)),
            "h": max(1, round((line["box"][3] - line["box"][1]) * height)),
            "low": line["score"] < UNCLEAR_SCORE,
            "text": line["text"],
        }
        for line in photo.lines
    ]
    return Picture(width, height, boxes)


def troubles(photo: SheetPhoto) -> list[str]:
    return [TROUBLES[key] for key in photo.troubles if key in TROUBLES]
