"""Files by their content: pictures lose all but their pixels, and what could act or burst is refused in words."""

import base64
import io
import tracemalloc
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from qiming.kernel import tables, uploads
from qiming.kernel.errors import UserError
from qiming.kernel.tests import samples


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (samples.jpeg(), "image/jpeg"),
        (samples.png(), "image/png"),
        (samples.png(mode="RGB"), "image/png"),
        (samples.png(mode="L"), "image/png"),
        (samples.webp(), "image/webp"),
    ],
)
def test_a_picture_is_kept_without_what_it_says_beside_its_pixels(data: bytes, kind: str) -> None:
    kept = uploads.clean(data)
    assert kept.media_type == kind
    assert samples.PLACE.encode() in data or kind == "image/webp"
    assert samples.PLACE.encode() not in kept.data and b"Exif" not in kept.data and b"phone" not in kept.data
    with Image.open(io.BytesIO(kept.data)) as opened:
        opened.load()
        assert (
            not opened.getexif()
            and not {"exif", "xmp", "comment", "icc_profile", "Location"} & opened.info.keys()
        )
        # The photo of a phone held upright is upright without the note that said so.
        assert opened.size == ((48, 64) if kind == "image/jpeg" else (64, 48))


def test_a_picture_made_anew_is_the_same_each_time_and_not_wider_than_is_kept() -> None:
    large = samples.jpeg(5000, 1200)
    first, again = uploads.clean(large), uploads.clean(large)
    assert first.data == again.data
    with Image.open(io.BytesIO(first.data)) as opened:
        assert max(opened.size) == uploads.MAX_SIDE


def test_what_is_hidden_behind_a_picture_is_gone() -> None:
    for behind in (b"<script>alert(1)</script>", samples.archive({"a.php": b"<?php"}), b"%PDF-1.4"):
        for picture in (samples.jpeg(), samples.png(), samples.webp()):
            assert behind not in uploads.clean(picture + behind).data


HOSTILE = {
    "empty": b"",
    "too long": samples.jpeg() + b"0" * uploads.MAX_BYTES,
    "half a picture": samples.jpeg(2000, 2000)[:3000],
    "nothing but a signature": b"\x89PNG\r\n\x1a\n" + b"0" * 64,
    "pixels without end": samples.png_bomb(),
    "text without end": samples.text_bomb(),
    "a script as a picture": samples.gif_script(),
    "a page called png": b"<!doctype html><script>alert(1)</script>",
    "a drawing with a script": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "an xml drawing": b"<?xml version='1.0'?><svg/>",
    "the test virus": samples.virus_text(),
    "a program": b"MZ\x90\x00" + b"0" * 99,
    "a script of a shell": b"#!/bin/sh\nrm -rf /\n",
    "an archive": samples.archive({"a": b"b"}),
    "a sound": b"RIFF\x00\x00\x00\x00WAVE",
    "a picture with the test virus in front": samples.virus_text() + samples.jpeg(),
    "a page in front of a pdf": b"<html>" + samples.pdf(),
    "half a pdf": samples.pdf()[:-8],
    "a pdf with a script": samples.pdf(b"4 0 obj << /S /JavaScript /JS (app.alert(1)) >> endobj"),
    "a pdf with a script spelt otherwise": samples.pdf(b"4 0 obj << /S /J#61vaScr#69pt >> endobj"),
    "a pdf that starts a program": samples.pdf(b"4 0 obj << /S /Launch /F (cmd.exe) >> endobj"),
    "a pdf with a file in it": samples.pdf(b"4 0 obj << /EmbeddedFiles 5 0 R >> endobj"),
    "a pdf with a form that sends": samples.pdf(b"4 0 obj << /S /SubmitForm >> endobj"),
    "a locked pdf": samples.pdf(b"trailer << /Encrypt 5 0 R >>"),
    "a pdf with a packed script": samples.pdf(packed=b"4 0 << /S /JavaScript /JS (x) >>"),
    "a pdf with a packed script spelt otherwise": samples.pdf(packed=b"4 0 << /S /J#61vaScript >>"),
    "a pdf whose packed script hides as a page": samples.pdf(packed=b"0 g /JavaScript", stream_head=b"/X 1"),
    "a pdf whose objects cannot be read": samples.pdf(packed=b"\x02\x01\x00 not objects"),
    "a pdf whose objects are packed otherwise": samples.pdf(
        b"4 0 obj << /Type /ObjStm /Filter /LZWDecode >>\nstream\n\x80\x0b\x60\nendstream endobj"
    ),
    "a pdf that unpacks without end": samples.pdf(packed=b"1 0 " + b" " * (uploads.MAX_PDF_UNPACKED + 1)),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_files_are_refused_in_words(data: bytes) -> None:
    tracemalloc.start()
    with pytest.raises(UserError) as refused:
        uploads.clean(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert refused.value.next and refused.value.kept
    assert peak < 80 * 1024 * 1024


def test_an_ordinary_pdf_is_kept_as_it_is() -> None:
    plain = samples.pdf(
        b"4 0 obj << /Type /Catalog /OpenAction [3 0 R /Fit] >> endobj",
        packed=b"4 0 << /Type /Font /BaseFont /A#20B >>",
    )
    assert uploads.clean(plain) == uploads.Clean(plain, "application/pdf")
    body = zlib.compress(b"BT (JavaScript and /JS) Tj ET")
    page = b"5 0 obj << /Filter /FlateDecode >>\nstream\n" + body + b"\nendstream endobj"
    assert uploads.clean(samples.pdf(page)).media_type == "application/pdf"


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=300),
    st.sampled_from([samples.jpeg(), samples.png(), samples.webp(), samples.pdf()]),
    st.data(),
)
def test_a_damaged_file_is_kept_or_refused_but_never_breaks_anything(
    noise: bytes, good: bytes, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(good)))
    try:
        kept = uploads.clean(good[:at] + noise + good[at + len(noise) :])
    except UserError:
        return
    assert kept.media_type in {"image/jpeg", "image/png", "image/webp", "application/pdf"}


