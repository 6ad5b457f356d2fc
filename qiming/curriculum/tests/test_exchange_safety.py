"""Packages that are broken, too large or made to do harm: refused in words a teacher can act on, and nothing is written."""

import struct
import zipfile
from pathlib import Path

import pytest

from qiming.curriculum.exchange import archive
from qiming.curriculum.exchange.commands import run_import
from qiming.curriculum.exchange.formats import read_package
from qiming.curriculum.tests.exchange_world import item_xml, manifest, zipped
from qiming.kernel.errors import UserError

BILLION = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'


def refusal(path: Path) -> str:
    with pytest.raises(UserError) as caught:
        read_package(path, path.name, lambda *_: None)
    error = caught.value
    assert error.message and error.kept and error.next
    return error.message


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("../evil.xml", "可疑的路径"),
        ("/etc/passwd", "可疑的路径"),
        ("a/../../evil.xml", "可疑的路径"),
        ("..\\evil.xml", "可疑的路径"),
        ("C:/evil.xml", "可疑的路径"),
    ],
)
def test_names_that_lead_outside_are_refused(tmp_path: Path, name: str, says: str) -> None:
    assert says in refusal(zipped(tmp_path / "p.zip", {"imsmanifest.xml": manifest("i.xml"), name: "x"}))


def test_links_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "p.zip"
    with zipfile.ZipFile(path, "w") as out:
        entry = zipfile.ZipInfo("i.xml")
        entry.external_attr = 0o120777 << 16
        out.writestr(entry, "/etc/passwd")
    assert "链接" in refusal(path)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    assert "压得不正常" in refusal(zipped(tmp_path / "p.zip", {"i.xml": b"0" * (8 * 1024**2)}))


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_FILES", 3)
    assert "最多3个" in refusal(zipped(tmp_path / "p.zip", {f"{n}.xml": "x" for n in range(5)}))


def test_too_much_in_all_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_UNPACKED_BYTES", 1000)
    assert "解开后太大" in refusal(zipped(tmp_path / "p.zip", {"i.xml": "x" * 2000}))


def test_two_gigabytes_are_refused_without_reading(tmp_path: Path) -> None:
    path = tmp_path / "p.zip"
    with path.open("wb") as file:
        file.truncate(2 * 1024**3)
    assert "超过 200 MB" in refusal(path)


def test_a_size_that_lies_is_found_out(tmp_path: Path) -> None:
    path = zipped(tmp_path / "p.zip", {"imsmanifest.xml": manifest("i.xml"), "i.xml": item_xml()})
    data = bytearray(path.read_bytes())
    at = data.rfind(b"PK\x01\x02")
    struct.pack_into("<I", data, at + 24, 7)
    path.write_bytes(data)
    assert "坏了" in refusal(path)


@pytest.mark.parametrize("body", [b"", b"PK\x03\x04 broken", b"\x00\x01\x02 something else"])
def test_what_is_no_package_is_refused(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "p.zip"
    path.write_bytes(body)
    assert refusal(path)


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "p.zip"
    with zipfile.ZipFile(path, "w") as out, pytest.warns(UserWarning):
        out.writestr("i.xml", "a")
        out.writestr("i.xml", "b")
    assert "两个" in refusal(path)


@pytest.mark.parametrize("declaration", [BILLION, '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'])
def test_entities_are_never_expanded(tmp_path: Path, declaration: str) -> None:
    evil = declaration + item_xml("<p>&a;</p>")
    files = {"imsmanifest.xml": manifest("i.xml", "j.xml"), "i.xml": evil, "j.xml": item_xml()}
    course = read_package(zipped(tmp_path / "p.zip", files), "p.zip", lambda *_: None)
    assert len(course.items) == 1
    assert any("实体" in finding.what for finding in course.report.findings)
    assert "实体" in refusal(zipped(tmp_path / "q.zip", {"imsmanifest.xml": BILLION + manifest("i.xml")}))


def test_deep_nesting_ends_in_words_not_in_a_crash(tmp_path: Path) -> None:
    files = {
        "imsmanifest.xml": manifest("i.xml", "j.xml"),
        "i.xml": item_xml("<div>" * 5000 + "</div>" * 5000),
        "j.xml": item_xml(),
    }
    kept = read_package(zipped(tmp_path / "q.zip", files), "q.zip", lambda *_: None)
    assert len(kept.items) == 1 and kept.report.findings


def test_a_missing_file_and_a_missing_picture_are_said_and_the_rest_comes(tmp_path: Path) -> None:
    files = {
        "imsmanifest.xml": manifest("gone.xml", "i.xml"),
        "i.xml": item_xml().replace("哪个对？", '<img src="gone.png" alt="一张图"/>哪个对？'),
    }
    course = read_package(zipped(tmp_path / "p.zip", files), "p.zip", lambda *_: None)
    said = "\n".join(f"{one.where} {one.what}" for one in course.report.findings)
    assert "gone.xml" in said and "gone.png" in said
    assert course.items[0].spec["stem"].startswith("〔图：一张图〕哪个对？")


def test_names_written_by_chinese_windows_are_found(tmp_path: Path) -> None:
    written = "题目一.xml".encode("gb18030")
    stand_in = "A" * (len(written) - 4) + ".xml"
    path = zipped(tmp_path / "p.zip", {"imsmanifest.xml": manifest("题目一.xml"), stand_in: item_xml()})
    # As Windows writes it: the bytes of GB 18030 and no mark that says so.
    path.write_bytes(path.read_bytes().replace(stand_in.encode(), written))
    assert len(read_package(path, "p.zip", lambda *_: None).items) == 1


def test_nothing_is_written_for_a_refused_package(tmp_path: Path) -> None:
    path = zipped(tmp_path / "p.zip", {"../x": "y"})
    with pytest.raises(UserError):
        run_import(path, tmp_path / "draft", "")
    assert [entry.name for entry in tmp_path.iterdir()] == ["p.zip"]
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").write_text("x")
    good = zipped(tmp_path / "g.zip", {"imsmanifest.xml": manifest("i.xml"), "i.xml": item_xml()})
    with pytest.raises(UserError, match="已经有内容"):
        run_import(good, tmp_path / "full", "")
    assert (tmp_path / "full" / "mine").read_text() == "x"
