"""From the database into the lake: what is new of the statements, what changed of the rest.

Statements go day by day of their storing; after each day the files and the mark "exported up to" become the lake in
one piece. Broken off anywhere, the next run goes on behind the last mark: nothing twice, nothing lost.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa

from qiming.insight.lake import horizon, rows
from qiming.insight.lake.rows import Numbers, Part, Places, Row
from qiming.insight.lake.store import Writer, compact, writing
from qiming.insight.lake.tables import CREDITS, MASTERY, NO_DISTRICT, PERIODS, PUPILS, STATEMENTS, Table
from qiming.kernel import time
from qiming.records import queries as records
from qiming.registry import queries as registry
from qiming.registry.types import OrgKind
from qiming.teaching import queries as teaching

WINDOW = timedelta(days=1)
BUFFER = 50_000  # rows held of one part before they become a file
SYNTHETIC = "合成数据：来自示例城市，没有真人"
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Exported:
    """`until`: up to when statements are in the lake; None when a long transaction kept it from being said."""

    statements: int
    parts_written: int
    compacted: int
    until: datetime | None


def export(
    root: Path, *, until: datetime | None = None, wait_s: float = 20, say: Say = lambda _: None
) -> Exported:
    """Bring the lake up to date. `until` is for those who know that nothing older is still being written."""
    with writing(root) as writer:
        numbers = Numbers.kept()
        places = Places.now(numbers)
        synthetic = registry.city().is_synthetic
        writer.note(is_synthetic=synthetic, says=SYNTHETIC if synthetic else "", places=places.names)
        safe = until or _safe(writer, wait_s)
        count = 0
        if safe is not None:
            for end, found in _statements(writer, places, safe):
                count += found
                say(f"学习记录 {end.astimezone(time.SHANGHAI):%Y-%m-%d %H:%M} {found} 条")
        written = 0
        for district in [*places.districts, NO_DISTRICT]:
            written += _district(writer, places, district)
            say(f"课时和掌握 {places.names[district]}")
        _close(writer, places)
        compacted = compact(writer, _stamp())
    return Exported(count, written, compacted, safe)


def _close(writer: Writer, places: Places) -> None:
    """What stands for today's roster leaves with a district that is gone; marks that no file came with are kept."""
    for table in (PUPILS, MASTERY):
        gone = [
            one for one in writer.manifest.of_table(table.name) if one.parts["district"] not in places.names
        ]
        writer.drop(gone)
    writer.publish(_stamp())


def _stamp() -> str:
    return time.now().isoformat(timespec="seconds")


def _safe(writer: Writer, wait_s: float) -> datetime | None:
    marks = writer.manifest.marks
    seen = horizon.look(marks.get("asked", ""), marks.get("number", ""), wait_s=wait_s)
    writer.note(marks=marks | {"asked": seen.asked, "number": seen.number})
    return seen.safe


def _statements(writer: Writer, places: Places, safe: datetime) -> Iterator[tuple[datetime, int]]:
    """Window after window, each published: its end, and how many statements it had."""
    mark = writer.manifest.marks.get("stored")
    after = datetime.fromisoformat(mark) if mark else None
    while after is None or after < safe:
        first = records.first_stored(after)
        if first is None or first > safe:
            _moved(writer, safe)
            return
        end = min(safe, first + WINDOW)
        acts = (rows.statement(act, places) for act in records.stored_between(after, end))
        count = _write(writer, STATEMENTS, acts)
        _moved(writer, end)
        yield end, count
        after = end


def _moved(writer: Writer, to: datetime) -> None:
    writer.note(marks=writer.manifest.marks | {"stored": to.isoformat()})
    writer.publish(_stamp())


def _write(writer: Writer, table: Table, found: Iterable[tuple[Part, Row]]) -> int:
    """Rows into files of their parts; a part that grows too large for memory gets several."""
    waiting: dict[Part, list[Row]] = {}
    count = 0
    for part, row in found:
        kept = waiting.setdefault(part, [])
        kept.append(row)
        count += 1
        if len(kept) >= BUFFER:
            _add(writer, table, part, waiting.pop(part))
    for part, kept in waiting.items():
        _add(writer, table, part, kept)
    return count


def _add(writer: Writer, table: Table, part: Part, kept: list[Row]) -> None:
    writer.add(table, dict(zip(table.parts, part, strict=True)), _table(table, kept))


def _table(table: Table, kept: Iterable[Row]) -> pa.Table:
    return pa.Table.from_pylist(list(kept), schema=table.schema)


def _district(writer: Writer, places: Places, district: str) -> int:
    """The roster, estimates, periods and credits of one district as they are now; parts that changed are rewritten."""
    year = registry.current_year().key
    pupils: dict[object, Row] = {}
    periods: dict[Part, list[Row]] = {}
    lines: dict[Part, list[Row]] = {}
    mastery: list[Row] = []
    for path in _paths(places, district):
        here = rows.pupils_of(path, places, time.today())
        pupils |= {one["person"]: one for one in here.values()}
        mastery += rows.mastery_of(here)
        _sort(periods, (rows.period(one, year, places) for one in teaching.period_rows(path, year)))
        _sort(lines, (rows.credit(one, year, places) for one in teaching.credit_rows(path, year)))
    where = {"district": district}
    changed = int(writer.replace_part(PUPILS, where, _table(PUPILS, pupils.values())))
    changed += writer.replace_part(MASTERY, where, _table(MASTERY, mastery))
    changed += _replace(writer, PERIODS, district, year, periods)
    changed += _replace(writer, CREDITS, district, year, lines)
    if changed:
        writer.publish(_stamp())
    return changed


def _paths(places: Places, district: str) -> list[str]:
    """The district, or the schools that lie in none."""
    if district in places.districts:
        return [places.districts[district].path]
    city = registry.city()
    return [one.path for one in registry.children(city.id) if one.kind is OrgKind.SCHOOL]


def _sort(into: dict[Part, list[Row]], found: Iterable[tuple[Part, Row]]) -> None:
    for part, row in found:
        into.setdefault(part, []).append(row)


def _replace(writer: Writer, table: Table, district: str, year: str, found: dict[Part, list[Row]]) -> int:
    """The parts of this school year; one of an earlier year stays, one that lost its last row goes."""
    changed = 0
    first = f"{year[:4]}-08"
    there = {one.parts["month"] for one in writer.manifest.of_table(table.name, district=district)}
    for month in {month for month, _ in found} | {one for one in there if one >= first}:
        part = {"month": month, "district": district}
        changed += writer.replace_part(table, part, _table(table, found.get((month, district), [])))
    return changed
