"""What the screening asks of a virus scanner and of other servers; what is sent to the national platform."""

import io
import json
import shutil
import stat
import zipfile
from pathlib import Path

import pytest

from qiming.resources.services import outside
from qiming.resources.services.outside import dead_links, viruses
from qiming.resources.tests.conftest import CARD, Shelf

FILES = {"第1课教案": b"<p>clean</p>", "第1课 a.png": b"EVIL"}
SCANNER = """#!/bin/sh
for last; do :; done
cd "$last" || exit 2
found=0
for one in *; do
  if grep -q EVIL "$one"; then echo "$last/$one: Test.Signature FOUND"; found=1; fi
done
exit $found
"""


@pytest.fixture
def scanner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A scanner of our own under ClamAV's name, the only one that is found; it knows one word."""
    path = tmp_path / "clamscan"
    path.write_text(SCANNER)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(shutil, "which", lambda name: str(path) if name == "clamscan" else None)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return path


def test_what_the_scanner_names_is_stopped_where_it_stands(scanner: Path) -> None:
    asked = viruses(FILES)
    assert [(one.where, one.level) for one in asked.findings] == [("第1课 a.png", "stop")]
    assert "Test.Signature" in asked.findings[0].says
    assert viruses({"a": b"clean"}) == outside.Asked()


def test_a_scanner_that_fails_or_is_missing_is_said(scanner: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scanner.write_text("#!/bin/sh\nexit 2\n")
    assert viruses(FILES) == outside.Asked(unchecked=("病毒（查毒程序没有跑成）",))
    scanner.unlink()
    assert viruses(FILES) == outside.Asked(unchecked=("病毒（查毒程序没有跑完）",))
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert viruses(FILES) == outside.Asked(unchecked=("病毒（没有装查毒程序 ClamAV）",))
    assert viruses({}) == outside.Asked()


def test_links_are_asked_only_where_the_operator_lets(monkeypatch: pytest.MonkeyPatch) -> None:
    links = [
        ("第1课", "https://a.example.cn/gone"),
        ("第1课", "https://a.example.cn/"),
        ("第2课", "https://b.example.cn/"),
    ]
    monkeypatch.delenv("QIMING_OUTWARD", raising=False)
    assert dead_links(links) == outside.Asked(unchecked=("3个链接有没有失效（没有打开对这些网站的访问）",))
    assert dead_links([]) == outside.Asked()
    monkeypatch.setenv("QIMING_OUTWARD", "https://a.example.cn")
    monkeypatch.setattr(outside, "_is_gone", lambda link, allowed: link.endswith("gone"))
    asked = dead_links(links)
    assert [one.says for one in asked.findings] == ["链接 https://a.example.cn/gone 打不开了：请看要不要换。"]
    assert asked.unchecked == ("1个链接有没有失效（没有打开对这些网站的访问）",)


def test_the_citys_officer_takes_a_record_without_names(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    version = shelf.published()
    assert version.report["unchecked"] == ["病毒（没有装查毒程序 ClamAV）"]
    url = f"/resources/{version.resource_id}/record.zip"
    answer = shelf.cast.client("city_officer").get(url)
    assert answer.headers["X-Data-Grade"] == "L2"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        metadata, review = (json.loads(archive.read(name)) for name in ("metadata.json", "review.json"))
    assert (metadata["card"], metadata["content_hash"]) == (CARD.as_json(), version.approved_hash)
    assert [one["verdict"] for one in review["opinions"]] == ["accept", "accept"]
    assert review["steps"][-1]["to"] == "在架"
    said = json.dumps([metadata, review], ensure_ascii=False)
    assert not any(shelf.cast.actor(who).name in said for who in ("teacher", "head", "city_officer"))
    for who in ("other_admin", "district_officer", "teacher"):
        assert shelf.cast.client(who).get(url).status_code == 403
    said = shelf.cast.client("teacher").get(f"/resources/versions/{version.id}/").content.decode()
    assert "没有查：病毒（没有装查毒程序 ClamAV）" in said
