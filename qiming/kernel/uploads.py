"""What people send, known by its content and never by its name: pictures made anew, PDFs and office files looked into.

Pictures are decoded and written again: what is kept holds pixels alone, no place, no device, no second file behind
the picture. A PDF is kept as it is, or refused when anything in it could act. Tables are read and thrown away.
"""

import base64
import binascii
import io
import re
import threading
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from PIL import Image, ImageOps

from qiming.kernel.errors import UserError

MAX_BYTES: Final = 12 * 1024 * 1024
MAX_SIDE: Final = (
    2560  # pixels kept of the longer side: a blackboard can be read, a full-size print cannot be made
)
MAX_PIXELS: Final = 50_000_000
MAX_PIXELS_AT_ONCE: Final = 25_000_000  # PNG and WebP are unpacked whole, JPEG at a fraction of its size
MAX_UNPACKED: Final = 60 * 1024 * 1024
MAX_PARTS: Final = 2000
MAX_PDF_UNPACKED: Final = 256 * 1024 * 1024  # looked through piece by piece, never held
MAX_PDF_STREAMS: Final = 20_000
MAX_DEPTH: Final = 40
_PIECE: Final = 64 * 1024
_FORMATS: Final = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
# Two pictures at once would need twice the memory; waiting costs a fraction of a second.
_one_at_a_time = threading.BoundedSemaphore(1)

# Written in two halves: this file must not be taken for what it looks for.
_TEST_VIRUS: Final = b"EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE"
_PROGRAMS: Final = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")
_PDF_ACTS: Final = re.compile(
    rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData|GoToE|Movie|Rendition)\b"
)
_PDF_NAME_ESCAPE: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_PDF_STREAM: Final = re.compile(rb"stream\r?\n")
_PDF_OBJECTS_BEGIN: Final = re.compile(rb"\s*\d+\s+\d+\s")
_DATA_ADDRESS: Final = re.compile(r"\s*data:[\w.+-]*/", re.IGNORECASE)
_XML_TRICKS: Final = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def _refused(message: str, next_step: str) -> UserError:
    return UserError(message, kept="其余填写的都还在。", next=next_step, field="file")


_ACTS: Final = _refused("这个 PDF 里有脚本、附件或会自动执行的内容", "请用“打印成 PDF”重新做一份再传。")
_UNCLEAR: Final = _refused("看不懂这个 PDF 里的一部分", "请用“打印成 PDF”重新做一份再传。")


@dataclass(frozen=True, slots=True)
class Clean:
    """What may be kept: its bytes and what they are."""

    data: bytes
    media_type: str


