"""What the lake says, for this house's own comparison: whole sums, small groups too. Never for a page."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

MILLI = 1000


@dataclass(frozen=True, slots=True)
class DistrictHours:
    """Pupils of a district: how many, without a period, with enough, and their periods in thousandths."""

    pupils: int
    zero: int
    enough: int
    periods_milli: int


@dataclass(frozen=True, slots=True)
class LakeSums:
    """`until`: up to when statements were exported, and how many are there."""

    made_at: str
    until: datetime | None
    statements: int
    hours: dict[str, DistrictHours]


def is_there(root: Path) -> bool:
    return (root / "manifest.json").exists()


def sums(root: Path) -> LakeSums:
    """The lake's sums by the key of the district. Raises ModuleNotFoundError without `qiming[lake]`."""
    from qiming.insight.lake import manifest as manifests
    from qiming.insight.measures.catalogue import MEASURES, PERIOD_PARTS
    from qiming.insight.measures.engines import opened
    from qiming.insight.measures.running import whole

    found = manifests.existing(root)
    with opened("duckdb") as engine:
        rows = whole(MEASURES["hours_reached"], root, found, engine)
    mark = found.marks.get("stored")
    return LakeSums(
        made_at=found.made_at,
        until=datetime.fromisoformat(mark) if mark else None,
        statements=sum(one.rows for one in found.of_table("statements")),
        hours={
            row["district"]: DistrictHours(
                row["pupils"], row["zero"], row["enough"], row["parts"] * MILLI // PERIOD_PARTS
            )
            for row in rows
        },
    )
