"""The manifest: which files are the lake. What it does not name is not there, so a broken run leaves nothing behind.

It is replaced in one piece (written beside, flushed, renamed): a reader sees the lake before or after a change, never in
between. What has been exported up to when stands in it too, so files and mark move together.
"""

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from qiming.insight.lake.tables import FORMAT

NAME = "manifest.json"
HOW_LAKE = "还没有装数据湖的计算组件：在安装目录运行 pip install 'qiming[lake]'，再试一次"
HOW_SPARK = (
    "还没有装 Spark 的组件：在安装目录运行 pip install 'qiming[lake,spark]'，并装 Java 17 或更新的运行环境"
)


class LakeTrouble(Exception):
    """What is wrong with a lake, in words for the operator."""


@dataclass(frozen=True, slots=True)
class LakeFile:
    """One Parquet file. `of` says from what a derived one was made."""

    path: str
    table: str
    parts: dict[str, str]
    rows: int
    size_bytes: int
    sha256: str
    columns: list[str]
    of: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """`marks`: what the next export needs to go on; `places`: names of districts by their key."""

    format: str = FORMAT
    generation: int = 0
    made_at: str = ""
    is_synthetic: bool = False
    says: str = ""
    places: dict[str, str] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)
    files: tuple[LakeFile, ...] = ()

    def of_table(self, name: str, **parts: str) -> list[LakeFile]:
        """The files of a table, or of one part of it."""
        return [one for one in self.files if one.table == name and parts.items() <= one.parts.items()]

    def with_files(self, *, out: Iterable[LakeFile], new: Iterable[LakeFile]) -> "Manifest":
        gone = {one.path for one in out}
        kept = [one for one in self.files if one.path not in gone]
        return replace(self, files=tuple(sorted([*kept, *new], key=lambda one: one.path)))


def load(root: Path) -> Manifest:
    """The lake in a folder; a folder without a manifest is an empty lake."""
    try:
        told: dict[str, Any] = json.loads((root / NAME).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Manifest()
    except ValueError as trouble:
        raise LakeTrouble(
            f"{root / NAME} 读不懂，可能被改过：请从备份恢复，或删掉整个文件夹重新导出"
        ) from trouble
    if told.get("format") != FORMAT:
        raise LakeTrouble(f"这个文件夹的格式是 {told.get('format')}，本版本只认 {FORMAT}：请用写它的版本读")
    files = tuple(LakeFile(**one) for one in told.pop("files"))
    return Manifest(**told, files=files)


def existing(root: Path) -> Manifest:
    """As `load`, but somebody wants to read: an empty folder is a mistake."""
    if not (root / NAME).exists():
        raise LakeTrouble(f"{root} 里没有数据湖：先运行 qiming insight export 或 qiming simulate lake")
    return load(root)


def publish(root: Path, manifest: Manifest) -> None:
    """Make this the lake: all of it, at once and for good."""
    text = json.dumps(asdict(manifest), ensure_ascii=False, indent=0)
    beside = root / f"{NAME}.new"
    with beside.open("w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    beside.replace(root / NAME)
    flush_folder(root)


def flush_folder(folder: Path) -> None:
    """Let a rename outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def damaged(root: Path, manifest: Manifest) -> list[str]:
    """Files that are missing or are not what they were when they were written."""
    return [one.path for one in manifest.files if _sum(root / one.path) != one.sha256]


def sum_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sum(path: Path) -> str:
    return sum_of(path) if path.is_file() else ""
