"""Writes dataset.yaml: six kinds of sounds as numbers from which web/labs/sound/synth.ts makes them. Same seed, same file."""

import random
from pathlib import Path

HEAD = """\
key: six-sounds
title: 六种声音
kind: sounds
origin: 合成数据：声音由启明课程组写的程序算出来，没有录任何人、任何地方
licence: CC BY-SA 4.0
synthetic: true
labels:
  - {key: drum, text: 鼓}
  - {key: bell, text: 铃}
  - {key: bird, text: 鸟叫}
  - {key: rain, text: 雨声}
  - {key: whistle, text: 口哨}
  - {key: clap, text: 拍手}
sounds:
"""
# label: (recipe, pitches in hertz, lengths in seconds)
KINDS = {
    "drum": ("drum", (70, 240), (0.15, 0.6)),
    "bell": ("bell", (700, 2400), (0.4, 1.2)),
    "bird": ("chirp", (1700, 4800), (0.3, 0.8)),
    "whistle": ("whistle", (900, 2800), (0.3, 0.8)),
    "rain": ("rain", (1200, 4500), (1.0, 1.0)),
    "clap": ("clap", (700, 2600), (0.1, 0.5)),
}
TRAIN, TEST = 10, 6


def main() -> None:
    chance = random.Random(20261122)
    lines = []
    for label, (make, pitches, longs) in KINDS.items():
        for no in range(1, TRAIN + TEST + 1):
            part = "train" if no <= TRAIN else "test"
            pitch = round(chance.uniform(*pitches))
            long = round(chance.uniform(*longs), 2)
            start = round(chance.uniform(0.03, 0.25), 2)
            lines.append(
                f"  - {{key: {label}-{no:02}, label: {label}, part: {part}, make: {make}, "
                f"pitch: {pitch}, long: {long}, start: {start}, seed: {chance.randrange(10**6)}}}\n"
            )
    Path(__file__).with_name("dataset.yaml").write_text(HEAD + "".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
