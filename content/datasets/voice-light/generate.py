"""Makes the table of this dataset. Synthetic: nobody was recorded. Loudness and pitch are drawn around middles chosen
per group; the faults in the part to learn from are put in by hand below.

    python content/datasets/voice-light/generate.py
"""

from __future__ import annotations

import csv
import random
from pathlib import Path

HERE = Path(__file__).parent
SEED = 8
HEAD = ("part", "group", "distance", "loudness", "pitch", "called")
# group: rows to learn from, middle loudness of a call and of talk, middle pitch
GROUPS = {"老师": (36, 69, 55, 170), "高年级": (20, 64, 50, 240), "低年级": (8, 55, 43, 290)}
TEST_EACH = 20


def row(rng: random.Random, part: str, group: str, called: bool) -> list[object]:
    _, call, talk, pitch = GROUPS[group]
    loudness = rng.gauss(call if called else talk, 3.5)
    return [
        part,
        group,
        f"{rng.uniform(0.5, 4):.1f}",
        round(min(85, max(36, loudness))),
        round(rng.gauss(pitch, 22) / 5) * 5,
        "yes" if called else "no",
    ]


def rows() -> list[list[object]]:
    rng = random.Random(SEED)
    train = [row(rng, "train", group, at % 2 == 0) for group, (n, *_) in GROUPS.items() for at in range(n)]
    rng.shuffle(train)
    test = [row(rng, "test", group, at % 2 == 0) for group in GROUPS for at in range(TEST_EACH)]
    spoil(train)
    return train + test


def spoil(train: list[list[object]]) -> None:
    """Nine faults, each of a kind that happens when many people write into one table."""
    teachers = [at for at, one in enumerate(train) if one[1] == "老师"]
    train[teachers[2]][3] = "nan"
    train[teachers[9]][4] = "nan"
    train[teachers[14]][3] = 630
    train[teachers[20]][2] = -2
    train[teachers[25]][2] = 150
    train[teachers[30]][2] = 230
    train[teachers[33]][4] = 9999
    train.insert(20, list(train[teachers[4]]))
    train.insert(45, list(train[3]))


def main() -> None:
    with (HERE / "table.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEAD)
        writer.writerows(rows())


if __name__ == "__main__":
    main()
