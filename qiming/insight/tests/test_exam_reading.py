"""Sheets as schools have them, read without a database."""

import io
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from qiming.insight.exams.columns import Column, decimal_of, item_label, item_labels, kind_of
from qiming.insight.exams.marks import Roster, is_other_class, marked
from qiming.insight.exams.reading import ItemRead, LineRead, read
from qiming.kernel import tables
from qiming.kernel.errors import UserError
from qiming.kernel.ids import new_id
from qiming.kernel.tables import Grid
from qiming.registry.types import PupilRef

D = Decimal
WIDE = [
    ["七年级3班 第一学期期中考试成绩", "", "", "", "", "", "", "", ""],
    ["座号", "姓名", "信息科技", "", "", "数学", "", "", "班级排名"],
    ["", "", "1", "2", "总分", "1", "2（5分）", "总分", ""],
    ["满分", "", "4", "6", "10", "5", "", "10", ""],
    ["1", "陈一诺", "4", "3.5", "7.5", "5", "2", "7", "1"],
    ["2", "欧阳𬀩", "缺考", "", "缺", "0", "5", "5", "2"],
    ["平均分", "", "4", "3.5", "", "2.5", "", "", ""],
]


@pytest.mark.parametrize(
    ("label", "kind", "item"),
    [
        ("1", Column.ITEM, "1"),
        ("第16（2）题（3分）", Column.ITEM, "16(2)"),
        ("T3", Column.ITEM, "3"),
        ("16①", Column.ITEM, "16(1)"),
        ("16-2", Column.ITEM, "16(2)"),
        ("总分", Column.TOTAL, ""),
        ("年级名次", Column.RANK, ""),
        ("准考证号", Column.NUMBER, ""),
        ("语文", Column.SUBJECT, ""),
        ("一、选择题", Column.OTHER, ""),
        ("学 生 姓 名", Column.NAME, ""),
    ],
)
def test_a_heading_says_what_its_column_holds(label: str, kind: Column, item: str) -> None:
    assert kind_of(label) is kind
    assert item_label(label) == item


def test_one_line_of_an_item_table_may_stand_for_several_questions() -> None:
    assert item_labels("1～5") == ["1", "2", "3", "4", "5"]
    assert item_labels("16-2") == ["16(2)"]
    assert item_labels("合计") == []


def test_subjects_side_by_side_below_merged_headings_are_two_papers_and_no_rank_is_read() -> None:
    found = read([Grid("成绩", WIDE)])
    assert [paper.subject for paper in found.papers] == ["信息科技", "数学"]
    science, maths = found.papers
    assert [(one.label, one.full) for one in science.items] == [("1", D(4)), ("2", D(6))]
    assert [(one.label, one.full) for one in maths.items] == [("1", D(5)), ("2", D(5))]
    assert [line.name for line in science.lines] == ["陈一诺", "欧阳𬀩"]
    assert science.lines[0].cells == ("4", "3.5") and science.lines[0].total == "7.5"
    assert any("名次" in note for note in found.notes)


def test_a_workbook_with_a_title_groups_and_an_item_table_beside_it() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "信息科技成绩"
    lines: list[list[Any]] = [
        ["期中考试"],
        ["序号", "考号", "姓名", "客观题", None, "主观题", "合计"],
        [None, None, None, 1, 2, "3(1)", None],
        ["答案", None, None, "B", "AC", None, None],
        [1, "000123", "陈一诺", "B", "CA", 7.5, 15.5],
    ]
    for row in lines:
        sheet.append(row)
    sheet.merge_cells("D2:E2")
    other = book.create_sheet("双向细目表")
    table: list[list[Any]] = [
        ["题号", "题型", "分值", "考查内容", "了解", "理解", "预设难度"],
        ["1-2", "选择题", 8, "训练数据和测试数据", "√", None, "易"],
        ["3（1）", None, 10, "特征", None, "√", 0.55],
        ["合计", None, 18],
    ]
    for row in table:
        other.append(row)
    out = io.BytesIO()
    book.save(out)
    found = read(tables.grids("期中.xlsx", out.getvalue()))
    (paper,) = found.papers
    assert paper.subject == "信息科技"
    assert [(one.label, one.full, one.kind, one.level) for one in paper.items] == [
        ("1", D(4), "选择题", "了解"),
        ("2", D(4), "选择题", "了解"),
        ("3(1)", D(10), "选择题", "理解"),
    ]
    assert paper.items[0].text == "训练数据和测试数据" and paper.items[2].planned == Decimal("0.55")
    said = marked(paper.lines[0], paper.items)
    assert said.marks == (D(4), D(4), Decimal("7.5")) and said.chosen == ("B", "CA", "") and not said.bad


