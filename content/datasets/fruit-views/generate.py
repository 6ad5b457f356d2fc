"""Draws the pictures of this dataset and writes dataset.yaml beside them. Same seed, same pictures.

python content/datasets/fruit-views/generate.py
"""

from __future__ import annotations

import random
from pathlib import Path

HERE = Path(__file__).parent
SEED = 20264
GROUND, LINE, NIGHT, LEAF = "#e9e7de", "#18211f", "#11151c", "#5f9a5b"
NAMES = {"apple": "苹果", "orange": "橙子", "pear": "梨"}
COLOURS = {
    "apple": (("#c8553d", "红"), ("#a9c59a", "青"), ("#dfab3c", "黄")),
    "orange": (("#e08a3c", "橙"), ("#dfab3c", "黄"), ("#a9c59a", "青")),
    "pear": (("#a9c59a", "青"), ("#dfab3c", "黄"), ("#c98a4b", "褐")),
}
TRAITS = {"bright": "正着，亮着", "below": "从下面看", "dark": "很暗", "covered": "挡住了"}
TRAIN = ["bright"] * 5 + ["below"] * 3 + ["dark"] * 3 + ["covered"] * 3
TEST = ["bright", "below", "dark", "covered"]


def stroke(points: str, fill: str = "none") -> str:
    return f'<path d="{points}" fill="{fill}"/>'


def apple(rng: random.Random, fill: str) -> str:
    wide = rng.uniform(20, 23)
    body = (
        f"M32 22C26 15 {32 - wide:.1f} 17 {32 - wide:.1f} 34c0 14 11 23 {wide:.1f} 19"
        f"c{wide - 11:.1f} 4 {wide:.1f}-5 {wide:.1f}-19C{32 + wide:.1f} 17 38 15 32 22Z"
    )
    return (
        stroke(body, fill)
        + stroke("M32 22c0-6 1-10 4-14")
        + stroke("M34 15c4-7 11-8 15-5-2 6-9 9-15 5Z", LEAF)
    )


def orange(rng: random.Random, fill: str) -> str:
    wide = rng.uniform(20, 23)
    body = f'<circle cx="32" cy="36" r="{wide:.1f}" fill="{fill}"/>'
    marks = "".join(stroke(f"M{x} {y}h.1") for x, y in ((24, 32), (38, 40), (30, 48), (42, 30), (20, 42)))
    return body + marks + stroke("M29 15l3 3 3-3") + stroke("M32 17c3-6 9-8 14-6-2 6-8 9-14 6Z", LEAF)


def pear(rng: random.Random, fill: str) -> str:
    neck = rng.uniform(8, 11)
    body = f"M32 14c-{neck:.1f} 0-9 9-11 15-3 6-10 9-10 17 0 18 42 18 42 0 0-8-7-11-10-17-2-6-1-15-{neck:.1f}-15Z"
    return (
        stroke(body, fill) + stroke("M32 14c0-4 1-6 3-9") + stroke("M34 9c4-4 8-4 11-2-2 4-7 5-11 2Z", LEAF)
    )


def below(rng: random.Random, kind: str, fill: str) -> str:
    """Seen from below all three are round; only the mark in the middle tells them apart."""
    wide = rng.uniform(20, 23)
    body = f'<circle cx="32" cy="32" r="{wide:.1f}" fill="{fill}"/>'
    if kind == "apple":
        return body + stroke("M32 27l2 4 5-1-3 4 3 4-5-1-2 4-2-4-5 1 3-4-3-4 5 1Z", "#9a6b43")
    if kind == "orange":
        marks = "".join(stroke(f"M{x} {y}h.1") for x, y in ((22, 26), (41, 24), (24, 42), (43, 40), (33, 18)))
        return body + marks + '<circle cx="32" cy="32" r="3" fill="none"/>'
    inner = f'<circle cx="32" cy="32" r="{wide * 0.55:.1f}" fill="none" stroke-width="0.8"/>'
    return body + inner + stroke("M29 30l3 4 3-4M32 34v-4", "#9a6b43")


def grains(rng: random.Random) -> str:
    """What a camera adds in the dark: specks."""
    specks = "".join(f"M{rng.uniform(2, 62):.1f} {rng.uniform(2, 62):.1f}h.1" for _ in range(90))
    return f'<path d="{specks}" fill="none" stroke="#8f968f" stroke-width="0.9" stroke-opacity="0.55"/>'


SHAPES = {"apple": apple, "orange": orange, "pear": pear}


def leaves(rng: random.Random) -> str:
    """Leaves that grow from the bottom edge and hide more than half of what is behind."""
    top = rng.uniform(12, 18)
    left = f"M0 64V{top + 6:.0f}C18 {top:.0f} 34 {top + 20:.0f} 36 64Z"
    right = f"M64 64V{top:.0f}C46 {top + 2:.0f} 34 {top + 14:.0f} 30 64Z"
    return (
        stroke(left, LEAF) + stroke(right, "#0b6657") + stroke("M12 64c0-14 3-22 8-28M52 64c0-16 2-24 5-34")
    )


def drawing(rng: random.Random, kind: str, fill: str, view: str) -> str:
    turn = rng.uniform(0, 359) if view == "below" else rng.uniform(-6, 6)
    inner = below(rng, kind, fill) if view == "below" else SHAPES[kind](rng, fill)
    size = rng.uniform(0.82, 1.0)
    after = leaves(rng) if view == "covered" else ""
    if view == "dark":
        shade = rng.uniform(0.86, 0.93)
        after = f'<path d="M0 0H64V64H0Z" fill="{NIGHT}" fill-opacity="{shade:.2f}" stroke="none"/>'
        after += grains(rng)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" width="224" height="224">'
        f'<rect width="64" height="64" fill="{GROUND}"/>'
        f'<g stroke="{LINE}" stroke-width="1.5" stroke-linejoin="round" stroke-linecap="round">'
        f'<g transform="translate(32 32) rotate({turn:.0f}) scale({size:.2f}) translate(-32 -32)">'
        f"{inner}</g>{after}</g></svg>\n"
    )


def picture(rng: random.Random, kind: str, number: int, part: str, view: str) -> str:
    """Draws one picture; its line of dataset.yaml."""
    fill, colour = COLOURS[kind][number % len(COLOURS[kind])]
    name = f"{kind}-{number:02d}.svg"
    (HERE / name).write_text(drawing(rng, kind, fill, view), encoding="utf-8")
    words = f"{colour}色的{NAMES[kind]}，{TRAITS[view]}"
    return f"  - {{file: {name}, label: {kind}, part: {part}, traits: [{view}], alt: {words}}}"


def main() -> None:
    for old in HERE.glob("*.svg"):
        old.unlink()
    lines = ["# Written by generate.py; change that, not this.", "key: fruit-views", "title: 换个样子的水果"]
    lines += ["kind: images", "origin: 启明课程组绘制", "licence: CC BY-SA 4.0"]
    for word, names in (("labels", NAMES), ("traits", TRAITS)):
        lines.append(
            f"{word}: [{', '.join(f'{{key: {key}, text: {text!s}}}' for key, text in names.items())}]"
        )
    lines.append("images:")
    for kind in NAMES:
        rng = random.Random(f"{SEED}-{kind}")
        views = [("train", view) for view in TRAIN] + [("test", view) for view in TEST]
        lines += [picture(rng, kind, number, *one) for number, one in enumerate(views, start=1)]
    (HERE / "dataset.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
