"""The file of a second pass: JSON lines beside the record, `qiming-assurance-judge/1`, written like a record.

First line: which record (its run), which judge and rubric. Then a line a sample, once. `said` is a hash of what was judged:
a record that was changed afterwards is noticed.
"""

import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import msgspec

from qiming.assurance.runner.records import Lines, RecordTrouble, Sample

FORM: Final = "qiming-assurance-judge/1"


class JudgeHeader(msgspec.Struct, frozen=True, kw_only=True):
    """What was judged by whom with what; never a key."""

    judging: str
    run: str
    begun: str
    judge: dict[str, str]  # model, shown address, hash
    rubric: dict[str, Any]  # named, hash, status, least_n

    def differs(self, other: "JudgeHeader") -> str:
        """What is not the same, in words ("" when all is)."""
        pairs = {
            "格式": (self.judging, other.judging),
            "测试记录": (self.run, other.run),
            "评判模型": (self.judge["hash"], other.judge["hash"]),
            "尺子": (self.rubric["hash"], other.rubric["hash"]),
        }
        return "、".join(name for name, (one, two) in pairs.items() if one != two)


class Answered(msgspec.Struct, frozen=True):
    """One of the two answers; `word` null: none that counts, `trouble` says why."""

    form: str
    word: str | None
    reason: str
    trouble: str = ""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """One line: one sample judged once. `passed` null: still open, `open` says why."""

    id: str
    said: str
    metric: str
    passed: bool | None
    open: str
    reason: str
    judge: str
    rubric: str
    answers: list[Answered]
    at: str


@dataclass(slots=True)
class Judging:
    """A second pass as it lies on disk."""

    header: JudgeHeader
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    good_bytes: int = 0


def said_hash(sample: Sample) -> str:
    """Sixteen hexadecimal digits of what was said."""
    told = msgspec.json.encode((sample.hash, sample.turns, sample.replies))
    return hashlib.sha256(told).hexdigest()[:16]


def beside(record: Path) -> Path:
    """Where the second pass over `record` lies unless somebody says otherwise."""
    return record.with_name(f"{record.name.removesuffix('.jsonl')}.judge.jsonl")


def read(path: Path) -> Judging:
    """Read a second pass; a torn last line is left out. Raises `RecordTrouble`."""
    try:
        return parse(path.read_bytes(), path.name)
    except OSError as trouble:
        raise RecordTrouble(f"评判记录 {path.name} 打不开：{trouble.strerror}") from None


def parse(raw: bytes, name: str) -> Judging:
    """The same from bytes."""
    lines = raw.split(b"\n")[:-1]
    try:
        header = msgspec.json.decode(lines[0], type=JudgeHeader)
        if header.judging != FORM:
            raise ValueError
    except (IndexError, ValueError, msgspec.DecodeError):
        raise RecordTrouble(f"{name} 不是一份评判记录（第一行不对）") from None
    found = Judging(header, good_bytes=len(lines[0]) + 1)
    for number, line in enumerate(lines[1:], 2):
        try:
            one = msgspec.json.decode(line, type=Verdict)
        except (msgspec.DecodeError, UnicodeDecodeError):
            if number == len(lines):
                break
            raise RecordTrouble(f"{name} 第 {number} 行坏了，评判记录被改动过或磁盘有错") from None
        if one.id in found.verdicts:
            raise RecordTrouble(f"{name} 第 {number} 行重复了样本 {one.id}，评判记录被改动过")
        found.verdicts[one.id] = one
        found.good_bytes += len(line) + 1
    return found


class VerdictWriter(Lines):
    """The one process that writes a second pass; goes on behind what is there."""

    def __init__(self, path: Path, header: JudgeHeader) -> None:
        """Raises `RecordTrouble`, also when `path` belongs to another record, judge or rubric."""
        super().__init__(path)
        self.done: set[str] = set()
        try:
            self._begin(header)
        except BaseException:
            os.close(self._file)
            raise

    def _begin(self, header: JudgeHeader) -> None:
        raw = self.path.read_bytes()
        if b"\n" not in raw:
            self._refuse_other(raw)
            self.keep(0)
            self.line(msgspec.json.encode(header))
            return
        found = parse(raw, self.path.name)
        differs = found.header.differs(header)
        if differs:
            raise RecordTrouble(
                f"{self.path.name} 是另一次评判的记录（不同的是：{differs}）；请用 --out 换一个文件"
            )
        self.keep(found.good_bytes)
        self.done = set(found.verdicts)

    def _refuse_other(self, raw: bytes) -> None:
        """A first line that a kill tore is begun anew; any other file of somebody's is left alone."""
        if raw and not raw.startswith(b'{"judging"'[: len(raw)]):
            raise RecordTrouble(f"{self.path.name} 不是一份评判记录；请用 --out 换一个文件")

    def add(self, one: Verdict) -> None:
        """Write one verdict. Raises `RecordTrouble` when the disk does not take it."""
        if one.id in self.done:
            raise AssertionError(f"{one.id} twice")
        self.line(msgspec.json.encode(one))
        self.done.add(one.id)
