"""The picture of a pairing: the named school in the middle, its partners around it, lines as thick as the support."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, ROW, MIDDLE, END = 480, 44, 110, 180
_MOST_STROKE = 8


@dataclass(frozen=True, slots=True)
class Arm:
    """A partner. `stroke` says how much confirmed support there was; `kind` is on, waits (only unconfirmed), none or over."""

    name: str
    kind: str
    path: str
    stroke: int
    y: int
    says: str


@dataclass(frozen=True, slots=True)
class Picture:
    name: str
    arms: list[Arm]
    width: int
    height: int
    middle: int
    says: str


def draw(name: str, partners: Sequence[tuple[str, int, int, bool]]) -> Picture:
    """`partners`: (name, supports noted, of which confirmed, whether it is over)."""
    height = max(2, len(partners)) * ROW
    middle = height // 2
    arms = []
    for at, (partner, noted, confirmed, over) in enumerate(partners):
        y = at * ROW + ROW // 2 + (height - len(partners) * ROW) // 2
        bend = (MIDDLE + END) // 2
        path = f"M {MIDDLE} {middle} C {bend} {middle} {bend} {y} {END} {y}"
        says = f"支持{confirmed}次" + (f"，{noted - confirmed}次等确认" if noted > confirmed else "")
        arms.append(
            Arm(
                partner,
                _kind(noted, confirmed, over),
                path,
                min(_MOST_STROKE, 1 + confirmed),
                y,
                f"{says}（已结束）" if over else says,
            )
        )
    count = sum(not over for *_, over in partners)
    return Picture(name, arms, WIDTH, height, middle, f"{name}现在带{count}所学校")


def _kind(noted: int, confirmed: int, over: bool) -> str:
    if over:
        return "over"
    return "on" if confirmed else "waits" if noted else "none"
