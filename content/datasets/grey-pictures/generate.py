"""Draws the small grey pictures of this data set, sixteen greys from 0 (black) to f (white), one sign a point.

python content/datasets/grey-pictures/generate.py writes dataset.yaml
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).parent
Shade = Callable[[int, int], float]

HEAD = """# Written by generate.py; change that, not this.
key: grey-pictures
title: 七张小灰图
kind: grey
origin: 启明课程组绘制
licence: CC BY-SA 4.0
pictures:
"""


def fence(x: int, y: int) -> float:
    """Posts with points, two rails behind them."""
    post = x % 6 in (2, 3) and y >= 4 + (x % 6 == 3)
    rail = y in (9, 10, 18, 19)
    return 2 if post else 7 if rail else 13


def window(x: int, y: int) -> float:
    frame = x in (3, 4, 11, 12, 19, 20) and 3 <= y <= 20
    bar = y in (3, 4, 11, 12, 19, 20) and 3 <= x <= 20
    inside = 3 <= x <= 20 and 3 <= y <= 20
    return 3 if frame or bar else 11 - (x - y) / 6 if inside else 6


def moon(x: int, y: int) -> float:
    """A full moon with two seas, brighter on the upper left."""
    far = math.hypot(x - 11.5, y - 11.5)
    if far > 8.5:
        return 1
    sea = math.hypot(x - 9, y - 9) < 2.6 or math.hypot(x - 15, y - 14) < 2.1
    return (9 if sea else 14) - (x + y - 23) / 9


def sign(x: int, y: int) -> float:
    """The character 田 in dark ink."""
    stroke = (x in (4, 5, 11, 12, 18, 19) and 4 <= y <= 19) or (y in (4, 5, 11, 12, 18, 19) and 4 <= x <= 19)
    return 1 if stroke else 14


def slope(x: int, y: int) -> float:
    """A bright hill side, a dark sky, the border aslant."""
    return 12 if y > 20 - 0.8 * x else 4


def stripes(_x: int, y: int) -> float:
    return 12 if y // 4 % 2 else 3


def gate(x: int, y: int) -> float:
    """A school gate: roof, two pillars, a door ajar, steps."""
    if y < 6:
        return 13
    if y < 11:
        return 4 if abs(x - 17.5) < 9 + (y - 6) * 1.6 else 13
    if y >= 31:
        return 6 + (y - 31) * 1.5
    if x in (5, 6, 7, 28, 29, 30):
        return 5
    if 13 <= x <= 22 and y >= 16:
        return 2 if x < 18 else 8
    return 11 if 8 <= x <= 27 else 13


PICTURES: list[tuple[str, str, str, int, Shade]] = [
    ("fence", "栅栏", "浅色天空前一排深色的尖头木条，后面两根横木", 24, fence),
    ("window", "窗户", "深色窗框，四块玻璃，越往左下越亮", 24, window),
    ("moon", "月亮", "黑夜里一个圆月亮，上面两块暗斑", 24, moon),
    ("sign", "田字", "白底上一个黑色的田字", 24, sign),
    ("slope", "山坡", "暗的天和亮的山坡，分界是斜的", 24, slope),
    ("stripes", "横条", "一条亮一条暗的横条纹，没有竖的边", 24, stripes),
    ("gate", "校门", "学校大门：屋顶、两根柱子、半开的门和台阶", 36, gate),
]


def main() -> None:
    out = [HEAD]
    for key, title, alt, side, shade in PICTURES:
        out.append(f"  - key: {key}\n    title: {title}\n    alt: {alt}\n    rows: |\n")
        for y in range(side):
            row = "".join(f"{max(0, min(15, math.floor(shade(x, y) + 0.5))):x}" for x in range(side))
            out.append(f"      {row}\n")
    (HERE / "dataset.yaml").write_text("".join(out), encoding="utf-8")


if __name__ == "__main__":
    main()
