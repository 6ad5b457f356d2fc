"""Small multiples on one scale: how a place's mean periods grow over the school year, as coordinates."""

from collections.abc import Sequence
from dataclasses import dataclass

from qiming.governance.types import PlaceLine

LEFT, RIGHT, TOP, BOTTOM = 6.0, 216.0, 8.0, 78.0
SCALE_TOP = 10.0  # periods at the top edge
MONTHS = 11  # September to the end of July
WORDS = {0: "9月", 4: "1月", 10: "7月"}


@dataclass(frozen=True, slots=True)
class Growth:
    """One small chart, in the units of its 240 × 92 box."""

    place: PlaceLine
    required: int
    goal_y: float
    fact: str
    plan: str
    fan: str
    dot_x: float
    dot_y: float
    is_at_risk: bool

    @property
    def words(self) -> str:
        return (
            f"{self.place.name}：人均已确认{float(self.place.mean):.1f}节，"
            f"学年末预计{self.place.low}至{self.place.high}节"
        )


def growth(place: PlaceLine, *, required: int, month: int, month_share: float) -> Growth:
    """The chart of one place. `month` counts from September (0), `month_share` is how much of it has passed."""
    now = min(month + month_share, MONTHS)
    mean = float(place.mean)
    done = [(float(at), value) for at, value in enumerate((0.0, *place.confirmed_by_month)) if at <= month]
    points = [*done, (now, mean)]
    planned = [(float(at), value) for at, value in enumerate((0.0, *place.planned_by_month[:MONTHS]))]
    fan = [(now, mean), (MONTHS, place.high), (MONTHS, place.low)]
    return Growth(
        place=place,
        required=required,
        goal_y=_y(required),
        fact=_path(points),
        plan=_path(planned),
        fan=_path(fan) + "Z",
        dot_x=_x(now),
        dot_y=_y(mean),
        is_at_risk=place.low < required,
    )


def _x(month: float) -> float:
    return round(LEFT + (RIGHT - LEFT) * month / MONTHS, 1)


def _y(periods: float) -> float:
    return round(BOTTOM - (BOTTOM - TOP) * min(periods, SCALE_TOP) / SCALE_TOP, 1)


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + " L".join(f"{_x(at)} {_y(value)}" for at, value in points)
