"""Timetables: cells as people write them, clashes, files in any encoding, written once; the calendar's days of them."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from qiming.kernel import tables
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.registry import queries, services
from qiming.registry.models import TimetableImport, TimetableLine
from qiming.registry.rules import timetable as rules
from qiming.registry.rules.timetable import PlaceFacts, Weeks
from qiming.registry.services.timetables import wrong_rows_sheet
from qiming.registry.testing import Cast

WHY = "the test looks at the table"
YEAR = "2026-2027"
HEAD = "班级,星期,节次,课程,教师,周次"
KLASS = PlaceFacts(uuid4(), "七年级（3）班", 7, 3, {1, 2, 3, 4})
OTHER = PlaceFacts(uuid4(), "八年级（1）班", 8, 1, {1, 2, 3, 4})
GROUP = PlaceFacts(uuid4(), "走班A", 7, None, {1, 2, 3, 4})
SHEN, LIN = uuid4(), uuid4()
TEACHERS = {"沈老师": [SHEN], "shen": [SHEN], "林老师": [LIN, uuid4()]}


@pytest.mark.parametrize(
    ("text", "day"),
    [("星期二", 2), ("周2", 2), ("２", 2), ("日", 7), ("周天", 7), ("0", None), ("", None), ("八", None)],
)
def test_weekdays(text: str, day: int | None) -> None:
    assert rules.read_weekday(text) == day


@pytest.mark.parametrize(
    ("text", "no"), [("第3节", 3), ("3", 3), ("三", 3), ("第十节课", 10), ("早读", None)]
)
def test_periods(text: str, no: int | None) -> None:
    assert rules.read_slot(text) == no


@pytest.mark.parametrize(
    ("text", "weeks"),
    [
        ("", Weeks()),
        ("全", Weeks()),
        ("每周", Weeks()),
        ("单", Weeks(parity="odd")),
        ("双周", Weeks(parity="even")),
        ("1-8", Weeks(1, 8)),
        ("第2至16周双", Weeks(2, 16, "even")),
        ("5", Weeks(5, 5)),
        ("8-1", None),
        ("1-99", None),
        ("隔周", None),
    ],
)
def test_weeks(text: str, weeks: Weeks | None) -> None:
    assert rules.read_weeks(text) == weeks


_WEEKS = st.builds(
    lambda first, more, parity: Weeks(first, min(first + more, 30), parity),
    st.integers(1, 30),
    st.integers(0, 12),
    st.sampled_from(["", "odd", "even"]),
)


@given(_WEEKS, _WEEKS)
def test_two_meet_when_some_week_is_in_both(one: Weeks, other: Weeks) -> None:
    assert one.meets(other) is any(one.has(week) and other.has(week) for week in range(1, 31))
    assert one.meets(other) is other.meets(one)


def read(*lines: str) -> rules.Reading:
    rows = [
        (number, dict(zip(rules.COLUMNS, [*line.split(","), "", ""], strict=False)))
        for number, line in enumerate(lines, 2)
    ]
    return rules.read_rows(rows, [KLASS, OTHER, GROUP], TEACHERS)


@pytest.mark.parametrize("name", ["七年级3班", "七（3）班", "七年级（3）班", "初一3班", "7年级3班"])
def test_classes_as_people_write_them(name: str) -> None:
    assert [one.place_id for one in read(f"{name},二,3,信息科技").lessons] == [KLASS.id]


def test_groups_by_name_and_teachers_by_name_or_account() -> None:
    found = read("走班A,一,1,人工智能,shen,单", "七年级3班,二,1,数学,沈老师")
    assert not found.problems
    assert [(one.place_id, one.teacher_id) for one in found.lessons] == [(GROUP.id, SHEN), (KLASS.id, SHEN)]


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("九年级9班,二,3,数学", rules.CLASS),
        ("七年级3班,九,3,数学", rules.DAY),
        ("七年级3班,二,13,数学", rules.SLOT),
        ("七年级3班,二,3,", rules.COURSE),
        ("七年级3班,二,3,数学,没有的人", rules.TEACHER),
        ("七年级3班,二,3,数学,林老师", rules.TEACHER),
        ("七年级3班,二,3,数学,,隔三差五", rules.WEEKS),
    ],
)
def test_what_is_wrong_names_line_and_column(line: str, column: str) -> None:
    found = read("八年级1班,一,1,语文", line)
    assert [(one.line, one.column) for one in found.problems] == [(3, column)]
    assert len(found.lessons) == 1


@pytest.mark.parametrize(
    ("first", "second", "column"),
    [
        ("七年级3班,二,3,数学", "七年级3班,二,3,语文", rules.SLOT),
        ("七年级3班,二,3,数学,,单", "七年级3班,二,3,语文,,双", None),
        ("七年级3班,二,3,数学,,1-8", "七年级3班,二,3,语文,,9-16", None),
        ("七年级3班,二,3,数学,,1-8", "七年级3班,二,3,语文,,8-16", rules.SLOT),
        ("七年级3班,二,3,数学", "七年级3班,二,3,数学", rules.CLASS),
        ("七年级3班,二,3,数学,shen", "八年级1班,二,3,语文,shen", rules.TEACHER),
        ("七年级3班,二,3,数学,shen", "八年级1班,二,4,语文,shen", None),
    ],
)
def test_clashes_of_a_class_or_teacher(first: str, second: str, column: str | None) -> None:
    found = read(first, second)
    assert [one.column for one in found.problems] == ([column] if column else [])
    if column:
        assert "第2行" in found.problems[0].reason


def preview(cast: Cast, text: str, encoding: str = "utf-8", term: int = 1) -> TimetableImport:
    key = services.preview_timetable(
        actor=cast.admin,
        school_id=cast.school.id,
        year_key=YEAR,
        term_no=term,
        name="课表.csv",
        data=text.encode(encoding),
    )
    return TimetableImport.objects.unscoped(WHY).get(id=key)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_files_of_any_encoding(cast: Cast, encoding: str) -> None:
    kept = preview(cast, f"{HEAD}\n七年级3班,星期二,3,信息科技,,双\n", encoding)
    assert kept.counts == {"lessons": 1, "wrong": 0, "classes": 1}
    assert not TimetableLine.objects.unscoped(WHY).exists()


def test_it_is_written_once_and_replaces_only_the_classes_it_speaks_of(cast: Cast) -> None:
    both = preview(cast, f"{HEAD}\n七年级3班,二,3,信息科技\n八年级1班,三,2,信息科技\n")
    services.apply_timetable(actor=cast.admin, import_id=both.id)
    services.apply_timetable(actor=cast.admin, import_id=both.id)
    assert TimetableLine.objects.unscoped(WHY).count() == 2
    again = preview(cast, f"{HEAD}\n七年级3班,四,1,信息科技\n七年级3班,五,1,人工智能\n")
    services.apply_timetable(actor=cast.admin, import_id=again.id)
    left = TimetableLine.objects.unscoped(WHY).order_by("weekday").values_list("weekday", "course")
    assert list(left) == [(3, "信息科技"), (4, "信息科技"), (5, "人工智能")]


def test_wrong_rows_hold_it_back_until_told_and_can_be_taken_away(cast: Cast) -> None:
    kept = preview(cast, f"{HEAD}\n七年级3班,二,3,信息科技\n九年级9班,二,3,数学\n=cmd,二,3,数学\n")
    with pytest.raises(UserError, match="还有2行"):
        services.apply_timetable(actor=cast.admin, import_id=kept.id)
    assert not TimetableLine.objects.unscoped(WHY).exists()
    sheet = tables.read("x.xlsx", wrong_rows_sheet(kept))
    assert [row.cells["班级"] for row in sheet.rows] == ["九年级9班", "'=cmd"]
    assert "第3行" in sheet.rows[0].cells["要改的地方"]
    services.apply_timetable(actor=cast.admin, import_id=kept.id, good_rows_only=True)
    assert TimetableLine.objects.unscoped(WHY).count() == 1


@pytest.mark.parametrize(
    "data", [b"", "班级,星期\n七年级3班,二\n".encode(), f"{HEAD}\n".encode(), b"\xff\xfe\x00"]
)
def test_files_that_say_nothing_are_refused(cast: Cast, data: bytes) -> None:
    with pytest.raises(UserError):
        services.preview_timetable(
            actor=cast.admin,
            school_id=cast.school.id,
            year_key=YEAR,
            term_no=1,
            name="x.csv",
            data=data,
        )


@pytest.mark.parametrize("who", ["teacher", "head", "other_admin", "district_officer"])
def test_only_the_schools_administrator(cast: Cast, who: str) -> None:
    kept = preview(cast, f"{HEAD}\n七年级3班,二,3,信息科技\n")
    with pytest.raises(Denied):
        services.apply_timetable(actor=cast.actor(who), import_id=kept.id)
    with pytest.raises(Denied):
        services.preview_timetable(
            actor=cast.actor(who),
            school_id=cast.school.id,
            year_key=YEAR,
            term_no=1,
            name="x.csv",
            data=b"x",
        )


def written(cast: Cast, *lines: str, term: int = 1) -> None:
    kept = preview(cast, "\n".join([HEAD, *lines]), term=term)
    services.apply_timetable(actor=cast.admin, import_id=kept.id)


def days(place_id: UUID, course: str, starts: date, ends: date) -> list[tuple[str, int]]:
    return [(str(one.date), one.no) for one in queries.timetable_slots(place_id, course, starts, ends)]


def test_the_calendars_days_of_a_course(cast: Cast) -> None:
    written(cast, "七年级3班,二,3,信息科技,,单", "七年级3班,四,1,信息科技", "七年级3班,四,2,数学")
    # The term begins on Tuesday 1 September: weeks 2 and 3 are those of 7 and 14 September.
    assert days(cast.klass.id, "信息科技", date(2026, 9, 7), date(2026, 9, 20)) == [
        ("2026-09-10", 1),
        ("2026-09-15", 3),
        ("2026-09-17", 1),
        ("2026-09-20", 3),  # a Sunday taught as a Tuesday, before the national holiday
    ]
    assert days(cast.klass.id, "信息科技", date(2026, 10, 1), date(2026, 10, 7)) == []
    [course] = [one for one in queries.weekly_courses(cast.klass.id, YEAR) if one.course == "信息科技"]
    assert course.words == "周二第3节（单周）、周四第1节"


def test_a_term_without_its_own_goes_by_the_other(cast: Cast) -> None:
    written(cast, "七年级3班,四,1,信息科技")
    spring = (date(2027, 3, 1), date(2027, 3, 7))
    assert days(cast.klass.id, "信息科技", *spring) == [("2027-03-04", 1)]
    written(cast, "七年级3班,一,2,信息科技", term=2)
    assert days(cast.klass.id, "信息科技", *spring) == [("2027-03-01", 2)]


def test_the_pages(cast: Cast) -> None:
    client = cast.client("admin")
    file = SimpleUploadedFile(
        "课表.csv", f"{HEAD}\n七年级3班,二,3,信息科技\n七年级3班,二,3,数学\n".encode("gb18030")
    )
    sent = client.post("/school/timetable/", {"school": cast.school.id, "term": f"{YEAR}/1", "file": file})
    assert sent.status_code == 302
    shown = client.get(sent["Location"]).content.decode()
    assert "1行要改" in shown and "这个班这一节已经排了别的课" in shown
    assert client.post(f"{sent['Location']}apply/").status_code == 422
    assert client.get(f"{sent['Location']}wrong-rows.xlsx").status_code == 200
    assert client.post(f"{sent['Location']}apply/", {"good_rows_only": "on"}).status_code == 302
    assert "写好了" in client.get(sent["Location"]).content.decode()
    assert client.get("/school/timetable/template.xlsx").status_code == 200