def test_gb18030_csv_with_rare_characters() -> None:
    text = "姓名,座号,1,2\n欧阳𬀩,3,1,0\n".encode("gb18030")
    (paper,) = read(tables.grids("数学.csv", text)).papers
    assert paper.subject == "数学" and paper.lines[0].name == "欧阳𬀩"


@pytest.mark.parametrize("data", [b"", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF-1.4", b"PK\x03\x04broken"])
def test_what_is_no_table_is_refused_in_plain_words(data: bytes) -> None:
    with pytest.raises(UserError):
        tables.grids("x.xlsx", data)


def test_a_sheet_of_something_else_is_named() -> None:
    found = read([Grid("通知", [["关于考试的通知"], ["请各班"]])])
    assert not found.papers and "通知" in found.notes[0]


ITEMS = [ItemRead("1", Decimal(4), key="B"), ItemRead("2", Decimal(6))]


def line(*cells: str, total: str = "", status: str = "") -> LineRead:
    return LineRead("表", 3, "陈一诺", "1", "", status, cells, total)


@pytest.mark.parametrize(
    ("one", "absent", "total", "bad"),
    [
        (line("4", "3.5", total="7.5"), False, Decimal("7.5"), ()),
        (line("B", "√"), False, Decimal(10), ()),
        (line("A", "×"), False, Decimal(0), ()),
        (line("", ""), True, None, ()),
        (line("缺考", "", total="缺"), True, None, ()),
        (line("4", "3", status="缺考"), True, None, ()),
        (line("5", "3"), False, Decimal(3), (0,)),
        (line("４", "NaN"), False, Decimal(4), (1,)),
        (line("1e3", "-1"), False, None, (0, 1)),
        (line("", "6"), False, Decimal(6), ()),
    ],
)
def test_a_line_of_marks(one: LineRead, absent: bool, total: Decimal | None, bad: tuple[int, ...]) -> None:
    said = marked(one, ITEMS)
    assert (said.is_absent, said.total, said.bad) == (absent, total, bad)


def test_a_sum_that_differs_is_said() -> None:
    assert "总分写的是9" in marked(line("4", "3", total="9"), ITEMS).reasons[0]


def pupil(seat: int, name: str) -> PupilRef:
    return PupilRef(new_id(), name, seat, new_id(), "b/x/y/z/")


def test_names_find_pupils_and_twins_need_their_seats() -> None:
    one, two, three, four = (
        pupil(1, "王小明"),
        pupil(2, "王小明"),
        pupil(3, "古丽米热·阿卜杜热西提"),
        pupil(4, "陈一诺"),
    )
    roster = Roster([one, two, three, four])
    assert roster.match("古丽米热•阿卜杜热西提", "").pupil_id == three.id
    assert roster.match("王小明", "2").pupil_id == two.id
    assert roster.match("王小明", "").pupil_id is None
    assert roster.match("陈 一 诺", "31").pupil_id == four.id
    near = roster.match("陈一喏", "")
    assert near.pupil_id is None and near.guess_id == four.id
    assert roster.match("", "3").guess_id == three.id


@pytest.mark.parametrize(
    ("words", "other"),
    [("", False), ("七年级（3）班", False), ("3班", False), ("703", False), ("4班", True), ("初一4", True)],
)
def test_lines_of_other_classes_are_told_apart(words: str, other: bool) -> None:
    assert is_other_class(words, "七年级（3）班", 3) is other


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=12))
def test_no_text_breaks_the_reading_of_a_cell(text: str) -> None:
    value = decimal_of(text)
    assert value is None or (value.is_finite() and value >= 0)
    marked(line(text, text, total=text), ITEMS)
    kind_of(text), item_labels(text)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.lists(
            st.sampled_from(["姓名", "题号", "1", "2", "总分", "满分", "答案", "王", "", "数学", "3"]),
            max_size=6,
        ),
        max_size=7,
    )
)
def test_no_grid_breaks_the_reading(lines: list[list[str]]) -> None:
    for paper in read([Grid("表", lines)]).papers:
        assert all(len(one.cells) == len(paper.items) for one in paper.lines)
