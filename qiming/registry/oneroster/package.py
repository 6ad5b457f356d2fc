"""A package on disk: a zip or a folder of CSV files, opened without trusting a byte of it.

Nothing is ever unpacked to disk and no name inside the archive is used as a path: members are read as streams, by
their last name, with bounds on number, size and compression.
"""

import codecs
import csv
import hashlib
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO

from qiming.kernel.errors import UserError
from qiming.registry.oneroster.columns import LEFT_ALONE, MANIFEST, READ, Manifest, read_manifest

MAX_MEMBERS = 200
MAX_FILE_BYTES = 4 * 1024**3
MAX_UNPACKED_BYTES = 8 * 1024**3
MAX_RATIO = 200  # a roster shrinks to a tenth; what shrinks further by far was made to burst
RATIO_COUNTS_FROM = 16 * 1024**2
MAX_COLUMNS = 100
MAX_MANIFEST_ROWS = 500
_BLOCK = 1 << 20
_KEPT = "名单没有动。"
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_ENCODINGS = {"utf-8-sig": "UTF-8（带 BOM）", "utf-16": "UTF-16", "gb18030": "GB 18030"}


def refuse(message: str, next_step: str = "") -> UserError:
    """A refusal of the whole package."""
    return UserError(message, kept=_KEPT, next=next_step, field="file")


@dataclass(frozen=True, slots=True)
class Member:
    """One CSV file: how to open it, its size in bytes, its encoding, its number of line ends."""

    name: str
    open: Callable[[], IO[bytes]]
    size: int
    encoding: str = ""
    line_ends: int = 0


@dataclass(slots=True)
class Package:
    """What was found: the manifest, and the files we read."""

    manifest: Manifest
    members: dict[str, Member] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    digest: str = ""


@contextmanager
def opened(path: Path) -> Iterator[Package]:
    """The package at `path`; raises `UserError` for anything that is none."""
    try:
        if path.is_dir():
            yield _look(_folder(path))
        else:
            with _archive(path) as archive:
                yield _look(_zipped(archive))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise refuse("压缩包坏了，读到一半读不下去", "请重新打包再传。") from error
    except OSError as error:
        raise refuse("文件读不出来", "请检查文件还在不在、有没有权限读。") from error


def rows_of(member: Member) -> Iterator[tuple[int, list[str]]]:
    """The lines of a file with the number at which each begins (the first is 1); blank lines are passed over."""
    with member.open() as raw:
        text = io.TextIOWrapper(raw, encoding=member.encoding, errors="strict", newline="")
        reader = csv.reader(text)
        line = 1
        try:
            for row in reader:
                if row and any(row):
                    if len(row) > MAX_COLUMNS:
                        raise refuse(f"{member.name}.csv 第{line}行有{len(row)}列，最多{MAX_COLUMNS}列")
                    yield line, row
                line = reader.line_num + 1
        except csv.Error as error:
            raise refuse(
                f"{member.name}.csv 第{line}行的格式不完整", "多半是少了一个引号；请从这一行往下检查。"
            ) from error
        except UnicodeDecodeError as error:
            raise refuse(
                f"{member.name}.csv 第{line}行附近有读不出的文字", "请另存为 UTF-8 再传。"
            ) from error


def _folder(path: Path) -> dict[str, Member]:
    files = sorted(entry for entry in path.iterdir() if entry.suffix.lower() == ".csv" and entry.is_file())
    if len(files) > MAX_MEMBERS:
        raise refuse(f"文件夹里有{len(files)}个 .csv，最多{MAX_MEMBERS}个")

    def opener(file: Path) -> Callable[[], IO[bytes]]:
        return lambda: file.open("rb")

    found = [(file.stem, opener(file), file.stat().st_size) for file in files]
    return _by_name([Member(name, opens, size) for name, opens, size in found])


def _archive(path: Path) -> zipfile.ZipFile:
    with path.open("rb") as file:
        start = file.read(4)
    if not start:
        raise refuse("这个文件是空的", "请检查是不是选错了文件。")
    if start not in (b"PK\x03\x04", b"PK\x05\x06"):
        raise refuse("这不是 .zip 压缩包", "请把 manifest.csv 和各个 .csv 打成一个 .zip 再传。")
    return zipfile.ZipFile(path)


def _zipped(archive: zipfile.ZipFile) -> dict[str, Member]:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > MAX_MEMBERS:
        raise refuse(f"压缩包里有{len(entries)}个文件，最多{MAX_MEMBERS}个")
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
        raise refuse("压缩包解开后太大", "请按区分成几个包。")
    members = []
    for entry in entries:
        name = PurePosixPath(entry.filename.replace("\\", "/"))
        if name.is_absolute() or ".." in name.parts or ":" in entry.filename or "\0" in entry.filename:
            raise refuse("压缩包里有可疑的路径", "请只打包 manifest.csv 和各个 .csv。")
        if entry.flag_bits & 0x1:
            raise refuse("压缩包加了密码", "请不要加密码，重新打包。")
        too_tight = entry.file_size > RATIO_COUNTS_FROM
        if too_tight and entry.file_size > MAX_RATIO * max(1, entry.compress_size):
            raise refuse("压缩包里有一个文件压得不正常", "请用普通的 zip 重新打包。")
        if name.suffix.lower() == ".csv" and not name.name.startswith(".") and "__MACOSX" not in name.parts:
            members.append(Member(name.stem, _opener(archive, entry), entry.file_size))
    return _by_name(members)


