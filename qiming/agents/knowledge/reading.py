"""Files that officers bring, as text: .txt, .md, .docx and PDF with text in it. What cannot be read is said in plain words."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from qiming.kernel import uploads
from qiming.kernel.errors import UserError
from qiming.kernel.text import UnreadableText, decode

MAX_BYTES = uploads.MAX_BYTES
MOST_CHARACTERS = 600_000
LEAST_CHARACTERS = 10
_TIMEOUT_S = 60
_SCRIPT = Path(__file__).with_name("extract.py")
_PAGE_NUMBER = re.compile(r"^[\s　]*[-—–－]*[\s　]*\d{1,4}[\s　]*[-—–－]*[\s　]*$|^第\s*\d+\s*页.{0,12}$")
_BEGINS = re.compile(
    r"^(?:第[一二三四五六七八九十百零〇0-9]+[编章节条]|[一二三四五六七八九十]+、|[（(][一二三四五六七八九十0-9]+[）)]|\d+[.．、]|#)"
)
_KEPT = "没有保存，填的别的都还在。"
_PAPER = 16  # characters on a page below which it is a picture of a page


def _refused(message: str, next_step: str) -> UserError:
    return UserError(message, kept=_KEPT, next=next_step, field="file")


def text_of(data: bytes, name: str = "") -> str:
    """The text of a file, known by its content and not by its name; `UserError` says what is wrong and what to do."""
    if not data.strip():
        raise _refused("这个文件是空的", "请重新选一个，或把正文粘贴到下面。")
    if len(data) > MAX_BYTES:
        raise _refused("文件超过 12 MB", "文件里多半是扫描图片；请换有文字的版本，或把正文粘贴进来。")
    uploads.refuse_known_bad(data)
    if data.startswith(b"%PDF-"):
        text = _of_pdf(uploads.clean(data).data)
    elif data.startswith(b"PK\x03\x04"):
        uploads.check_archive(data)
        text = _extracted(data, "docx")[0]
    elif data.startswith(b"\xd0\xcf\x11\xe0"):
        raise _refused("这是旧版的 Word 文件（.doc）", "请在 Word 或 WPS 里另存为 .docx 再传。")
    else:
        text = _of_text(data)
    return checked(text)


def checked(text: str) -> str:
    """Pasted or read text of decent length, without control characters."""
    plain = "".join(char for char in text if char in "\n\t" or (ord(char) >= 32 and char != "\x7f"))
    if len(plain.strip()) < LEAST_CHARACTERS:
        raise _refused("里面没有读到文字", "请换有文字的版本，或把正文粘贴进来。")
    if len(plain) > MOST_CHARACTERS:
        raise _refused(f"正文超过{MOST_CHARACTERS // 10_000}万字", "请按篇分成几份。")
    return plain


def _of_text(data: bytes) -> str:
    try:
        text = decode(data).text
    except UnreadableText:
        raise _refused(
            "看不懂这个文件", "只收 .txt、.md、.docx 和有文字的 PDF；也可以把正文粘贴进来。"
        ) from None
    odd = sum(ord(char) < 32 and char not in "\r\n\t\f" for char in text)
    if odd > len(text) / 200:
        raise _refused("这不是文字文件", "只收 .txt、.md、.docx 和有文字的 PDF；也可以把正文粘贴进来。")
    return text


def _of_pdf(data: bytes) -> str:
    pages = _extracted(data, "pdf")
    if sum(len(page.strip()) for page in pages) < _PAPER * len(pages):
        raise _refused("这份 PDF 是扫描的图片，里面没有文字", "请找有文字的版本，或把正文粘贴进来。")
    return unwrapped("\n".join(pages))


def unwrapped(text: str) -> str:
    """The text of a PDF with its printed lines joined to paragraphs again, without page numbers."""
    joined: list[str] = []
    for line in text.split("\n"):
        said = line.strip()
        if not said or _PAGE_NUMBER.match(said):
            continue
        if (
            joined
            and not _BEGINS.match(said)
            and not joined[-1].endswith(("。", "！", "？", "；", "：", ".", ":"))
            and len(joined[-1]) > 18
        ):
            joined[-1] += said
        else:
            joined.append(said)
    return "\n".join(joined)


def _extracted(data: bytes, kind: str) -> list[str]:
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(_SCRIPT), kind],
            input=data,
            capture_output=True,
            timeout=_TIMEOUT_S,
            check=True,
        )
        told = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError):
        raise _refused(
            "这个文件打不开，可能没有传完整或太复杂", "请另存一次再传，或把正文粘贴进来。"
        ) from None
    match told.get("trouble"):
        case "locked":
            raise _refused("这个 PDF 有密码", "请去掉密码，或打印成新的 PDF 再传。")
        case "pages":
            raise _refused("这个 PDF 页数太多", "请按篇分成几份，每份不超过600页。")
    return [str(page) for page in told["pages"]]
