"""Reading rosters and comparing them: tables of cases and properties that must hold for any file."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qiming.registry.rules.names import class_name, read_class_no, read_grade, small_number
from qiming.registry.rules.roster_diff import Change, Diff, Kind, Member, diff, stamp_of
from qiming.registry.rules.roster_rows import (
    Reading,
    RosterRow,
    clean_name,
    column_of,
    heading_problems,
    name_problem,
    read_rows,
)
from qiming.registry.types import Stage

JUNIOR = [Stage.JUNIOR]


def read(*cells: dict[str, str], stages: list[Stage] = JUNIOR) -> Reading:
    return read_rows(
        list(enumerate(cells, 2)), school_name="示例一中", stages=stages, digest=lambda n: "d" + n
    )


def cell(**changed: str) -> dict[str, str]:
    return {"年级": "七年级", "班级": "3班", "座号": "12", "姓名": "王小雨"} | changed


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("七年级", 7),
        ("7", 7),
        ("７", 7),
        ("7年级", 7),
        ("初一", 7),
        ("初中三年级", 9),
        ("高一", 10),
        ("高中二年级", 11),
        ("一年级", 1),
        ("十二", 12),
        ("G8", 8),
        ("十三年级", None),
        ("0", None),
        ("初五", 5),
        ("某年级", None),
        ("", None),
    ],
)
def test_grades_are_read_as_people_write_them(text: str, grade: int | None) -> None:
    assert read_grade(text) == grade


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("3", 3),
        ("3班", 3),
        ("（3）班", 3),
        ("(03)班", 3),
        ("三班", 3),
        ("十二班", 12),
        ("二十班", 20),
        ("七年级（3）班", 3),
        ("１２", 12),
        ("实验班", None),
        ("0班", None),
        ("100班", None),
    ],
)
def test_class_numbers_are_read_as_people_write_them(text: str, number: int | None) -> None:
    assert read_class_no(text) == number


@given(st.integers(1, 12), st.integers(1, 99))
def test_a_class_name_reads_back(grade: int, number: int) -> None:
    name = class_name(grade, number)
    assert read_class_no(name.split("级")[-1] if grade < 10 else name[2:]) == number
    assert read_grade(name.split("（")[0]) == grade


@given(st.text(max_size=8))
def test_small_numbers_never_fail(text: str) -> None:
    number = small_number(text)
    assert number is None or 0 <= number <= 9999


@pytest.mark.parametrize("name", ["欧阳𬭼㛃", "阿依古丽·买买提", "Anna-Maria O'Neil", "李〇", "王" * 30])
def test_names_that_are_taken(name: str) -> None:
    assert name_problem(clean_name(name)) is None


@pytest.mark.parametrize(
    "name", ["", "王?雨", "王\ufffd", "王\ue000", "王" * 31, "<b>王</b>", "12345", "=A1", "·", "王小雨1"]
)
def test_names_that_are_refused(name: str) -> None:
    assert name_problem(clean_name(name))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("王 小 雨", "王小雨"),
        (" 王小雨\u200b\u3000", "王小雨"),
        ("阿依•古丽", "阿依·古丽"),
        ("Li  Lei", "Li Lei"),
    ],
)
def test_names_are_cleaned(typed: str, kept: str) -> None:
    assert clean_name(typed) == kept


def test_a_good_row_is_read_and_the_number_not_kept() -> None:
    number = "G11010120130101001X"
    reading = read(cell(座号="１２", 学籍号=number.lower()))
    assert reading.problems == ()
    assert reading.rows == (RosterRow(2, 7, 3, 12, "王小雨", "d" + number, "001X"),)


@pytest.mark.parametrize(
    ("changed", "column"),
    [
        ({"年级": ""}, "年级"),
        ({"年级": "高一"}, "年级"),
        ({"班级": "实验"}, "班级"),
        ({"座号": "0"}, "座号"),
        ({"座号": "100"}, "座号"),
        ({"座号": "12.5"}, "座号"),
        ({"姓名": ""}, "姓名"),
        ({"学校": "别的学校"}, "学校"),
        ({"学籍号": "123"}, "学籍号"),
    ],
)
def test_a_wrong_cell_names_line_column_and_reason(changed: dict[str, str], column: str) -> None:
    reading = read(cell(), cell(座号="13") | changed)
    assert [row.line for row in reading.rows] == [2]
    assert [(p.line, p.column) for p in reading.problems] == [(3, column)]
    assert len(reading.problems[0].reason) > 5


def test_a_wrong_number_is_shown_masked() -> None:
    assert read(cell(学籍号="G1101012013010")).problems[0].value == "…3010"


def test_all_rows_that_share_a_seat_or_number_are_wrong() -> None:
    number = "L110101201301010001"
    reading = read(
        cell(),
        cell(姓名="李雷"),
        cell(座号="1", 学籍号=number),
        cell(座号="2", 学籍号=number),
        cell(座号="5"),
    )
    assert {p.line for p in reading.problems} == {2, 3, 4, 5}
    assert [row.line for row in reading.rows] == [6]
    assert reading.touched_by_wrong == {(7, 3)}


def test_headings_by_other_names_and_what_is_wrong_with_them() -> None:
    assert column_of("学生姓名（必填）") == "姓名"
    assert heading_problems(["年级", "班级", "座号", "学生姓名"]) == []
    assert heading_problems(["年级", "年级", "姓名"]) == [
        "缺少“班级”这一列",
        "缺少“座号”这一列",
        "“年级”出现了不止一列",
    ]


# ---------- comparing ----------


def member(
    seat: int, name: str, *, klass: int = 3, number: str | None = None, is_open: bool = True
) -> Member:
    return Member(uuid4(), uuid4(), 7, klass, seat, name, number, is_open)


def row(
    seat: int, name: str, *, klass: int = 3, number: str | None = None, line: int | None = None
) -> RosterRow:
    return RosterRow(line or seat + 1 + klass * 100, 7, klass, seat, name, number, (number or "")[-4:])


def named(change: Change) -> str:
    either = change.row or change.member
    assert either
    return either.name


def kinds(result: Diff) -> dict[str, Kind]:
    return {named(c): c.kind for c in result.changes}


def test_new_changed_unchanged_and_ended() -> None:
    members = [member(1, "甲"), member(2, "乙"), member(3, "丙"), member(9, "别班", klass=4)]
    result = diff([row(1, "甲"), row(5, "乙"), row(6, "丁")], members, known_classes={(7, 3), (7, 4)})
    assert kinds(result) == {"甲": Kind.UNCHANGED, "乙": Kind.CHANGED, "丁": Kind.NEW, "丙": Kind.ENDED}
    assert result.problems == () and result.new_classes == ()


def test_two_pupils_can_swap_seats() -> None:
    result = diff([row(2, "甲"), row(1, "乙")], [member(1, "甲"), member(2, "乙")], known_classes={(7, 3)})
    assert kinds(result) == {"甲": Kind.CHANGED, "乙": Kind.CHANGED}


def test_the_number_finds_a_pupil_in_another_class_under_another_name() -> None:
    result = diff([row(1, "甲新", number="n1")], [member(8, "甲", klass=4, number="n1")], known_classes=set())
    (change,) = result.changes
    assert change.kind is Kind.CHANGED
    assert any("转到七年级（3）班" in said for said in change.says)
    assert result.new_classes == ((7, 3),)


def test_without_a_number_a_unique_name_is_followed_into_another_class_of_the_file() -> None:
    members = [member(1, "甲", klass=3), member(1, "乙", klass=4)]
    result = diff([row(1, "乙", klass=3), row(1, "甲", klass=4)], members, known_classes={(7, 3), (7, 4)})
    assert kinds(result) == {"甲": Kind.CHANGED, "乙": Kind.CHANGED}


def test_a_seat_with_another_name_is_another_pupil_and_says_so() -> None:
    result = diff([row(1, "乙")], [member(1, "甲")], known_classes={(7, 3)})
    assert kinds(result) == {"乙": Kind.NEW, "甲": Kind.ENDED}
    assert "改名" in result.of(Kind.ENDED)[0].says[0]


def test_nobody_leaves_a_class_about_which_a_row_is_wrong() -> None:
    members = [member(1, "甲"), member(2, "乙")]
    for touched in ({(7, 3)}, {None}):
        result = diff([row(1, "甲")], members, known_classes={(7, 3)}, touched_by_wrong=touched)
        assert kinds(result) == {"甲": Kind.UNCHANGED}
        assert result.held_back == 1


def test_a_seat_still_held_makes_the_row_wrong() -> None:
    members = [member(1, "甲"), member(2, "乙")]
    result = diff([row(1, "甲"), row(2, "丁")], members, known_classes={(7, 3)}, touched_by_wrong={(7, 3)})
    assert kinds(result) == {"甲": Kind.UNCHANGED}
    assert [p.column for p in result.problems] == ["座号"]


def test_who_left_by_mistake_comes_back_as_the_same_person() -> None:
    gone = member(4, "甲", is_open=False)
    result = diff([row(4, "甲")], [gone], known_classes={(7, 3)})
    assert [(c.kind, c.member) for c in result.changes] == [(Kind.BACK, gone)]


def test_a_number_at_another_school_is_refused() -> None:
    result = diff([row(4, "甲", number="n9")], [], known_classes={(7, 3)}, numbers_elsewhere={"n9"})
    assert result.changes == () and len(result.problems) == 1


def test_namesakes_are_told_apart_by_their_seats() -> None:
    members = [member(1, "张伟"), member(2, "张伟")]
    result = diff([row(2, "张伟"), row(1, "张伟")], members, known_classes={(7, 3)})
    assert {c.kind for c in result.changes} == {Kind.UNCHANGED}
    assert all(c.row and c.member and c.row.seat_no == c.member.seat_no for c in result.changes)


def test_the_stamp_follows_every_change_of_the_open_roster() -> None:
    one, gone = member(1, "甲"), member(2, "乙", is_open=False)
    assert stamp_of([one, gone]) == stamp_of([one])
    assert stamp_of([one]) != stamp_of([member(1, "甲")])


Line = tuple[int, int, str, str | None]
_seats = st.integers(1, 12)
_names = st.sampled_from("甲乙丙丁戊己庚辛")
_rows = st.lists(
    st.tuples(st.integers(1, 2), _seats, _names, st.none() | st.sampled_from(["n1", "n2", "n3"])),
    max_size=14,
    unique_by=lambda t: (t[0], t[1]),
)


@settings(max_examples=150, deadline=None)
@given(_rows, _rows, st.sampled_from([(), ((7, 1),), (None,)]))
def test_whatever_the_file_seats_stay_unique_and_nobody_is_lost(
    before: list[Line], after: list[Line], touched: tuple[tuple[int, int] | None, ...]
) -> None:
    seen: set[str] = set()
    members = []
    for klass, seat, name, number in before:
        own = None if number in seen else number
        seen.add(number or "")
        members.append(member(seat, name, klass=klass, number=own))
    taken: set[str] = set()
    rows = []
    for at, (klass, seat, name, number) in enumerate(after, 2):
        rows.append(row(seat, name, klass=klass, number=None if number in taken else number, line=at))
        taken.add(number or "")
    result = diff(rows, members, known_classes={(7, 1), (7, 2)}, touched_by_wrong=touched)

    final: dict[UUID, tuple[int, int, int]] = {m.person_id: (*m.class_key, m.seat_no) for m in members}
    for change in result.changes:
        person = change.member.person_id if change.member else uuid4()
        if change.row is None:
            assert change.kind is Kind.ENDED
            del final[person]
        else:
            final[person] = (*change.row.class_key, change.row.seat_no)
    assert len(set(final.values())) == len(final)
    handled = {c.row.line for c in result.changes if c.row} | {p.line for p in result.problems}
    assert handled == {r.line for r in rows}
    if touched == (None,):
        assert not result.of(Kind.ENDED)
