"""Reading a package without a database: cells, headings, archives, whatever comes."""

import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qiming.kernel.errors import UserError
from qiming.registry.oneroster import package, values
from qiming.registry.oneroster.columns import READ, columns_of, files_of, read_heading, read_manifest
from qiming.registry.oneroster.rows import STAGED, Reader, as_copy_line
from qiming.registry.oneroster.values import Wrong
from qiming.registry.tests.oneroster_files import Files, city_files

TODAY = date(2026, 10, 8)


def reader(
    file: str, row: dict[str, str], version: str = "1.2", mode: str = "bulk"
) -> tuple[Reader, list[str]]:
    names = list(row)
    made = Reader(
        file, read_heading(file, version, mode, names), version, mode, TODAY, lambda number: f"#{number}"
    )
    return made, list(row.values())


@pytest.mark.parametrize(
    ("given_name", "family", "name"),
    [
        ("小雨", "王", "王小雨"),
        ("", "王小雨", "王小雨"),
        ("王小雨", "-", "王小雨"),
        ("热依汗·买买提", "", "热依汗·买买提"),
        ("John", "Smith", "John Smith"),
        (" 小 雨 ", "王", "王小雨"),
        ("'=雨", "王", None),
        ("", "", None),
        ("雨?", "王", None),
        ("王" * 31, "", None),
        ("小雨\u200b", "王", "王小雨"),
    ],
)
def test_a_name_is_put_together_as_people_write_it(given_name: str, family: str, name: str | None) -> None:
    if name is None:
        with pytest.raises(Wrong):
            values.read_name(given_name, family)
    else:
        assert values.read_name(given_name, family) == name


@pytest.mark.parametrize(
    ("grades", "title", "grade"),
    [
        ("07", "", 7),
        ("7", "", 7),
        ("０７", "", 7),
        ("", "七年级（3）班", 7),
        ("", "初二年级3班", 8),
        ("10", "", 10),
        ("", "3班", None),
        ("07,08", "", None),
        ("KG", "", None),
        ("٧", "", None),
        ("13", "", None),
        ("七年级", "", 7),
    ],
)
def test_the_grade_of_a_class(grades: str, title: str, grade: int | None) -> None:
    assert values.read_grades(grades, title) == grade


@pytest.mark.parametrize(
    ("own", "title", "code", "number"),
    [
        ("3", "", "", 3),
        ("", "七年级（3）班", "", 3),
        ("", "7年级12班", "", 12),
        ("", "向日葵班", "5", 5),
        ("", "向日葵班", "0703", 3),
        ("", "向日葵班", "", None),
        ("", "向日葵班", "A-3x", None),
        ("", "向日葵班", "700", None),
    ],
)
def test_the_number_of_a_class(own: str, title: str, code: str, number: int | None) -> None:
    assert values.read_number(own, title, code) == number


