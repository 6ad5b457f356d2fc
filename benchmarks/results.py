"""Figures on screen as a table, and kept as JSON lines."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks import machine
from benchmarks.load import Figures, Work


@dataclass(slots=True)
class Line:
    """One figure of one side."""

    side: str
    what: str
    unit: str
    value: float
    aim: float | None = None
    clients: int | None = None
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def verdict(self) -> str:
        if self.aim is None:
            return ""
        return "ok" if self.value <= self.aim else "MISSED"


def lines_of(side: str, work: Work, found: Figures) -> list[Line]:
    """A run as lines: processor time, and how long people waited."""
    more = {
        "requests": found.requests,
        "errors": found.errors,
        "seconds": round(found.seconds, 2),
        "per_second": round(found.per_second, 1),
        "p50_ms": round(found.p50_ms, 1),
        "cpu_ms_by_group": {name: round(one, 2) for name, one in found.cpu_ms.items()},
        "other_cores": round(found.other_cores, 2),
    }
    if found.first_error:
        more["first_error"] = found.first_error
    cpu = sum(one for name, one in found.cpu_ms.items() if name != "background")
    return [
        Line(side, work.name, "CPU ms", round(cpu, 2), work.aim_cpu_ms, found.clients, more),
        Line(side, work.name, "p95 ms", round(found.p95_ms, 1), work.aim_p95_ms, found.clients),
    ]


def table(lines: Sequence[Line]) -> str:
    """One row per figure, the sides beside each other; what only a peer has comes last."""
    sides = list(dict.fromkeys(line.side for line in lines))
    found = {(line.side, line.what, line.unit, line.clients): line for line in lines}
    keys = dict.fromkeys((line.what, line.unit, line.clients) for line in lines)
    rows = [["what", "clients", "unit", *sides, "aim", ""]]
    for what, unit, clients in keys:
        cells = [found.get((side, what, unit, clients)) for side in sides]
        judged = next((line for line in cells if line and line.aim is not None), None)
        rows.append(
            [
                what,
                str(clients or ""),
                unit,
                *(_number(line.value) if line else "" for line in cells),
                _number(judged.aim) if judged else "",
                judged.verdict if judged else "",
            ]
        )
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def keep(folder: Path, what: str, run: dict[str, Any], lines: Iterable[Line]) -> Path:
    """Append the run and its lines to today's file."""
    now = datetime.now().astimezone()
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{now.date().isoformat()}-{what}.jsonl"
    name = now.isoformat(timespec="seconds")
    written = [{"run": name, **run}]
    for line in lines:
        told = {"run": name, "side": line.side, "what": line.what, "unit": line.unit, "value": line.value}
        told |= {"clients": line.clients} if line.clients else {}
        told |= {"aim": line.aim} if line.aim is not None else {}
        written.append(told | line.more)
    with file.open("a", encoding="utf-8") as out:
        out.writelines(json.dumps(one, ensure_ascii=False) + "\n" for one in written)
    return file


def header(program: str = "benchmarks.run") -> dict[str, Any]:
    return {
        "command": machine.command(program),
        "commit": machine.commit(),
        "machine": machine.machine(),
        "versions": machine.versions(),
        "load_before": machine.load(),
        "reference_ms_before": machine.reference_ms(),
    }


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.0f}" if value >= 100 else f"{value:.2f}".rstrip("0").rstrip(".")
