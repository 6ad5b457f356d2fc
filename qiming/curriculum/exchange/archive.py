"""A package from outside, opened without trusting a byte of it.

Nothing is unpacked to disk and no name inside is used as a path: files are read one by one, by name, within bounds on
number, size and compression.
"""

import posixpath
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from qiming.kernel.errors import UserError

MAX_PACKAGE_BYTES = 200 * 1024**2
MAX_FILES = 5_000
MAX_UNPACKED_BYTES = 800 * 1024**2
MAX_XML_BYTES = 8 * 1024**2
MAX_RATIO = 200  # text shrinks to a twentieth; what shrinks further by far was made to burst
RATIO_COUNTS_FROM = 4 * 1024**2
_KEPT = "什么也没有写进去。"
_JUNK = ("__MACOSX/", ".DS_Store", "Thumbs.db")
MANIFEST = "imsmanifest.xml"


def refuse(message: str, next_step: str) -> UserError:
    """A refusal of the whole package."""
    return UserError(message, kept=_KEPT, next=next_step, field="file")


class NotThere(LookupError):
    """A file that the package names but does not hold, or that is larger than it may be; the message is for people."""


@dataclass(slots=True)
class Package:
    """`sizes` maps each name (with forward slashes, below the manifest's folder) to its size in bytes."""

    sizes: dict[str, int]
    load: Callable[[str], bytes]
    notes: list[str] = field(default_factory=list)
    read_so_far: int = 0

    def read(self, name: str, most: int = MAX_XML_BYTES) -> bytes:
        """The bytes of a file; raises `NotThere`."""
        size = self.sizes.get(name)
        if size is None:
            raise NotThere("包里没有这个文件")
        if size > most:
            raise NotThere(f"文件太大（{size / 1024**2:.0f} MB，最多 {most / 1024**2:.0f} MB）")
        data = self.load(name)
        self.read_so_far += len(data)
        if len(data) > most or self.read_so_far > 2 * MAX_UNPACKED_BYTES:
            raise refuse("压缩包解开后太大", "请分成几个包再传。")
        return data

    def find(self, href: str, beside: str = "") -> str | None:
        """The name of the file that `href` in the file `beside` leads to; None when it leads nowhere in here."""
        plain = href.split("#", 1)[0].split("?", 1)[0].replace("\\", "/")
        for said in dict.fromkeys((plain, unquote(plain))):
            for base in dict.fromkeys((posixpath.dirname(beside), "")):
                name = posixpath.normpath(posixpath.join(base, said.lstrip("/")))
                if name in self.sizes:
                    return name
        return None


@contextmanager
def opened(path: Path) -> Iterator[Package]:
    """The package at `path` (a zip, a folder, a single XML file); raises `UserError` for what is none."""
    try:
        if path.is_dir():
            yield _rooted(_folder(path))
            return
        size = path.stat().st_size
        if size > MAX_PACKAGE_BYTES:
            raise refuse(f"文件超过 {MAX_PACKAGE_BYTES // 1024**2} MB", "请按单元分成几个包再传。")
        with path.open("rb") as file:
            start = file.read(64)
        if not start:
            raise refuse("这个文件是空的", "请检查是不是选错了文件。")
        if start[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
            with zipfile.ZipFile(path) as archive:
                yield _rooted(_zipped(archive))
        elif b"<" in start:
            name = "item.xml"
            yield Package({name: size}, lambda _: path.read_bytes())
        else:
            raise refuse("这不是 .zip、.imscc 或 .xml 文件", "请从原来的平台重新导出再传。")
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise refuse("压缩包坏了，读到一半读不下去", "请重新导出或重新打包再传。") from error
    except OSError as error:
        raise refuse("文件读不出来", "请检查文件还在不在、有没有权限读。") from error


def _folder(path: Path) -> Package:
    root = path.resolve()
    found = {
        file.relative_to(root).as_posix(): file.stat().st_size
        for file in sorted(root.rglob("*"))
        if file.is_file() and not file.is_symlink() and not _is_junk(file.relative_to(root).as_posix())
    }
    if len(found) > MAX_FILES:
        raise refuse(f"文件夹里有{len(found)}个文件，最多{MAX_FILES}个", "请分成几个包。")
    return Package(found, lambda name: (root / name).read_bytes())


def _zipped(archive: zipfile.ZipFile) -> Package:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > MAX_FILES:
        raise refuse(f"压缩包里有{len(entries)}个文件，最多{MAX_FILES}个", "请分成几个包再传。")
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
        raise refuse("压缩包解开后太大", "请分成几个包再传。")
    at: dict[str, zipfile.ZipInfo] = {}
    for entry in entries:
        name = _checked_name(entry)
        if _is_junk(name):
            continue
        if name in at:
            raise refuse(f"压缩包里有两个“{name[:60]}”", "请删去一个，重新打包再传。")
        at[name] = entry
    return Package({name: entry.file_size for name, entry in at.items()}, lambda name: archive.read(at[name]))


def _checked_name(entry: zipfile.ZipInfo) -> str:
    name = _chinese_name(entry).replace("\\", "/")
    if (
        name.startswith("/")
        or ".." in name.split("/")
        or ":" in name.split("/")[0]
        or "\0" in entry.orig_filename
    ):
        raise refuse("压缩包里有可疑的路径", "请从原来的平台重新导出再传。")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise refuse("压缩包里有指向别处的链接文件", "请从原来的平台重新导出再传。")
    if entry.flag_bits & 0x1:
        raise refuse("压缩包加了密码", "请不要加密码，重新打包再传。")
    if entry.file_size > RATIO_COUNTS_FROM and entry.file_size > MAX_RATIO * max(1, entry.compress_size):
        raise refuse("压缩包里有一个文件压得不正常", "请用普通的 zip 重新打包再传。")
    return posixpath.normpath(name)


def _chinese_name(entry: zipfile.ZipInfo) -> str:
    """Names written by Chinese Windows carry no mark and were read as code page 437."""
    if entry.flag_bits & 0x800 or entry.filename.isascii():
        return entry.filename
    try:
        raw = entry.filename.encode("cp437")
    except UnicodeEncodeError:
        return entry.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename


def _is_junk(name: str) -> bool:
    return any(name.startswith(junk) or name.endswith("/" + junk) or name == junk for junk in _JUNK)


def _rooted(package: Package) -> Package:
    """With the manifest at the top; a package that was zipped with its folder around it is read from that folder."""
    if MANIFEST in package.sizes:
        return package
    deeper = [name for name in package.sizes if name.endswith("/" + MANIFEST)]
    if len(deeper) != 1:
        return package
    base = deeper[0].removesuffix(MANIFEST)
    inside = {name.removeprefix(base): size for name, size in package.sizes.items() if name.startswith(base)}
    return Package(
        inside, lambda name: package.load(base + name), [f"清单在文件夹“{base.rstrip('/')}”里，已从那里读。"]
    )