@pytest.mark.parametrize(
    ("read", "cell", "value"),
    [
        (values.read_gone, "", False),
        (values.read_gone, "Active", False),
        (values.read_gone, "tobedeleted", True),
        (values.read_gone, "inactive", True),
        (values.read_gone, "gone", Wrong),
        (values.read_date, "2026-09-01", date(2026, 9, 1)),
        (values.read_date, "２０２６-０９-０１", date(2026, 9, 1)),
        (values.read_date, "2026/09/01", date(2026, 9, 1)),
        (values.read_date, "2026-09-01T00:00:00Z", date(2026, 9, 1)),
        (values.read_date, "", None),
        (values.read_date, "2026-13-01", Wrong),
        (values.read_date, "٢٠٢٦-٠٩-٠١", Wrong),
        (values.read_date, "昨天", Wrong),
        (values.read_moment, "2026-09-01T00:00:00.000Z", datetime(2026, 9, 1, tzinfo=UTC)),
        (values.read_moment, "2026-09-01T08:00:00", datetime(2026, 9, 1, tzinfo=UTC)),
        (values.read_moment, "0001-01-01", Wrong),
        (values.read_moment, "soon", Wrong),
        (values.read_kind, "Teacher", "s"),
        (values.read_kind, "student", "p"),
        (values.read_kind, "relative", "g"),
        (values.read_kind, "robot", Wrong),
        (values.read_seat_role, "proctor", "x"),
        (values.read_seat, "12号", 12),
        (values.read_seat, "", None),
        (values.read_seat, "100", Wrong),
        (values.read_id, "a-1", "a-1"),
        (values.read_id, "  编号 1 ", "编号 1"),
        (values.read_id, "", Wrong),
        (values.read_id, "x" * 256, Wrong),
        (values.read_ids, "a, b,,a", ["a", "b"]),
        (values.read_org_kind, "local", "district"),
        (values.read_org_kind, "galaxy", Wrong),
        (values.read_homeroom, "homeroom", True),
        (values.read_homeroom, "", Wrong),
        (values.pupil_number, "g110101201501010011", "G110101201501010011"),
        (values.pupil_number, "110101201501010011", ""),
        (values.school_code, "3111000001", "3111000001"),
        (values.school_code, "31110", ""),
        (values.account_name, "Zhao.T", "zhao.t"),
        (values.account_name, "13800000000", ""),
        (values.plain, "'=1+1", "=1+1"),
        (values.plain, "'abc", "'abc"),
        (values.plain, "a\x00\u202eb", "ab"),
        (values.harmless, "=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        (values.harmless, "王", "王"),
    ],
)
def test_a_cell_as_a_value(read: Callable[[str], object], cell: str, value: object) -> None:
    if value is Wrong:
        with pytest.raises(Wrong):
            read(cell)
    else:
        assert read(cell) == value


@given(st.text(max_size=30))
def test_a_harmless_cell_is_read_back_as_it_was(text: str) -> None:
    kept = values.plain(text)
    assert values.plain(values.harmless(kept)) == kept or kept.startswith("'")


def test_headings_are_found_whatever_their_case_and_what_is_missing_is_named() -> None:
    found = read_heading(
        "orgs", "1.2", "delta", ["\ufeffSOURCEDID", " Name", "type", "metadata.x", "colour", "NAME"]
    )
    assert found.at == {"sourcedId": 0, "name": 1, "type": 2}
    assert found.missing == ("status", "dateLastModified")
    assert found.twice == ("name",) and found.unknown == ("colour",)


def test_every_needed_column_stands_in_the_specification() -> None:
    for version in ("1.1", "1.2"):
        for file in files_of(version):
            columns = columns_of(file, version)
            assert set(columns.needed) <= set(columns.all) and columns.all[:3] == (
                "sourcedId",
                "status",
                "dateLastModified",
            )
    assert "roles" not in files_of("1.1") and set(files_of("1.2")) == set(READ)


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ([["oneroster.version", "2.0"]], "1.1 或 1.2"),
        ([["oneroster.version", "1.2"], ["file.users", "both"]], "bulk、delta 或 absent"),
    ],
)
def test_a_manifest_that_cannot_be_followed_says_why(lines: list[list[str]], says: str) -> None:
    assert says in read_manifest(lines).problems[0]


@pytest.mark.parametrize(
    ("file", "row", "columns"),
    [
        ("users", {"sourcedId": "", "givenName": "雨", "familyName": "王"}, ["sourcedId"]),
        ("users", {"sourcedId": "u", "givenName": "", "familyName": ""}, ["givenName"]),
        ("users", {"sourcedId": "u", "givenName": "雨", "familyName": "王", "enabledUser": "maybe"}, ["enabledUser"]),
        ("classes", {"sourcedId": "c", "title": "向日葵", "classType": "homeroom", "schoolSourcedId": "s"}, ["grades", "classCode"]),
        ("classes", {"sourcedId": "c", "title": "数学A", "classType": "scheduled", "schoolSourcedId": "s"}, []),
        ("enrollments", {"sourcedId": "e", "classSourcedId": "c", "userSourcedId": "u", "role": "student", "beginDate": "2026-09-01", "endDate": "2026-08-01"}, ["endDate"]),
        ("academicSessions", {"sourcedId": "a", "title": "t", "type": "term", "startDate": "x", "endDate": "2026-01-01"}, ["startDate"]),
        ("academicSessions", {"sourcedId": "a", "title": "t", "type": "term", "startDate": "2026-02-01", "endDate": "2026-01-01"}, ["endDate"]),
        ("courses", {"sourcedId": "k", "title": ""}, ["title"]),
        ("orgs", {"sourcedId": "o", "name": "", "type": "school"}, ["name"]),
        ("roles", {"userSourcedId": "u", "role": "boss", "orgSourcedId": "o"}, ["role"]),
    ],
)  # fmt: skip
def test_a_wrong_cell_is_named_by_its_column(file: str, row: dict[str, str], columns: list[str]) -> None:
    made, cells = reader(file, row)
    made.read(7, cells)
    assert [problem.column for problem in made.problems] == columns
    assert all(problem.line == 7 for problem in made.problems)


