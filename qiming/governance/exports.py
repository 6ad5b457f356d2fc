"""The desk's table to take away: an .xlsx for figures, a .docx for a meeting."""

import io
from collections.abc import Iterable, Iterator
from datetime import datetime

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Pt

from qiming.governance.queries import Desk, zero_of
from qiming.governance.types import ClassLine, PlaceLine
from qiming.kernel import tables, time
from qiming.registry.types import OrgRef

PLACE_HEADINGS = [
    "单位",
    "班级数",
    "学生数",
    "零课时学生",
    "可能不满的班",
    "人均已确认（节）",
    "学年末预计（节）",
    "平台记录（节）",
    "有材料（节）",
    "仅声明（节）",
]
CLASS_HEADINGS = [
    "学校",
    "班级",
    "学生数",
    "零课时学生",
    "已确认（节）",
    "待确认（节）",
    "已排（节）",
    "学年末预计",
    "为什么",
    "现在到哪一步",
]
EVERY_CLASS_HEADINGS = [
    *CLASS_HEADINGS[:3],
    "零课时学生",
    "已确认（节）",
    "待确认（节）",
    "已排（节）",
    "学年末预计",
    "可能不满",
    "为什么",
]
HIDDEN = "不足5人，不列"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def xlsx(desk: Desk) -> bytes:
    """Three sheets: places below, classes that need action, and how the figures were made."""
    return tables.xlsx(
        [
            ("各单位", PLACE_HEADINGS, [_place_cells(line) for line in desk.below]),
            ("要处理的班", CLASS_HEADINGS, [_class_cells(line) for line in _needing(desk)]),
            ("说明", ["项目", "内容"], [[name, words] for name, words in _notes(desk)]),
        ]
    )


def docx(desk: Desk) -> bytes:
    """The same for reading in a meeting, landscape A4."""
    document = Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Noto Sans SC", Pt(10)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "宋体")
    document.add_heading(f"{desk.place.name}人工智能课时情况（{desk.school_year}学年）", level=1)
    for name, words in _notes(desk):
        document.add_paragraph(f"{name}：{words}")
    document.add_heading("要处理的班", level=2)
    _table(document, CLASS_HEADINGS, [_class_cells(line) for line in _needing(desk)])
    document.add_heading("各单位", level=2)
    _table(document, PLACE_HEADINGS, [_place_cells(line) for line in desk.below])
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def every_class(lines: Iterable[ClassLine], place: OrgRef) -> Iterator[bytes]:
    """All classes of a place as a .csv, written while they are read."""
    return tables.csv_lines(EVERY_CLASS_HEADINGS, (_plain_cells(line, place) for line in lines))


def _plain_cells(line: ClassLine, place: OrgRef) -> list[str | int | float]:
    shown = zero_of(line, place)
    return [
        line.school, line.name, line.pupils, HIDDEN if shown is None else shown, line.confirmed, line.unconfirmed,
        line.planned, line.forecast.words, "是" if line.forecast.at_risk and line.pupils else "",
        "".join(one.says for one in line.because),
    ]  # fmt: skip


def _table(document: WordDocument, headings: list[str], lines: list[list[str | int | float]]) -> None:
    if not lines:
        document.add_paragraph("没有。")
        return
    table = document.add_table(rows=1, cols=len(headings), style="Table Grid")
    for cell, heading in zip(table.rows[0].cells, headings, strict=True):
        cell.text = heading
    for line in lines:
        for cell, value in zip(table.add_row().cells, line, strict=True):
            cell.text = str(value)


def _needing(desk: Desk) -> list[ClassLine]:
    found = {line.class_id: line for line in [*desk.zero, *desk.at_risk]}
    return list(found.values())


def _place_cells(line: PlaceLine) -> list[str | int | float]:
    evidence = [line.by_evidence.get(kind, 0) for kind in ("platform", "documented", "declared")]
    zero: str | int = HIDDEN if line.zero is None else line.zero
    return [
        line.name, line.classes, line.pupils, zero, line.at_risk, round(float(line.mean), 2),
        f"{line.low}–{line.high}", *evidence,
    ]  # fmt: skip


def _class_cells(line: ClassLine) -> list[str | int | float]:
    state = line.ask.state.zh if line.ask else ""
    return [
        line.school, line.name, line.pupils, line.zero, line.confirmed, line.unconfirmed, line.planned,
        line.forecast.words, "".join(one.says for one in line.because), state,
    ]  # fmt: skip


def _notes(desk: Desk) -> list[tuple[str, str]]:
    totals = desk.totals
    counted: datetime | None = desk.counted_at
    when = f"{time.local(counted):%Y-%m-%d %H:%M}" if counted else "还没有数据"
    more = max(desk.zero_more, 0) + max(desk.at_risk_more, 0)
    left_out = [("没有列出的班", f"另有{more}个，导出“全部班级”，或按区、按校导出")] if more else []
    return [
        ("截至", when),
        ("标准", f"每学年不少于{desk.required}课时"),
        ("范围", f"{totals.schools}所学校，{totals.classes}个班，{totals.pupils}名学生"),
        ("零课时学生", HIDDEN if totals.zero is None else f"{totals.zero}名"),
        ("预计的算法", "按已排的课和本校过去6周的实际开课率估计，10次里约9次落在范围内"),
        ("依据的种类", "平台记录：学生在平台上的学习；有材料：照片等材料；仅声明：只有教师申报"),
        ("小群体", "不足5人的一格不列出，以免认出学生"),
        *left_out,
    ]


# How each is written, what it is, and how many classes of each list it holds.
WRITERS = {"xlsx": (xlsx, XLSX, 1000), "docx": (docx, DOCX, 200)}
