"""Files and tables people send: whatever is in them, an answer in words."""

import io
import stat
import zipfile
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from qiming.kernel import files, tables, uploads
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.kernel.ids import new_id
from qiming.kernel.tests import samples
from qiming.kernel.text import render_markdown

JPEG = samples.jpeg()
ACTOR = Actor(new_id(), new_id(), "某人")


@pytest.fixture
def keep(tmp_path: Path, settings: Any) -> Path:
    settings.QIMING_HOME = tmp_path
    return tmp_path / "files"


@pytest.mark.parametrize("data", [b"", b"<svg/>", JPEG + b"x" * uploads.MAX_BYTES])
def test_what_is_not_kept(db: None, keep: Path, data: bytes) -> None:
    with pytest.raises(UserError) as refused:
        files.put(data, name="a.jpg", scope_path="b/", actor=ACTOR)
    assert refused.value.next
    assert not keep.exists()


def test_a_name_never_becomes_a_path(db: None, keep: Path) -> None:
    stored = files.put(JPEG, name="../../etc/passwd\r\nX: y", scope_path="b/", actor=ACTOR)
    again = files.put(JPEG, name="板书.jpg", scope_path="b/", actor=ACTOR)
    assert stored.sha256 == again.sha256
    kept = [path for path in keep.rglob("*") if path.is_file()]
    assert kept == [files.path_of(stored.sha256)]
    assert stat.S_IMODE(kept[0].stat().st_mode) == 0o600
    answer = files.response(stored)
    assert b"".join(answer.streaming_content).startswith(b"\xff\xd8\xff")  # type: ignore[arg-type]
    assert answer["Content-Type"] == "image/jpeg"
    assert (
        "\n" not in answer["Content-Disposition"] and "/" not in answer["Content-Disposition"].split("''")[1]
    )
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"


def book(*lines: list[Any]) -> bytes:
    made = Workbook()
    for line in lines:
        made.worksheets[0].append(line)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


HEAD = ["姓名", "座号"]
TEXT = "姓名,座号\n王小明,1\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8-sig"),
        (TEXT.encode("gb18030"), "gb18030"),
        (TEXT.encode("utf-16"), "utf-16"),
        (TEXT.replace(",", "\t").encode("gb18030"), "gb18030"),
        (TEXT.replace("\n", "\r\n").encode("gb18030"), "gb18030"),
        (book(HEAD, ["王小明", 1.0]), "xlsx"),
    ],
)
def test_the_same_list_in_every_form(data: bytes, encoding: str) -> None:
    table = tables.read("名单", data)
    assert (table.headings, table.encoding) == (HEAD, encoding)
    assert [(row.line, row.cells) for row in table.rows] == [(2, {"姓名": "王小明", "座号": "1"})]


def test_a_rare_character_survives_gb18030() -> None:
    assert tables.read("n", "姓名\n欧阳𬀩\n".encode("gb18030")).rows[0].cells["姓名"] == "欧阳𬀩"


def bomb() -> bytes:
    out = io.BytesIO(book(HEAD))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/more.xml", b"0" * (uploads.MAX_UNPACKED + 1))
    return out.getvalue()


def without(part: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book(HEAD, ["a", 1]))) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, b"<broken" if name == part else old.read(name))
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n\n , ,\n",
        b"PK\x03\x04 nothing",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old",
        b"\xff\xff\xff\xff",
        b'"' + b"x" * 200_000,
        b"a\n" + b"x" * (tables.MAX_CELL + 1),
        b"x" * (tables.MAX_BYTES + 1),
        "姓名\n".encode() + b"a\n" * 5001,
        bomb(),
        without("xl/workbook.xml"),
        without("xl/worksheets/sheet1.xml"),
        without("[Content_Types].xml"),
        book(HEAD, ["x" * (tables.MAX_CELL + 1), 1]),
    ],
    ids=range(14),
)
def test_a_table_that_cannot_be_read_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(UserError) as refused:
        tables.read("名单", data)
    assert refused.value.field == "file" and refused.value.next


def test_a_million_empty_lines_cost_little() -> None:
    data = TEXT.encode() + b"\n" * 2_000_000
    assert len(tables.read("名单", data).rows) == 1


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+86", "'+86"),
        ("-1", "'-1"),
        ("@x", "'@x"),
        ("\t=1", "'\t=1"),
        ("\x07=1", "'=1"),
        ("王", "王"),
        (-1, -1),
        (None, None),
    ],
)
def test_what_is_taken_away_runs_nothing(given: Any, written: Any) -> None:
    data = tables.xlsx([("表", ["一"], [[given], ["x"]])])
    cell = load_workbook(io.BytesIO(data)).worksheets[0]["A2"]
    assert cell.value == written
    assert cell.data_type != "f"


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("勾股 $a^2+b^2=c^2$。", '<p>勾股 <span class="math">a^2+b^2=c^2</span>。</p>'),
        ("$$\\frac{1}{2}$$", '<p><span class="math wide">\\frac{1}{2}</span></p>'),
        ("$<img src=x>$", '<p><span class="math">&lt;img src=x&gt;</span></p>'),
        ("要 $5 和 $6 元", "<p>要 $5 和 $6 元</p>"),
        ("$5和$6元", "<p>$5和$6元</p>"),
        ("\\$5$ `$x$` $ x $", "<p>$5$ <code>$x$</code> $ x $</p>"),
        ("$a\\$b$", '<p><span class="math">a\\$b</span></p>'),
        ("$" + "x" * 2000 + "$", "<p>$" + "x" * 2000 + "$</p>"),
    ],
)
def test_formulas_stay_their_source_and_prices_stay_prices(source: str, html: str) -> None:
    assert render_markdown(source).strip() == html


def test_pictures_are_there_when_a_page_is_printed() -> None:
    html = render_markdown("![图](media/a.svg) ![外](https://elsewhere/x.png)", "/m/")
    assert 'src="/m/media/a.svg"' in html
    assert "lazy" not in html and "elsewhere" not in html