def test_a_delta_row_must_say_when_and_whether() -> None:
    made, cells = reader(
        "users",
        {"sourcedId": "u", "status": "", "dateLastModified": "", "givenName": "雨", "familyName": "王"},
        mode="delta",
    )
    made.read(2, cells)
    assert [problem.column for problem in made.problems] == ["status", "dateLastModified"]


def test_an_outside_number_is_never_shown_whole() -> None:
    made, cells = reader(
        "users",
        {"sourcedId": "u", "givenName": "雨", "familyName": "王", "identifier": "G110101201501010011"},
    )
    made.read(2, cells)
    made.wrong("identifier", "不行")
    assert made.problems[0].value == "…0011"


def test_an_enrollment_that_is_over_is_gone() -> None:
    made, cells = reader(
        "enrollments",
        {
            "sourcedId": "e",
            "classSourcedId": "c",
            "userSourcedId": "u",
            "role": "student",
            "endDate": "2026-10-08",
        },
    )
    (out,) = made.read(2, cells)
    assert dict(zip(STAGED["enrollment"], out.cells, strict=True))["gone"] is True


def test_a_row_goes_through_copy_unharmed() -> None:
    assert as_copy_line("p", [1, "a\tb\\c\nd", None, True, False]) == "p\t1\ta\\tb\\\\c\\nd\t\\N\tt\tf\n"


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(READ), st.lists(st.text(max_size=12), min_size=20, max_size=24), st.booleans())
def test_whatever_stands_in_a_line_it_is_staged_or_refused_by_cell(
    file: str, cells: list[str], delta: bool
) -> None:
    mode, names = "delta" if delta else "bulk", list(columns_of(file, "1.2").all)
    made = Reader(file, read_heading(file, "1.2", mode, names), "1.2", mode, TODAY, lambda number: "#")
    for out in made.read(2, cells):
        assert len(out.cells) == len(STAGED[out.table])
        assert as_copy_line("p", out.cells).count("\n") == 1
    assert all(problem.column in (*names, "metadata.seatNo") and problem.reason for problem in made.problems)


# -- archives


def opened(path: Path) -> package.Package:
    with package.opened(path) as found:
        return found


def refusal(path: Path) -> str:
    with pytest.raises(UserError) as refused:
        opened(path)
    assert refused.value.kept == "名单没有动。"
    return refused.value.message


@pytest.fixture
def files() -> Files:
    return city_files("东城区")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_encoding_an_office_writes_is_read_and_told(
    tmp_path: Path, files: Files, encoding: str
) -> None:
    with package.opened(files.zip(tmp_path / "a.zip", encoding)) as found:
        lines = list(package.rows_of(found.members["users"]))
    assert any("王" in cell for cell in lines[1][1])
    assert encoding == "utf-8" or any("编码" in note for note in found.notes)


def test_a_folder_is_read_like_a_zip(tmp_path: Path, files: Files) -> None:
    (tmp_path / "p").mkdir()
    zipfile.ZipFile(files.zip(tmp_path / "a.zip")).extractall(tmp_path / "p")
    assert opened(tmp_path / "p").digest == opened(tmp_path / "a.zip").digest


