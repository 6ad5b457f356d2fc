"""Draws the pictures of this dataset and writes dataset.yaml beside them. Same seed, same pictures.

python content/datasets/recyclables/generate.py
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
SEED = 20276
GROUND, LINE = "#e9e7de", "#18211f"
COLOURS = {
    "blue": ("#22467f", "深蓝色"),
    "sky": ("#62a3c9", "浅蓝色"),
    "plum": ("#b0578b", "紫红色"),
    "ochre": ("#dfab3c", "黄色"),
    "green": ("#4d9482", "绿色"),
    "white": ("#fdfcf9", "白色"),
}
NAMES = {"bottle": "塑料瓶", "can": "易拉罐", "box": "纸盒"}
USUAL = {"bottle": ("sky", "blue"), "can": ("plum", "green"), "box": ("ochre", "white")}
BOXES = ("gable", "cube", "open", "cube")
TRAITS = {
    "upright": "直立",
    "tilted": "歪着",
    "lying": "横放",
    "crushed": "压扁",
    "label": "有标签",
    "plain": "没有标签",
    "usual-colour": "常见颜色",
    "other-colour": "少见颜色",
}
# per class: how a picture stands and whether its colour is a usual one of its class
TRAIN = [
    ("upright", True), ("upright", True), ("upright", True), ("upright", False), ("upright", False),
    ("upright", False), ("tilted", True), ("tilted", False), ("tilted", True), ("lying", False),
    ("lying", True), ("crushed", True), ("crushed", False), ("crushed", True), ("crushed", False),
]  # fmt: skip
TEST = [("upright", False), ("lying", True), ("crushed", True), ("crushed", False)]

Point = tuple[float, float]
Warp = Callable[[float, float], Point]


@dataclass(frozen=True)
class Look:
    fill: str
    second: str
    label: bool


@dataclass
class Part:
    """One stroke of a drawing in a 64 by 64 square, upright and centred on (32, 32)."""

    points: list[Point]
    fill: str = "none"
    closed: bool = True


def arc(cx: float, cy: float, rx: float, ry: float, span: tuple[int, int]) -> list[Point]:
    steps, (start, end) = 14, span
    angles = [math.radians(start + (end - start) * i / steps) for i in range(steps + 1)]
    return [(cx + rx * math.cos(a), cy + ry * math.sin(a)) for a in angles]


def dense(points: list[Point], closed: bool) -> list[Point]:
    """Adds points between corners so that a warp bends straight edges."""
    result: list[Point] = []
    ends = [*points[1:], points[0]] if closed else points[1:]
    for (x1, y1), (x2, y2) in zip(points, ends, strict=False):
        steps = max(1, round(math.hypot(x2 - x1, y2 - y1) / 3))
        result += [(x1 + (x2 - x1) * i / steps, y1 + (y2 - y1) * i / steps) for i in range(steps)]
    return result if closed else [*result, points[-1]]


def mirrored(half: list[Point]) -> list[Point]:
    """A closed outline from its right side, top to bottom."""
    return half + [(64 - x, y) for x, y in reversed(half)]


def bottle(rng: random.Random, look: Look) -> list[Part]:
    wide, neck, top = rng.uniform(9, 12.5), rng.uniform(3.6, 4.8), rng.uniform(7, 11)
    shoulder = top + rng.uniform(11, 15)
    waist = wide - rng.choice([0, 0, 2.5])
    half = [
        (32 + neck, top + 3),
        (32 + neck, top + 6),
        (32 + wide, shoulder),
        (32 + waist, 37),
        (32 + wide, 44),
    ]
    half += [(32 + wide, 56), (32 + wide - 2.5, 58)]
    parts = [
        Part(mirrored(half), look.fill),
        Part(mirrored([(32 + neck + 1, top), (32 + neck + 1, top + 4)]), look.second),
    ]
    if look.label:
        low, high = shoulder + 4, shoulder + rng.uniform(12, 17)
        parts.append(
            Part(mirrored([(32 + min(wide, waist + 1), low), (32 + min(wide, waist + 1), high)]), look.second)
        )
    else:
        parts += [Part([(32 - wide + 1, y), (32 + wide - 1, y)], closed=False) for y in (shoulder + 7, 49)]
    return parts


def can(rng: random.Random, look: Look) -> list[Part]:
    wide, tall = rng.uniform(11, 14.5), rng.uniform(18, 22.5)
    top, bottom, lid = 32 - tall, 32 + tall, wide * 0.26
    body = [(32 - wide, top), *arc(32, bottom, wide, lid, (180, 0)), (32 + wide, top)]
    parts = [Part(body, look.fill), Part(arc(32, top, wide, lid, (0, 360)), "#ebe9e1")]
    parts.append(Part(arc(32, top, wide * 0.3, lid * 0.5, (0, 360)), "none"))
    if look.label:
        if rng.random() < 0.5:
            parts.append(Part(arc(32, 35, wide * 0.55, wide * 0.55, (0, 360)), look.second))
        else:
            band = arc(32, 28, wide, lid, (180, 0)) + arc(32, 44, wide, lid, (0, 180))
            parts.append(Part(band, look.second))
    else:
        parts += [Part(arc(32, y, wide, lid, (180, 0)), closed=False) for y in (top + 7, bottom - 6)]
    return parts


def box(rng: random.Random, look: Look, kind: str) -> list[Part]:
    if kind == "gable":
        wide, top = rng.uniform(11, 14), rng.uniform(8, 11)
        parts = [Part([(32 - wide, 22), (32 + wide, 22), (32 + wide, 57), (32 - wide, 57)], look.fill)]
        parts.append(
            Part([(32 - wide, 22), (32 - wide + 5, top), (32 + wide - 5, top), (32 + wide, 22)], look.fill)
        )
        window = [(32 - wide * 0.5, 32), (32 + wide * 0.5, 32), (32 + wide * 0.5, 45), (32 - wide * 0.5, 45)]
    elif kind == "cube":
        wide, deep, tall = rng.uniform(20, 24), rng.uniform(8, 11), rng.uniform(15, 22)
        y = 32 - tall / 2
        front = [(32 - wide, y), (32, y + deep), (32, y + deep + tall), (32 - wide, y + tall)]
        side = [(32 + wide, y), (32, y + deep), (32, y + deep + tall), (32 + wide, y + tall)]
        lid = [(32 - wide, y), (32, y - deep), (32 + wide, y), (32, y + deep)]
        parts = [Part(face, look.fill) for face in (front, side, lid)]
        window = [(36, y + deep + 3), (44, y + deep), (44, y + deep + 7), (36, y + deep + 10)]
    else:
        wide, top = rng.uniform(18, 21), rng.uniform(26, 30)
        parts = [Part([(32 - wide, top), (32 + wide, top), (32 + wide, 54), (32 - wide, 54)], look.fill)]
        for sign in (-1, 1):
            flap = [
                (32 + sign * wide, top),
                (32 + sign * (wide + 6), top - 11),
                (32 + sign * 6, top - 11),
                (32, top),
            ]
            parts.append(Part(flap, look.fill))
        window = [(32 - 9, 39), (32 + 9, 39), (32 + 9, 46), (32 - 9, 46)]
    if look.label:
        parts.append(Part(window, look.second))
    return parts


def crushing(rng: random.Random, kind: str) -> Warp:
    """Squashes along the height, pinches or folds the sides and lets the top slide over the bottom."""
    squash = {
        "bottle": rng.uniform(0.72, 0.82),
        "can": rng.uniform(0.5, 0.62),
        "box": rng.uniform(0.5, 0.62),
    }[kind]
    slide = rng.choice([-1, 1]) * (rng.uniform(0.12, 0.28) if kind == "box" else rng.uniform(0.0, 0.16))
    depth = {"bottle": rng.uniform(2.2, 3.2), "can": rng.uniform(0.6, 1.4), "box": rng.uniform(1.2, 2.2)}[
        kind
    ]
    often = {"bottle": 0.42, "can": 0.3, "box": 0.26}[kind]
    pinch = rng.uniform(0.26, 0.4) if kind == "can" else 0.0
    phase, other = rng.uniform(0, 6), rng.uniform(0, 6)

    def warp(x: float, y: float) -> Point:
        u, v = x - 32, y - 32
        edge = max(-1.0, min(1.0, u / 9))  # the middle stays, the sides move
        hold = min(1.0, max(0.0, (v + 17) / 6)) if kind == "bottle" else 1.0  # a bottle keeps its neck
        fold = math.sin(v * often + (phase if u > 0 else other))
        u = u * (1.12 - pinch * math.exp(-((v / 8) ** 2))) + hold * edge * depth * fold + slide * v
        return 32 + u, 32 + v * squash + edge * 1.2 * math.sin(v * 0.2 + other)

    return warp


def creases(rng: random.Random) -> list[Part]:
    result = []
    for side in (-1, 1):
        x, y = 32 + side * rng.uniform(4, 8), rng.uniform(24, 38)
        turn = [
            (x, y),
            (x - side * rng.uniform(4, 6), y + rng.uniform(3, 5)),
            (x - side, y + rng.uniform(8, 10)),
        ]
        result.append(Part(turn, closed=False))
    return result


def path(part: Part, warp: Warp | None) -> str:
    points = part.points
    if warp:
        points = [warp(x, y) for x, y in dense(points, part.closed)]
    steps = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return f'<path d="M{steps}{"Z" if part.closed else ""}" fill="{part.fill}"/>'


def shape(rng: random.Random, look: Look, kind: str, number: int) -> list[Part]:
    if kind == "box":
        return box(rng, look, BOXES[number % len(BOXES)])
    return (bottle if kind == "bottle" else can)(rng, look)


def drawing(rng: random.Random, kind: str, parts: list[Part], pose: str) -> str:
    warp = None
    if pose == "crushed":
        warp, parts = crushing(rng, kind), parts + creases(rng)
    turn = {
        "upright": rng.uniform(-3, 3),
        "tilted": rng.choice([-1, 1]) * rng.uniform(24, 42),
        "lying": rng.choice([-1, 1]) * rng.uniform(82, 98),
        "crushed": rng.choice([-1, 1]) * rng.uniform(4, 75),
    }[pose]
    size = rng.uniform(0.82, 1.0)
    body = "".join(path(part, warp) for part in parts)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" width="224" height="224">'
        f'<rect width="64" height="64" fill="{GROUND}"/>'
        f'<g transform="translate(32 32) rotate({turn:.0f}) scale({size:.2f}) translate(-32 -32)" '
        f'stroke="{LINE}" stroke-width="1.5" stroke-linejoin="round" stroke-linecap="round">'
        f"{body}</g></svg>\n"
    )


Plan = tuple[str, str, bool]  # part, pose, in a usual colour


def picture(rng: random.Random, kind: str, number: int, plan: Plan) -> dict[str, object]:
    part, pose, usual = plan
    choices = USUAL[kind] if usual else [c for c in COLOURS if c not in USUAL[kind]]
    colour = rng.choice(list(choices))
    second = rng.choice([c for c in COLOURS if c != colour])
    label = rng.random() < 0.6
    name = f"{kind}-{number:02d}.svg"
    parts = shape(rng, Look(COLOURS[colour][0], COLOURS[second][0], label), kind, number)
    svg = drawing(rng, kind, parts, pose)
    (HERE / name).write_text(svg, encoding="utf-8")
    traits = [pose, "label" if label else "plain", "usual-colour" if usual else "other-colour"]
    words = f"{COLOURS[colour][1]}的{NAMES[kind]}，{TRAITS[pose]}，{'有标签' if label else '没有标签'}"
    return {"file": name, "label": kind, "part": part, "traits": traits, "alt": words}


def manifest(images: list[dict[str, object]]) -> str:
    labels = ", ".join(f"{{key: {key}, text: {text}}}" for key, text in NAMES.items())
    traits = ", ".join(f"{{key: {key}, text: {text}}}" for key, text in TRAITS.items())
    lines = ["# Written by generate.py; change that, not this.", "key: recyclables", "title: 三种可回收物"]
    lines += ["kind: images", "origin: 启明课程组绘制", "licence: CC BY-SA 4.0"]
    lines += [f"labels: [{labels}]", f"traits: [{traits}]", "images:"]
    for image in images:
        names = ", ".join(image["traits"])  # type: ignore[arg-type]
        lines.append(
            f"  - {{file: {image['file']}, label: {image['label']}, part: {image['part']}, "
            f"traits: [{names}], alt: {image['alt']}}}"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    for old in HERE.glob("*.svg"):
        old.unlink()
    images = []
    for kind in NAMES:
        rng = random.Random(f"{SEED}-{kind}")
        plans = [("train", *one) for one in TRAIN] + [("test", *one) for one in TEST]
        for number, plan in enumerate(plans, start=1):
            images.append(picture(rng, kind, number, plan))
    (HERE / "dataset.yaml").write_text(manifest(images), encoding="utf-8")


if __name__ == "__main__":
    main()
