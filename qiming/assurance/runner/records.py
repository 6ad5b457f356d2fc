"""The record of a run: JSON lines, one per sample, written once (docs/assurance.md says every field).

A sample's line is handed to the system in one write before anything else is done with it: a killed process loses
only samples whose line was not written, and these are asked again. The disk is told to keep what was written about once a second:
after a power cut the last lines may be missing or torn, and are asked again too. The file is locked while a run writes.
"""

import fcntl
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import msgspec

FORM: Final = "qiming-assurance-run/1"
FREE: Final = {"limit_per_s", "attempts"}  # may change when a run goes on: no outcome depends on them


class RecordTrouble(Exception):
    """The record cannot be used; the text says why and what to do, in Chinese."""


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """The first line: what was asked of whom, with what. Everything a report needs beside the samples."""

    record: str
    run: str
    begun: str
    suite: dict[str, Any]
    banks: list[dict[str, Any]]
    product: dict[str, Any]
    runner: dict[str, str]
    settings: dict[str, Any]
    samples: int

    def same_as(self, other: "Header") -> str:
        """What differs so that samples of both may not stand in one record ("" when nothing)."""
        mine, theirs = self._measure(), other._measure()
        return "、".join(name for name, value in mine.items() if theirs[name] != value)

    def _measure(self) -> dict[str, object]:
        return {
            "记录格式": self.record,
            "套件": self.suite.get("hash"),
            "题库": [one.get("hash") for one in self.banks],
            "产品": (self.product.get("hash"), self.product.get("stream")),
            "测试程序": self.runner.get("hash"),
            "设置": {name: one for name, one in self.settings.items() if name not in FREE},
            "题数": self.samples,
        }


class Timed(msgspec.Struct, frozen=True):
    """One request: milliseconds to the first piece of the reply and to its end."""

    first_ms: float | None
    total_ms: float


class Found(msgspec.Struct, frozen=True):
    """What the grader said; `passed` null: a person must look."""

    passed: bool | None
    label: str
    why: str
    spans: list[tuple[int, int]] = []
    turn: int = -1


class Trouble(msgspec.Struct, frozen=True):
    """Why there is no reply; `turn` counted from 0."""

    kind: str
    says: str
    turn: int
    status: int | None = None


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """One line: one case put to the product once."""

    id: str
    case: str
    hash: str
    kind: str
    metric: str
    group: str
    category: str = msgspec.field(name="class")
    stage: str
    sealed: bool
    repeat: int
    variant: str
    turns: list[str]
    replies: list[str]
    timings: list[Timed]
    finding: Found | None
    error: Trouble | None
    attempts: int
    at_s: float

    @property
    def passed(self) -> bool | None:
        """True, False, or None when a person must look (or nothing was judged). What brought no reply has not passed."""
        if self.error is not None:
            return False
        return self.finding.passed if self.finding is not None else None


@dataclass(slots=True)
class Read:
    """A record as it lies on disk: `good_bytes` up to the end of its last whole line."""

    header: Header
    samples: list[Sample] = field(default_factory=list)
    notes: list[dict[str, Any]] = field(default_factory=list)
    good_bytes: int = 0


_header: Final = msgspec.json.Decoder(Header)
_sample: Final = msgspec.json.Decoder(Sample)
_encode: Final = msgspec.json.Encoder().encode


def read(path: Path) -> Read:
    """Read a record; a torn last line is left out. Raises `RecordTrouble`."""
    try:
        raw = path.read_bytes()
    except OSError as trouble:
        raise RecordTrouble(f"记录 {path.name} 打不开：{trouble.strerror}") from None
    return parse(raw, path.name)