def test_a_line_keeps_the_number_it_has_in_the_file(tmp_path: Path, files: Files) -> None:
    text = 'sourcedId,name,type\n\n"a","一\n校",school\nb,二校,school\n'
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as out:
        out.writestr("manifest.csv", "propertyName,value\noneroster.version,1.2\nfile.orgs,bulk\n")
        out.writestr("orgs.csv", text)
    with package.opened(path) as found:
        assert [line for line, _ in package.rows_of(found.members["orgs"])] == [1, 3, 5]


MANIFEST = "propertyName,value\noneroster.version,1.2\nfile.orgs,bulk\n"


def archive(path: Path, **entries: str | bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, text in entries.items():
            out.writestr(name.replace("__", "/").replace("_csv", ".csv").replace("UP", ".."), text)
    return path


@pytest.mark.parametrize(
    ("entries", "says"),
    [
        ({"orgs_csv": "a"}, "没有找到 manifest.csv"),
        ({"manifest_csv": MANIFEST}, "说有 orgs.csv，包里没有"),
        ({"manifest_csv": MANIFEST, "orgs_csv": ""}, "orgs.csv 是空的"),
        ({"manifest_csv": MANIFEST, "orgs_csv": b"\x00\x01\x02\x03"}, "不是文本文件"),
        ({"manifest_csv": MANIFEST, "orgs_csv": b"\xff\xfe\x00"}, "读不出来"),
        ({"manifest_csv": MANIFEST, "orgs_csv": "a", "x__orgs_csv": "a"}, "有两个 orgs.csv"),
        ({"manifest_csv": MANIFEST, "UP__orgs_csv": "a"}, "可疑的路径"),
        ({"manifest_csv": MANIFEST, "orgs_csv": "a" * 40_000_000}, "压得不正常"),
        ({"manifest_csv": "propertyName,value\noneroster.version,1.2\n"}, "没有一个要读的文件"),
        ({"manifest_csv": "propertyName,value\n" + "a,b\n" * 600}, "manifest.csv 超过500行"),
    ],
)
def test_an_archive_that_is_none_of_ours_is_refused_plainly(
    tmp_path: Path, entries: dict[str, str | bytes], says: str
) -> None:
    assert says in refusal(archive(tmp_path / "a.zip", **entries))


def test_too_many_files_a_lock_and_a_broken_zip_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: Files
) -> None:
    (tmp_path / "empty.zip").write_bytes(b"")
    assert "空的" in refusal(tmp_path / "empty.zip")
    (tmp_path / "no.zip").write_bytes(b"Rar!\x1a\x07\x00")
    assert "不是 .zip" in refusal(tmp_path / "no.zip")
    whole = files.zip(tmp_path / "a.zip").read_bytes()
    (tmp_path / "half.zip").write_bytes(whole[: len(whole) // 2])
    assert "压缩包坏了" in refusal(tmp_path / "half.zip")
    locked = bytearray(whole)
    for at in (i for i in range(len(whole) - 4) if whole[i : i + 4] in (b"PK\x01\x02", b"PK\x03\x04")):
        locked[at + (8 if whole[at + 2] == 1 else 6)] |= 1
    (tmp_path / "locked.zip").write_bytes(bytes(locked))
    assert "密码" in refusal(tmp_path / "locked.zip")
    monkeypatch.setattr(package, "MAX_UNPACKED_BYTES", 10)
    assert "解开后太大" in refusal(tmp_path / "a.zip")
    monkeypatch.setattr(package, "MAX_MEMBERS", 1)
    assert "最多1个" in refusal(tmp_path / "a.zip")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=400))
def test_bytes_of_any_kind_are_rows_or_a_refusal(tmp_path: Path, data: bytes) -> None:
    path = archive(tmp_path / "a.zip", manifest_csv=MANIFEST, orgs_csv=data)
    try:
        with package.opened(path) as found:
            for line, row in package.rows_of(found.members["orgs"]):
                assert line >= 1 and row
    except UserError as error:
        assert error.message