ARCHIVES = {
    "a bomb": samples.archive({"xl/a.xml": b"0" * (uploads.MAX_UNPACKED + 1)}),
    "too many parts": samples.archive({f"{number}.txt": b"" for number in range(uploads.MAX_PARTS + 1)}),
    "a path outside": samples.archive({"../../etc/cron.d/x": b"x"}),
    "a path on a disk": samples.archive({"C:\\x": b"x"}),
    "macros": samples.archive({"xl/vbaProject.bin": b"x"}),
    "an outside entity": samples.archive(
        {"xl/workbook.xml": b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'}
    ),
    "a million laughs": samples.archive(
        {"xl/sharedStrings.xml": b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">]>'}
    ),
    "an entity in two bytes a letter": samples.archive({"a.rels": "<!DOCTYPE x>".encode("utf-16")}),
    "damaged": samples.archive({"a.xml": b"x" * 999})[:-30],
}


@pytest.mark.parametrize("data", ARCHIVES.values(), ids=ARCHIVES.keys())
def test_hostile_archives_are_refused_in_words(data: bytes) -> None:
    with pytest.raises(UserError) as refused:
        uploads.check_archive(data)
    assert refused.value.next


def test_an_ordinary_workbook_passes() -> None:
    uploads.check_archive(tables.xlsx([("名单", ["姓名"], [["王小明"]])]))


@pytest.mark.parametrize(
    "data",
    [samples.virus_text(), b"MZ\x90", b" <html><table>", b"\xef\xbb\xbf<!doctype html>", samples.pdf()],
)
def test_what_is_no_table_is_not_read_as_one(data: bytes) -> None:
    with pytest.raises(UserError) as refused:
        tables.read("名单.csv", data)
    assert refused.value.next


def address(data: bytes, kind: str = "image/jpeg") -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def test_pictures_within_a_work_are_drawn_anew() -> None:
    state = {"a": [1, None, True, {"own": address(samples.jpeg())}], "text": "data: 这是数据"}
    kept = uploads.redrawn_within(state)
    drawn = base64.b64decode(kept["a"][3]["own"].partition(",")[2])
    assert kept["text"] == state["text"] and kept["a"][:3] == [1, None, True]
    assert samples.PLACE.encode() not in drawn and drawn.startswith(b"\xff\xd8\xff")


@pytest.mark.parametrize(
    "text",
    [
        address(b"<svg onload='alert(1)'/>", "image/svg+xml"),
        address(b"<script>", "text/html"),
        " DATA:text/html,<script>",
        "data:image/png,raw",
        "data:image/jpeg;base64,!!!",
        address(samples.png()[:80], "image/png"),
        address(samples.virus_text()),
    ],
)
def test_other_files_within_a_work_are_refused(text: str) -> None:
    with pytest.raises(UserError):
        uploads.redrawn_within({"own": [text]})


def test_a_work_that_is_too_deep_is_refused() -> None:
    deep: object = "x"
    for _ in range(100):
        deep = [deep]
    with pytest.raises(UserError):
        uploads.redrawn_within(deep)