def _opener(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Callable[[], IO[bytes]]:
    return lambda: archive.open(entry)


def _by_name(members: list[Member]) -> dict[str, Member]:
    known = {name.casefold(): name for name in (MANIFEST, *READ, *LEFT_ALONE)}
    found: dict[str, Member] = {}
    for member in members:
        name = known.get(member.name.casefold(), member.name)
        if name in found:
            raise refuse(f"有两个 {name[:40]}.csv", "每种文件只放一个。")
        found[name] = Member(name, member.open, member.size)
    return found


def _look(found: dict[str, Member]) -> Package:
    if MANIFEST not in found:
        raise refuse(
            "没有找到 manifest.csv", "OneRoster 的包里要有它，写明版本和每个文件是 bulk 还是 delta。"
        )
    whole = hashlib.sha256()
    package = Package(read_manifest(_few(_measured(found.pop(MANIFEST), whole))))
    if package.manifest.problems:
        raise refuse("；".join(package.manifest.problems[:5]), "请改好 manifest.csv 再传。")
    for file in READ:
        _take(package, file, found, whole)
    if not package.members:
        raise refuse("manifest.csv 里没有一个要读的文件", f"至少要有 {'、'.join(READ)} 中的一个。")
    package.notes += _left_alone(found)
    package.digest = whole.hexdigest()
    return package


def _take(package: Package, file: str, found: dict[str, Member], whole: "hashlib._Hash") -> None:
    """Take a file into the package when the manifest and the archive agree about it."""
    if package.manifest.modes[file] == "absent":
        if file in found:
            package.notes.append(f"{file}.csv 在包里，但 manifest.csv 写的是 absent，没有读。")
        return
    if file not in found:
        raise refuse(
            f"manifest.csv 说有 {file}.csv，包里没有", "补上这个文件，或在 manifest.csv 里写 absent。"
        )
    member = _measured(found[file], whole)
    package.members[file] = member
    if member.encoding in _ENCODINGS:
        package.notes.append(f"{file}.csv 是 {_ENCODINGS[member.encoding]} 编码，已按它读。")


def _left_alone(found: dict[str, Member]) -> list[str]:
    notes = []
    left = [f"{file}.csv（{says}）" for file, says in LEFT_ALONE.items() if file in found]
    if left:
        notes.append(f"没有打开：{'、'.join(left)}。这里用不着，不收。")
    other = sorted(name[:40] for name in found if name not in READ and name not in LEFT_ALONE)
    if other:
        notes.append(f"不认识的文件没有打开：{'、'.join(other[:10])}。")
    return notes


def _few(member: Member) -> list[list[str]]:
    rows: list[list[str]] = []
    for _, row in rows_of(member):
        rows.append(row)
        if len(rows) > MAX_MANIFEST_ROWS:
            raise refuse(f"manifest.csv 超过{MAX_MANIFEST_ROWS}行", "请检查是不是放错了文件。")
    return rows


def _measured(member: Member, whole: "hashlib._Hash") -> Member:
    """Read the file once: how long it really is, in which encoding, with how many line ends."""
    whole.update(member.name.encode())
    decoder: codecs.IncrementalDecoder | None = None
    encoding, size, ends, nul = "utf-8", 0, 0, False
    with member.open() as raw:
        while block := raw.read(_BLOCK):
            if size == 0:
                encoding = next((name for bom, name in _BOMS if block.startswith(bom)), "utf-8")
                decoder = codecs.getincrementaldecoder(encoding)()
            size += len(block)
            if size > MAX_FILE_BYTES:
                raise refuse(f"{member.name}.csv 解开后太大", "请按区分成几个包。")
            whole.update(block)
            ends += block.count(b"\n")
            nul = nul or (encoding != "utf-16" and b"\0" in block)
            if decoder is not None:
                decoder = _still(decoder, block)
    if decoder is not None and _still(decoder, b"", final=True) is None:
        decoder = None
    if size == 0:
        raise refuse(f"{member.name}.csv 是空的", "至少要有一行标题。")
    if nul:
        raise refuse(f"{member.name}.csv 不是文本文件", "请另存为 .csv（UTF-8）再传。")
    if decoder is None:
        if encoding != "utf-8":
            raise refuse(f"{member.name}.csv 里的文字读不出来", "请另存为 UTF-8 再传。")
        encoding = "gb18030"  # whether it really is shows line by line
    return Member(member.name, member.open, size, encoding, ends)


def _still(
    decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool = False
) -> codecs.IncrementalDecoder | None:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return None
    return decoder
