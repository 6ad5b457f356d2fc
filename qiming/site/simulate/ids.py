"""Keys that are the same for the same seed, yet ordered in time like every other key here."""

import random

_SPAN_MS = 1 << 24  # a stream may make 4,096 keys in each millisecond: 68 thousand million in all


class Ids:
    """One stream of UUIDv7 as text; streams with different numbers never meet."""

    def __init__(self, seed: str, *, starts_ms: int, number: int) -> None:
        self._dice = random.Random(seed)  # noqa: S311 - keys of invented people guard nothing
        self._starts = starts_ms + number * _SPAN_MS
        self._made = 0

    def __call__(self) -> str:
        made = self._made
        self._made = made + 1
        moment = self._starts + (made >> 12)
        drawn = self._dice.getrandbits(62)
        return (
            f"{moment >> 16:08x}-{moment & 0xFFFF:04x}-7{made & 0xFFF:03x}-"
            f"{0x8000 | drawn >> 48:04x}-{drawn & 0xFFFFFFFFFFFF:012x}"
        )