def parse(raw: bytes, name: str = "record") -> Read:
    """The same from bytes."""
    lines = list(_lines(raw))
    if not lines:
        raise RecordTrouble(f"{name} 里没有完整的第一行，不是一份测试记录")
    try:
        header = _header.decode(lines[0])
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise RecordTrouble(f"{name} 不是一份测试记录（第一行不对）") from None
    if header.record != FORM:
        raise RecordTrouble(f"{name} 的格式是“{header.record[:40]}”，这一版只读 {FORM}")
    found = Read(header, good_bytes=len(lines[0]))
    seen: set[str] = set()
    for number, line in enumerate(lines[1:], 2):
        try:
            if line.startswith(b'{"note"'):
                found.notes.append(msgspec.json.decode(line))
            else:
                sample = _sample.decode(line)
                if sample.id in seen:
                    raise RecordTrouble(f"{name} 第 {number} 行重复了样本 {sample.id}，记录被改动过")
                seen.add(sample.id)
                found.samples.append(sample)
        except (msgspec.DecodeError, UnicodeDecodeError):
            if number == len(lines):  # a power cut can leave a last line that ends but is not whole
                break
            raise RecordTrouble(f"{name} 第 {number} 行坏了，记录被改动过或磁盘有错") from None
        found.good_bytes += len(line)
    return found


def unfinished(path: Path, header: Header) -> bool:
    """Whether `path` holds a run like `header` that was broken off, and nobody is writing it now."""
    try:
        found = read(path)
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except (RecordTrouble, OSError):
        return False
    return len(found.samples) < found.header.samples and not found.header.same_as(header)


def _lines(raw: bytes) -> Iterator[bytes]:
    """Whole lines, with their ends."""
    start = 0
    while (end := raw.find(b"\n", start)) >= 0:
        yield raw[start : end + 1]
        start = end + 1


class Lines:
    """A file of lines that one process writes: locked, only added to, each line whole or not there."""

    def __init__(self, path: Path) -> None:
        """Open and lock `path`. Raises `RecordTrouble`."""
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        except OSError as trouble:
            raise RecordTrouble(f"记录写不到 {path}：{trouble.strerror}") from None
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._file)
            raise RecordTrouble(f"另一个进程正在写 {path.name}；等它结束，或换一个 --out") from None

    def keep(self, good_bytes: int) -> None:
        """Cut off what stands behind the first `good_bytes`."""
        os.ftruncate(self._file, good_bytes)

    def note(self, what: str, **more: Any) -> None:
        """A line that is no sample: the run went on, the run ended."""
        self.line(_encode({"note": what, **more}))

    def line(self, told: bytes) -> None:
        """All of a line or nothing of it."""
        whole = told + b"\n"
        began = os.lseek(self._file, 0, os.SEEK_END)
        try:
            written = 0
            while written < len(whole):
                written += os.write(self._file, whole[written:])
        except OSError as trouble:
            os.ftruncate(self._file, began)
            raise RecordTrouble(
                f"写不进 {self.path.name}：{trouble.strerror}；已写的都在，腾出空间后接着测"
            ) from None

    def sync(self) -> None:
        """Make sure that what was written survives a power cut."""
        os.fsync(self._file)

    def close(self) -> None:
        """Keep everything and let go of the lock."""
        self.sync()
        os.close(self._file)


class Writer(Lines):
    """The one process that writes a record. `done`: ids that need not be asked again."""

    def __init__(self, path: Path, header: Header, *, resume: bool) -> None:
        """Lock `path`, write the header or go on behind what is there. Raises `RecordTrouble`."""
        super().__init__(path)
        self.done: set[str] = set()
        self.header = header
        try:
            self._begin(header, resume)
        except BaseException:
            os.close(self._file)
            raise

    def _begin(self, header: Header, resume: bool) -> None:
        raw = self.path.read_bytes()
        # Killed while the first line was being written: nothing was asked yet.
        if b"\n" not in raw:
            self.keep(0)
            self.line(_encode(header))
            return
        if not resume:
            raise RecordTrouble(
                f"{self.path.name} 已经有一份记录；接着测请去掉 --fresh，重新测请换一个 --out"
            )
        found = parse(raw, self.path.name)
        differs = found.header.same_as(header)
        if differs:
            raise RecordTrouble(f"{self.path.name} 是另一次测试的记录（不同的是：{differs}）；请换一个 --out")
        self.keep(found.good_bytes)
        self.header = found.header
        self.done = {sample.id for sample in found.samples}
        if len(self.done) < header.samples:
            self.note("resumed", at=header.begun, done=len(self.done))

    def add(self, sample: Sample) -> None:
        """Write one sample. Raises `RecordTrouble` when the disk does not take it."""
        if sample.id in self.done:
            raise AssertionError(f"{sample.id} twice")
        self.line(_encode(sample))
        self.done.add(sample.id)
