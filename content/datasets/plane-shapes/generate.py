"""Makes the four shapes of this data set: two kinds of points on a sheet from -1 to 1, half to learn from, half to test on.

python content/datasets/plane-shapes/generate.py
"""

from __future__ import annotations

import csv
import math
import random
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).parent
SEED = 7
EACH = 50  # points of one kind, of one part, of one shape

Point = tuple[float, float]


def circles(rng: random.Random, kind: int) -> Point:
    """Kind 0 in the middle, kind 1 in a ring around it."""
    far = rng.uniform(0.62, 0.95) if kind else math.sqrt(rng.random()) * 0.42
    turn = rng.uniform(0, 2 * math.pi)
    return far * math.cos(turn), far * math.sin(turn)


def xor(rng: random.Random, kind: int) -> Point:
    """Kind 0 where both coordinates have one sign; a gap of 0.05 along the axes."""
    x, y = rng.uniform(0.05, 0.95), rng.uniform(0.05, 0.95)
    side = rng.choice((-1, 1))
    return side * x, (-side if kind else side) * y


def spirals(rng: random.Random, kind: int) -> Point:
    """Two arms, one turn and a quarter each."""
    part = rng.random()
    far, turn = 0.1 + 0.85 * part, 1.25 * 2 * math.pi * part + math.pi * kind
    return far * math.sin(turn) + rng.gauss(0, 0.015), far * math.cos(turn) + rng.gauss(0, 0.015)


def moons(rng: random.Random, kind: int) -> Point:
    """Two half rings that reach into each other."""
    turn = rng.uniform(0, math.pi)
    x, y = math.cos(turn), math.sin(turn)
    if kind:
        x, y = 1 - x, 0.5 - y
    return (x - 0.5) * 0.58 + rng.gauss(0, 0.05), (y - 0.25) * 0.9 + rng.gauss(0, 0.05)


SHAPES: dict[str, Callable[[random.Random, int], Point]] = {
    "交叉": xor,
    "圆环": circles,
    "月牙": moons,
    "螺旋": spirals,
}


def main() -> None:
    rng = random.Random(SEED)
    with (HERE / "table.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(("part", "shape", "x", "y", "kind"))
        for name, shape in SHAPES.items():
            for part in ("train", "test"):
                for n in range(2 * EACH):
                    x, y = (max(-1.0, min(1.0, value)) for value in shape(rng, n % 2))
                    out.writerow((part, name, f"{x:.3f}", f"{y:.3f}", "square" if n % 2 else "dot"))


if __name__ == "__main__":
    main()
