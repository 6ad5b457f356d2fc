"""What people decided about samples, and how well two of them agree."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from qiming.assurance.runner.records import RecordTrouble
from qiming.assurance.runner.statistics import Estimate, kappa


class _Mark(msgspec.Struct, frozen=True):
    id: str
    marker: str
    passed: bool


@dataclass(frozen=True, slots=True)
class Marked:
    """`decided`: by sample; None where two people disagree. `agreement`: Cohen's kappa over what both marked."""

    decided: Mapping[str, bool | None]
    agreement: Estimate | None
    both: int


def read(path: Path) -> Marked:
    """Marks from JSON lines. Raises `RecordTrouble` naming the line."""
    found: dict[str, dict[str, bool]] = defaultdict(dict)
    try:
        lines = path.read_bytes().splitlines()
    except OSError as trouble:
        raise RecordTrouble(f"判分文件 {path.name} 打不开：{trouble.strerror}") from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            mark = msgspec.json.decode(line, type=_Mark)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise RecordTrouble(f"{path.name} 第 {number} 行不是一条判分") from None
        if mark.marker in found[mark.id]:
            raise RecordTrouble(f"{path.name} 第 {number} 行：{mark.marker} 对 {mark.id} 判了两次")
        found[mark.id][mark.marker] = mark.passed
    return of(found)


def of(marks: Mapping[str, Mapping[str, bool]]) -> Marked:
    """From {sample: {marker: passed}}; the agreement is of the two who marked most."""
    decided = {
        name: (next(iter(set(one.values()))) if len(set(one.values())) == 1 else None)
        for name, one in marks.items()
    }
    times: dict[str, int] = defaultdict(int)
    for one in marks.values():
        for marker in one:
            times[marker] += 1
    two = sorted(times, key=lambda marker: (-times[marker], marker))[:2]
    shared = [one for one in marks.values() if all(marker in one for marker in two)]
    if len(two) < 2 or not shared:
        return Marked(decided, None, 0)
    first, second = ([str(one[marker]) for one in shared] for marker in two)
    return Marked(decided, kappa(first, second), len(shared))