def sniff(data: bytes) -> str | None:
    """The media type of `data` by its first bytes, or None when it is none we keep."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    for signature, kind in (
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"%PDF-", "application/pdf"),
    ):
        if data.startswith(signature):
            return kind
    return None


def clean(data: bytes) -> Clean:
    """A picture or a PDF in a form that may be kept and shown; `UserError` in plain words for anything else."""
    _check_size(data)
    refuse_known_bad(data)
    kind = sniff(data)
    if kind is None:
        raise _refused("只收照片（JPG、PNG、WebP）和 PDF", "请换一个文件；手机照片请存成 JPG 再传。")
    return Clean(_checked_pdf(data), kind) if kind == "application/pdf" else picture(data)


def picture(data: bytes) -> Clean:
    """The pixels of a JPEG, PNG or WebP, upright and at most MAX_SIDE wide, written anew without anything else."""
    _check_size(data)
    with _one_at_a_time:
        try:
            return _redrawn(data)
        except UserError:
            raise
        except Exception as error:  # a damaged picture fails inside the decoder in a dozen different ways
            raise _refused(
                "这张图片打不开，可能没有传完整", "请重新拍一张，或在手机上另存后再传。"
            ) from error


def _redrawn(data: bytes) -> Clean:
    with Image.open(io.BytesIO(data), formats=list(_FORMATS)) as opened:
        kind = opened.format or ""
        pixels = opened.width * opened.height
        if pixels > (MAX_PIXELS if kind == "JPEG" else MAX_PIXELS_AT_ONCE):
            raise _refused("这张图片的尺寸太大", "请把照片缩小到两千万像素以内再传。")
        opened.draft("RGB", (MAX_SIDE, MAX_SIDE))
        opened.load()
        upright = _upright(opened)
        see_through = kind != "JPEG" and (upright.has_transparency_data or "A" in upright.getbands())
        drawn = upright.convert("RGBA" if see_through else "RGB")
    drawn.thumbnail((MAX_SIDE, MAX_SIDE))
    # A sheet of its own: what the file said beside its pixels (place, device, comments) stays behind.
    sheet = Image.new(drawn.mode, drawn.size)
    sheet.paste(drawn)
    out = io.BytesIO()
    how = {"optimize": True} if kind == "PNG" else {"quality": 85}
    sheet.save(out, format=kind, **how)
    return Clean(out.getvalue(), _FORMATS[kind])


def _upright(opened: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(opened)
    except Exception:  # a damaged note beside good pixels: the picture may lie on its side, but it is kept
        return opened


def redrawn_within(state: Any, depth: int = 0) -> Any:
    """`state` (plain JSON) with every picture in it, written as a data address, drawn anew; other data addresses
    are refused."""
    if depth > MAX_DEPTH:
        raise _refused("作品的格式不对", "刷新页面再交一次。")
    if isinstance(state, dict):
        return {key: redrawn_within(value, depth + 1) for key, value in state.items()}
    if isinstance(state, list):
        return [redrawn_within(value, depth + 1) for value in state]
    if not isinstance(state, str) or not _DATA_ADDRESS.match(state):
        return state
    heading, _, body = state.partition(";base64,")
    if heading.removeprefix("data:") not in _FORMATS.values():
        raise _refused("作品里有不收的文件", "作品里只能放照片（JPG、PNG、WebP）。")
    try:
        drawn = picture(base64.b64decode(body, validate=True))
    except binascii.Error as error:
        raise _refused("作品里有一张图片坏了", "去掉那张，再交一次。") from error
    return f"data:{drawn.media_type};base64,{base64.b64encode(drawn.data).decode()}"


def _checked_pdf(data: bytes) -> bytes:
    """The PDF itself when nothing in it can act; refused when something can, or when it cannot be looked into."""
    if b"%%EOF" not in data[-1100:]:
        raise _refused("这个 PDF 不完整", "请重新导出一次再传。")
    if re.search(rb"/Encrypt\b", _names_plain(data)):
        raise _refused("这个 PDF 有密码", "请去掉密码，或打印成新的 PDF 再传。")
    if _PDF_ACTS.search(_names_plain(data)):
        raise _ACTS
    left = MAX_PDF_UNPACKED
    before = 0
    for count, start in enumerate(_PDF_STREAM.finditer(data)):
        heading = data[max(before, start.start() - 2000) : start.start()]
        before = start.end()
        left -= _check_stream(data, start.end(), left, holds_objects=b"/ObjStm" in _names_plain(heading))
        if left < 0 or count > MAX_PDF_STREAMS:
            raise _refused("这个 PDF 解开后太大", "请分成几个文件，或降低清晰度再传。")
    return data


def _check_stream(data: bytes, at: int, limit: int, *, holds_objects: bool) -> int:
    """Look through one packed stream, piece by piece; returns how much it unpacked to."""
    seen, tail = 0, b""
    for piece in _unpacked(data, at):
        if holds_objects and seen == 0 and not _PDF_OBJECTS_BEGIN.match(piece):
            raise _UNCLEAR
        if _PDF_ACTS.search(_names_plain(tail + piece)):
            raise _ACTS
        seen += len(piece)
        tail = piece[-64:]
        if seen > limit:
            return seen
    if holds_objects and seen == 0:
        raise _UNCLEAR
    return seen


def _unpacked(data: bytes, at: int) -> Iterator[bytes]:
    unpacker = zlib.decompressobj()
    try:
        while at < len(data) and not unpacker.eof:
            piece = unpacker.decompress(unpacker.unconsumed_tail or data[at : at + _PIECE], 16 * _PIECE)
            at += 0 if unpacker.unconsumed_tail else _PIECE
            if piece:
                yield piece
    except zlib.error:  # not packed this way: a photo, or the end of what can be read
        return


def _names_plain(data: bytes) -> bytes:
    return _PDF_NAME_ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), data)


def check_archive(data: bytes) -> None:
    """Refuse a zip (also .xlsx, .docx) that unpacks too large, leaves its folder, is locked, holds macros or XML
    tricks. `zipfile` never reads more of a part than its heading says, so the headings bound the size."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            listed = parts.infolist()
            if len(listed) > MAX_PARTS or sum(part.file_size for part in listed) > MAX_UNPACKED:
                raise _refused("文件解开后太大", "请把内容复制到一个新的空白表格再传。")
            for part in listed:
                _check_part(parts, part)
    except UserError:
        raise
    except Exception as error:  # a damaged archive fails in many ways
        raise _refused("这个文件打不开，可能没有传完整", "请重新保存一次再传。") from error


def _check_part(parts: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    name = part.filename
    if part.flag_bits & 0x1:
        raise _refused("这个文件有密码", "请去掉密码再传。")
    if name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) or ":" in name:
        raise _refused("这个压缩包里有不该有的路径", "请重新打包再传。")
    if name.lower().endswith("vbaproject.bin"):
        raise _refused("这个表格里有宏", "请另存为不带宏的 .xlsx 再传。")
    if name.lower().endswith((".xml", ".rels")):
        with parts.open(part) as opened:
            if _XML_TRICKS.search(opened.read(64 * 1024).replace(b"\x00", b"")):
                raise _refused("这个文件里有不该有的定义", "请把内容复制到一个新的空白表格再传。")


def refuse_known_bad(data: bytes) -> None:
    """Refuse programs and the antivirus test file, whatever they are called."""
    if data.startswith(_PROGRAMS) or _TEST_VIRUS in data[:4096]:
        raise _refused("这不是可以上传的文件", "请检查是不是选错了文件。")


def _check_size(data: bytes) -> None:
    if not data:
        raise _refused("这个文件是空的", "请重新选一张。")
    if len(data) > MAX_BYTES:
        raise _refused("文件超过 12 MB", "请压缩后再传，或拍小一点。")
