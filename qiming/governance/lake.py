"""Every night the desk's live figures are held against the lake's, which were added up by another engine from the ledger's
lines. What differs is kept for the operator (`qiming doctor`)."""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings

from qiming.governance import sums
from qiming.governance.rollup import Figures
from qiming.insight.queries import lake
from qiming.kernel import time
from qiming.records import queries as records
from qiming.registry import queries as registry

NAME = "compared.json"
TOO_OLD = timedelta(days=3)
WHAT = {
    "pupils": "学生数",
    "zero": "还没有课时的学生",
    "enough": "课时够了的学生",
    "periods_milli": "课时（千分之一节）",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure that the desk and the lake say differently."""

    place: str
    what: str
    desk: int
    lake: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """`figures`: how many were held against each other."""

    at: str
    lake_made_at: str
    figures: int
    differences: tuple[Difference, ...]


def home() -> Path:
    return Path(settings.QIMING_HOME) / "lake"


def compare() -> Comparison:
    """The desk as it is now, the lake as it was exported last."""
    city, year = registry.city(), registry.current_year().key
    desk, found = sums.of_place(city, year).parts, lake.sums(home())
    figures, differences = 0, []
    for district in registry.districts():
        key = district.path.rstrip("/").rpartition("/")[2]
        pairs = list(_pairs(desk.get(district.path, Figures()), found.hours.get(key)))
        figures += len(pairs)
        differences += [Difference(district.name, *pair) for pair in pairs if not _agree(*pair, pairs)]
    if found.until is not None:
        stored = records.count_stored(found.until)
        figures += 1
        if stored != found.statements:
            differences.append(Difference(city.name, "学习记录", stored, found.statements))
    return Comparison(time.now().isoformat(timespec="seconds"), found.made_at, figures, tuple(differences))


def _pairs(desk: Figures, found: lake.DistrictHours | None) -> Iterator[tuple[str, int, int]]:
    for name, what in WHAT.items():
        yield what, getattr(desk, name), getattr(found, name) if found else 0


def _agree(what: str, desk: int, found: int, pairs: list[tuple[str, int, int]]) -> bool:
    """The same; of thousandths, the desk leaves out less than one of each pupil."""
    pupils = pairs[0][1] if what == WHAT["periods_milli"] else 0
    return abs(desk - found) <= pupils


def keep(comparison: Comparison) -> None:
    """Put it where the doctor looks, in one piece."""
    beside = home() / f"{NAME}.new"
    with beside.open("w", encoding="utf-8") as out:
        json.dump(asdict(comparison), out, ensure_ascii=False)
        out.flush()
        os.fsync(out.fileno())
    beside.replace(home() / NAME)


def kept() -> Comparison | None:
    """The last comparison; None when there was none."""
    try:
        told = json.loads((home() / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return Comparison(**told | {"differences": tuple(Difference(**one) for one in told["differences"])})
